"""A box to tick, drawn like our icons: Fusion's own is hardly seen on a dark ground."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox

_SIDE, _GAP, _AIR = 16, 8, 4


class TickBox(QCheckBox):
    """A check box in the colours of the theme, with its text beside it."""

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        text = metrics.horizontalAdvance(self.text()) + _GAP if self.text() else 0
        return QSize(_SIDE + text + 2 * _AIR, max(_SIDE, metrics.height()) + 2 * _AIR)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, role = self.palette(), QPalette.ColorRole
        enabled = self.isEnabled()
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        painter = QPainter(self)
        place = QPointF(_AIR, (self.height() - _SIDE) / 2)
        draw_tick(painter, place, palette, on=self.isChecked(), enabled=enabled, wrong=bool(self.property("wrong")))
        painter.setPen(palette.color(group, role.WindowText))
        painter.drawText(self.rect().adjusted(_AIR + _SIDE + _GAP, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(palette.color(role.Accent)), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()


def draw_tick(
    painter: QPainter, place: QPointF, palette: QPalette, *, on: bool, enabled: bool = True, wrong: bool = False
) -> None:
    """A box of 16 pixels with its upper left corner there, ticked or not."""
    role = QPalette.ColorRole
    group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
    box = QRectF(place.x() + 0.5, place.y() + 0.5, _SIDE - 1, _SIDE - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = palette.color(role.BrightText if wrong else role.Accent if on else role.PlaceholderText)
    painter.setPen(QPen(frame if enabled else palette.color(role.Mid), 1))
    painter.setBrush(palette.color(role.Accent) if on and enabled else palette.color(role.Window))
    painter.drawRoundedRect(box, 4, 4)
    if on:
        colour = palette.color(group, role.HighlightedText)
        painter.setPen(QPen(colour, 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        left, top = box.left(), box.top()
        painter.drawPolyline(
            [QPointF(left + 3.5, top + 8), QPointF(left + 6.5, top + 11), QPointF(left + 11.5, top + 4.5)]
        )
