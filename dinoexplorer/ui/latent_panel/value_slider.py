"""A slim slider for one value of the latent code."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

_STEPS = 10_000
_HANDLE = 6.5


class ValueSlider(QSlider):
    """Drags a value between ``mean - 4 std`` and ``mean + 4 std``, further when the value lies further.

    `value_dragged` comes only from a person, with the mouse or through a screen reader; `set_value` tells nobody.
    """

    drag_began = Signal()
    value_dragged = Signal(float)
    drag_ended = Signal()
    nudged = Signal(float)  # in steps
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, _STEPS)
        self.setMinimumWidth(64)
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._low, self._high, self._mean, self._value = -4.0, 4.0, 0.0, 0.0
        self._locked = False
        self.valueChanged.connect(self._on_position_given)

    def set_scale(self, mean: float, std: float) -> None:
        """Set the natural range of this value."""
        reach = 4 * max(std, 1e-6)
        self._mean, self._low, self._high = mean, mean - reach, mean + reach

    def set_bounds(self, low: float, high: float, rest: float) -> None:
        """Set the range of a value that has no spread, and the place from which its bar begins."""
        self._mean, self._low, self._high = rest, low, high

    def set_value(self, value: float, *, locked: bool) -> None:
        """Show ``value``, silently."""
        self._value, self._locked = value, locked
        blocked = self.blockSignals(True)
        self.setValue(round(self._share(value) * _STEPS))
        self.blockSignals(blocked)
        text = f"{value:.3f}"  # Qt itself would tell the position, a number up to 10,000
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
        self.update()

    def end_drag(self) -> None:
        """Let go, if the slider is held."""
        if self.isSliderDown():
            self.setSliderDown(False)
            self.update()
            self.drag_ended.emit()

    def bounds(self) -> tuple[float, float]:
        """The range that is shown: the natural one, extended to the present value."""
        return min(self._low, self._value), max(self._high, self._value)

    def sizeHint(self) -> QSize:
        return QSize(120, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        accent = palette.color(QPalette.ColorRole.Accent)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        mean, handle = self._position(self._mean), self._position(self._value)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(_HANDLE, middle - 1.5, self.width() - 2 * _HANDLE, 3), 1.5, 1.5)
        painter.setBrush(muted if self._locked else accent)
        painter.drawRoundedRect(QRectF(min(mean, handle), middle - 1.5, abs(handle - mean), 3), 1.5, 1.5)
        painter.setPen(QPen(muted, 1))
        painter.drawLine(QPointF(mean, middle - 5), QPointF(mean, middle + 5))
        ground = palette.color(QPalette.ColorRole.Base)
        painter.setPen(QPen(muted if self._locked else accent, 2))
        painter.setBrush(ground if self._locked or self.isSliderDown() else accent)
        painter.drawEllipse(QPointF(handle, middle), _HANDLE - 1.5, _HANDLE - 1.5)
        if self.hasFocus():
            ring = QColor(accent)
            painter.setPen(QPen(ring, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.drag_began.emit()
        if abs(event.position().x() - self._position(self._value)) > _HANDLE + 2:
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.end_drag()

    def hideEvent(self, event: QHideEvent) -> None:
        self.end_drag()  # a hidden widget hears of no release
        super().hideEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the list scrolls; a value never changes by the wheel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
        }.get(Qt.Key(event.key()))
        if direction is not None:
            self.nudged.emit(direction * step_factor(event))
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.reset_asked.emit()
        else:
            event.ignore()

    @Slot(int)
    def _on_position_given(self, position: int) -> None:
        """Of the ways to change a slider only a screen reader's comes here."""
        self._move_to(position / _STEPS)

    def _drag_to(self, x: float) -> None:
        self._move_to((x - _HANDLE) / max(self.width() - 2 * _HANDLE, 1))

    def _move_to(self, share: float) -> None:
        low, high = self.bounds()
        value = low + min(max(share, 0.0), 1.0) * (high - low)
        self.set_value(value, locked=self._locked)
        self.value_dragged.emit(value)

    def _share(self, value: float) -> float:
        low, high = self.bounds()
        return (value - low) / (high - low)

    def _position(self, value: float) -> float:
        return _HANDLE + self._share(value) * (self.width() - 2 * _HANDLE)


def step_factor(event: QKeyEvent) -> float:
    """Shift makes steps ten times as long, Alt a tenth."""
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    return 0.1 if event.modifiers() & Qt.KeyboardModifier.AltModifier else 1.0
