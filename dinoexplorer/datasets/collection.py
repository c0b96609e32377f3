"""A dataset that is being looked through: its pictures, what was decided about them, and steps back and forth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dinoexplorer.datasets.sifting import Sieve
from training.data.dataset import About, Choice, Record, decided, read_about, read_choices, read_manifest, write_choices

__all__ = ["Box", "Choice", "Collection", "Record", "open_collection", "save_choices", "waits"]
Box = tuple[float, float, float, float]
Indices = Sequence[int]
_SAME_CROP = 1.0  # pixels of the original that a crop may differ by when it is rounded
_MOST_STEPS = 200
_NOTHING = Choice()


class Collection:
    """Records in the order of the manifest, named by their index, with the choices laid over them.

    Lives in one thread; a `Sieve` that it hands out may be used in another.
    """

    def __init__(self, folder: Path, about: About, records: Sequence[Record], choices: Mapping[str, Choice]) -> None:
        self.folder, self.about = folder, about
        self._records = tuple(records)
        self._choices = dict(choices)
        self._keys = [record.key for record in self._records]
        self._indices = {key: index for index, key in enumerate(self._keys)}
        self._named: dict[str, int] | None = None  # made when it is first wanted
        self._done: list[dict[str, Choice]] = []
        self._undone: list[dict[str, Choice]] = []
        self._sieve = Sieve.of(self._records, self._choices)
        found = ((self._indices.get(key), choice) for key, choice in self._choices.items())
        self._waiting = {index for index, choice in found if index is not None and waits(self._records[index], choice)}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def choices(self) -> dict[str, Choice]:
        """What was decided, as a copy to be written."""
        return dict(self._choices)

    @property
    def sieve(self) -> Sieve:
        """What finds pictures as they are decided now."""
        return self._sieve

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def waiting(self) -> int:
        """How many decisions take hold only when the dataset is prepared again."""
        return len(self._waiting)

    def original(self, index: int) -> Record:
        """As it was found."""
        return self._records[index]

    def record(self, index: int) -> Record:
        """As it is decided."""
        return decided(self._records[index], self._choices)

    def choice(self, index: int) -> Choice:
        """What was decided about it."""
        return self._choices.get(self._keys[index], _NOTHING)

    def waits(self, index: int) -> bool:
        """Whether what was decided about it takes hold only when the dataset is prepared again."""
        return index in self._waiting

    def picture(self, index: int) -> Path | None:
        """The prepared picture; it stays when it is left out by hand."""
        file = self._records[index].file
        return self.folder / file if file else None

    def names(self, index: int) -> tuple[str, str]:
        """What a map of the dataset calls a picture: its name, or where two sources share that its source as well."""
        record = self._records[index]
        part = record.key.removeprefix(f"{record.source}\n{record.name}").strip()
        name = f"{record.name}{part}"
        return name, f"{record.source}/{name}"

    def find(self, names: Iterable[str]) -> list[int]:
        """Pictures by what a map calls them; those that are not here are missing."""
        if self._named is None:
            self._named = {}
            for index in range(len(self._records)):
                short, long = self.names(index)
                self._named.setdefault(short, index)
                self._named[long] = index
        return sorted({self._named[name] for name in names if name in self._named})

    def leave_out(self, indices: Indices) -> None:
        """Leave pictures out; holds at once."""
        self._decide(indices, _left_out)

    def take(self, indices: Indices) -> None:
        """Take pictures; those that were left out when the dataset was prepared wait for the next time."""
        self._decide(indices, _taken)

    def relabel(self, indices: Indices, label: str) -> None:
        """Put pictures into another class, or into none where ``label`` is empty; holds at once."""

        def named(record: Record, choice: Choice) -> Choice:
            return replace(choice, label=None if label == (record.label or "") else label)

        self._decide(indices, named)

    def crop(self, index: int, box: Box | None) -> None:
        """Cut a picture out elsewhere, or as it was found where that is None; waits for the next preparation."""
        self._decide((index,), lambda _record, choice: replace(choice, crop=box))

    def undo(self) -> None:
        """Take the last decision back."""
        if self._done:
            self._undone.append(self._lay(self._done.pop()))

    def redo(self) -> None:
        """Decide again what was taken back."""
        if self._undone:
            self._done.append(self._lay(self._undone.pop()))

    def _decide(self, indices: Indices, change: Callable[[Record, Choice], Choice]) -> None:
        after = {}
        for index in indices:
            before = self.choice(index)
            if (choice := change(self._records[index], before)) != before:
                after[self._keys[index]] = choice
        if after:
            self._done = [*self._done[1 - _MOST_STEPS :], self._lay(after)]
            self._undone.clear()

    def _lay(self, after: Mapping[str, Choice]) -> dict[str, Choice]:
        """Lay decisions over those there are; returns what they were before."""
        before = {key: self._choices.get(key, _NOTHING) for key in after}
        self._choices.update(after)
        for key in [key for key, choice in after.items() if choice == _NOTHING]:
            del self._choices[key]
        changed = [self._indices[key] for key in after]
        self._sieve = self._sieve.changed(changed, [self._records[index] for index in changed], list(after.values()))
        for index, choice in zip(changed, after.values(), strict=True):
            (self._waiting.add if waits(self._records[index], choice) else self._waiting.discard)(index)
        return before


def open_collection(folder: Path, progress: Callable[[int], None]) -> Collection:
    """Read a dataset; seconds for a hundred thousand pictures, so away from the window.

    ``progress`` hears how many were read, and may raise to stop.

    Raises
    ------
    DataError
        It is no dataset, or damaged.
    """
    about = read_about(folder)
    records = []
    for number, record in enumerate(read_manifest(folder)):
        records.append(_lean(record))
        if number % 1000 == 0:
            progress(number)
    return Collection(folder, about, records, read_choices(folder))


def save_choices(folder: Path, choices: Mapping[str, Choice]) -> None:
    """Write what was decided; whole or not at all.

    Raises
    ------
    OSError
        The disk refuses.
    """
    write_choices(folder, choices)


def waits(record: Record, choice: Choice) -> bool:
    """Whether a decision takes hold only when the dataset is prepared again."""
    if choice.included is False:
        return False
    if choice.included and not record.taken:
        return True
    if choice.crop is None or not record.taken:
        return False
    return any(abs(one - other) > _SAME_CROP for one, other in zip(choice.crop, record.crop, strict=True))


def _lean(record: Record) -> Record:
    """Without what nobody sees: a hundred thousand pictures are kept."""
    label = None if record.label is None else sys.intern(record.label)
    return replace(record, source=sys.intern(record.source), label=label, stamp="", sha256="", perceptual="", group="")


def _left_out(record: Record, choice: Choice) -> Choice:
    return replace(choice, included=False if record.taken else None)


def _taken(record: Record, choice: Choice) -> Choice:
    if record.taken and choice.included is not False:
        return choice
    # What has a warning may be there only because somebody wanted it, which is not to be forgotten.
    return replace(choice, included=None if record.taken and not record.warnings else True)
