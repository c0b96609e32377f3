"""The place Explore: map, picture and sliders on one document."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.walking import drawn_from
from dinoexplorer.rendering.renderer import Opened, Renderer
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.history import HistoryDesk
from dinoexplorer.ui.late_desks import LateDesks
from dinoexplorer.ui.latent_map_view import MapPanel
from dinoexplorer.ui.latent_panel import LatentPanel
from dinoexplorer.ui.picture_stage import PictureStage
from dinoexplorer.ui.pins import PinsDesk
from dinoexplorer.ui.point_desk import PointDesk
from dinoexplorer.ui.side_column import SideColumn
from dinoexplorer.ui.tray import Tray
from dinoexplorer.ui.walker import Walker

# A mouse reports more places a second than a screen shows; what is painted for nothing is taken from the decode.
_MARKER_TICK = 16
_SLIDER_TICK = 50
# The panels give way as long as the picture is seen, so that there is room for what lies below them.
_LEAST_HEIGHT = 304
_LEAST_OVER_PANEL = 156  # with the tray open over a timeline, on the smallest of screens


class Explorer(QWidget):
    """Shows where the document stands, and changes it.

    Everything flows one way: a widget changes the document, the document tells, the picture is asked for, and the
    panels follow at most once in a turn of the event loop.
    """

    document_changed = Signal()  # at most once in a turn; the document may also be another one than before
    checkpoint_wanted = Signal(object, str)  # Path of a copy of what is open, to stand in as we do; what is told then
    possible_changed = Signal()  # what can be done, though the document is the same
    map_touched = Signal()
    pixels_changed = Signal()  # whether every pixel is shown as a square

    def __init__(
        self,
        renderer: Renderer,
        actions: Mapping[str, QAction],
        parent: QWidget | None = None,
        *,
        seeds: Callable[[], int] | None = None,
    ) -> None:
        super().__init__(parent)
        self._renderer = renderer
        self._seeds = seeds or _random_seeds()
        self._opened: Opened | None = None
        self._document: Document | None = None
        self._asked: tuple[FloatArray, int, bool] | None = None
        self._preview: tuple[FloatArray, FloatArray] | None = None  # what is shown instead, and of which place
        self._bottom: QWidget | None = None
        self._pixels = self._bare = False
        self.map_panel = MapPanel(self, activity=renderer.activity)
        self.stage = PictureStage(actions, self)
        self.latent_panel = LatentPanel(actions["random"], actions["reset"], self)
        self.side, self.tray = SideColumn(self), Tray(self)
        self.side.add("latent", "Latent", self.latent_panel)
        self.thumbnailer = Thumbnailer(renderer.activity, self)
        self.pins, self.history = PinsDesk(self, actions), HistoryDesk(self, actions)
        self.walker = Walker(self._seeds, self)
        self.desks = desks = LateDesks(self, actions, self._seeds)
        self.points = PointDesk(self)
        self.side.add_later("directions", "Directions", lambda: desks.directions.panel)
        self.side.add_later("mix", "Mix", lambda: desks.mixing.panel)
        self.side.add_later("space", "Space", lambda: desks.space.panel)
        self.splitter = self._lay_out()
        self._turn = QTimer(self, interval=_MARKER_TICK, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        self._slider_tick = QTimer(self, interval=_SLIDER_TICK, singleShot=True)
        self._slider_tick.timeout.connect(self._on_slider_tick)
        self._size_turn = QTimer(self, interval=0, singleShot=True)
        self._size_turn.timeout.connect(self._request)
        renderer.frame_rendered.connect(self._on_frame_rendered)
        self._connect_panels()

    @property
    def document(self) -> Document | None:
        """Where we stand, or None while nothing is open."""
        return self._document

    @property
    def opened(self) -> Opened | None:
        """What is open."""
        return self._opened

    def is_at(self, opened: Opened | None, document: Document | None) -> bool:
        """Whether these are what is open, and where we stand in it."""
        return self._opened is opened and self._document is document

    @property
    def renderer(self) -> Renderer:
        """What makes the pictures."""
        return self._renderer

    @property
    def smooth(self) -> bool:
        """Whether the picture is shown smoothly, and not every pixel as a square."""
        return not self._pixels

    @property
    def moving(self) -> bool:
        """Whether something moves by itself, which a step back would end."""
        reshaping = self.desks.made("shaping") and self.desks.shaping.running
        return self.walker.walking or self.map_panel.pilot.gliding or reshaping

    def show_opened(self, opened: Opened, *, followed: bool = False, document: Document | None = None) -> None:
        """Show a generator that the renderer has adopted: at a lively first place, or where we stood in it.

        With ``followed`` it is a later checkpoint of the run that is shown: we stay where we stand. A ``document`` that
        fits it takes the place of what was there.
        """
        if not followed:
            self.settle()
        before, self._opened = self._opened, opened
        self._asked = self._preview = None
        spec = opened.generator.info.latent
        if (
            document is None and before is not None and _is_same_model(before, opened)
        ):  # on another device, or from another place
            self.stage.put_notice_away()
        elif followed and self._document is not None and self._document.spec.dim == spec.dim:
            self._document.continue_in(spec)
            self.latent_panel.set_spec(spec)  # its spread grows while it trains
            self.stage.put_notice_away()
        else:
            self._take(document or Document(spec, start=opened.first))
            self.stage.clear()
            before = None
        self.map_panel.choice.set_opened(opened)
        if before is None or opened.steering is None or not opened.steering.same_as(self.map_panel.steering):
            self.map_panel.set_map(opened.steering, opened.map_note)
        self.map_panel.atlas.set_generator(opened.generator)
        self.thumbnailer.follow(opened.generator)
        self._set_ground()
        self._apply_pixels()
        self._on_document_changed()

    def show_document(self, document: Document) -> None:
        """Go on in another document of the generator that is open; the map stays as it is."""
        self.settle()
        self._take(document)
        self._set_ground()
        self.stage.put_notice_away()
        self._on_document_changed()

    def set_pixels(self, pixels: bool) -> None:
        """Show every pixel as a square, or smoothly."""
        self._pixels = pixels
        self._apply_pixels()
        self.pixels_changed.emit()

    def set_bare(self, bare: bool) -> None:
        """Show nothing but the picture."""
        self.map_panel.setVisible(not bare)
        self.side.setVisible(not bare)
        self._bare = bare
        self._show_bottom()
        self.stage.set_bare(bare)
        margin = 0 if bare else 8
        self._column.setContentsMargins(margin, 0, margin, 0)

    def show_preview(self, code: FloatArray | None) -> None:
        """Show the picture of another code until we move; None for that of our place. The document stays as it is."""
        here = None if self._document is None else self._document.latent
        self._preview = None if code is None or here is None else (code, here)
        self._request()

    def set_top(self, panel: QWidget) -> None:
        """Put a panel above everything else; it shows and hides itself."""
        self._column.insertWidget(0, panel)

    def set_bottom(self, panel: QWidget | None) -> None:
        """Show a panel below the tray, which is opened and closed apart there; None for none."""
        if self._bottom is not None and self._bottom is not panel:
            self._bottom.hide()
        if panel is not None and self._column.indexOf(panel) < 0:
            self._column.addWidget(panel)
        self._bottom = panel
        self.tray.go_to("explore" if panel is None else "morph")
        self.splitter.setMinimumHeight(_LEAST_HEIGHT if panel is None else _LEAST_OVER_PANEL)
        self.map_panel.set_low(panel is not None)
        self.stage.set_low(panel is not None)
        self._show_bottom()

    def close_down(self) -> None:
        """End the threads."""
        self.desks.close_down()
        self.pins.close_down()
        self.thumbnailer.close()
        self.map_panel.close_down()

    @Slot()
    def randomise(self) -> None:
        """Go to a random place among the data."""
        self.settle()
        if self._document is not None:
            self._document.go_to_seed(self._seeds())

    @Slot()
    def reset(self) -> None:
        """Go to the mean."""
        self.settle()
        if self._document is not None:
            self._document.set_latent(self._document.spec.mean)

    @Slot()
    def undo(self) -> None:
        """Go back one step; of what moves by itself and has come nowhere yet, ending it is that step."""
        document, moving = self._document, self.moving
        here = None if document is None else document.entry
        self.settle()
        if document is not None and not (moving and document.entry is here):
            document.undo()

    @Slot()
    def redo(self) -> None:
        self.settle()
        if self._document is not None:
            self._document.redo()

    @Slot()
    def choose_layers(self) -> None:
        """Show the sliders, and drop down the layers that they may move."""
        self.side.show_tab("latent")
        self.latent_panel.choose_layers()

    def hideEvent(self, event: QHideEvent) -> None:
        self.settle()
        if self.desks.made("morph"):
            self.desks.morph.pause()
        super().hideEvent(event)

    def settle(self) -> None:
        """End what moves by itself, so that what is done next is a step of its own."""
        self.walker.stop()
        self.map_panel.pilot.land()
        if self.desks.made("shaping"):
            self.desks.shaping.stop()

    def _lay_out(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        for widget in (self.map_panel, self.stage, self.side):
            splitter.addWidget(widget)
        splitter.setMinimumHeight(_LEAST_HEIGHT)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 5)
        splitter.setStretchFactor(2, 0)
        splitter.setSizes([380, 580, 288])
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 0, 8, 0)
        self._column.addWidget(splitter, 1)
        self._column.addWidget(self.tray)
        return splitter

    def _connect_panels(self) -> None:
        self.map_panel.steer_began.connect(self._on_gesture_began)
        self.map_panel.steer_began.connect(self.map_touched)
        self.map_panel.steered.connect(self._on_steered)
        self.map_panel.steer_ended.connect(self._on_gesture_ended)
        self.map_panel.steer_cancelled.connect(self._on_gesture_cancelled)
        self.pins.edits.plane_wanted.connect(self._on_plane_wanted)
        self.walker.about_to_start.connect(self.map_panel.pilot.land)
        self.walker.changed.connect(self.stage.walk_choice.show_walk)
        self.stage.walk_choice.kind_chosen.connect(self.walker.set_kind)
        self.stage.walk_choice.speed_chosen.connect(self.walker.set_speed)
        self.latent_panel.drag_began.connect(self._on_gesture_began)
        self.latent_panel.drag_ended.connect(self._on_gesture_ended)
        self.latent_panel.value_edited.connect(self._on_value_edited)
        self.latent_panel.lock_toggled.connect(self._on_lock_toggled)
        self.latent_panel.alike_edited.connect(self._on_alike_edited)
        self.latent_panel.alike_locked.connect(self._on_alike_locked)
        self.latent_panel.components_asked.connect(self._on_components_asked)
        self.stage.image_view.side_changed.connect(self._size_turn.start)

    def _take(self, document: Document) -> None:
        self._document = document
        document.listen(self._on_document_changed)
        self.latent_panel.set_spec(document.spec)

    def _set_ground(self) -> None:
        """Tell the walker where the data lie."""
        opened, document = self._opened, self._document
        if opened is not None and document is not None:
            latents = None if opened.latent_map is None else opened.latent_map.latents
            self.walker.set_ground(document, drawn_from(document.spec, latents))

    def _show_bottom(self) -> None:
        self.tray.setVisible(not self._bare)
        if self._bottom is not None:
            self._bottom.setVisible(not self._bare)

    def splitter_state(self) -> QByteArray:
        """How wide the panels are."""
        return self.splitter.saveState()

    def _apply_pixels(self) -> None:
        size = self._opened.generator.info.image_size if self._opened is not None else 1
        self.stage.image_view.set_whole_multiple(size if self._pixels else 1)
        self._request()

    @Slot()
    def _request(self) -> None:
        """Ask for the picture, unless it is the one that was asked for last."""
        if self._document is None:
            return
        here = self._document.latent
        previewed = self._preview is not None and self._preview[1] is here
        code = self._preview[0] if self._preview is not None and previewed else here
        asked = (code, self.stage.image_view.side(), not self._pixels)
        if self._asked is not None and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self._asked = asked
        self._renderer.request(asked[0], asked[1], smooth=asked[2], kept=previewed)

    def _on_document_changed(self) -> None:
        self._request()
        if not self._turn.isActive():
            self._turn.start()
        if not self._slider_tick.isActive():
            self._slider_tick.start()

    @Slot()
    def _on_turn(self) -> None:
        if self._document is not None:
            self.map_panel.show_code(self._document.latent)
        self.document_changed.emit()

    @Slot()
    def _on_slider_tick(self) -> None:
        if self._document is not None:
            self.latent_panel.show_values(self._document.latent, self._document.locked)

    @Slot()
    def _on_frame_rendered(self) -> None:
        frame = self._renderer.take_frame()
        if frame is not None:
            self.stage.show_frame(frame)

    @Slot()
    def _on_gesture_began(self) -> None:
        self.settle()
        if self._document is not None:
            self._document.begin_gesture()

    @Slot()
    def _on_gesture_ended(self) -> None:
        if self._document is not None and not self.walker.walking:  # begun under a hand that held still
            self._document.end_gesture()

    @Slot()
    def _on_gesture_cancelled(self) -> None:
        if self._document is not None:
            self._document.cancel_gesture()

    @Slot(object)
    def _on_steered(self, code: FloatArray) -> None:
        if self._document is not None:
            self._document.set_latent(code)

    @Slot(bool)
    def _on_components_asked(self, asked: bool) -> None:
        self.desks.space.set_components(asked)

    @Slot(object)
    def _on_plane_wanted(self, codes: tuple[FloatArray, ...]) -> None:
        self.map_panel.choice.cut_through(np.stack(codes))

    @Slot(object, float)
    def _on_alike_edited(self, dimensions: NDArray[np.intp], value: float) -> None:
        if self._document is None:
            return
        self.settle()
        try:
            self._document.set_alike(dimensions, value)
        except GeneratorError:  # beyond float32; the box goes back to what holds
            self._on_slider_tick()

    @Slot(object, bool)
    def _on_alike_locked(self, dimensions: NDArray[np.intp], locked: bool) -> None:
        if self._document is not None:
            self._document.lock_alike(dimensions, locked)

    @Slot(int, float)
    def _on_value_edited(self, dimension: int, value: float) -> None:
        if self._document is None:
            return
        self.settle()
        try:
            self._document.set_value(dimension, value)
        except GeneratorError:  # beyond float32; the box goes back to what holds
            self._on_slider_tick()

    @Slot(int, bool)
    def _on_lock_toggled(self, dimension: int, locked: bool) -> None:
        if self._document is not None:
            self._document.set_locked(dimension, locked)


def _is_same_model(one: Opened, other: Opened) -> bool:
    return one.generator.info.shares_codes_with(other.generator.info)


def _random_seeds() -> Callable[[], int]:
    """Seeds that differ from start to start."""
    return partial(random.Random().randrange, 2**31)
