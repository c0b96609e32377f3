"""A flat button with one of our icons, which follows the theme and is used by keyboard like any button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from dinoexplorer.ui import icons

GAP = 6


class IconButton(QToolButton):
    """A button of our icon family; with a checked icon it toggles."""

    def __init__(
        self, icon: str, name: str, parent: QWidget | None = None, *, checked_icon: str = "", text: str = ""
    ) -> None:
        super().__init__(parent)
        self._icon, self._checked_icon = icon, checked_icon
        self._look: tuple[object, ...] = ()
        self.setCheckable(bool(checked_icon))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setAutoRaise(True)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setProperty("labelled", True)
            self.setIconSize(QSize(icons.SIZE + GAP if icon else 0, icons.SIZE))
        self.toggled.connect(self._dress)
        self._dress()

    def follow(self, action: QAction) -> None:
        """Trigger ``action`` when pressed, and take its state, tool tip and description; its text where it has that."""
        self._action, self._says_action = action, self.text() == action.iconText()
        self.setAccessibleName(action.text())
        self.setAccessibleDescription(action.whatsThis())
        self.setCheckable(action.isCheckable())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._dress()

    @Slot()
    def _on_action_changed(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setChecked(self._action.isChecked())
        self.setToolTip(self._action.toolTip())
        if self._says_action:
            self.setText(self._action.iconText())
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        # Space on a button that has the focus presses it; without this the window's own Space would win.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As small as the text allows; Qt leaves room for an arrow that we do not draw."""
        if not self.text() or self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
            return super().sizeHint()
        font = self.font()
        font.setBold(bool(self.property("primary")) or font.bold())
        width = (
            QFontMetrics(font).horizontalAdvance(self.text().replace("&&", "&")) + self.iconSize().width() + self._air()
        )
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._dress()

    @Slot()
    def _dress(self) -> None:
        if not self._icon:
            return
        name = self._checked_icon if self._checked_icon and self.isChecked() else self._icon
        primary = self.property("primary")
        role = QPalette.ColorRole.HighlightedText if primary else QPalette.ColorRole.ButtonText
        gap = self.iconSize().width() - icons.SIZE
        look = (name, gap, *icons.colours(self.palette(), role))
        if look != self._look:  # a change of theme tells each button several times
            self._look = look
            self.setIcon(icons.icon(name, self.palette(), role, gap=gap))

    def _air(self) -> int:
        return 16 if self.property("quiet") else 28
