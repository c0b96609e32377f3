"""The atlas's tiles in one picture, and drawing those of a view from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion

from dinoexplorer.latent.atlas import Cell, Held, TileSlots, shown_cells
from dinoexplorer.latent.atlas_tiles import Tile
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform

BYTES = 64 * 2**20
_PIXEL = 4  # bytes
_COLUMNS = 64

Edges = NDArray[np.float64]


class Drawing(NamedTuple):
    """A painter in device pixels on which ``view`` is painted at ``ratio`` of them a pixel, over a plain ground."""

    painter: QPainter
    view: ViewTransform
    ratio: float
    ground: QColor

    def edges(self, cells: list[Cell]) -> Edges:
        """Left, top, right, bottom ``(n, 4)`` of cells of one level, on whole pixels, so that neighbours just meet."""
        view, scale = self.view, self.view.scale * self.ratio
        numbers, side = np.array([cell[1:] for cell in cells], np.float64), cells[0].side
        middle = (view.width * self.ratio / 2, view.height * self.ratio / 2)
        left, right = (((numbers[:, 0] + end) * side - view.x) * scale + middle[0] for end in (0, 1))
        bottom, top = (middle[1] - ((numbers[:, 1] + end) * side - view.y) * scale for end in (0, 1))
        return np.asarray(np.floor(np.stack([left, top, right, bottom], axis=1) + 0.5))


class AtlasSheet:
    """Holds tiles of one size, up to 64 MB of them, and draws what shows a view best.

    Parameters
    ----------
    side : int
        Of the tiles, in pixels.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        self.slots = TileSlots(BYTES // (_PIXEL * side * side))
        # Memory that is never written to is never taken from the machine.
        self._pixmap = QPixmap(_COLUMNS * side, -(-self.slots.capacity // _COLUMNS) * side)
        self._veil = QPixmap(1, 1)

    def put(self, tiles: Iterable[Tile]) -> None:
        """Take tiles in."""
        painter = QPainter(self._pixmap)
        for tile in tiles:
            slot = self.slots.put(tile.cell, 0.0 if tile.pixels is None else tile.opacity)
            if tile.pixels is not None:
                row, column = divmod(slot, _COLUMNS)
                pixels = np.ascontiguousarray(tile.pixels)
                image = QImage(pixels.data, self.side, self.side, 3 * self.side, QImage.Format.Format_RGB888)
                painter.drawImage(column * self.side, row * self.side, image)
        painter.end()

    def draw(self, on: Drawing, cells: list[Cell], *, smooth: bool) -> None:
        """Draw cells of one level, and nothing beside them, from their own tiles, else from coarser or finer ones.

        Smooth scaling takes twenty times as long.
        """
        shown = shown_cells(cells, self.slots)
        if not shown:
            return
        self.slots.use(shown)
        on.painter.save()
        on.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        if any(cell.level < cells[0].level for cell in shown):  # a coarser one reaches beyond
            on.painter.setClipRegion(_region(on.edges(cells)))
        for level in sorted({cell.level for cell in shown}):
            self._draw_level(on, [cell for cell in shown if cell.level == level])
        on.painter.restore()

    def _draw_level(self, on: Drawing, cells: list[Cell]) -> None:
        held, edges = [self.slots[cell] for cell in cells], on.edges(cells)
        slots = np.array([tile.slot for tile in held])
        pictures = slots >= 0
        rows, columns = np.divmod(slots[pictures], _COLUMNS)
        _draw(on.painter, self._pixmap, edges[pictures], (columns * self.side, rows * self.side), self.side)
        self._draw_veils(on, edges, held)

    def _draw_veils(self, on: Drawing, edges: Edges, held: list[Held]) -> None:
        """Lay the ground over tiles that are shown faintly or not at all, whatever they cover."""
        opacity = np.array([1 - tile.opacity for tile in held])
        veiled = opacity > 0
        if veiled.any():
            self._veil.fill(on.ground)
            _draw(on.painter, self._veil, edges[veiled], (0, 0), 1, opacity=opacity[veiled])


def _region(edges: Edges) -> QRegion:
    region = QRegion()
    for left, top, right, bottom in edges.astype(int).tolist():
        region += QRect(left, top, right - left, bottom - top)
    return region


def _draw(
    painter: QPainter,
    pixmap: QPixmap,
    edges: Edges,
    corner: tuple[NDArray[np.integer] | int, NDArray[np.integer] | int],
    side: int,
    *,
    opacity: NDArray[np.float64] | float = 1.0,
) -> None:
    """Draw squares of a pixmap, scaled, where ``edges`` says, in one call; see `sprites.draw_tiles`."""
    if len(edges) == 0:
        return
    fragments = np.zeros((len(edges), 10))
    fragments[:, 0:2] = (edges[:, 0:2] + edges[:, 2:4]) / 2
    fragments[:, 2], fragments[:, 3] = corner
    fragments[:, 4:6] = side
    fragments[:, 6:8] = (edges[:, 2:4] - edges[:, 0:2]) / side
    fragments[:, 9] = opacity
    first = shiboken6.Shiboken.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(cast("QPainter.PixmapFragment", first), len(edges), pixmap)
