"""Pictures before and after: of a preparation that is only considered, and the original of one that was made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.datasets.orders import needs_network
from training.data.dataset import Record
from training.data.images import DataError, Progress, Skipped
from training.data.workshop.preparation import Preparation
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.data.sources.source import Item
    from training.data.workshop.making import Made

Pixels = NDArray[np.uint8]
PREVIEWED = 24
_BEFORE = 192
_ORIGINAL = 900


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One picture of a preview.

    Attributes
    ----------
    before
        The upright original, as large as it is shown; None where it cannot be read.
    after
        What would become of it; None where nothing would.
    width, height
        Of the original; 0 where it could not be read.
    reason
        Why it would be left out; empty where it would be taken.
    """

    name: str
    source: str
    before: Pixels | None
    after: Pixels | None
    width: int
    height: int
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """Some pictures spread over the sources, and how many there are.

    Attributes
    ----------
    count
        Pictures in all sources, 0 where that is not known.
    seconds
        That making one picture took.
    """

    looks: tuple[Look, ...]
    count: int
    seconds: float


def whole(preparation: Preparation, side: int) -> Preparation:
    """What makes an upright picture whole, in colour, with a longer side of ``side`` pixels."""
    return replace(
        preparation, size=side, channels=3, crop="none", smallest=1, widest=1e9, near=-1, gamma_correct=False
    )


def original_of(record: Record, preparation: Preparation, wanted: Callable[[], None]) -> Pixels:
    """The upright original of a record, RGB, its longer side `_ORIGINAL` pixels.

    ``wanted`` is called now and then, and raises when it is not wanted any more.

    Raises
    ------
    DataError
        It is not there any more, or cannot be read.
    """
    from training.data.pictures import PictureError  # noqa: PLC0415  as above
    from training.data.workshop.making import make_pictures  # noqa: PLC0415  with its decoders, only when asked for

    content = _content(record, preparation, wanted)
    part = record.key.removeprefix(f"{record.source}\n{record.name}").strip()
    try:
        made = make_pictures(content, whole(preparation, _ORIGINAL), name=record.name)
    except PictureError as error:
        raise DataError(str(error)) from error
    return next((each.pixels for each in made if each.part == part), made[0].pixels)


def _content(record: Record, preparation: Preparation, wanted: Callable[[], None]) -> bytes | Pixels:
    from training.data.sources import open_source  # noqa: PLC0415  only when asked for

    beside = Path(record.source).expanduser() / record.name
    if beside.is_file():
        return beside.read_bytes()
    if needs_network(record.source):
        raise DataError(f"the original of {record.name} is on the network, which is not asked for a look")

    def told(_what: str, _done: int, _total: int) -> None:
        wanted()

    source = open_source(record.source, preparation)
    try:
        for item in source.items(told):
            wanted()
            if not isinstance(item, Skipped) and item.name == record.name:
                return item.read()
    finally:
        source.close()
    raise DataError(f"the original of {record.name} is not in {record.source} any more")


def preview_of(preparation: Preparation, progress: Progress) -> Preview:
    """Prepare `PREVIEWED` pictures, spread over the sources, without writing anything.

    Raises
    ------
    TrainingError
        A source cannot be used, or there is no picture at all.
    """
    from training.data.workshop.preparing_sets import preview  # noqa: PLC0415  with its decoders, only when asked for

    listed, since = 0, time.perf_counter()

    def told(what: str, done: int, total: int) -> None:
        nonlocal listed
        if what.startswith("list"):
            listed = max(listed, done, total)
        progress(what, done, total)

    found = preview(preparation, PREVIEWED, told)
    spent = time.perf_counter() - since
    looks: list[Look] = []
    for each in found:
        progress("looking", len(looks), len(found))
        looks.append(_look(each.item, each.made, each.reason, preparation))
    return Preview(tuple(looks), listed, spent / max(len(found), 1))


def _look(item: Item, made: Made | None, reason: str, preparation: Preparation) -> Look:
    from training.data.workshop.making import make_pictures  # noqa: PLC0415  as above

    before, size = None, (0, 0)
    try:
        first = make_pictures(item.read(), whole(preparation, _BEFORE), name=item.name)[0]
        before, size = _in_colour(first.pixels), (first.width, first.height)
    except (TrainingError, OSError) as error:
        reason = reason or str(error)
    after = None if made is None else _in_colour(made.pixels)
    return Look(item.name, item.source, before, after, *size, reason)


def _in_colour(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels)
