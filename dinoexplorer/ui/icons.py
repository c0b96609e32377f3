"""Line icons of one family: SVG files recoloured when they are loaded, each look drawn once."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dinoexplorer.resources import resource_path

SIZE = 16
_SCALES = (1, 2, 3)


def icon(
    name: str, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText, *, gap: int = 0
) -> QIcon:
    """The icon ``name`` in the palette's colour for ``role``, sharp up to 300 %, with air of ``gap`` on its right."""
    normal, disabled = colours(palette, role)
    return _icon(name, normal, disabled, gap)


def colours(palette: QPalette, role: QPalette.ColorRole) -> tuple[int, int]:
    """What an icon's look depends on: its colours when enabled and when disabled, as numbers."""
    groups = (QPalette.ColorGroup.Normal, QPalette.ColorGroup.Disabled)
    normal, disabled = (palette.color(group, role).rgba() for group in groups)
    return normal, disabled


def picture(name: str, colour: QColor, size: int = SIZE, scale: float = 1.0, *, gap: int = 0) -> QPixmap:
    """The icon as a pixmap of ``size`` device-independent pixels, ``gap`` wider on its right."""
    return _picture(name, colour.rgba(), size, scale, gap)


@lru_cache(maxsize=256)
def _icon(name: str, normal: int, disabled: int, gap: int) -> QIcon:
    result = QIcon()
    for rgba, mode in ((normal, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
        for scale in _SCALES:
            result.addPixmap(_picture(name, rgba, SIZE, scale, gap), mode)
    return result


@lru_cache(maxsize=1024)
def _picture(name: str, rgba: int, size: int, scale: float, gap: int) -> QPixmap:
    pixmap = QPixmap(round((size + gap) * scale), round(size * scale))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    svg = _source(name).replace("#000", QColor.fromRgba(rgba).name())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def application_icon() -> QIcon:
    """The dinosaur of the house."""
    result = QIcon()
    renderer = QSvgRenderer(QByteArray(_source("dinoexplorer").encode()))
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        result.addPixmap(pixmap)
    return result


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
