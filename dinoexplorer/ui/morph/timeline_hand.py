"""The mouse on the timeline: it drags keyframes and ends, draws a band around keyframes, or goes through the film."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.grip import START, Grip
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.lanes import Spot
from dinoexplorer.ui.morph.time_scale import TimeScale

_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class Ground:
    """What the mouse moves on."""

    timeline: Timeline | None
    scale: TimeScale
    fps: int
    selection: KeySelection
    ticks: Sequence[float] = ()  # seconds that times fall on where one is near


@dataclass(frozen=True, slots=True)
class Band:
    """A rubber band from ``x`` on; what was selected ``before`` stays so where it is ``adding``."""

    x: float
    before: KeySelection
    adding: bool

    def selection(self, x: float, timeline: Timeline, scale: TimeScale) -> KeySelection:
        """The keyframes whose times lie in it; what was selected before where there are none."""
        low, high = sorted((self.x, x))
        inside = [n for n in range(len(timeline.keyframes)) if low <= scale.x(timeline.time_of(n)) <= high]
        if not inside:
            return self.before
        return KeySelection.of(inside[-1 if x > self.x else 0], [*inside, *(self.before.chosen if self.adding else ())])


class TimelineHand(QObject):
    """Begins with a press and ends with the release; what it has in the making is a draft until then."""

    edited = Signal(object)  # Edit
    selected = Signal(int)
    chosen = Signal(object)  # KeySelection
    scrubbed = Signal(float)  # seconds
    changed = Signal()  # what is to be painted

    def __init__(self, ground: Callable[[], Ground], parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self.draft: Edit | None = None
        self.reach: tuple[float, float] | None = None  # of the band, in pixels
        self._grip: Grip | None = None
        self._band: Band | None = None
        self._scrubbing = False
        self._click: KeySelection | None = None  # what a press without a drag selects

    @property
    def holding(self) -> bool:
        """Whether a keyframe, an end or a band is held."""
        return self._grip is not None or self._band is not None

    def press(self, spot: Spot, event: QMouseEvent) -> None:
        """Take hold of what lies there."""
        x, held = event.position().x(), event.modifiers()
        if spot.part in {"key", "first", "last"}:
            self._press_key(spot, x, held)
        elif spot.part == "edge":
            self.selected.emit(spot.index)
            self._hold(spot, x, KeySelection.of(spot.index))
        elif spot.part in {"ruler", "strip"}:
            self._scrubbing = True
            self._scrub(x)
        else:
            adding = bool(held & _ADDING)
            if not adding:
                if spot.index >= 0:
                    self.selected.emit(spot.index)
                self._scrub(x)
            self._band = Band(x, self._ground().selection, adding)

    def move(self, event: QMouseEvent) -> bool:
        """Drag what is held; False where nothing is."""
        x = event.position().x()
        if self._scrubbing:
            self._scrub(x)
        elif self._band is not None:
            self._draw(self._band, x)
        elif self._grip is None:
            return False
        elif self.draft is not None or abs(x - self._grip.x) > START:
            ripple = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            try:
                self.draft = self._grip.edit(x, ripple=ripple, free=free)
            except MorphError:  # there is no such place: it stays on the last one
                return True
            self.changed.emit()
        return True

    def release(self) -> None:
        """Let what was dragged be so; what was only pressed is selected."""
        draft, click = self.draft, self._click
        self.let_go()
        if draft is not None:
            self.edited.emit(draft)
        elif click is not None:
            self.chosen.emit(click)

    def let_go(self) -> None:
        """Drop what is held; it stays as it was."""
        self._grip = self._band = self._click = None
        self._scrubbing = False
        self.draft = self.reach = None
        self.changed.emit()

    def _press_key(self, spot: Spot, x: float, held: Qt.KeyboardModifier) -> None:
        """Hold a keyframe, with the others that are selected where it is one of them."""
        selection, index = self._ground().selection, spot.index
        carried = selection if index in selection.chosen else KeySelection.of(index)
        copying = bool(held & Qt.KeyboardModifier.ControlModifier)
        stretching = bool(held & Qt.KeyboardModifier.AltModifier)
        if spot.part != "key":
            copying, stretching = False, True
        elif copying:
            self._click = selection.toggled(index)
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self._click = selection.extended(index)
        elif carried.several:
            self._click = KeySelection.of(index)
        else:
            self.selected.emit(index)
        self._hold(spot, x, carried, copying=copying, stretching=stretching)

    def _hold(
        self, spot: Spot, x: float, carried: KeySelection, *, copying: bool = False, stretching: bool = False
    ) -> None:
        ground = self._ground()
        if ground.timeline is not None:
            self._grip = Grip(
                ground.timeline, ground.scale, spot, x, ground.fps, carried, copying, stretching, ground.ticks
            )

    def _draw(self, band: Band, x: float) -> None:
        """Select what lies in the rubber band."""
        ground = self._ground()
        if ground.timeline is not None and (self.reach is not None or abs(x - band.x) > START):
            self.reach = (band.x, x)
            self.chosen.emit(band.selection(x, ground.timeline, ground.scale))
            self.changed.emit()

    def _scrub(self, x: float) -> None:
        self.scrubbed.emit(max(self._ground().scale.seconds(x), 0.0))
