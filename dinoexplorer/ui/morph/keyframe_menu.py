"""What can be done with a keyframe and the segment that leaves it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from dinoexplorer.ui.morph.keyframe_row import KeyframeRow

_WISHES = (
    ("replace", "Replace by the picture", "Let the keyframe be what the stage shows"),
    ("go", "Go to this keyframe", "Make it the place where we stand"),
    ("", "", ""),
    ("copy", "Copy", "Copy the keyframe (Ctrl+C)"),
    ("cut", "Cut", "Copy the keyframe and take it away (Ctrl+X)"),
    ("paste", "Paste after it", "Put what was copied after this keyframe (Ctrl+V)"),
    ("remove", "Remove", "Take the keyframe away (Delete)"),
)


class KeyframeMenu(QMenu):
    """Offers the easings and paths of the row, and wishes by their names."""

    wished = Signal(str)

    def __init__(self, row: KeyframeRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        for title, button in (("Easing", row.easing), ("Path", row.path)):
            menu = button.choices()
            menu.setTitle(title)
            self.addMenu(menu)
        self._ways = self.actions()
        self.addSeparator()
        for name, text, about in _WISHES:
            if not name:
                self.addSeparator()
                continue
            action = self.addAction(text)
            action.setToolTip(about)
            action.triggered.connect(partial(self.wished.emit, name))

    def set_way(self, *, there: bool) -> None:
        """Whether the keyframe has a way on."""
        for action in self._ways:
            action.setEnabled(there)
