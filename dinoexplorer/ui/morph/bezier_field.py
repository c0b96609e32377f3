"""A field in which an easing is drawn: a Bezier curve with two handles."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dinoexplorer.morph.easings import easing_named
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.spelling import read_name, spelled
from dinoexplorer.ui.latent_panel.value_slider import step_factor
from dinoexplorer.ui.morph.curves import samples

_SIDE, _MARGIN = 200, 12
_LOWEST, _HIGHEST = -0.5, 1.5
_REACH = 14.0
_STEP = 0.02
Handles = tuple[float, float, float, float]
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class BezierField(QWidget):
    """Time goes to the right, the way upwards. Drag the handles, or move one by the arrows; Space takes the other."""

    drawn = Signal(str)  # "bezier(0.25, 0.1, 0.25, 1)", when a hand lets go

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(_SIDE, _SIDE)
        self.setAccessibleName("Curve")
        self._handles: Handles = (0.25, 0.1, 0.25, 1.0)
        self._held = 0
        self._dragging = False
        self._describe()

    @property
    def easing(self) -> str:
        """The curve as the timeline writes it."""
        return spelled("bezier", self._handles)

    def set_easing(self, text: str) -> None:
        """Show the handles of an easing; one that is no Bezier leaves them as they are."""
        try:
            name, numbers = read_name(text, "easing")
        except MorphError:
            return
        if name == "bezier":
            given = (*numbers, *easing_named(name).defaults[len(numbers) :])
            self._handles = (given[0], given[1], given[2], given[3])
            self._describe()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, accent = palette.color(QPalette.ColorRole.Mid), palette.color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(line, 1))
        painter.drawRect(QRectF(self._point(0, 1), self._point(1, 0)))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
        values = samples(self.easing)
        points = [self._point(number / (len(values) - 1), value) for number, value in enumerate(values)]
        painter.drawPolyline(points)
        for number, (corner, handle) in enumerate(
            ((self._point(0, 0), self._handle(0)), (self._point(1, 1), self._handle(1)))
        ):
            painter.setPen(QPen(accent, 1))
            painter.drawLine(corner, handle)
            ringed = number == self._held and self.hasFocus()
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text if ringed else QPalette.ColorRole.Base), 2))
            painter.setBrush(accent)
            painter.drawEllipse(handle, 6, 6)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        far = [(self._handle(number) - event.position()).manhattanLength() for number in (0, 1)]
        self._held = int(far[1] < far[0])
        self._dragging = min(far) < _REACH
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            room = _SIDE - 2 * _MARGIN
            x = (event.position().x() - _MARGIN) / room
            y = _HIGHEST - (event.position().y() - _MARGIN) / room * (_HIGHEST - _LOWEST)
            self._put(x, y)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self.drawn.emit(self.easing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._held = 1 - self._held
            self._describe()
        elif key in _ARROWS:
            by, x, y = _STEP * step_factor(event), *self._handles[2 * self._held : 2 * self._held + 2]
            self._put(x + by * _ARROWS[key][0], y + by * _ARROWS[key][1])
            self.drawn.emit(self.easing)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _put(self, x: float, y: float) -> None:
        x, y = round(min(max(x, 0.0), 1.0), 3), round(min(max(y, _LOWEST), _HIGHEST), 3)
        first, second = self._handles[:2], self._handles[2:]
        self._handles = (*first, x, y) if self._held else (x, y, *second)
        self._describe()

    def _handle(self, number: int) -> QPointF:
        return self._point(self._handles[2 * number], self._handles[2 * number + 1])

    def _point(self, x: float, y: float) -> QPointF:
        room = _SIDE - 2 * _MARGIN
        return QPointF(_MARGIN + x * room, _MARGIN + (_HIGHEST - y) / (_HIGHEST - _LOWEST) * room)

    def _describe(self) -> None:
        x, y = self._handles[2 * self._held : 2 * self._held + 2]
        self.setAccessibleDescription(f"{'Second' if self._held else 'First'} handle at {x:g}, {y:g}")
        self.setToolTip("Drag the handles; the arrows move one, Space takes the other.")
        self.update()
