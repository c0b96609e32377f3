"""Easings and paths in words and as small drawn curves."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap

from dinoexplorer.morph.easings import easing_named, find_easing
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.paths import path_named
from dinoexplorer.morph.spelling import read_name

_SAMPLES = 32
_ICON = 20
_SCALES = (1, 2, 3)


def easing_title(text: str) -> str:
    """An easing as the window calls it; one that is not known as it is written."""
    try:
        return easing_named(read_name(text, "easing")[0]).title
    except MorphError:
        return text


def path_title(text: str) -> str:
    """A path as the window calls it; one that is not known as it is written."""
    try:
        return path_named(read_name(text, "path")[0]).title
    except MorphError:
        return text


@lru_cache(maxsize=256)
def samples(easing: str) -> tuple[float, ...]:
    """The curve at evenly spaced times; a straight line where the easing is not known."""
    try:
        curve = find_easing(easing)
    except MorphError:
        return (0.0, 1.0)
    return tuple(curve(number / _SAMPLES) for number in range(_SAMPLES + 1))


def outline(easing: str, box: QRectF) -> QPainterPath:
    """The curve drawn from the lower left corner to the upper right one; swings beyond are drawn to scale."""
    values = samples(easing)
    low, high = min(0.0, *values), max(1.0, *values)
    path = QPainterPath()
    for number, value in enumerate(values):
        share = (value - low) / (high - low)
        point = QPointF(box.left() + box.width() * number / (len(values) - 1), box.bottom() - box.height() * share)
        if number:
            path.lineTo(point)
        else:
            path.moveTo(point)
    return path


def curve_icon(easing: str, palette: QPalette) -> QIcon:
    """The curve as a small picture for a menu."""
    icon = QIcon()
    for scale in _SCALES:
        icon.addPixmap(_pixmap(easing, palette.color(QPalette.ColorRole.Text).rgba(), scale))
    return icon


@lru_cache(maxsize=256)
def _pixmap(easing: str, rgba: int, scale: int) -> QPixmap:
    pixmap = QPixmap(_ICON * scale, _ICON * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(scale)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), 1.5))
    painter.drawPath(outline(easing, QRectF(2.5, 3.5, _ICON - 5, _ICON - 7)))
    painter.end()
    return pixmap
