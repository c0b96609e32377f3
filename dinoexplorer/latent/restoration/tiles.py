"""A large picture as tiles of the size that a model takes, and the seamless way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import ByteArray

_OVERLAP = 0.25  # of a tile's side at least: there, neighbours fade into each other


@dataclass(frozen=True, slots=True)
class Tiling:
    """Where the tiles of a picture of ``height`` x ``width`` pixels lie.

    Attributes
    ----------
    side : int
        Of a tile.
    rows, columns : tuple of int
        The upper and left edges; the last tile ends with the picture.
    """

    height: int
    width: int
    side: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def places(self) -> list[tuple[int, int]]:
        """Upper and left edge of each tile, row by row."""
        return [(top, left) for top in self.rows for left in self.columns]


def tiling(height: int, width: int, side: int) -> Tiling:
    """The fewest tiles that cover a picture and overlap by a quarter; it has at least ``side`` pixels each way."""
    return Tiling(height, width, side, _edges(height, side), _edges(width, side))


def feathered(side: int) -> NDArray[np.float32]:
    """Weights ``(side, side)`` of a tile's pixels: a raised cosine that is small at the rim and never 0."""
    rise = max(round(_OVERLAP * side), 1)
    along = np.minimum(np.arange(side), np.arange(side)[::-1])
    weights = 0.5 - 0.5 * np.cos(np.pi * np.clip((along + 0.5) / rise, 0, 1))
    return np.maximum(np.outer(weights, weights), 1e-4).astype(np.float32)


class Mosaic:
    """A picture that is put together of tiles, in any order."""

    def __init__(self, tiles: Tiling) -> None:
        self._tiles, self._weights = tiles, feathered(tiles.side)
        self._sum = np.zeros((tiles.height, tiles.width, 3), np.float32)
        self._weight = np.zeros((tiles.height, tiles.width, 1), np.float32)

    def lay(self, tile: ByteArray, top: int, left: int) -> None:
        """Lay one tile ``(side, side, 3)``."""
        part = np.s_[top : top + self._tiles.side, left : left + self._tiles.side]
        self._sum[part] += tile * self._weights[..., None]
        self._weight[part] += self._weights[..., None]

    def picture(self) -> ByteArray:
        """What has been laid, ``(h, w, 3)``; black where nothing was."""
        return np.asarray(np.round(self._sum / np.maximum(self._weight, 1e-6)), np.uint8)


def _edges(length: int, side: int) -> tuple[int, ...]:
    stride = max(side - max(round(_OVERLAP * side), 1), 1)
    count = 1 + -(-max(length - side, 0) // stride)
    return tuple(int(edge) for edge in np.linspace(0, length - side, count).round())
