"""What lies over the points: the grid, the walked path, and the ring that says "you are here"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF, QRadialGradient

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform

RING = 9.0
_FADE_STEPS = 6


@dataclass(frozen=True, slots=True)
class Marker:
    """The place where we stand; hollow when the code itself has no exact place on this map.

    ``doubt`` in [0, 1] widens the halo: how much the way back had to guess, and how far away the data are.
    """

    x: float
    y: float
    approximate: bool
    doubt: float


def paint_grid(painter: QPainter, view: ViewTransform, palette: QPalette) -> None:
    """Quiet lines at round numbers, the axes a little stronger; on the plain ground."""
    step = _round_step(90 / view.scale)
    # Opaque rectangles: Qt fills them at once, while it shares a line that shines through out among threads (6.11), and
    # waiting for those took longer than all points together.
    ground, line = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Mid)
    line, axis = (_over(ground, line, alpha / 255) for alpha in (90, 220))
    left, top = view.to_map(QPointF(0, 0))
    right, bottom = view.to_map(QPointF(view.width, view.height))
    for number in range(math.ceil(left / step), math.floor(right / step) + 1):
        x = view.to_screen(number * step, 0).x()
        painter.fillRect(QRectF(x - 0.5, 0, 1, view.height), axis if number == 0 else line)
    for number in range(math.ceil(bottom / step), math.floor(top / step) + 1):
        y = view.to_screen(0, number * step).y()
        painter.fillRect(QRectF(0, y - 0.5, view.width, 1), axis if number == 0 else line)


def paint_path(painter: QPainter, view: ViewTransform, path: list[tuple[float, float]], palette: QPalette) -> None:
    """The way we came, fading towards its beginning; long jumps are not drawn."""
    if len(path) < 2:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(palette.color(QPalette.ColorRole.Text))
    points = [view.to_screen(x, y) for x, y in path]
    longest = max(view.width, view.height) * 0.15
    segments = [QLineF(first, second) for first, second in pairwise(points)]
    length = -(-len(segments) // _FADE_STEPS)
    for start in range(0, len(segments), length):  # one call a shade: a call a segment took longer than the points
        colour.setAlphaF(0.7 * min(start + length, len(segments)) / len(segments))
        painter.setPen(QPen(colour, 0))  # a hair line, which Qt draws many times faster than a wide one
        painter.drawLines([segment for segment in segments[start : start + length] if segment.length() <= longest])


def paint_course(painter: QPainter, view: ViewTransform, places: FloatArray, palette: QPalette) -> None:
    """The way of a film through places ``(n, 2)``: a line in the accent colour over a rim of the ground."""
    if len(places) < 2:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QPolygonF([QPointF(x, y) for x, y in view.all_to_screen(places).tolist()])
    rim, accent = QColor(palette.color(QPalette.ColorRole.Base)), palette.color(QPalette.ColorRole.Accent)
    rim.setAlpha(170)
    for colour, width in ((rim, 3.5), (accent, 1.5)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(line)


def paint_marker(painter: QPainter, view: ViewTransform, marker: Marker, palette: QPalette) -> None:
    """A ring with four ticks in the accent colour over a rim of the ground, and a halo as wide as the doubt."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = view.to_screen(marker.x, marker.y)
    accent = QColor(palette.color(QPalette.ColorRole.Accent))
    if not QRectF(0, 0, view.width, view.height).contains(centre):
        _paint_pointer(painter, view, centre, accent)
        return
    halo = RING + 6 + 26 * marker.doubt
    _paint_halo(painter, centre, halo, accent, 0.30)
    rim = QColor(palette.color(QPalette.ColorRole.Base))
    rim.setAlpha(230)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ticks = [
        QLineF(centre + QPointF(dx, dy) * (RING - 1), centre + QPointF(dx, dy) * (RING + 5))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    for colour, width in ((rim, 5.0), (accent, 2.25)):
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(ticks)
        if marker.approximate and colour == accent:
            pen.setDashPattern([1.6, 1.8])
            painter.setPen(pen)
        painter.drawEllipse(centre, RING, RING)
    if not marker.approximate:
        painter.setPen(QPen(rim, 1.5))
        painter.setBrush(accent)
        painter.drawEllipse(centre, 3.0, 3.0)


def paint_glow(painter: QPainter, view: ViewTransform, phase: float, palette: QPalette) -> None:
    """The soft glow over the map at the first start, breathing with ``phase`` in [0, 1]."""
    accent = QColor(palette.color(QPalette.ColorRole.Accent))
    strength = 0.10 + 0.08 * (0.5 - 0.5 * math.cos(2 * math.pi * phase))
    _paint_halo(
        painter, QPointF(view.width / 2, view.height / 2), 0.62 * max(view.width, view.height), accent, strength
    )


def _paint_pointer(painter: QPainter, view: ViewTransform, towards: QPointF, accent: QColor) -> None:
    """A wedge at the border that points to a marker outside the view."""
    middle = QPointF(view.width / 2, view.height / 2)
    way = towards - middle
    share = min(
        (view.width / 2 - RING) / max(abs(way.x()), 1e-9),
        (view.height / 2 - RING) / max(abs(way.y()), 1e-9),
    )
    length = math.hypot(way.x(), way.y())
    along, tip = way / length, middle + way * share
    across = QPointF(-along.y(), along.x())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawPolygon(QPolygonF([tip + along * 6, tip - along * 5 + across * 6, tip - along * 5 - across * 6]))


def _paint_halo(painter: QPainter, centre: QPointF, radius: float, colour: QColor, strength: float) -> None:
    gradient = QRadialGradient(centre, radius)
    inner, outer = QColor(colour), QColor(colour)
    inner.setAlphaF(strength)
    outer.setAlphaF(0)
    gradient.setColorAt(0, inner)
    gradient.setColorAt(1, outer)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawEllipse(centre, radius, radius)


def _over(ground: QColor, colour: QColor, opacity: float) -> QColor:
    """What is seen of a colour that shines through on a plain ground."""
    return QColor.fromRgbF(
        ground.redF() + (colour.redF() - ground.redF()) * opacity,
        ground.greenF() + (colour.greenF() - ground.greenF()) * opacity,
        ground.blueF() + (colour.blueF() - ground.blueF()) * opacity,
    )


def _round_step(at_least: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(at_least, 1e-12)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= at_least * 0.999)
