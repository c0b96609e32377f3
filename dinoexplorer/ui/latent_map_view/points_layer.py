"""The ground of the map with its grid and points, painted once and blitted until the view has moved too far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPalette, QPixmap

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.cell_index import Window
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.ui.colours import is_dark
from dinoexplorer.ui.latent_map_view.colouring import Colouring, colour_by_class
from dinoexplorer.ui.latent_map_view.density_layer import SAMPLE, DensityLayer
from dinoexplorer.ui.latent_map_view.marker import paint_grid
from dinoexplorer.ui.latent_map_view.sprites import SHAPES, draw_points, draw_shape, draw_tiles
from dinoexplorer.ui.latent_map_view.thumbnail_atlas import ThumbnailAtlas
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, inside

__all__ = ["POINT_LIMIT", "SHAPES", "PointsLayer", "draw_shape"]

OVERVIEW_LIMIT = 3_000
POINT_LIMIT = 14_000  # points that are drawn one by one; of more the density is shown
_BORDER = 96  # pixels kept around the view, so that a pan is a blit
_NARROW = 16  # while the zoom changes, which makes it useless
_LARGER_SAMPLE = 4  # times, where many points are hidden
_OVER_PICTURES = 4_000  # points, at most, that are looked at for marks over the pictures of the atlas
_APART = 12  # pixels: the squares of which each gets one such mark at most, so that the pictures are seen between them
_SMALL_MARK = 3.0
_EDGE = 30  # pixels beyond the border from which a mark still reaches in


class PointsLayer(QObject):
    """Draws ground, grid and points of one map, hidden classes left out, in as much detail as there is room for.

    From afar the density, nearer a mark for each point, nearest the images. What a frame costs depends on what is in
    view and has a limit, not on how many points the map has.
    """

    changed = Signal()  # there is more to paint than was painted last

    def __init__(self, scene: MapScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scene = scene
        self.map: LatentMap = scene.map
        self._colouring = colour_by_class(scene)
        self._over_pictures = False
        self._shown: NDArray[np.bool_] | None = None
        self._few: NDArray[np.intp] | None = None  # those that are shown, where they are few
        self._share = 1.0  # of the points that are shown, for the size of a sample
        self._density = DensityLayer(scene, self)
        self._density.prepared.connect(self._on_more)
        self._atlas = ThumbnailAtlas(scene.map.thumbnails)
        self._more = QTimer(self, interval=0, singleShot=True)
        self._more.timeout.connect(self._on_more)
        self._pixmap: QPixmap | None = None
        self._view, self._border = ViewTransform(), _NARROW
        self._key: tuple[object, ...] = ()
        self.level = ""

    def hide_classes(self, hidden: frozenset[int], groups: NDArray[np.int16] | None = None) -> None:
        """Leave out the points of these classes, or of these ``groups (n,)``."""
        labels = self.scene.labels if groups is None else groups
        table = np.ones(int(np.iinfo(np.int16).max) + 2, dtype=bool)
        table[[label for label in hidden if label >= 0]] = False  # -1, no class, is the last one
        self._shown = table[labels] if hidden else None
        count = len(self.scene.labels) if self._shown is None else int(np.count_nonzero(self._shown))
        self._share = max(count / max(len(self.scene.labels), 1), 1 / _LARGER_SAMPLE)
        self._few = np.flatnonzero(self._shown) if self._shown is not None and count <= POINT_LIMIT else None
        self._pixmap = None

    def set_colouring(self, colouring: Colouring) -> None:
        """Colour the points by something else."""
        self._colouring = colouring
        self._pixmap = None

    def set_over_pictures(self, *, over: bool) -> None:
        """Draw marks with a rim and no ground, over the pictures of the atlas; fewer of them, lest they hide it."""
        if over != self._over_pictures:
            self._over_pictures = over
            self._pixmap = None

    @property
    def colouring(self) -> Colouring:
        return self._colouring

    @property
    def shown(self) -> NDArray[np.bool_] | None:
        """Which points of the index are not hidden; None for all."""
        return self._shown

    @property
    def working(self) -> bool:
        """Whether a thread prepares something that will be painted."""
        return self._density.working or self._more.isActive()

    def close(self) -> None:
        """Wait for the thread that prepares the density."""
        self._density.close()

    def paint(self, painter: QPainter, view: ViewTransform, palette: QPalette, *, ratio: float) -> None:
        """Paint what ``view`` shows; ``ratio`` is the device pixel ratio."""
        offset = self._offset(view)
        key = (view.scale, view.width, view.height, palette.cacheKey(), ratio)
        stale = self._pixmap is None or key != self._key
        if self._pixmap is None or stale or max(abs(offset.x()), abs(offset.y())) > self._border:
            self._key, self._view, self._border = key, view, _NARROW if stale else _BORDER
            self._pixmap = self._rendered(view, palette, ratio)
            offset = QPointF()
        painter.drawPixmap(offset - QPointF(self._border, self._border), self._pixmap)

    def nearest(self, view: ViewTransform, at: QPointF, reach: float) -> int:
        """Index of the shown point nearest to ``at`` within ``reach`` pixels, else -1."""
        x, y = view.to_map(at)
        found, _ = self.scene.index.nearest(x, y, reach=reach / view.scale, shown=self._shown)
        return int(self.scene.index.order[found[0]]) if len(found) else -1

    def overview(self, view: ViewTransform, palette: QPalette, ratio: float) -> QPixmap:
        """A picture of the whole map, as ``view`` shows it, without a grid."""
        pixmap = QPixmap(max(round(view.width * ratio), 1), max(round(view.height * ratio), 1))
        pixmap.fill(palette.color(QPalette.ColorRole.Base))
        painter, level, dark = QPainter(pixmap), self.level, is_dark(palette)
        index, few = self.scene.index, self._few
        if few is None and len(index) > OVERVIEW_LIMIT and not self._density.paint(painter, view, ratio):
            window = index.window(*view.to_map(QPointF(0, view.height)), *view.to_map(QPointF(view.width, 0)))
            places = self._only_shown(index.members(window, SAMPLE))
            self._density.paint_sample(painter, view, ratio, places, self._colouring, dark=dark)
        elif few is not None or len(index) <= OVERVIEW_LIMIT:
            places = self._only_shown(np.arange(len(index))) if few is None else few
            self._draw(painter, self._screen(view, places) * ratio, places, 1.2 * ratio, dark=dark)
        painter.end()
        self.level = level
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _offset(self, view: ViewTransform) -> QPointF:
        return QPointF((self._view.x - view.x) * view.scale, (view.y - self._view.y) * view.scale)

    def _rendered(self, view: ViewTransform, palette: QPalette, ratio: float) -> QPixmap:
        wide = view.resized(view.width + 2 * self._border, view.height + 2 * self._border)
        pixmap = QPixmap(max(round(wide.width * ratio), 1), max(round(wide.height * ratio), 1))
        pixmap.fill(Qt.GlobalColor.transparent if self._over_pictures else palette.color(QPalette.ColorRole.Base))
        painter = QPainter(pixmap)
        if self._over_pictures:
            self._paint_some_points(painter, wide, ratio, dark=is_dark(palette))
        else:
            painter.scale(ratio, ratio)
            paint_grid(painter, wide, palette)
            painter.resetTransform()
            self._paint_points(painter, wide, ratio, dark=is_dark(palette))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _window(self, view: ViewTransform) -> Window:
        """The points whose marks may reach into a view."""
        left, top = view.to_map(QPointF(-_EDGE, -_EDGE))
        right, bottom = view.to_map(QPointF(view.width + _EDGE, view.height + _EDGE))
        return self.scene.index.window(left, bottom, right, top)

    def _paint_some_points(self, painter: QPainter, view: ViewTransform, ratio: float, *, dark: bool) -> None:
        """So many points as leave the pictures between them visible."""
        self.level = "points"
        if self._few is not None and len(self._few) <= _OVER_PICTURES:
            places = self._few
        else:
            places = self._only_shown(self.scene.index.members(self._window(view), int(_OVER_PICTURES / self._share)))
        # Squares of the map, so that a pan keeps them; as complex numbers they are compared fifty times faster.
        squares = np.floor(self.scene.index.xy[places] * np.float32(view.scale / _APART)).view(np.complex64)
        places = places[np.unique(squares, return_index=True)[1]]
        screen, tones = self._screen(view, places) * ratio, self._colouring.tones[places]
        draw_points(painter, screen, tones, self._colouring, _SMALL_MARK * ratio, dark=dark, rimmed=True)

    def _paint_points(self, painter: QPainter, view: ViewTransform, ratio: float, *, dark: bool) -> None:
        index, window = self.scene.index, self._window(view)
        if len(index) > POINT_LIMIT and self._few is None:
            self._density.prepare(self._colouring, self._shown, dark=dark)
        if window.count <= POINT_LIMIT or self._few is not None:
            few = self._few if self._few is not None and len(self._few) < window.count else None
            places = self._only_shown(index.members(window)) if few is None else few
            self._paint_marks(painter, view, ratio, places, dark=dark)
            return
        self.level = "density"
        if self._density.paint(painter, view, ratio):
            strays = self._only_shown(self.scene.binning.strays)
            self._draw(painter, self._screen(view, strays) * ratio, strays, 1.5 * ratio, dark=dark)
        else:
            places = self._only_shown(index.members(window, int(SAMPLE / self._share)))
            self._density.paint_sample(painter, view, ratio, places, self._colouring, dark=dark)

    def _paint_marks(
        self, painter: QPainter, view: ViewTransform, ratio: float, places: NDArray[np.intp], *, dark: bool
    ) -> None:
        screen = self._screen(view, places)
        seen = inside(screen, view.width, view.height, _EDGE)
        places, screen = places[seen], screen.compress(seen, axis=0)
        radius = mark_radius(view, len(places)) * ratio
        side = self._atlas.fitting_side(screen, view.width * view.height)
        self.level = "thumbnails" if side else "points"
        if not side:
            self._draw(painter, screen * ratio, places, radius, dark=dark)
            return
        indices = self.scene.index.order[places].tolist()
        name, tones = self._colouring.name, self._colouring.tones[places]
        colours = [Colouring.colour(name, int(tone), dark=dark) for tone in tones]
        slots = np.array(self._atlas.slots(indices, colours, round(side * ratio), (self._colouring, dark)))
        ready = slots >= 0
        self._draw(painter, screen[~ready] * ratio, places[~ready], radius, dark=dark)
        corners = np.round(screen[ready] * ratio)  # on whole pixels, or Qt would smooth each one
        sheet = self._atlas.sheet
        draw_tiles(painter, corners + np.float32(sheet.side % 2 / 2), slots[ready], sheet)
        if not ready.all():
            self._more.start()

    def _draw(
        self, painter: QPainter, screen: FloatArray, places: NDArray[np.intp], radius: float, *, dark: bool
    ) -> None:
        draw_points(painter, screen, self._colouring.tones[places], self._colouring, radius, dark=dark)

    def _screen(self, view: ViewTransform, places: NDArray[np.intp]) -> FloatArray:
        return view.all_to_screen(self.scene.index.xy.take(places, axis=0))  # nine times faster than [places]

    def _only_shown(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        return places if self._shown is None else places[self._shown[places]]

    @Slot()
    def _on_more(self) -> None:
        self._pixmap = None
        self.changed.emit()


def mark_radius(view: ViewTransform, count: int) -> float:
    """Radius of a point: smaller where there are many; in steps, so that a pan does not make it breathe."""
    wanted = 0.22 * np.sqrt(view.width * view.height / max(count, 1))
    return float(np.clip(np.round(2 * wanted) / 2, 1.6, 4.5))
