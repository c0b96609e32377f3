"""Points on their way from one map to another of the same images."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QPainter, QPalette

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.ui.colours import is_dark
from dinoexplorer.ui.latent_map_view.marker import paint_grid
from dinoexplorer.ui.latent_map_view.points_layer import POINT_LIMIT, PointsLayer, mark_radius
from dinoexplorer.ui.latent_map_view.sprites import draw_points
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform


class Travel(QObject):
    """Moves the points straight to their new places on the screen."""

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._starts: FloatArray | None = None
        self._marker_start: QPointF | None = None
        self._motion = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._motion.valueChanged.connect(self._on_motion)

    @property
    def active(self) -> bool:
        """Whether points are on their way."""
        return self._starts is not None

    def begin(self, starts: FloatArray, marker_start: QPointF | None, duration: int) -> None:
        """Set out from ``starts (n, 2)``, pixels in the order of the new map's index, for so many milliseconds."""
        self.end()
        self._starts, self._marker_start = starts, marker_start
        self._motion.setDuration(duration)
        self._motion.start()

    def end(self) -> None:
        """Be there."""
        self._starts = self._marker_start = None
        self._motion.stop()

    def paint(
        self, painter: QPainter, points: PointsLayer, view: ViewTransform, palette: QPalette, *, ratio: float
    ) -> None:
        """Paint the ground and the points where they are now; ``ratio`` is the device pixel ratio."""
        if self._starts is None:
            return
        ends = view.all_to_screen(points.scene.index.xy)
        between = self._starts + self._share() * (ends - self._starts)
        screen = np.where(np.isfinite(between), between, ends).astype(np.float32)
        tones = points.colouring.tones
        if points.shown is not None:
            screen, tones = screen[points.shown], tones[points.shown]
        painter.fillRect(0, 0, view.width, view.height, palette.color(QPalette.ColorRole.Base))
        paint_grid(painter, view, palette)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)  # in device pixels, or each mark would be scaled
        radius = mark_radius(view, len(screen)) * ratio
        draw_points(painter, screen * np.float32(ratio), tones, points.colouring, radius, dark=is_dark(palette))
        painter.restore()

    def carried(self, end: QPointF) -> QPointF:
        """Where a marker is now that will be at ``end``."""
        if self._marker_start is None:
            return end
        return self._marker_start + (end - self._marker_start) * self._share()

    def _share(self) -> float:
        return float(self._motion.currentValue())

    @Slot(object)
    def _on_motion(self, share: float) -> None:
        if share >= 1:
            self.end()
        self.moved.emit()


def starting_places(before: MapScene, after: MapScene, view: ViewTransform) -> FloatArray | None:
    """Where the points of ``after`` are now, as ``before`` is seen: pixels ``(n, 2)`` in the order of its index.

    None where they are other points, or too many to be moved one by one, or where they do not move. A point that had
    no place has NaN.
    """
    one, two = before.map, after.map
    if not 0 < len(one) == len(two) <= POINT_LIMIT or one.classes != two.classes:
        return None
    if not np.array_equal(one.labels, two.labels) or np.array_equal(one.xy, two.xy):
        return None
    screen = np.full((len(one), 2), np.nan, np.float32)
    screen[before.index.order] = view.all_to_screen(before.index.xy)
    return np.asarray(screen[after.index.order])
