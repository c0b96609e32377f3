"""The atlas: the plane cut into square cells, each level half as wide as the one before, and which of them are wanted.

A cell's picture is what the code at its centre decodes to. The cells of level 0 are one map unit wide and begin at the
origin, so that a cell keeps its place however the map is looked at; levels may be negative.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Container, Iterable
from typing import NamedTuple

LARGEST = 80.0  # device-independent pixels that a cell covers, at most; half of it at least
_COVER = 2  # levels: how much coarser what is wanted first is, where nothing is shown yet
_COVER_REACH = 3  # levels up to which a coarser picture counts as shown
_REACH = 6  # levels up to which it is shown; beyond, a cell of it is less than a pixel of its picture


class Cell(NamedTuple):
    """A square of the plane; ``row`` counts upwards. Sorted, the coarser ones come first."""

    level: int
    column: int
    row: int

    @property
    def side(self) -> float:
        """In map units."""
        return math.ldexp(1.0, -self.level)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.column + 0.5) * self.side, (self.row + 0.5) * self.side

    def above(self, levels: int = 1) -> Cell:
        """The coarser cell that holds this one."""
        return Cell(self.level - levels, self.column >> levels, self.row >> levels)

    def parts(self) -> tuple[Cell, Cell, Cell, Cell]:
        """The four finer cells of this one."""
        level, column, row = self.level + 1, 2 * self.column, 2 * self.row
        return (
            Cell(level, column, row),
            Cell(level, column + 1, row),
            Cell(level, column, row + 1),
            Cell(level, column + 1, row + 1),
        )


class Region(NamedTuple):
    """A rectangle of the plane, in map units."""

    left: float
    bottom: float
    right: float
    top: float


def cells_of(region: Region, scale: float, most: int) -> list[Cell]:
    """The cells that show a region at ``scale`` pixels a map unit: 40 to 80 pixels wide, wider if they were too many.

    Parameters
    ----------
    most : int
        Cells, at most.
    """
    level = math.ceil(math.log2(scale / LARGEST))
    while True:
        side = math.ldexp(1.0, -level)
        columns = range(math.floor(region.left / side), math.ceil(region.right / side))
        rows = range(math.floor(region.bottom / side), math.ceil(region.top / side))
        if len(columns) * len(rows) <= max(most, 4):  # four cells may meet in the smallest region
            return [Cell(level, column, row) for row in rows for column in columns]
        level -= 1


def missing_cells(cells: Iterable[Cell], held: Container[Cell], towards: tuple[float, float]) -> list[Cell]:
    """Those of ``cells`` that are not held, from the one nearest to a place ``towards`` to the farthest.

    Before them come coarser cells where nothing is shown yet, so that all of the view shows something soon.
    """
    missing = [cell for cell in cells if cell not in held]
    bare = {cell.above(_COVER) for cell in missing if _shown_above(cell, held, _COVER_REACH) is None}

    def away(cell: Cell) -> float:
        x, y = cell.centre
        return math.hypot(x - towards[0], y - towards[1])

    return sorted(bare, key=away) + sorted(missing, key=away)


def shown_cells(cells: Iterable[Cell], held: Container[Cell]) -> list[Cell]:
    """The held cells that show ``cells`` best, the coarser ones first, as they are to be painted.

    For a cell that is not held its nearest coarser one and what there is of its parts.
    """
    shown = set()
    for cell in cells:
        if cell in held:
            shown.add(cell)
            continue
        above = _shown_above(cell, held, _REACH)
        if above is not None:
            shown.add(above)
        shown.update(part for part in cell.parts() if part in held)
    return sorted(shown)


def shown_anew(cells: Iterable[Cell], new: Container[Cell], levels: Iterable[int]) -> list[Cell]:
    """Those of ``cells`` that new tiles may show better; ``levels`` are those of the new tiles."""
    levels = tuple(levels)

    def touched(cell: Cell) -> bool:
        if cell in new:
            return True
        coarser = [cell.level - level for level in levels]
        if any(0 < step <= _REACH and cell.above(step) in new for step in coarser):
            return True
        return -1 in coarser and any(part in new for part in cell.parts())

    return [cell for cell in cells if touched(cell)]


def _shown_above(cell: Cell, held: Container[Cell], reach: int) -> Cell | None:
    for levels in range(1, reach + 1):
        above = cell.above(levels)
        if above in held:
            return above
    return None


class Held(NamedTuple):
    """Where the picture of a cell is kept, and how strongly it is shown in [0, 1]; slot -1 for no picture at all."""

    slot: int
    opacity: float


class TileSlots:
    """Which cells are held, in a fixed number of slots; the least recently used one makes room for a new one."""

    def __init__(self, capacity: int) -> None:
        self.capacity = max(capacity, 1)
        self._held: OrderedDict[Cell, Held] = OrderedDict()
        self._free = list(range(self.capacity - 1, -1, -1))

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, cell: object) -> bool:
        return cell in self._held

    def __getitem__(self, cell: Cell) -> Held:
        return self._held[cell]

    def use(self, cells: Iterable[Cell]) -> None:
        """Take note that these cells, all of them held, are in use: they stay longest."""
        for cell in cells:
            self._held.move_to_end(cell)

    def put(self, cell: Cell, opacity: float) -> int:
        """Hold a cell; the slot for its picture, -1 where ``opacity`` is 0 and there is none to keep."""
        self._forget(cell)
        while len(self._held) >= self.capacity:
            self._forget(next(iter(self._held)))
        slot = self._free.pop() if opacity > 0 else -1
        self._held[cell] = Held(slot, opacity)
        return slot

    def _forget(self, cell: Cell) -> None:
        held = self._held.pop(cell, None)
        if held is not None and held.slot >= 0:
            self._free.append(held.slot)
