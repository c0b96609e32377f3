"""What the panels of readings have done in threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators.checking import Checked, checked
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.deciding import told
from dinoexplorer.generators.describing import described
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.generators.opening import reader_for
from dinoexplorer.generators.readers import foreign
from dinoexplorer.generators.reading import Built, Reading
from dinoexplorer.generators.reading_pictures import pictures_of, sample_codes
from dinoexplorer.rendering.giving_way import stand_back
from dinoexplorer.rendering.renderer import cause_of
from dinoexplorer.ui.one_work import Line, OneWork

if TYPE_CHECKING:
    from torch import Tensor

PICTURES = 4


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What one reading looks like: its pictures ``(n, size, size, 3)``, or why there are none."""

    number: int
    pictures: ByteArray | None
    about: str


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The readings of a file, best first, and which of them is in use."""

    readings: tuple[Reading, ...]
    used: int


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """The tensors of a file, and the description to begin with."""

    contents: Contents
    text: str


class ReadingWork(OneWork):
    """Finds the readings of a file and makes their pictures, or the draft of a description; one at a time."""

    found = Signal(object, int)  # the readings, best first, and which of them is in use
    looked = Signal(object)  # Look
    drafted = Signal(object)  # Draft
    chosen = Signal(object)  # Path: what was decided for it is kept

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This file could not be read: {cause}; open another one.", parent)

    def look(self, path: Path, readings: Sequence[Reading] = ()) -> None:
        """Tell the readings of a file, unless they are known, and then what each looks like."""
        self._begin(partial(_look, path, tuple(readings)), lambda _: None, self._on_heard)

    def draft(self, path: Path) -> None:
        """Begin the description of a file."""
        self._begin(lambda _line: _drafted(path), self.drafted.emit, lambda _: None)

    def choose(self, path: Path, decide: Callable[[], None]) -> None:
        """Keep what was decided; `chosen` follows."""
        self._begin(lambda _line: decide(), lambda _: self.chosen.emit(path), lambda _: None)

    def _on_heard(self, something: object) -> None:
        if isinstance(something, Look):
            self.looked.emit(something)
        elif isinstance(something, Found):
            self.found.emit(something.readings, something.used)


def check_text(text: str, tensors: Mapping[str, Tensor]) -> tuple[Checked, ByteArray | None]:
    """What is known of a description, and its pictures where it fits."""
    stand_back()
    try:
        known = checked(text, tensors)
        return known, None if known.built is None else _pictures(known.built)
    except Exception as error:  # noqa: BLE001  a thread has nobody above it; the panel says it
        return Checked({}, f"This could not be tried: {cause_of(error)}."), None


def _look(path: Path, readings: tuple[Reading, ...], line: Line) -> None:
    found = readings or tuple(_readings(path))
    line.tell(Found(found, foreign.place_of_kept(path, found)))
    for number, reading in enumerate(found):
        line.tell(_look_of(number, reading))


def _readings(path: Path) -> list[Reading]:
    _check_foreign(path)
    contents = foreign.unpacked(path)
    found = foreign.readings(contents)
    if not found:
        raise GeneratorError(foreign.not_recognised(contents))
    return found


def _look_of(number: int, reading: Reading) -> Look:
    try:
        built = reading.build()
        return Look(number, _pictures(built), _about(built))
    except Exception as error:  # noqa: BLE001  this reading does not fit after all; the others may
        return Look(number, None, cause_of(error))


def _pictures(built: Built) -> ByteArray:
    return np.ascontiguousarray(pictures_of(built, sample_codes(built, PICTURES)))


def _about(built: Built) -> str:
    parts = [f"{built.image_size} x {built.image_size} px", f"{built.latent.dim} numbers"]
    if built.latent.prior == "uniform":
        parts.append("uniform")
    return ", ".join(parts)


def _drafted(path: Path) -> Draft:
    _check_foreign(path)
    contents = foreign.unpacked(path)
    kept: Any = foreign.kept_description(path)
    if kept is None:
        kept = next((one.description for one in foreign.readings(contents) if one.description is not None), None)
    return Draft(contents, described(contents, kept))


def _check_foreign(path: Path) -> None:
    if not isinstance(reader_for(path), foreign.ForeignReader):
        raise GeneratorError(f"{path.name} says itself how it is read, so there is nothing to choose.")


def name_of(reading: Reading) -> str:
    """What a reading is called."""
    return told(reading)
