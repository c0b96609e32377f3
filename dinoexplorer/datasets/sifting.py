"""Finding pictures of a dataset by what became of them, their class, their warnings and their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.latent.point_names import NameFinder
from training.data.dataset import Choice, Record, decided

State = Literal["all", "taken", "left-out", "decided"]
NO_CLASS = ""
_MOST_CODES = 63
_NOTHING = Choice()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures are looked for; None for any class, empty texts for any warning and any name."""

    state: State = "all"
    label: str | None = None
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each, for what can be chosen from."""

    states: Mapping[State, int]
    labels: Mapping[str, int]
    codes: Mapping[str, int]


@dataclass(frozen=True, eq=False, slots=True)
class Sieve:
    """Columns of a dataset, never changed once they are there: to be used in any thread.

    Attributes
    ----------
    labels : int32 (n,)
        Index into ``classes``, in which `NO_CLASS` is one of them.
    taken, marked : bool (n,)
        Whether a picture is part of the set now, and whether anything was decided about it.
    codes : int64 (n,)
        A bit for each of ``warnings`` that a picture has.
    """

    names: NameFinder
    classes: tuple[str, ...]
    labels: NDArray[np.int32]
    taken: NDArray[np.bool_]
    marked: NDArray[np.bool_]
    warnings: tuple[str, ...]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, records: Sequence[Record], choices: Mapping[str, Choice]) -> Sieve:
        """The columns of these records as they are decided."""
        warnings = tuple(sorted({code for record in records for code in record.warnings}))[:_MOST_CODES]
        bits = {code: 1 << number for number, code in enumerate(warnings)}
        codes = [sum(bits.get(code, 0) for code in set(record.warnings)) for record in records]
        present = [decided(record, choices) for record in records] if choices else records
        names = [record.label or NO_CLASS for record in present]
        classes = tuple(sorted(set(names)))
        numbers = {name: number for number, name in enumerate(classes)}
        return cls(
            NameFinder(tuple(record.name for record in records)),
            classes,
            np.array([numbers[name] for name in names], np.int32),
            np.array([record.taken for record in present], bool),
            np.array([record.key in choices for record in records], bool),
            warnings,
            np.array(codes, np.int64),
        )

    def changed(self, indices: Sequence[int], records: Sequence[Record], choices: Sequence[Choice]) -> Sieve:
        """The columns where other things are decided about some records."""
        names = [
            (record.label if choice.label is None else choice.label) or NO_CLASS
            for record, choice in zip(records, choices, strict=True)
        ]
        classes = (*self.classes, *sorted(set(names) - set(self.classes)))
        numbers = {name: number for number, name in enumerate(classes)}
        labels, taken, marks = self.labels.copy(), self.taken.copy(), self.marked.copy()
        labels[indices] = [numbers[name] for name in names]
        taken[indices] = [
            record.taken and choice.included is not False for record, choice in zip(records, choices, strict=True)
        ]
        marks[indices] = [choice != _NOTHING for choice in choices]
        return replace(self, classes=classes, labels=labels, taken=taken, marked=marks)

    def find(self, wanted: Wanted) -> NDArray[np.intp]:
        """Indices of the pictures that are looked for, in their order."""
        fits = self._of_state(wanted.state)
        if wanted.label is not None:
            number = self.classes.index(wanted.label) if wanted.label in self.classes else -1
            fits = fits & (self.labels == number)
        if wanted.code:
            bit = 1 << self.warnings.index(wanted.code) if wanted.code in self.warnings else 0
            fits = fits & ((self.codes & bit) != 0)
        if wanted.text.strip():
            named = np.zeros(len(fits), bool)
            named[self.names(wanted.text.strip())] = True
            fits = fits & named
        return np.flatnonzero(fits)

    def counts(self) -> Counts:
        """How many there are of each state, class and warning."""
        kinds: tuple[State, ...] = ("all", "taken", "left-out", "decided")
        states = {kind: int(self._of_state(kind).sum()) for kind in kinds}
        found = np.bincount(self.labels, minlength=len(self.classes))
        labels = {name: int(count) for name, count in sorted(zip(self.classes, found, strict=True)) if count}
        codes = {code: int(((self.codes >> bit) & 1).sum()) for bit, code in enumerate(self.warnings)}
        return Counts(states, labels, codes)

    def _of_state(self, state: State) -> NDArray[np.bool_]:
        if state == "taken":
            return self.taken
        if state == "left-out":
            return ~self.taken
        return self.marked if state == "decided" else np.ones(len(self.taken), bool)
