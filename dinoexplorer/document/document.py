"""The document: which space we are in, where we stand in it, and every place where we stood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.document.checking import (
    all_unlocked,
    check_direction,
    check_standing,
    free_names,
    one_line,
    words_for_directions,
)
from dinoexplorer.document.history import Entry, History
from dinoexplorer.document.standing import (
    LARGEST_TRUNCATION,
    Direction,
    Draw,
    Pin,
    Space,
    Standing,
    frozen,
    moved,
    replaced,
    with_key,
)
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.layers import Chosen, told_layers


class Document:
    """Where we stand, how we came here, and the way back.

    It begins at ``start`` ``(dim,)``, at the mean, or as the ``standing`` that a file held. Every change goes through a
    method, is told to the listeners, and can be undone; every state that was visited stays among the `entries`.
    Changes between `begin_gesture` and `end_gesture` (a drag) are one step, which cannot be undone while it is under
    way. A locked dimension keeps its value when the whole code moves; its own `set_value`, undo, redo and `jump` change
    it all the same. A change that is refused raises `GeneratorError` and leaves everything as it is.
    """

    def __init__(
        self,
        spec: LatentSpec,
        start: FloatArray | None = None,
        *,
        standing: Standing | None = None,
        what: str = "opened",
    ) -> None:
        self.spec = spec
        if standing is None:
            first = spec.mean if start is None else spec.check(start)[0]
            standing = Standing(frozen(first), all_unlocked(spec.dim))
        self._standing = check_standing(spec, standing)
        self._history = History(standing, what=what)
        self._gesture: str | None = None  # what it has done last, "" before it has done anything
        keys = [*(pin.key for pin in standing.pins), *(direction.key for direction in standing.directions)]
        self._next_key = 1 + max(keys, default=0)
        self._listeners: list[Callable[[], None]] = []

    @property
    def standing(self) -> Standing:
        """All that undo acts on, as one value that never changes: safe to hand to a thread."""
        return self._standing

    @property
    def latent(self) -> FloatArray:
        """The present code, float32 ``(dim,)``; read-only."""
        return self._standing.latent

    @property
    def locked(self) -> np.ndarray:
        """Which dimensions are locked, bool ``(dim,)``; read-only."""
        return self._standing.locked

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The kept codes, in their order."""
        return self._standing.pins

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions, in their order."""
        return self._standing.directions

    @property
    def space(self) -> Space:
        """How codes are drawn."""
        return self._standing.space

    @property
    def timeline(self) -> Any:
        """The timeline as the JSON value that it was set to, or None."""
        return json.loads(self._standing.timeline) if self._standing.timeline else None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to go forward again."""
        return self._history.can_redo

    @property
    def entries(self) -> tuple[Entry[Standing], ...]:
        """Every state that was visited, the oldest first: what a history strip shows."""
        return self._history.entries

    @property
    def entry(self) -> Entry[Standing]:
        """The one of `entries` on which we stand, or from which a gesture under way began."""
        return self._history.entry

    def continue_in(self, spec: LatentSpec) -> None:
        """Go on in the space of another checkpoint with as many dimensions: place, locks and history stay.

        Raises
        ------
        ValueError
            If the number of dimensions is another one.
        """
        if spec.dim != self.spec.dim:
            raise ValueError(f"A place of {self.spec.dim} dimensions is none in a space of {spec.dim}.")
        self.spec = spec

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each change."""
        self._listeners.append(listener)

    # The code

    def set_latent(self, code: FloatArray, what: str = "moved") -> None:
        """Move to ``code`` ``(dim,)``; locked dimensions stay. ``what`` is what the history calls it."""
        self._move(code, what)

    def go_to_seed(self, seed: int, truncation: float | None = None) -> None:
        """Move to what ``seed`` draws, with the truncation of the space if none is given; locked dimensions stay."""
        draw = Draw(seed, self.space.truncation if truncation is None else truncation)
        self._move(self.spec.sample(1, draw.seed, draw.truncation)[0], f"seed {seed}", draw)

    def set_value(self, dimension: int, value: float) -> None:
        """Move along one dimension, also when it is locked: the lock guards against moves that were not meant."""
        code = self.latent.copy()
        code[dimension] = value
        self.spec.check(code)
        self._change(f"set {self.spec.name(dimension)}", latent=frozen(code))

    def set_locked(self, dimension: int, locked: bool) -> None:
        """Lock or unlock one dimension."""
        state = self.locked.copy()
        state[dimension] = locked
        self._change(f"{'locked' if locked else 'unlocked'} {self.spec.name(dimension)}", locked=frozen(state))

    def set_alike(self, dimensions: NDArray[np.intp], value: float) -> None:
        """Move several numbers by as much, until their mean is ``value``; locked ones too, as `set_value` does."""
        code, numbers = self.latent.copy(), self.latent[dimensions].astype(np.float64)
        with np.errstate(over="ignore"):  # refused below
            code[dimensions] = value + (numbers - numbers.mean())
        self.spec.check(code)
        self._change(f"set {self._called(dimensions)}", latent=frozen(code))

    def lock_alike(self, dimensions: NDArray[np.intp], locked: bool) -> None:
        """Lock or unlock several numbers in one step."""
        state = self.locked.copy()
        state[dimensions] = locked
        self._change(f"{'locked' if locked else 'unlocked'} {self._called(dimensions)}", locked=frozen(state))

    def _called(self, dimensions: NDArray[np.intp]) -> str:
        names = [self.spec.name(int(dimension)) for dimension in dimensions[[0, -1]]]
        return names[0] if len(dimensions) == 1 else f"{names[0]} to {names[1]}"

    # Pins

    def add_pin(self, name: str = "", code: FloatArray | None = None) -> Pin:
        """Keep ``code`` ``(dim,)``, or the present one, as the last pin; without a name it is "Pin N"."""
        (pin,) = self.add_pins([(name, self.latent if code is None else code)])
        return pin

    def add_pins(self, named: Iterable[tuple[str, FloatArray]], place: int | None = None) -> tuple[Pin, ...]:
        """Keep several codes in one step, before the pin that is at ``place``, or as the last pins."""
        codes = [(name, self.spec.check(code)[0]) for name, code in named]
        free = free_names({pin.name for pin in self.pins} | {one_line(name) for name, _ in codes})
        pins: list[Pin] = []
        for name, code in codes:
            pins.append(Pin(self._new_key(), one_line(name) or next(free), frozen(code)))
        what = f"pinned {pins[0].name}" if len(pins) == 1 else f"pinned {len(pins)} places"
        place = len(self.pins) if place is None else max(place, 0)
        self._change(what, pins=(*self.pins[:place], *pins, *self.pins[place:]))
        return tuple(pins)

    def remove_pins(self, keys: Iterable[int]) -> None:
        """Take pins away, in one step."""
        gone = [with_key(self.pins, key) for key in keys]
        what = f"removed {gone[0].name}" if len(gone) == 1 else f"removed {len(gone)} pins"
        left = {pin.key for pin in self.pins} - {pin.key for pin in gone}
        self._change(what, pins=tuple(pin for pin in self.pins if pin.key in left))

    def rename_pin(self, key: int, name: str) -> None:
        """Call a pin something else; an empty name is none, and nothing changes."""
        pin = with_key(self.pins, key)
        named = replace(pin, name=one_line(name) or pin.name)
        self._change(f"renamed {pin.name} to {named.name}", pins=replaced(self.pins, named))

    def move_pins(self, keys: Iterable[int], place: int) -> None:
        """Put pins, in their order, before the one that is at ``place`` now, counted from 0, or at the end."""
        moving = [with_key(self.pins, key) for key in keys]
        what = f"reordered {moving[0].name}" if len(moving) == 1 else f"reordered {len(moving)} pins"
        self._change(what, pins=moved(self.pins, moving, place))

    def go_to_pin(self, key: int) -> None:
        """Move to where a pin is; locked dimensions stay."""
        pin = with_key(self.pins, key)
        self._move(pin.latent, f"went to {pin.name}")

    # Directions

    def add_direction(self, direction: Direction) -> Direction:
        """Take a direction in, as the last one; it is given a key of its own."""
        return self.set_directions((*self.directions, replace(direction, key=0)))[-1]

    def set_directions(self, directions: Iterable[Direction], what: str = "") -> tuple[Direction, ...]:
        """Replace the directions; those whose key is not among the present ones are given a new one."""
        known = {direction.key for direction in self.directions}
        kept: list[Direction] = []
        for direction in directions:
            is_known = direction.key in known
            known.discard(direction.key)  # a second one with this key is another one
            key = direction.key if is_known else self._new_key()
            kept.append(replace(check_direction(self.spec, direction), key=key))
        self._change(what or words_for_directions(self.directions, kept), directions=tuple(kept))
        return self.directions

    def rename_direction(self, key: int, name: str) -> None:
        """Call a direction something else; an empty name is none, and nothing changes."""
        direction = with_key(self.directions, key)
        named = replace(direction, name=one_line(name) or direction.name)
        self._change(f"renamed {direction.name} to {named.name}", directions=replaced(self.directions, named))

    def set_direction_layers(self, key: int, layers: Chosen | None) -> None:
        """Let a direction act on some layers alone, the first and the one after the last; None for all of them."""
        direction = with_key(self.directions, key)
        count = len(self.spec.layers)
        changed = check_direction(self.spec, replace(direction, layers=None if layers == (0, count) else layers))
        what = f"{direction.name} in {told_layers(self.spec, layers or (0, count))}"
        self._change(what, directions=replaced(self.directions, changed))

    def remove_direction(self, key: int) -> None:
        """Take a direction away."""
        gone = with_key(self.directions, key)
        self._change(f"removed {gone.name}", directions=tuple(item for item in self.directions if item is not gone))

    def move_direction(self, key: int, place: int) -> None:
        """Put a direction at another place in their order, counted from 0."""
        direction = with_key(self.directions, key)
        others = tuple(other for other in self.directions if other is not direction)
        place = max(place, 0)
        self._change(f"reordered {direction.name}", directions=(*others[:place], direction, *others[place:]))

    def move_along(self, key: int, amount: float) -> None:
        """Move by ``amount`` units along a direction; locked dimensions stay."""
        direction = with_key(self.directions, key)
        self._move(direction.within(self.spec).moved(self.latent, amount), f"moved along {direction.name}")

    # Space and timeline

    def set_truncation(self, truncation: float) -> None:
        """Scale the spread of codes that are drawn from now on."""
        if not 0 <= truncation <= LARGEST_TRUNCATION:
            raise GeneratorError(
                f"A truncation of {truncation:g} has no meaning; give a number from 0 to {LARGEST_TRUNCATION:g}."
            )
        self._change(f"truncation {truncation:g}", space=replace(self.space, truncation=float(truncation)))

    def set_timeline(self, timeline: Any, what: str = "changed the timeline") -> None:
        """Keep a timeline, given as a JSON value; None for none."""
        try:
            text = "" if timeline is None else json.dumps(timeline, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            raise GeneratorError("This timeline cannot be written as JSON; it must be plain finite values.") from None
        self._change(what, timeline=text)

    def become(self, standing: Standing, what: str) -> None:
        """Stand as a file or a picture says, in one step; its pins and directions are given keys of their own."""
        check_standing(self.spec, standing)
        pins = tuple(replace(pin, key=self._new_key()) for pin in standing.pins)
        directions = tuple(replace(direction, key=self._new_key()) for direction in standing.directions)
        self._stand(replace(standing, pins=pins, directions=directions), what)

    # Steps

    @property
    def in_gesture(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def begin_gesture(self) -> None:
        """From here on all changes are one undo step, until `end_gesture`."""
        if self._gesture is None:
            self._gesture = ""

    def end_gesture(self) -> None:
        """Record what the gesture changed as one step; harmless when none is under way."""
        what, self._gesture = self._gesture, None
        if not self._standing.same_as(self._history.present):
            self._history.record(self._standing, what or "moved")
            self._tell()

    def cancel_gesture(self) -> None:
        """Stand where we stood when the gesture began, as if it had not been; harmless when none is under way."""
        self._gesture = None
        if not self._standing.same_as(self._history.present):
            self._standing = self._history.present
            self._tell()

    def undo(self) -> None:
        """Go back one step; nothing happens within a gesture, whose end is not decided yet."""
        self._stand_at(self._history.undo)

    def redo(self) -> None:
        """Go forward one step; nothing happens within a gesture."""
        self._stand_at(self._history.redo)

    def jump(self, number: int) -> None:
        """Go to the entry of that number, whatever branch it is on; nothing happens within a gesture."""
        self._stand_at(lambda: self._history.jump(number))

    def _stand_at(self, step: Callable[[], Standing]) -> None:
        if self._gesture is None:
            self._standing = step()
            self._tell()

    def _move(self, code: FloatArray, what: str, draw: Draw | None = None) -> None:
        wanted = self.spec.check(code)[0]
        self._change(what, latent=frozen(np.where(self.locked, self.latent, wanted)), draw=draw)

    def _change(self, what: str, **parts: Any) -> None:
        self._stand(replace(self._standing, **parts), what)

    def _stand(self, standing: Standing, what: str) -> None:
        if standing.same_as(self._standing):
            return
        self._standing = standing
        if self._gesture is None:
            self._history.record(standing, what)
        else:
            self._gesture = what
        self._tell()

    def _new_key(self) -> int:
        self._next_key += 1
        return self._next_key - 1

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
