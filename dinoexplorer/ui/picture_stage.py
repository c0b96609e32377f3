"""The stage: the picture, its row of actions, and whatever has to be said in its place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.rendering.frames import Frame
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.notice import Notice
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

ROW = ("random", "undo", "redo", "reset", "save", "pixels")
_WAYS = {"random": "Somewhere else", "reset": "Back to the mean", "open": "Open another…"}


class PictureStage(QWidget):
    """Holds the picture between two panels and shows errors and waiting in its place."""

    way_chosen = Signal(str)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.image_view = ImageView(self)
        self.notice = Notice(self)
        self.notice.chosen.connect(self.way_chosen)
        self.notice.dismissed.connect(self.notice.hide)
        self._waiting = self._build_waiting()
        self._row = QWidget(self)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(4)
        row.addStretch()
        for name in ROW:
            row.addWidget(_action_button(actions[name], name, self._row))
        row.addStretch()
        over = QGridLayout()
        over.addWidget(self.image_view, 0, 0)
        over.addWidget(self._waiting, 0, 0, Qt.AlignmentFlag.AlignCenter)
        over.addWidget(self.notice, 0, 0, Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(over, 1)
        column.addWidget(self._row)
        self._frame_failed = False

    def wait_for(self, title: str, text: str) -> None:
        """Say calmly that the first picture is on its way."""
        self._title.setText(title)
        self._text.setText(text)
        self._waiting.show()
        self.notice.hide()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame, or the sentence that says why there is none."""
        self._waiting.hide()
        self.image_view.show_frame(frame)
        if frame.error:
            self.notice.tell(frame.error, _WAYS)
        elif self._frame_failed:
            self.notice.hide()
        self._frame_failed = bool(frame.error)

    def tell_failure(self, sentence: str, *, device: bool = False) -> None:
        """Say why a checkpoint did not open; what was shown stays. ``device`` offers to choose another one."""
        self._waiting.hide()
        self._frame_failed = False
        self.notice.tell(sentence, {"open": "Open another…"} | ({"device": "Another device…"} if device else {}))

    def put_notice_away(self) -> None:
        """Drop what was said about something that is over."""
        self._frame_failed = False
        self.notice.hide()

    def clear(self) -> None:
        """Forget the picture of a generator that is gone, and what was said about it."""
        self.image_view.clear()
        self.put_notice_away()

    @Slot(bool)
    def set_bare(self, bare: bool) -> None:
        """Show nothing but the picture."""
        self._row.setVisible(not bare)

    def _build_waiting(self) -> QWidget:
        waiting = QWidget(self)
        self._title, self._text, bar = QLabel(waiting), foreign_label(waiting), ThinBar(waiting)
        self._title.setProperty("role", "title")
        self._text.setProperty("role", "small")
        column = QVBoxLayout(waiting)
        column.setSpacing(12)
        for widget in (self._title, bar, self._text):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        bar.setFixedWidth(160)
        waiting.hide()
        return waiting


def _action_button(action: QAction, icon: str, parent: QWidget) -> IconButton:
    button = IconButton(icon, action.text(), parent, text=action.iconText() if icon == "random" else "")
    if icon == "random":
        button.setProperty("primary", True)
    button.follow(action)
    return button
