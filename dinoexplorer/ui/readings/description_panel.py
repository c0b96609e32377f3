"""The description of a network that nobody knows: text, what each layer gives, and pictures as soon as it fits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.blueprint import Blueprint
from dinoexplorer.generators.checking import Checked
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.readings.description_editor import DescriptionEditor
from dinoexplorer.ui.readings.picture_sheet import PictureSheet
from dinoexplorer.ui.readings.reading_work import Draft, check_text
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

_WIDEST, _HIGHEST, _EDGE = 1240, 760, 24
_PREVIEW = 240
_PAUSE = 250  # of typing


class DescriptionPanel(Overlay):
    """Checks while one writes; what was written is there again when it comes up for the same file."""

    used = Signal(object)  # Blueprint
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Describe the layers")
        self._path: Path | None = None
        self._contents: Contents | None = None
        self._blueprint: Blueprint | None = None
        self._drafts: dict[Path, str] = {}
        self._title, self._hint, self._said = (foreign_label(self.panel) for _ in range(3))
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "muted")
        for label in (self._title, self._hint, self._said):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(2 * self._said.fontMetrics().lineSpacing())
        self._said.setAccessibleName("What is wrong with the description")
        self._bar = ThinBar(self.panel)
        self.editor = DescriptionEditor(self.panel)
        self.sheet = PictureSheet(self.panel)
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc); what you wrote is kept until the window closes")
        self.use = IconButton("", "Use this description", self.panel, text="Use this")
        self.use.setProperty("primary", True)
        self.use.setToolTip("Open the file as these layers, now and from now on (Ctrl+Return)")
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self._work = LatestWork(self)
        self._lay_out()
        self._connect()

    @property
    def sentence(self) -> str:
        """What is said below the text."""
        return self._said.text()

    @property
    def busy(self) -> bool:
        """Whether something is yet to be checked."""
        return self._pause.isActive() or self._work.busy

    def wait_for(self, path: Path) -> None:
        """Come up for a file whose tensors are being read."""
        self._path, self._contents = path, None
        self._title.setText(f"Describe the layers of {path.name}")
        self._set_text("")
        self.editor.setReadOnly(True)
        self._bar.show()
        self._say("Reading its tensors…", wrong=False)
        self.come_up()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_draft(self, draft: Draft) -> None:
        """Write what the tensors suggest, or what was written before."""
        if self._path is None:
            return
        self._contents = draft.contents
        self._bar.hide()
        self.editor.setReadOnly(False)
        self._set_text(self._drafts.get(self._path, draft.text))
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._check()

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say why there is nothing to describe."""
        self._bar.hide()
        self._say(sentence, wrong=True)

    def go_away(self) -> None:
        if self._path is not None and self._contents is not None:
            self._drafts[self._path] = self.editor.toPlainText()
        self._pause.stop()
        self._contents = self._path = None
        super().go_away()
        self.gone.emit()

    def close_down(self) -> None:
        """Wait for the thread that checks."""
        self._pause.stop()
        self._work.close()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDEST, room.width() - 2 * _EDGE), min(_HIGHEST, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def _set_text(self, text: str) -> None:
        self.editor.blockSignals(True)
        self.editor.setPlainText(text)
        self.editor.blockSignals(False)
        self._forget()

    def _forget(self) -> None:
        """What was known is of another text."""
        self._blueprint = None
        self.use.setEnabled(False)

    @Slot()
    def _on_text_changed(self) -> None:
        self._forget()
        self._pause.start()

    @Slot()
    def _check(self) -> None:
        if self._contents is not None:
            text = self.editor.toPlainText()
            self._work.ask(text, partial(check_text, text, self._contents.tensors))

    @Slot(object, object)
    def _on_checked(self, text: str, result: tuple[Checked, ByteArray | None]) -> None:
        if self._contents is None or text != self.editor.toPlainText():
            return
        known, pictures = result
        self._blueprint = known.blueprint
        self.editor.show_check(known.shapes, known.line)
        self.sheet.show_pictures(pictures)
        self.use.setEnabled(known.built is not None)
        if known.built is None:
            self._say(known.problem, wrong=True)
            return
        built, count = known.built, len(known.shapes)
        colour = "grey" if built.channels == 1 else "colour"
        self._say(
            f"All {count} layers fit: codes of {built.latent.dim} numbers to {colour} pictures of {built.image_size} x"
            f" {built.image_size} pixels{', with an encoder' if built.encoder is not None else ''}.",
            wrong=False,
        )

    @Slot()
    def _on_use(self) -> None:
        if self._blueprint is not None:
            self.used.emit(self._blueprint)

    def _say(self, text: str, *, wrong: bool) -> None:
        role = "problem" if wrong else "muted"
        if self._said.property("role") != role:
            self._said.setProperty("role", role)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        if text != self._said.text():
            self._said.setText(text)
            if wrong:
                announce(self._said, text)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._on_text_changed)
        self._pause.timeout.connect(self._check)
        self._work.done.connect(self._on_checked)
        self.close_button.clicked.connect(self.go_away)
        self.use.clicked.connect(self._on_use)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(self.use.click)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        self._hint.setText("One line for each layer, in order; on the right what it gives. Nothing of the file is run.")
        self.sheet.setFixedSize(_PREVIEW, _PREVIEW)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.sheet)
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.editor, 1)
        body.addLayout(right)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.use)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._hint)
        column.addWidget(self._bar)
        column.addLayout(body, 1)
        column.addLayout(foot)
