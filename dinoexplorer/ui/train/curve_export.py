"""The course of a run as a figure in a file: PNG at twice the size of the screen, or SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgGenerator

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape
from dinoexplorer.ui.train.curve_plot import CurvePlot
from training.files import replace_file

_SCALE, _MARGIN = 2, 12


def as_image(plot: CurvePlot, title: str, legend: Mapping[str, int]) -> QImage:
    """The plot as it is seen, under its title and legend."""
    size = _size(plot, legend)
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    image.fill(plot.palette().color(QPalette.ColorRole.Base))
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    _paint(painter, plot, title, legend)
    painter.end()
    return image


def as_svg(plot: CurvePlot, title: str, legend: Mapping[str, int]) -> bytes:
    """The same as scalable drawing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size = _size(plot, legend)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), plot.palette().color(QPalette.ColorRole.Base))
    _paint(painter, plot, title, legend)
    painter.end()
    return bytes(buffer.data().data())


def write_figure(figure: QImage | bytes, path: Path) -> Path:
    """Write what `as_image` or `as_svg` made, whole or not at all; takes its time, so not for the window's thread."""
    if isinstance(figure, QImage):
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        figure.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, PySide6 takes text
        figure = bytes(buffer.data().data())
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as file:
        file.write(figure)
    return path


def _size(plot: CurvePlot, legend: Mapping[str, int]) -> QSize:
    return QSize(plot.viewport().width(), plot.viewport().height() + _head(plot, legend))


def _head(plot: CurvePlot, legend: Mapping[str, int]) -> int:
    line: int = plot.fontMetrics().height() + 4
    return line * (1 + len(_lines(plot, legend))) + _MARGIN


def _lines(plot: CurvePlot, legend: Mapping[str, int]) -> list[list[str]]:
    """The names of the legend in as many lines as the width needs."""
    lines: list[list[str]] = [[]]
    x = _MARGIN
    for name in legend:
        width = plot.fontMetrics().horizontalAdvance(name) + 32
        if lines[-1] and x + width > plot.viewport().width() - _MARGIN:
            lines.append([])
            x = _MARGIN
        lines[-1].append(name)
        x += width
    return lines


def _paint(painter: QPainter, plot: CurvePlot, title: str, legend: Mapping[str, int]) -> None:
    palette, metrics = plot.palette(), plot.fontMetrics()
    line = metrics.height() + 4
    painter.setFont(plot.font())
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawText(QPointF(_MARGIN, _MARGIN + metrics.ascent()), title)
    for row, names in enumerate(_lines(plot, legend)):
        x, y = float(_MARGIN), _MARGIN + (row + 1) * line + metrics.ascent()
        for name in names:
            centre = QPointF(x + 5, y - metrics.ascent() / 2 + 1)
            draw_shape(painter, legend[name], centre, 4.2, class_colour(legend[name], dark=is_dark(palette)))
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawText(QPointF(x + 14, y), name)
            x += metrics.horizontalAdvance(name) + 32
    size = plot.viewport().size()
    plot.render_figure(painter, QRectF(0, _head(plot, legend), size.width(), size.height()))
