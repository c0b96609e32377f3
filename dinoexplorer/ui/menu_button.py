"""A button that shows a choice and drops down a menu to change it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import GAP, IconButton


class MenuButton(IconButton):
    """The present choice with a chevron; press it, or Space or Down when it has the focus, for the others."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(icon, name, parent)
        self.setProperty("menu_button", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(icons.SIZE + GAP, icons.SIZE))
        self.set_icon(icon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.setMenu(self._menu)

    def choices(self) -> QMenu:
        """The menu, to be filled by the owner."""
        return self._menu

    def sizeHint(self) -> QSize:
        width = super().sizeHint().width() if self.text() else icons.SIZE + 20
        return QSize(width + icons.SIZE - 4, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        chevron = icons.picture("chevron", colour, icons.SIZE, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(self.width() - icons.SIZE - 6, (self.height() - icons.SIZE) // 2), chevron)
        painter.end()
