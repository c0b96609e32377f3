"""The whole map in a corner while a part of it is seen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.latent_map_view.points_layer import PointsLayer
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, home_view

SIDE = 104
_LEAST_ZOOM = 1.6  # beyond the whole map, from which it is shown
_LEAST_MARK = 6.0


class Minimap(QWidget):
    """Shows where the view lies on the whole map; a press or a drag on it moves the view there."""

    moved = Signal(float, float)  # the middle of the view, in map units

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("The whole map")
        self._points: PointsLayer | None = None
        self._view = ViewTransform()
        self._pixmap: QPixmap | None = None
        self._key: tuple[object, ...] = ()
        self.hide()

    def set_points(self, points: PointsLayer | None) -> None:
        """Show another map."""
        self._points, self._pixmap = points, None
        self.hide()

    def forget(self) -> None:
        """Draw the points anew."""
        self._pixmap = None
        self.update()

    def follow(self, view: ViewTransform, home_scale: float) -> None:
        """Show where ``view`` lies, if it does not show the whole map anyway."""
        self._view = view
        roomy = min(self._over.width(), self._over.height()) >= 2 * SIDE
        self.setVisible(self._points is not None and roomy and view.scale > _LEAST_ZOOM * home_scale)
        self.move(self._over.width() - SIDE - 8, 8)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._points is None:
            return
        painter, palette, ratio = QPainter(self), self.palette(), self.devicePixelRatioF()
        whole = home_view(self._points.scene, SIDE, SIDE)
        if self._pixmap is None or self._key != (palette.cacheKey(), ratio):
            self._key = (palette.cacheKey(), ratio)
            self._pixmap = self._points.overview(whole, palette, ratio)
        painter.drawPixmap(0, 0, self._pixmap)
        corner = whole.to_screen(*self._view.to_map(QPointF(0, 0)))
        width, height = (size * whole.scale / self._view.scale for size in (self._view.width, self._view.height))
        mark = QRectF(corner.x(), corner.y(), width, height)
        grow = (max(_LEAST_MARK - width, 0) / 2, max(_LEAST_MARK - height, 0) / 2)
        mark.adjust(-grow[0], -grow[1], grow[0], grow[1])
        accent = QColor(palette.color(QPalette.ColorRole.Accent))
        painter.setPen(QPen(accent, 1.5))
        accent.setAlpha(50)
        painter.setBrush(accent)
        painter.drawRect(mark)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _go(self, event: QMouseEvent) -> None:
        if self._points is not None:
            self.moved.emit(*home_view(self._points.scene, SIDE, SIDE).to_map(event.position()))
        event.accept()
