"""A picture with what is painted over it, and where the brush is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.brush.brush import Brush
from dinoexplorer.ui.brush.coverage import Box, Place
from dinoexplorer.ui.brush.sheet import Sheet
from dinoexplorer.ui.brush.veil import Veil
from dinoexplorer.ui.dataset.pixels import image_of

MARGIN = 4  # logical pixels around the picture, for the frame of the focus


class PaintedPicture(QWidget):
    """Shows its own picture as large as it fits, or lies over one that somebody else shows at ``place``."""

    def __init__(
        self, sheet: Sheet, parent: QWidget | None = None, *, place: Callable[[], QRectF] | None = None
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._picture = QImage()
        self._smooth = True
        self._opacity = 1.0
        self._hovered = False
        self._brush, self._veil = Brush(sheet), Veil(sheet)
        self._others: tuple[Veil, ...] = ()
        self._ringed = QRectF()  # where the brush was painted last
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def sheet(self) -> Sheet:
        """What is painted on."""
        return self._brush.sheet

    @property
    def scale(self) -> float:
        """How many logical pixels of the screen a pixel of the picture is wide."""
        return self.area().width() / self.sheet.shape[1]

    def show_picture(self, picture: ByteArray | None) -> None:
        """Show a picture ``(h, w, 3)`` of any size below the sheet; None for none."""
        self._picture = QImage() if picture is None else image_of(picture)
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Show the picture smoothly, or every pixel of it as a square."""
        self._smooth = smooth
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """Show what is painted more or less faintly, 0 to 1; 1 at first."""
        self._opacity = opacity
        self.update()

    def area(self) -> QRectF:
        """Where the picture lies in this widget."""
        if self._place is not None:
            return self._place()
        height, width = self.sheet.shape
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        size = QSize(width, height).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        return QRectF(left, top, max(size.width(), 1), max(size.height(), 1))

    def to_picture(self, at: QPointF) -> Place:
        """The place in the picture that lies there in this widget; it may be outside."""
        area, (height, width) = self.area(), self.sheet.shape
        return (at.x() - area.left()) * width / area.width(), (at.y() - area.top()) * height / area.height()

    def to_screen(self, place: Place) -> QPointF:
        """Where a place of the picture lies in this widget."""
        area, (height, width) = self.area(), self.sheet.shape
        return QPointF(area.left() + place[0] * area.width() / width, area.top() + place[1] * area.height() / height)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        if not self._picture.isNull():
            painter.drawImage(area, self._picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.setOpacity(self._opacity)
        for veil in (*self._others, self._veil):
            veil.paint(painter, area, self.devicePixelRatioF())
        painter.setOpacity(1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isEnabled() and (self._hovered or self.hasFocus()):
            self._paint_brush(painter, area)
        if self.hasFocus() and self._place is None:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2), 3, 3)
        painter.end()

    def _paint_brush(self, painter: QPainter, area: QRectF) -> None:
        """A ring, or the rectangle that is being drawn; dark and light, to be seen on every picture."""
        self._ringed = ring = self._brush_area()
        painter.save()
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 190), 3.0), (QColor(255, 255, 255), 1.25)):
            painter.setPen(QPen(colour, width))
            if self._brush.corner is not None:
                painter.drawRect(ring)
            else:
                painter.drawEllipse(ring)
                painter.drawPoint(ring.center())
        painter.restore()

    def _update_painted(self, box: Box) -> None:
        """Paint anew what has changed and where the brush was and is, which on a large screen is quicker than all."""
        if not box.empty:
            self._veil.refresh(box)
            corners = (self.to_screen((box.left, box.top)), self.to_screen((box.right, box.bottom)))
            self._update_around(QRectF(*corners))
        self._update_around(self._ringed)
        self._update_around(self._brush_area())

    def _brush_area(self) -> QRectF:
        """What shows the brush, or the rectangle that is being drawn."""
        at, radius = self.to_screen(self._brush.place), max(self._brush.radius * self.scale, 2.0)
        if self._brush.corner is not None:
            return QRectF(self.to_screen(self._brush.corner), at).normalized()
        return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)

    def _update_around(self, area: QRectF) -> None:
        self.update(area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).toAlignedRect())
