"""One picture before and after, or a folder of them as they are done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.latent.restoration.restoring import Way
from dinoexplorer.ui.amount_row import AmountRow
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.restoring.restoring_work import Original, Pair, Step, Written
from dinoexplorer.ui.restoring.wipe_view import WipeView
from dinoexplorer.ui.tab_row import TabRow
from dinoexplorer.ui.texts import as_sentence, foreign_label
from dinoexplorer.ui.train.amounts import rate_text, time_text
from dinoexplorer.ui.work_panel import WorkPanel

_LARGEST = QSize(1400, 1000)
_START = "Choose a picture or a folder, drop one here, or paste a picture (Ctrl+V)"
_MOST_NOISE = 100.0  # grey levels
_WAYS: tuple[tuple[Way, str, str], ...] = (
    ("tiles", "In tiles", "In tiles of the model's own size, each at its own sharpness (T)"),
    ("whole", "As one", "Scaled to the model's size and back, for models that know whole pictures (T)"),
)
_VIEWS = (
    ("wipe", "Before and after", "Both sides, with a divider between them (D)"),
    ("difference", "Difference", "Grey where nothing has changed (D)"),
)


class RestoringPanel(WorkPanel):
    """Shows what came of it, and asks for what is to be done; the model is the owner's business."""

    pasted = Signal()
    edited = Signal()  # the way or the noise
    cancelled = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Restore pictures", _LARGEST)
        self.way: Way = "tiles"
        self.way_chosen = False  # by a person
        self.pair: Pair | None = None
        self._unread: list[str] = []
        self._done: Step | None = None
        self._title, self._about = ElidedLabel(80, self.panel), foreign_label(self.panel)
        self._title.show_text("Restore pictures")
        self._title.setProperty("role", "title")
        self._about.setProperty("role", "muted")
        self._said, self._figures = foreign_label(self.panel), ElidedLabel(60, self.panel)
        for label in (self._about, self._said):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._said, self._figures):
            label.setProperty("role", "small")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.picture = IconButton("open", "Choose a picture", self.panel, text="Picture…")
        self.picture.setToolTip("Choose a picture to restore (Ctrl+O)")
        self.folder = IconButton("grid", "Choose a folder", self.panel, text="Folder…")
        self.folder.setToolTip("Restore all pictures of a folder into another one; none is written over")
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc)")
        self.views, self.ways = TabRow(self.panel), TabRow(self.panel)
        self.view, self.line = WipeView(self.panel), ProgressLine(self.panel)
        self.noise = AmountRow("Add noise", _MOST_NOISE, self.panel)
        self.noise.explain("Grey levels of noise that are put on the picture first, to try what the model takes out")
        self.cancel = IconButton("stop", "Cancel", self.panel, text="Cancel")
        self.cancel.setToolTip("Stop; what was written so far stays")
        self.save = IconButton("save", "Save as PNG", self.panel, text="Save PNG…")
        self.save.setToolTip("Save the picture as it is after (Ctrl+S)")
        keys = QKeySequence.StandardKey
        self.set_keys({keys.Open: self.picture.click, keys.Paste: self.pasted.emit, keys.Save: self.save.click})
        self._lay_out()
        self._connect()
        self.clear()

    @property
    def sentence(self) -> str:
        """What is said below the picture."""
        return self._said.text()

    @property
    def about(self) -> str:
        """What the model is for, and remarks on the picture."""
        return self._about.text()

    @property
    def figures(self) -> str:
        """How much nearer the picture came, where that is known."""
        return self._figures.text()

    def clear(self, about: str = "") -> None:
        """Show no picture."""
        self._title.show_text("Restore pictures")
        self._tell_about(about)
        self._forget()
        self.view.show_text(_START)
        self.set_working(working=False)
        self.tell("")

    def wait_for(self, title: str) -> None:
        """Say that a picture or a folder is being read."""
        self._title.show_text(title)
        self._tell_about("")
        self._forget()
        self.view.show_text("")
        self.set_working(working=True)
        self._said.setText("Reading…")
        self.view.setFocus()

    def show_original(self, original: Original) -> None:
        """Show a picture that was read; what the model is for says how it is taken unless a person did."""
        self._tell_about(" ".join((original.purpose.text, *original.remarks)))
        if not self.way_chosen:
            self._mark_way("tiles" if original.purpose.denoises else "whole")
        self.view.show_before(original.image)

    @Slot(object)
    def show_step(self, step: Step) -> None:
        """Show how far it is."""
        self.line.set_share(step.done / max(step.total, 1))
        left = time_text((step.total - step.done) / step.rate)
        self._said.setText(f"{step.done:,} of {step.total:,}  ·  {rate_text(step.rate, step.what)}  ·  {left} left")

    @Slot(object)
    def show_pair(self, pair: Pair) -> None:
        """Show what came of a picture."""
        self._show_pair(pair)
        self.pair = pair
        self.save.setEnabled(True)
        self.set_working(working=False)
        self.tell("")

    @Slot(object)
    def show_written(self, written: Written) -> None:
        """Show one more picture of a folder."""
        if written.pair is not None:
            self._show_pair(written.pair)
        else:
            self._unread.append(written.reason)
        self._done = written.step
        self.show_step(written.step)

    def show_end(self, out: str) -> None:
        """Say what came of a folder, which may have been stopped."""
        self.set_working(working=False)
        step = self._done
        if step is None:
            self.tell("Stopped before any picture was written")
            return
        count = step.done - len(self._unread)
        said = f"{count:,} pictures written to {out}"
        if step.done < step.total:
            said = f"Stopped: {count:,} of {step.total:,} pictures written to {out}"
        if self._unread:
            said += f"; {len(self._unread):,} could not be read, such as this: {self._unread[0]}"
        self.tell(said)

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Say why it did not work; what is shown stays, and where there is nothing, what may be done is said."""
        self.set_working(working=False)
        self.view.offer(_START)
        self.tell(sentence)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say something below the picture."""
        text = as_sentence(sentence)
        self._said.setText(text)
        announce(self._said, text)

    def set_working(self, *, working: bool) -> None:
        """Show whether something is under way."""
        if self.cancel.hasFocus() and not working:
            self.view.setFocus()
        self.cancel.setVisible(working)
        self.line.setVisible(working)

    def take_key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_D:
            self._show_view("difference" if self.views.buttons["wipe"].isChecked() else "wipe")
        elif key == Qt.Key.Key_T:
            self._choose_way("whole" if self.way == "tiles" else "tiles")
        return key in {Qt.Key.Key_D, Qt.Key.Key_T}

    def _forget(self) -> None:
        self.pair, self._done = None, None
        self._unread = []
        self._figures.show_text("")
        self.line.set_share(0.0)
        self.save.setEnabled(False)

    def _tell_about(self, text: str) -> None:
        self._about.setText(text)
        self._about.setVisible(bool(text))

    def _show_pair(self, pair: Pair) -> None:
        self.view.show_pair(pair.before, pair.after, pair.difference)
        before_after = pair.gains
        text = "" if before_after is None else "PSNR {:.1f} dB, after {:.1f} dB".format(*before_after)
        self._figures.show_text(text)

    def _mark_way(self, way: Way) -> None:
        self.way = way
        self.ways.mark(way)

    def _choose_way(self, way: Way) -> None:
        self.way_chosen = True
        self._mark_way(way)
        self.edited.emit()

    def _show_view(self, name: str) -> None:
        self.views.mark(name)
        self.view.set_mode("difference" if name == "difference" else "wipe")

    @Slot()
    def _on_way(self) -> None:
        self._choose_way("whole" if self.sender().objectName() == "whole" else "tiles")

    @Slot()
    def _on_view(self) -> None:
        self._show_view(self.sender().objectName())

    def _connect(self) -> None:
        for row, entries, slot in ((self.ways, _WAYS, self._on_way), (self.views, _VIEWS, self._on_view)):
            for name, text, about in entries:
                button = row.add(name, text)
                button.setObjectName(name)
                button.setToolTip(about)
                button.clicked.connect(slot)
        self._mark_way(self.way)
        self._show_view("wipe")
        self.noise.edited.connect(self.edited)
        self.cancel.clicked.connect(self.cancelled)
        self.close_button.clicked.connect(self.go_away)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        for button in (self.picture, self.folder, self.close_button):
            head.addWidget(button)
        tools = QHBoxLayout()
        tools.setSpacing(16)
        self.noise.setFixedWidth(300)
        tools.addWidget(self.views)
        tools.addWidget(self.ways)
        tools.addWidget(self.noise)
        tools.addWidget(self._figures, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        self.line.keep_room()
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._about)
        column.addLayout(tools)
        column.addWidget(self.view, 1)
        column.addWidget(self.line)
        column.addLayout(foot)
