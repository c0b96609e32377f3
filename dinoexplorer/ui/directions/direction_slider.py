"""A slider in standard deviations along a direction."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.latent_panel.value_slider import ValueSlider

_NOTCH = 120  # of a wheel, as Qt counts


class DirectionSlider(ValueSlider):
    """From -3 to 3, further when the value lies further; the wheel moves it only while it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_scale(0.0, 0.75)  # it reaches four times that
        self._turned = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the card moves as a whole
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            super().wheelEvent(event)
            return
        event.accept()
        self._turned += event.angleDelta().y()  # a touch pad tells small parts of a notch
        notches = int(self._turned / _NOTCH)
        if notches:
            self._turned -= notches * _NOTCH
            self.nudged.emit(float(notches))
