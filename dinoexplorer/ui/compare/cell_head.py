"""The head of a cell: which generator it shows, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.comparing.captions import Caption
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_tool_tip, elided, foreign_label

WAYS = {
    "main": ("Make it the main one", "Steer by its map and its sliders; the main one takes its place here."),
    "left": ("Move forward", "One place towards the first."),
    "right": ("Move back", "One place towards the last."),
    "remove": ("Remove", "Take it away and give its memory back. The file stays."),
}


class CellHead(QWidget):
    """Two lines and a menu; lines that are too long are cut, and whole in the tool tip."""

    chosen = Signal(str)  # one of WAYS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = Caption("")
        self._title, self._line = foreign_label(self), foreign_label(self)
        self._title.setProperty("role", "heading")
        self._line.setProperty("role", "small")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for label in (self._title, self._line):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            lines.addWidget(label)
        self.menu = MenuButton("", "What to do with it", self)
        self._actions: dict[str, QAction] = {}
        for name, (text, tip) in WAYS.items():
            action = self.menu.choices().addAction(text)
            action.setData(name)
            action.setToolTip(tip)
            self._actions[name] = action
        self.menu.choices().triggered.connect(self._on_triggered)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addLayout(lines, 1)
        row.addWidget(self.menu)
        self.setFixedHeight(row.sizeHint().height())  # with the menu or without it
        self.menu.hide()

    @property
    def caption(self) -> Caption:
        """What is shown."""
        return self._caption

    def set_caption(self, caption: Caption) -> None:
        """Show these two lines."""
        self._caption = caption
        self.setToolTip(as_tool_tip(caption.text))
        self.menu.setAccessibleName(f"What to do with {caption.text}")
        self._fit()

    def set_place(self, place: int, count: int) -> None:
        """Offer what makes sense at a place, counted from 0, of ``count`` that are beside the main one."""
        self.menu.show()
        self._actions["left"].setEnabled(place > 0)
        self._actions["right"].setEnabled(place < count - 1)

    def set_ready(self, ready: bool) -> None:
        """Whether it is open, and could be the main one."""
        self._actions["main"].setEnabled(ready)

    def choose(self, name: str) -> None:
        """As if it was chosen in the menu."""
        self._actions[name].trigger()

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for label, text in ((self._title, self._caption.title), (self._line, self._caption.line)):
            label.ensurePolished()  # before it is shown for the first time its font is another
            label.setText(elided(text, label.fontMetrics(), max(label.width(), 40)))
            label.setAccessibleName(text)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))
