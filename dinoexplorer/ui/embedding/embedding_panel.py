"""A picture with the square that is taken of it, and beside it the best picture that was found so far."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.latent.inversion.alignment import Aligned
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.dataset.crop_view import CropView
from dinoexplorer.ui.dropping import dropped_path
from dinoexplorer.ui.embedding import words
from dinoexplorer.ui.embedding.embedding_work import Original
from dinoexplorer.ui.embedding.fitting_row import FittingRow
from dinoexplorer.ui.embedding.picture_box import ComparingBox, PictureBox
from dinoexplorer.ui.embedding.session import Progress
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import foreign_label

_WIDEST, _EDGE, _GAP, _SIDES = 1240, 24, 12, 32
_AROUND = 212  # what stands above and below the pictures
_HINT = "Move the square to the part that matters. The search finds the place whose picture is most like it."
Phase = Literal["failed", "reading", "cutting", "ready", "searching", "found", "keeping"]


class EmbeddingPanel(Overlay):
    """Asks for the part that matters, shows the search, and offers what it has found."""

    cropped = Signal(object)  # Box
    started = Signal()
    stopped = Signal()
    went_on = Signal()
    folder_dropped = Signal(object)  # Path
    put_aside = Signal()  # the sliders are wanted
    taken = Signal()
    hole_wanted = Signal()
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Bring in a picture")
        self.phase: Phase = "reading"
        self._title, self._hint, self._said, self._figures = (foreign_label(self.panel) for _ in range(4))
        self._seen_name, self._found_name = foreign_label(self.panel), foreign_label(self.panel)
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        for label in (self._said, self._figures, self._seen_name, self._found_name):
            label.setProperty("role", "small")
        self._said.setWordWrap(True)
        for label in (self._title, self._hint, self._said, self._seen_name):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.crop = CropView(self.panel)
        self.seen = PictureBox("What the model sees", self.panel)
        self.best = ComparingBox("The best picture so far", self.panel)
        self.fitting = FittingRow(self.panel)
        self.line = ProgressLine(self.panel)
        self._build_buttons()
        self.setAcceptDrops(True)
        self._lay_out()
        self.crop.cropped.connect(self._on_cropped)

    @property
    def title(self) -> str:
        """What is brought in."""
        return self._title.text()

    @property
    def sentence(self) -> str:
        """What is said below the pictures."""
        return self._said.text()

    @property
    def figures(self) -> str:
        """How near the best picture is."""
        return self._figures.text()

    def wait_for(self, name: str, model: str) -> None:
        """Come up for a picture that is being read."""
        self._title.setText(f"Bring in {name}")
        self._hint.setText(_HINT)
        self._seen_name.setText(f"As {model} sees it")
        self.crop.show_text("")
        self.seen.show_picture(None)
        self.best.compare_with(None)
        self._forget()
        self._enter("reading", "Reading the picture…")
        self.come_up()
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_original(self, original: Original) -> None:
        """Show the picture, ready to be cut and searched for."""
        aligned = original.aligned
        self.fitting.offer(original.model_size, original.no_fitting)
        self.crop.show_original(original.image, QSize(aligned.width, aligned.height), aligned.crop)
        self.show_cut(aligned)
        self.crop.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_cut(self, aligned: Aligned) -> None:
        """Show what the model sees now, ready to be searched for."""
        self.seen.show_picture(aligned.pixels)
        self.best.compare_with(aligned.pixels)
        self._enter("ready", " ".join(aligned.remarks))

    def wait_for_more(self) -> None:
        """Say that the search goes on."""
        self._enter("searching", "Going on…")

    def wait_for_keeping(self) -> None:
        """Say that the fitted model is being written."""
        self._enter("keeping", "Writing the fitted model…")

    def come_back(self) -> None:
        """Show it again after it was put aside."""
        self.come_up()
        (self.stop if self.stop.isVisible() else self.take).setFocus(Qt.FocusReason.OtherFocusReason)

    def wait_for_search(self) -> None:
        """Say that the search has begun."""
        self._forget()
        self._enter("searching", "Looking for where to start…")
        self.best.show_picture(None, "Searching…")

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show where the search stands."""
        self._show_best(progress)
        self._said.setText(words.of_progress(progress))

    @Slot(object)
    def show_found(self, progress: Progress) -> None:
        """Show what the search has ended with."""
        self._show_best(progress)
        end = words.of_end(progress)
        self._enter("found", f"{end}, {words.of_way(progress)}. {progress.standing}".rstrip())
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, f"{end}: {self.figures}. {progress.standing}")

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say why it did not work; where the picture was read, the search can be tried again."""
        if self.phase == "keeping":  # what was found is still there
            self.take.setEnabled(True)
            self._enter("found", sentence)
            announce(self._said, sentence)
            return
        self._forget()
        self._enter("failed" if self.phase in {"reading", "cutting", "failed"} else "ready", sentence)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, sentence)

    def go_away(self) -> None:
        super().go_away()
        self.gone.emit()

    def step_aside(self) -> None:
        """Leave the window free; what is under way goes on."""
        super().go_away()

    def place(self, room: QRect) -> QRect:
        width = min(_WIDEST, room.width() - 2 * _EDGE)
        height = min((width - _SIDES - 2 * _GAP) // 3 + _AROUND, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what is next; the letters are those that the buttons name."""
        buttons: tuple[QAbstractButton, ...] = ()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            buttons = (self.start, self.take)
        elif not event.modifiers():
            letters = {Qt.Key.Key_D: self.difference, Qt.Key.Key_G: self.again, Qt.Key.Key_L: self.aside}
            buttons = tuple(button for key, button in letters.items() if key == event.key())
        for button in buttons:
            if button.isVisible():
                button.click()
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside the panel loses no search."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A folder is brought in as a whole; anything else is the window's."""
        path = dropped_path(event.mimeData())
        event.setAccepted(path is not None and path.is_dir())

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.folder_dropped.emit(path)

    def _show_best(self, progress: Progress) -> None:
        self.best.show_picture(progress.reached.picture)
        self._figures.setText(words.of_likeness(progress))
        self.line.set_share(words.share_done(progress))
        self.take.setEnabled(True)

    def _forget(self) -> None:
        """Nothing has been found yet."""
        self.best.show_picture(None, "Nothing found yet")
        self._figures.setText("")
        self.line.set_share(0.0)
        self.take.setEnabled(False)

    def _enter(self, phase: Phase, sentence: str) -> None:
        self.phase = phase
        self._said.setText(sentence)
        searching = phase == "searching"
        self.stop.setVisible(searching)
        if searching:
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        begun = phase in {"searching", "found", "keeping"}
        self.take.setVisible(begun)
        self.take.setEnabled(self.take.isEnabled() and phase != "keeping")
        self.aside.setVisible(phase in {"searching", "found"})
        self.again.setVisible(phase == "found")
        self.start.setVisible(not begun)
        self.start.setEnabled(phase == "ready")
        self.fill.setVisible(phase != "searching")
        self.fill.setEnabled(phase in {"ready", "found"})
        self.crop.setEnabled(phase in {"cutting", "ready", "found"})
        self.line.setVisible(searching)

    @Slot(object)
    def _on_cropped(self, crop: object) -> None:
        self._forget()
        self._enter("cutting", "")
        self.cropped.emit(crop)

    def _build_buttons(self) -> None:
        self.difference = IconButton("compare", "Show the difference", self.panel, text="Difference")
        self.difference.setCheckable(True)
        self.difference.setToolTip("Show where the best picture is brighter or darker than the picture (D)")
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc); everything stays as it was")
        self.cancel = IconButton("", "Cancel", self.panel, text="Cancel")
        self.cancel.setToolTip("End the search (Esc); everything stays as it was")
        self.fill = IconButton("", "Fill a hole in it…", self.panel, text="Fill a hole in it…")
        self.fill.setToolTip("Have a part of it replaced by what the model would put there")
        self.start = IconButton("", "Start", self.panel, text="Start")
        self.start.setToolTip("Search for this part (Return)")
        self.stop = IconButton("stop", "Stop", self.panel, text="Stop")
        self.stop.setToolTip("End the search and keep the best so far")
        self.take = IconButton("", "Take it", self.panel, text="Take it")
        self.take.setToolTip("Go to the best place so far and keep it as a pin (Return)")
        self.aside = IconButton("tune", "To the sliders", self.panel, text="To the sliders")
        self.aside.setToolTip("Watch it on the stage; moving a slider or on the map nudges the search there (L)")
        self.again = IconButton("play", "Go on", self.panel, text="Go on")
        self.again.setToolTip("Go on from where it ended (G)")
        for button in (self.start, self.take):
            button.setProperty("primary", True)
        self.start.clicked.connect(self.started)
        self.fill.clicked.connect(self.hole_wanted)
        self.stop.clicked.connect(self.stopped)
        self.again.clicked.connect(self.went_on)
        self.aside.clicked.connect(self.put_aside)
        self.difference.toggled.connect(self.best.show_difference)
        self.take.clicked.connect(self.taken)
        for button in (self.cancel, self.close_button):
            button.clicked.connect(self.go_away)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        original = foreign_label(self.panel)
        original.setText("The picture")
        original.setProperty("role", "small")
        self._found_name.setText("Found")
        over_best = QHBoxLayout()
        over_best.addWidget(self._found_name)
        over_best.addStretch(1)
        over_best.addWidget(self._figures)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(4)
        grid.addWidget(original, 0, 0)
        grid.addWidget(self._seen_name, 0, 1)
        grid.addLayout(over_best, 0, 2)
        for column, widget in enumerate((self.crop, self.seen, self.best)):
            grid.addWidget(widget, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        options = QHBoxLayout()
        options.setSpacing(8)
        options.addWidget(self.fitting, 1)
        options.addWidget(self.difference)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        for button in (self.cancel, self.fill, self.aside, self.stop, self.again, self.start, self.take):
            foot.addWidget(button)
        self.line.keep_room()
        column_box = QVBoxLayout(self.panel)
        column_box.setContentsMargins(16, 12, 16, 16)
        column_box.setSpacing(10)
        column_box.addLayout(head)
        column_box.addWidget(self._hint)
        column_box.addLayout(grid, 1)
        column_box.addLayout(options)
        column_box.addWidget(self.line)
        column_box.addLayout(foot)
