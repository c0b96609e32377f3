"""Has the atlas decoded: what is wanted follows what is looked at, and what is made goes to the layer that shows it."""

from __future__ import annotations

from typing import Literal, cast, get_args

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent

from dinoexplorer.generators.generator import Generator
from dinoexplorer.latent.atlas import missing_cells
from dinoexplorer.latent.atlas_tiles import TileMaker, tile_side
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.rendering.atlas_decoder import AtlasDecoder, AtlasJob
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.ui.latent_map_view.atlas_sheet import AtlasSheet
from dinoexplorer.ui.latent_map_view.map_view import MapView

Mode = Literal["off", "behind", "instead"]
MODES: tuple[Mode, ...] = get_args(Mode)
_SIDE = 64  # device-independent pixels of a tile
_CURSOR_TICK = 50


class Atlas(QObject):
    """Lays decoded pictures over a map: none, behind its points, or instead of them.

    Nothing is decoded while the map is hidden.
    """

    mode_changed = Signal(str)
    failed = Signal(str)  # the sentence; empty once it is tried anew

    def __init__(self, canvas: MapView, activity: LiveActivity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._layer = canvas, canvas.atlas
        self._mode: Mode = "off"
        self._steering: SteeringMap | None = None
        self._generator: Generator | None = None
        self._made: tuple[TileMaker, AtlasSheet] | None = None
        self._generation = 0
        self._broken = False
        self._decoder = AtlasDecoder(activity, self)
        self._decoder.tiles_made.connect(self._on_tiles_made)
        self._decoder.failed.connect(self._on_failed)
        self._turn, self._cursor_turn = (
            QTimer(self, interval=interval, singleShot=True) for interval in (0, _CURSOR_TICK)
        )
        self._turn.timeout.connect(self._plan)
        self._cursor_turn.timeout.connect(self._plan)
        self._layer.looked_at.connect(self._turn.start)
        canvas.installEventFilter(self)

    @property
    def mode(self) -> Mode:
        """What is shown."""
        return self._mode

    @property
    def working(self) -> bool:
        """Whether more is about to appear."""
        timers = (self._turn, self._cursor_turn)
        return self._decoder.busy or self._layer.working or any(timer.isActive() for timer in timers)

    def set_mode(self, mode: Mode) -> None:
        """Show the atlas or not; what could not be decoded is tried again."""
        self._mode, self._broken = mode, False
        self.failed.emit("")
        self._canvas.set_layers(atlas=mode != "off", points=mode != "instead")
        if mode == "off":
            self._forget()
        self._turn.start()
        self.mode_changed.emit(mode)

    @Slot()
    def show_next(self) -> None:
        """Go from none to behind the points to instead of them."""
        self.set_mode(MODES[(MODES.index(self._mode) + 1) % len(MODES)])

    def set_map(self, steering: SteeringMap | None) -> None:
        """Lay it over another map; without one there is none."""
        self._steering = steering
        self._begin_anew()

    def set_generator(self, generator: Generator | None) -> None:
        """Decode with another generator; pictures of the one before are gone at once."""
        self._generator = generator
        self._begin_anew()

    def close_down(self) -> None:
        """End the thread that decodes."""
        self._turn.stop()
        self._cursor_turn.stop()
        self._decoder.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove:
            self._layer.towards = cast("QMouseEvent", event).position()
            if self._decoder.busy and not self._cursor_turn.isActive():
                self._cursor_turn.start()
        elif kind == QEvent.Type.Leave:
            self._layer.towards = None
        elif kind == QEvent.Type.Hide:
            self._decoder.want(None)
        elif kind == QEvent.Type.Show:
            self._turn.start()
        return super().eventFilter(watched, event)

    def _begin_anew(self) -> None:
        self._forget()
        if self._broken:
            self._broken = False
            self.failed.emit("")
        self._turn.start()

    def _forget(self) -> None:
        self._generation += 1
        self._made = None
        self._decoder.want(None)
        self._layer.set_sheet(None)

    @Slot()
    def _plan(self) -> None:
        """Have what is looked at decoded, the cells nearest to the cursor first."""
        if self._steering is None or self._generator is None or self._mode == "off" or self._broken:
            return
        if not self._canvas.isVisible():
            return
        side = tile_side(self._generator, round(_SIDE * self._canvas.devicePixelRatioF()))
        if self._made is None or self._made[0].side != side:
            self._forget()
            self._made = TileMaker(self._generator, self._steering, side), AtlasSheet(side)
            self._layer.set_sheet(self._made[1])  # which is painted, and so looked at, before anything is wanted
            return
        maker, sheet = self._made
        cells = missing_cells(self._layer.cells, sheet.slots, self._layer.place_towards())
        self._decoder.want(AtlasJob(self._generation, maker, tuple(cells)) if cells else None)

    @Slot()
    def _on_tiles_made(self) -> None:
        self._layer.add(self._decoder.take_tiles(self._generation))

    @Slot(int, str)
    def _on_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._broken = True
            self.failed.emit(sentence)
