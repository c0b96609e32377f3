"""The atlas as it lies on the screen: kept from frame to frame, and sharpened a little with each turn."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap

from dinoexplorer.latent.atlas import Cell, Region, cells_of, shown_anew
from dinoexplorer.latent.atlas_tiles import Tile
from dinoexplorer.ui.latent_map_view.atlas_sheet import AtlasSheet, Drawing
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform

_BORDER = 32  # pixels kept around the view, so that a pan is a blit
_LARGEST_STEP = 8.0  # times, that the old picture is scaled; by more it shows nothing
_AT_ONCE = 60_000  # device pixels scaled smoothly in one turn; some two milliseconds


class AtlasLayer(QObject):
    """Draws the ground and the tiles of a view on it.

    After a change of the view the old picture is scaled, which costs nothing, and cells are drawn only where it does
    not reach; then cell by cell becomes sharp, those nearest to ``towards`` first.
    """

    changed = Signal()  # there is more to paint than was painted last
    looked_at = Signal()  # another part of the plane

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.towards: QPointF | None = None  # the pixel where somebody looks; None for the middle
        self._sheet: AtlasSheet | None = None
        self._pixmap: QPixmap | None = None
        self._spare: QPixmap | None = None  # the one before, to be painted on again: memory that is new costs more
        self._view = ViewTransform()  # what the pixmap shows
        self._key: tuple[object, ...] = ()
        self._look: tuple[object, ...] = ()
        self._ratio, self._ground = 1.0, QColor()
        self._cells: list[Cell] = []
        self._dull: list[Cell] = []  # what is yet to be drawn smoothly
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._on_turn)

    @property
    def cells(self) -> list[Cell]:
        """Those that show what was painted last, and a little around it."""
        return self._cells

    @property
    def working(self) -> bool:
        """Whether something is yet to be painted."""
        return self._turn.isActive()

    def set_sheet(self, sheet: AtlasSheet | None) -> None:
        """Draw from another sheet; None for nothing but the ground."""
        self._sheet, self._pixmap, self._spare = sheet, None, None
        self._cells, self._dull = [], []
        self.changed.emit()

    def add(self, tiles: list[Tile]) -> None:
        """Take tiles in and show them."""
        if self._sheet is None or not tiles:
            return
        self._sheet.put(tiles)
        new = {tile.cell for tile in tiles}
        self._sharpen(shown_anew(self._cells, new, {cell.level for cell in new}))

    def place_towards(self) -> tuple[float, float]:
        """Where somebody looks, in map units."""
        at = self.towards or QPointF(self._view.width / 2, self._view.height / 2)
        return self._view.to_map(at)

    def paint(self, painter: QPainter, view: ViewTransform, palette: QPalette, *, ratio: float) -> None:
        """Paint what ``view`` shows; ``ratio`` is the device pixel ratio."""
        key = (view.scale, view.width, view.height, palette.cacheKey(), ratio)
        offset = self._offset(view)
        if self._pixmap is None or key != self._key or max(abs(offset.x()), abs(offset.y())) > _BORDER:
            self._pixmap = self._rendered(view, palette, ratio)
            self._key, offset = key, self._offset(view)
            self.looked_at.emit()
        self._pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(offset - QPointF(_BORDER, _BORDER), self._pixmap)
        self._pixmap.setDevicePixelRatio(1)

    def _offset(self, view: ViewTransform) -> QPointF:
        return QPointF((self._view.x - view.x) * view.scale, (view.y - self._view.y) * view.scale)

    def _rendered(self, view: ViewTransform, palette: QPalette, ratio: float) -> QPixmap:
        look, before = (palette.cacheKey(), ratio), self._view
        old = self._pixmap if look == self._look else None
        panned = old is not None and before == replace(view, x=before.x, y=before.y)
        if panned:  # by whole pixels, so that what is sharp stays so
            away = self._offset(view)
            x, y = (round(value * ratio) / ratio for value in (away.x(), away.y()))
            view = replace(view, x=before.x - x / view.scale, y=before.y + y / view.scale)
        self._look, self._view = look, view
        self._ratio, self._ground = ratio, palette.color(QPalette.ColorRole.Base)
        wide = _widened(view)
        size = QSize(max(round(wide.width * ratio), 1), max(round(wide.height * ratio), 1))
        pixmap = self._spare if self._spare is not None and self._spare.size() == size else QPixmap(size)
        self._spare = self._pixmap
        on = Drawing(QPainter(pixmap), wide, ratio, self._ground)
        kept = QRectF()
        if old is not None and 1 / _LARGEST_STEP <= view.scale / before.scale <= _LARGEST_STEP:
            kept = _place_of(_widened(before), wide, ratio)
        if not kept.contains(QRectF(pixmap.rect())):
            on.painter.fillRect(pixmap.rect(), self._ground)
        if not kept.isEmpty() and old is not None:
            on.painter.drawPixmap(kept, old, QRectF(old.rect()))
        self._draw_beside(on, kept, panned=panned)
        on.painter.end()
        return pixmap

    def _draw_beside(self, on: Drawing, kept: QRectF, *, panned: bool) -> None:
        """Draw the cells that reach beyond ``kept``; have them sharpened, and those within where they were scaled."""
        if self._sheet is None:
            return
        (left, top), (right, bottom) = (on.view.to_map(corner) for corner in _corners(on.view))
        region = Region(left, bottom, right, top)
        self._cells = cells_of(region, on.view.scale, self._sheet.slots.capacity // 2)
        fresh = self._cells
        if fresh and not kept.isEmpty():
            edges = on.edges(fresh)
            inside = (edges[:, :2] >= (kept.left(), kept.top())).all(axis=1)
            inside &= (edges[:, 2:] <= (kept.right(), kept.bottom())).all(axis=1)
            fresh = [fresh[number] for number in np.flatnonzero(~inside)]
        if fresh:
            self._sheet.draw(on, fresh, smooth=False)
        self._sharpen(fresh if panned else self._cells)

    def _sharpen(self, cells: list[Cell]) -> None:
        """Draw these smoothly in the next turns, and what was to be drawn before."""
        x, y = self.place_towards()
        seen = set(self._cells)
        dull = {cell for cell in (*cells, *self._dull) if cell in seen}
        self._dull = sorted(dull, key=lambda cell: math.hypot(cell.centre[0] - x, cell.centre[1] - y))
        if self._dull and not self._turn.isActive():
            self._turn.start()

    @Slot()
    def _on_turn(self) -> None:
        if self._sheet is None or self._pixmap is None or not self._dull:
            return
        side = self._dull[0].side * self._view.scale * self._ratio
        count = max(int(_AT_ONCE / side**2), 1)
        some, self._dull = self._dull[:count], self._dull[count:]
        on = Drawing(QPainter(self._pixmap), _widened(self._view), self._ratio, self._ground)
        self._sheet.draw(on, some, smooth=True)
        on.painter.end()
        if self._dull:
            self._turn.start()
        self.changed.emit()


def _widened(view: ViewTransform) -> ViewTransform:
    return view.resized(view.width + 2 * _BORDER, view.height + 2 * _BORDER)


def _corners(view: ViewTransform) -> tuple[QPointF, QPointF]:
    return QPointF(0, 0), QPointF(view.width, view.height)


def _place_of(part: ViewTransform, view: ViewTransform, ratio: float) -> QRectF:
    """Where what one view shows lies in another one, in device pixels."""
    first, last = (view.to_screen(*part.to_map(corner)) * ratio for corner in _corners(part))
    if part.scale == view.scale:
        first, last = QPointF(first.toPoint()), QPointF(last.toPoint())
    return QRectF(first, last)
