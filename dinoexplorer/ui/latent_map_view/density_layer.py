"""The view from afar: how many points there are where, in the colours they have nearby."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.pyramid import density_levels, paint_few
from dinoexplorer.ui.latent_map_view.colouring import Colouring
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, inside

SAMPLE = 25_000  # points that are counted for one frame, where the pyramid is too coarse or not there yet
_COARSEST_BIN = 3.0  # device pixels
_SMOOTH_PIXELS = 900_000  # smooth scaling of more takes longer than a frame may
_SAMPLE_CELLS = 250_000


class DensityLayer(QObject):
    """Draws the density of a map: from a pyramid that a thread prepares, else from a sample of what is in view."""

    prepared = Signal()

    def __init__(self, scene: MapScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._key: tuple[object, ...] = ()
        self._levels: list[ByteArray] = []
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    @property
    def working(self) -> bool:
        """Whether a pyramid is being made."""
        return self._work.busy

    def prepare(self, colouring: Colouring, shown: NDArray[np.bool_] | None, *, dark: bool) -> None:
        """Have the pyramid of these colours and points made, unless it is the one that is there or under way."""
        key = (colouring, id(shown), dark)
        if key == self._key:
            return
        if self._key[1:] != key[1:]:  # new colours alone may wait for a moment
            self._levels = []
        self._key = key
        binning, table = self._scene.binning, colouring.table(dark=dark)
        self._work.ask((key, shown), lambda: density_levels(binning, colouring.tones, table, shown))

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    def paint(self, painter: QPainter, view: ViewTransform, ratio: float) -> bool:
        """Paint from the pyramid, in device pixels; False where it is too coarse for this view or not there yet."""
        box, scale = self._scene.binning.box, view.scale * ratio
        bins = [box.side * scale / len(level) for level in self._levels]
        if not bins or bins[0] > _COARSEST_BIN:
            return False
        level = next((number for number, side in enumerate(bins) if side >= 1), len(bins) - 1)
        corner = view.to_screen(box.left, box.top) * ratio
        target = QRectF(corner.x(), corner.y(), box.side * scale, box.side * scale)
        _paint_picture(painter, self._levels[level], target, view, ratio)
        return True

    def paint_sample(
        self,
        painter: QPainter,
        view: ViewTransform,
        ratio: float,
        places: NDArray[np.intp],
        colouring: Colouring,
        *,
        dark: bool,
    ) -> None:
        """Count these points of the index in cells of the view, and paint that."""
        width, height = view.width * ratio, view.height * ratio
        cell = max(2.0 * ratio, math.sqrt(width * height / _SAMPLE_CELLS))
        columns, rows = math.ceil(width / cell), math.ceil(height / cell)
        screen = view.all_to_screen(self._scene.index.xy.take(places, axis=0)) * np.float32(ratio / cell)
        seen = inside(screen, columns, rows)
        across, down = (screen[:, axis][seen].astype(np.int32) for axis in (0, 1))
        table = colouring.table(dark=dark)
        picture = paint_few(down * columns + across, (rows, columns), colouring.tones[places[seen]], table)
        _paint_picture(painter, picture, QRectF(0, 0, columns * cell, rows * cell), view, ratio)

    @Slot(object, object)
    def _on_done(self, asked: tuple[object, object], levels: list[ByteArray]) -> None:
        if asked[0] == self._key:
            self._levels = levels
            self.prepared.emit()


def _paint_picture(painter: QPainter, picture: ByteArray, target: QRectF, view: ViewTransform, ratio: float) -> None:
    seen = target & QRectF(0, 0, view.width * ratio, view.height * ratio)
    smooth = seen.width() * seen.height() <= _SMOOTH_PIXELS
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
    height, width = picture.shape[:2]
    image = QImage(picture.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(target, image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
