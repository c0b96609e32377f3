"""The place Explore: map, picture and sliders on one document."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.renderer import Opened, Renderer
from dinoexplorer.ui.latent_map_view import MapPanel
from dinoexplorer.ui.latent_panel import LatentPanel
from dinoexplorer.ui.picture_stage import PictureStage

# A mouse reports more places a second than a screen shows; what is painted for nothing is taken from the decode.
_MARKER_TICK = 16
_SLIDER_TICK = 50


class Explorer(QWidget):
    """Shows where the document stands, and changes it.

    Everything flows one way: a widget changes the document, the document tells, the picture is asked for, and the
    panels follow at most once in a turn of the event loop.
    """

    document_changed = Signal()
    map_touched = Signal()

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
        self._pixels = False
        self.map_panel = MapPanel(self)
        self.stage = PictureStage(actions, self)
        self.latent_panel = LatentPanel(actions["random"], actions["reset"], self)
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

    def show_opened(self, opened: Opened, *, followed: bool = False) -> None:
        """Show a generator that the renderer has adopted: at a lively first place, or where we stood in it.

        With ``followed`` it is a later checkpoint of the run that is shown: we stay where we stand.
        """
        before, self._opened = self._opened, opened
        self._asked = None
        spec = opened.generator.info.latent
        if before is not None and _is_same_model(before, opened):  # on another device, or from another place
            self.stage.put_notice_away()
        elif followed and self._document is not None and self._document.spec.dim == spec.dim:
            self._document.continue_in(spec)
            self.latent_panel.rows.set_spec(spec)  # its spread grows while it trains
            self.stage.put_notice_away()
        else:
            self._document = Document(spec, start=opened.first)
            self._document.listen(self._on_document_changed)
            self.stage.clear()
            self.latent_panel.set_spec(spec)
            before = None
        if before is None or opened.steering is None or not opened.steering.same_as(before.steering):
            self.map_panel.set_map(opened.steering, opened.map_note)
        self._apply_pixels()
        self._on_document_changed()

    def set_pixels(self, pixels: bool) -> None:
        """Show every pixel as a square, or smoothly."""
        self._pixels = pixels
        self._apply_pixels()

    def set_bare(self, bare: bool) -> None:
        """Show nothing but the picture."""
        self.map_panel.setVisible(not bare)
        self.latent_panel.setVisible(not bare)
        self.stage.set_bare(bare)
        margin = 0 if bare else 8
        self._column.setContentsMargins(margin, 0, margin, 0)

    @Slot()
    def randomise(self) -> None:
        """Go to a random place among the data."""
        if self._document is not None:
            self._document.set_latent(self._document.spec.sample(1, self._seeds())[0])

    @Slot()
    def reset(self) -> None:
        """Go to the mean."""
        if self._document is not None:
            self._document.set_latent(self._document.spec.mean)

    @Slot()
    def undo(self) -> None:
        if self._document is not None:
            self._document.undo()

    @Slot()
    def redo(self) -> None:
        if self._document is not None:
            self._document.redo()

    def _lay_out(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        for widget in (self.map_panel, self.stage, self.latent_panel):
            splitter.addWidget(widget)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 5)
        splitter.setStretchFactor(2, 0)
        splitter.setSizes([380, 580, 288])
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 0, 8, 0)
        self._column.addWidget(splitter)
        return splitter

    def _connect_panels(self) -> None:
        self.map_panel.steer_began.connect(self._on_gesture_began)
        self.map_panel.steer_began.connect(self.map_touched)
        self.map_panel.steered.connect(self._on_steered)
        self.map_panel.steer_ended.connect(self._on_gesture_ended)
        self.latent_panel.drag_began.connect(self._on_gesture_began)
        self.latent_panel.drag_ended.connect(self._on_gesture_ended)
        self.latent_panel.value_edited.connect(self._on_value_edited)
        self.latent_panel.lock_toggled.connect(self._on_lock_toggled)
        self.stage.image_view.side_changed.connect(self._size_turn.start)

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
        asked = (self._document.latent, self.stage.image_view.side(), not self._pixels)
        if self._asked is not None and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self._asked = asked
        self._renderer.request(asked[0], asked[1], smooth=asked[2])

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
        if self._document is not None:
            self._document.begin_gesture()

    @Slot()
    def _on_gesture_ended(self) -> None:
        if self._document is not None:
            self._document.end_gesture()

    @Slot(object)
    def _on_steered(self, code: FloatArray) -> None:
        if self._document is not None:
            self._document.set_latent(code)

    @Slot(int, float)
    def _on_value_edited(self, dimension: int, value: float) -> None:
        if self._document is None:
            return
        try:
            self._document.set_value(dimension, value)
        except GeneratorError:  # beyond float32; the box goes back to what holds
            self._on_slider_tick()

    @Slot(int, bool)
    def _on_lock_toggled(self, dimension: int, locked: bool) -> None:
        if self._document is not None:
            self._document.set_locked(dimension, locked)


def _is_same_model(one: Opened, other: Opened) -> bool:
    first, second = one.generator.info, other.generator.info
    return (first.sha256, first.latent.dim) == (second.sha256, second.latent.dim)


def _random_seeds() -> Callable[[], int]:
    """Seeds that differ from start to start."""
    return partial(random.Random().randrange, 2**31)
