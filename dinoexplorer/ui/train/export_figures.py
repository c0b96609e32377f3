"""Figures in files, dark on white as on paper: PNG at twice the size, or SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, QSizeF
from PySide6.QtGui import QFont, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgGenerator

from dinoexplorer.ui.colours import LIGHT
from dinoexplorer.ui.theme import make_palette
from training.files import replace_file

SCALE = 2
KINDS = {"png": "PNG picture", "svg": "SVG drawing"}


class Figure(Protocol):
    """What can be painted at any size."""

    @property
    def title(self) -> str: ...

    def size(self) -> QSizeF:
        """The size in a file."""

    def paint(self, painter: QPainter, area: QRectF, palette: QPalette, scale: float = 1.0, /) -> None:
        """Paint everything but the ground."""


def as_png(figure: Figure) -> bytes:
    """The figure as picture."""
    size = figure.size().toSize()
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    _paint(figure, QPainter(image), size, SCALE)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, PySide6 takes text
    return bytes(buffer.data().data())


def as_svg(figure: Figure) -> bytes:
    """The figure as drawing; pictures in it are as sharp as in the PNG."""
    size, buffer, generator = figure.size().toSize(), QBuffer(), QSvgGenerator()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(figure.title)
    _paint(figure, QPainter(generator), size, 1)
    return bytes(buffer.data().data())


def write_figure(figure: Figure, path: Path) -> Path:
    """Write a figure, as PNG or SVG by the name of the file, whole or not at all.

    Takes its time, so not for the window's thread.
    """
    content = as_svg(figure) if path.suffix.lower() == ".svg" else as_png(figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as file:
        file.write(content)
    return path


def _paint(figure: Figure, painter: QPainter, size: QSize, scale: int) -> None:
    palette, area = make_palette(LIGHT), QRectF(0, 0, size.width(), size.height())
    painter.scale(scale, scale)
    painter.setFont(QFont())
    painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
    figure.paint(painter, area, palette, float(SCALE))
    painter.end()
