"""The document: which space we are in, where we stand in it, and what is locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dinoexplorer.document.history import History
from dinoexplorer.generators.generator import FloatArray, LatentSpec


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """Where we stand: a code ``(dim,)`` and the dimensions that are locked ``(dim,)`` bool. Never changed in place."""

    latent: FloatArray
    locked: np.ndarray

    def same_as(self, other: Standing) -> bool:
        """Whether nothing that a person would notice differs."""
        return np.array_equal(self.latent, other.latent) and np.array_equal(self.locked, other.locked)


class Document:
    """Where we stand, how we came here, and the way back.

    It begins at ``start`` ``(dim,)``, or at the mean. Every change goes through a method, is told to the listeners, and
    can be undone. Changes between `begin_gesture` and `end_gesture` (a drag) are one step, which cannot be undone while
    it is under way. A locked dimension keeps its value when the whole code moves (`set_latent`); its own `set_value`,
    undo and redo change it all the same.
    """

    def __init__(self, spec: LatentSpec, start: FloatArray | None = None) -> None:
        self.spec = spec
        first = spec.mean if start is None else spec.check(start)[0]
        standing = Standing(_frozen(first), _frozen(np.zeros(spec.dim, dtype=bool)))
        self._standing = standing
        self._history = History(standing)
        self._in_gesture = False
        self._listeners: list[Callable[[], None]] = []

    @property
    def latent(self) -> FloatArray:
        """The present code, float32 ``(dim,)``; read-only."""
        return self._standing.latent

    @property
    def locked(self) -> np.ndarray:
        """Which dimensions are locked, bool ``(dim,)``; read-only."""
        return self._standing.locked

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to go forward again."""
        return self._history.can_redo

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

    def set_latent(self, code: FloatArray) -> None:
        """Move to ``code`` ``(dim,)``; locked dimensions stay.

        Raises
        ------
        GeneratorError
            If the code does not fit the space.
        """
        wanted = self.spec.check(code)[0]
        self._change(replace(self._standing, latent=_frozen(np.where(self.locked, self.latent, wanted))))

    def set_value(self, dimension: int, value: float) -> None:
        """Move along one dimension, also when it is locked: the lock guards against moves that were not meant."""
        code = self.latent.copy()
        code[dimension] = value
        self.spec.check(code)
        self._change(replace(self._standing, latent=_frozen(code)))

    def set_locked(self, dimension: int, locked: bool) -> None:
        """Lock or unlock one dimension."""
        state = self.locked.copy()
        state[dimension] = locked
        self._change(replace(self._standing, locked=_frozen(state)))

    def begin_gesture(self) -> None:
        """From here on all changes are one undo step, until `end_gesture`."""
        self._in_gesture = True

    def end_gesture(self) -> None:
        """Record what the gesture changed as one step; harmless when none is under way."""
        self._in_gesture = False
        if not self._standing.same_as(self._history.present):
            self._history.record(self._standing)
            self._tell()

    def undo(self) -> None:
        """Go back one step; nothing happens within a gesture, whose end is not decided yet."""
        self._stand_at(self._history.undo)

    def redo(self) -> None:
        """Go forward one step; nothing happens within a gesture."""
        self._stand_at(self._history.redo)

    def _stand_at(self, step: Callable[[], Standing]) -> None:
        if not self._in_gesture:
            self._standing = step()
            self._tell()

    def _change(self, standing: Standing) -> None:
        if standing.same_as(self._standing):
            return
        self._standing = standing
        if not self._in_gesture:
            self._history.record(standing)
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _frozen(array: np.ndarray) -> np.ndarray:
    """A private copy that refuses to be written to."""
    copy = np.array(array)
    copy.setflags(write=False)
    return copy
