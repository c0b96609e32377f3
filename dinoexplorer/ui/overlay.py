"""A panel over the whole window, for a moment: the rest is dimmed, and the keyboard belongs to the panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

_DIMMING = 110  # of 255
_OF_THE_WINDOW = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class Overlay(QWidget):
    """Escape or a click beside the panel puts it away, and the focus goes back to where it was.

    A child of the window rather than a window: it needs no place on the screen of its own. Keys without Ctrl or Alt
    stay in it; with them, and with the function keys, the window's actions are there as always.
    """

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._over = window
        self.setAccessibleName(name)
        self.panel = QFrame(self)
        self.panel.setObjectName("card")
        self._came_from: QWidget | None = None
        self.hide()
        window.installEventFilter(self)

    def come_up(self) -> None:
        """Show it over the window; whoever calls puts the focus into it."""
        if self.isHidden():
            self._came_from = self._over.focusWidget()
        self.setGeometry(self.room())
        self.fit()
        self.raise_()
        self.show()

    def go_away(self) -> None:
        """Put it away; the focus goes back unless it has gone elsewhere."""
        if self.isHidden():
            return
        held = self.isAncestorOf(self.window().focusWidget() or self.window())
        self.hide()
        back, self._came_from = self._came_from, None
        if held and back is not None and isValid(back) and back.isVisible():
            back.setFocus()
        elif held:
            self._over.setFocus()

    def room(self) -> QRect:
        """The window that it lies over."""
        return self._over.rect()

    def fit(self) -> None:
        """Put the panel where it belongs now."""
        self.panel.setGeometry(self.place(self.room()))

    def place(self, room: QRect) -> QRect:
        """Where the panel goes in a window of this size."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.room())
            self.fit()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            function = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
            if not function and not event.modifiers() & _OF_THE_WINDOW:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_away()
        # What nobody wanted ends here: below it lie the arrows of the map.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.go_away()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, _DIMMING))
        painter.end()

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes round in the panel."""
        stops = [
            widget
            for widget in self.panel.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        ]
        if stops:
            present = self.window().focusWidget()
            at = stops.index(present) if present in stops else -1 if following else 0
            reason = Qt.FocusReason.TabFocusReason if following else Qt.FocusReason.BacktabFocusReason
            stops[(at + (1 if following else -1)) % len(stops)].setFocus(reason)
        return True
