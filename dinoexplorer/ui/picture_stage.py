"""The stage: the picture, its row of actions, and whatever has to be said in its place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from dinoexplorer.rendering.frames import Frame
from dinoexplorer.ui.compare.cell_grid import CellGrid
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.notice import Notice
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar
from dinoexplorer.ui.walk_choice import WalkChoice

ROW = ("random", "walk", "undo", "redo", "reset", "pin", "export", "compare")
TOOLS = ("bring_in", "fill", "reshape", "paint", "", "bring_in_folder", "restore", "anomaly", "", "pixels")
"""What the menu of the row offers; "" is a line."""
_WAYS = {"random": "Somewhere else", "reset": "Back to the mean", "open": "Open another…"}


class PictureStage(QWidget):
    """Holds the picture between two panels and shows errors and waiting in its place."""

    way_chosen = Signal(str)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.image_view = ImageView(self)
        self.cells = CellGrid(self.image_view, self)
        self.notice = Notice(self)
        self.notice.chosen.connect(self.way_chosen)
        self.notice.dismissed.connect(self.notice.hide)
        self._waiting = self._build_waiting()
        self._row = QWidget(self)
        self.walk_choice = WalkChoice(self._row)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(4)
        row.addStretch()
        for name in ROW:
            row.addWidget(_action_button(actions[name], name, self._row))
            if name == "walk":
                row.addWidget(self.walk_choice)
        row.addWidget(_tools_button(actions, self._row))
        row.addStretch()
        self._over = over = QGridLayout()
        over.addWidget(self.cells, 0, 0)
        over.addWidget(self._waiting, 0, 0, Qt.AlignmentFlag.AlignCenter)
        over.addWidget(self.notice, 0, 0, Qt.AlignmentFlag.AlignCenter)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(over, 1)
        column.addWidget(self._row)
        self._frame_failed = False
        self._comparing_parts: tuple[QWidget, ...] = ()

    def cover(self, sheet: QWidget) -> None:
        """Lay a sheet over the picture, to be shown when it is wanted."""
        self._over.addWidget(sheet, 0, 0)

    def add_row(self, row: QWidget) -> None:
        """Put a row between the picture and its actions, to be shown when it is wanted."""
        self._column.insertWidget(self._column.indexOf(self._row), row)

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

    def tell_failure(self, sentence: str, ways: Mapping[str, str] | None = None, *, device: bool = False) -> None:
        """Say why something did not open; what was shown stays. ``device`` offers to choose another one."""
        self._waiting.hide()
        self._frame_failed = False
        more = {"device": "Another device…"} if device else {}
        self.notice.tell(sentence, dict(ways or {"open": "Open another…"}) | more)

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
        for part in self._comparing_parts[:1]:
            part.setVisible(not bare and self.cells.comparing)

    def set_low(self, low: bool) -> None:
        """Whether the picture gives way to what lies below it."""
        self.cells.set_low(low)

    def set_comparing_parts(self, bar: QWidget, progress: QWidget) -> None:
        """Put the row of the comparison above the pictures, and the progress of its sheets below them."""
        self._comparing_parts = (bar, progress)
        self._column.insertWidget(0, bar)
        self._column.insertWidget(2, progress)
        bar.hide()

    def set_comparing(self, comparing: bool) -> None:
        """Show several generators in the place of the picture, or it alone."""
        self.cells.set_comparing(comparing)
        for part in self._comparing_parts[:1]:
            part.setVisible(comparing and self._row.isVisibleTo(self))

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


def _tools_button(actions: Mapping[str, QAction], parent: QWidget) -> IconButton:
    button = IconButton("tune", "Your own pictures, and what can be done to this one", parent)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    for name in TOOLS:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
    button.setMenu(menu)
    return button


def _action_button(action: QAction, icon: str, parent: QWidget) -> IconButton:
    if icon == "walk":
        button = IconButton("play", action.text(), parent, checked_icon="pause")
    else:
        button = IconButton(icon, action.text(), parent, text=action.iconText() if icon == "random" else "")
    if icon == "random":
        button.setProperty("primary", True)
    button.follow(action)
    return button
