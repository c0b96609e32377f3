"""A check box for one metric: with the mark of its curve, a clear outline in both themes, and its name cut to fit."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QWidget

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape
from dinoexplorer.ui.texts import as_tool_tip, elided

_BOX, _GAP, _MARK = 13.0, 6, 10
_TICK = ((0.22, 0.52), (0.42, 0.72), (0.8, 0.3))


class MetricBox(QCheckBox):
    """Checked, it shows the colour and shape of its curve."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._label = name.rpartition("/")[2].replace("_", " ")
        self._slot = -1
        self.setAccessibleName(f"Draw {name}")
        self.setToolTip(as_tool_tip(name))
        self.setFixedHeight(self.fontMetrics().height() + 8)

    def set_slot(self, slot: int) -> None:
        """The number that decides colour and shape; -1 for a curve that is not drawn."""
        self._slot = slot
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._text_left() + self.fontMetrics().horizontalAdvance(self._label) + 6, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._text_left() + 24, self.height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        box = QRectF(3, middle - _BOX / 2, _BOX, _BOX)
        accent = palette.color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent if self.isChecked() else palette.color(QPalette.ColorRole.PlaceholderText), 1.2))
        painter.setBrush(accent if self.isChecked() else palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 3, 3)
        if self.isChecked():
            tick = QPolygonF([box.topLeft() + QPointF(x, y) * _BOX for x, y in _TICK])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.HighlightedText), 1.7))
            painter.drawPolyline(tick)
        if self._slot >= 0:
            centre = QPointF(box.right() + _GAP + _MARK / 2, middle)
            draw_shape(painter, self._slot, centre, 4.2, class_colour(self._slot, dark=is_dark(palette)))
        left = self._text_left()
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        text = elided(self._label, self.fontMetrics(), self.width() - left)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus():
            painter.setPen(QPen(accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.end()

    def _text_left(self) -> int:
        return int(3 + _BOX + 2 * _GAP + _MARK)
