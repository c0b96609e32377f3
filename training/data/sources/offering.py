"""From the names in a source to what it offers: labels, marks, and what is refused before it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

from PIL import Image

from training.data.images import Progress, Skipped
from training.data.pictures import PictureError
from training.data.sources.annotations import Annotations
from training.data.sources.boxes import BoxError
from training.data.sources.names import Refused, labelling, printable
from training.data.sources.source import Item

_EVERY = 256


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files by name, wherever they lie.

    Attributes
    ----------
    stamp
        Changes when a file may have changed; raises `Refused` for what is left out.
    read
        A whole file; raises `PictureError` or OSError. May be called from several threads at once.
    open
        The same as a stream, for those who need only its beginning.
    """

    stamp: Callable[[str], str]
    read: Callable[[str], bytes]
    open: Callable[[str], AbstractContextManager[IO[bytes]]]


def offer(source: str, names: Sequence[str], shelf: Shelf, progress: Progress) -> Iterator[Item | Skipped]:
    """Every file that is no mark of another one, as an item or with the reason why it is left out."""

    def read(name: str, count: int) -> bytes:
        progress("looking for marked parts", 0, len(names))
        return _beginning(shelf, name, count)

    annotations = Annotations(names, read)
    for name, reason in annotations.refused.items():
        yield Skipped(printable(name), reason)
    label = labelling(names)
    for place, name in enumerate(names):
        if place % _EVERY == 0:
            progress("looking for pictures", place, len(names))
        if name in annotations.used:
            continue
        try:
            stamp = shelf.stamp(name)
        except Refused as refused:
            yield Skipped(printable(name), str(refused))
            continue
        item = Item(source, printable(name), stamp, partial(shelf.read, name), label(name))
        file = annotations.file_of(name)
        if file is not None:
            try:
                boxes = annotations.boxes(name, partial(_size, shelf, name))
                item = replace(item, stamp=f"{stamp} {shelf.stamp(file)}", boxes=boxes)
            except (BoxError, Refused) as error:
                yield Skipped(printable(file), str(error))
        yield item


def _beginning(shelf: Shelf, name: str, count: int) -> bytes:
    try:
        shelf.stamp(name)  # it refuses what must not be opened
        with shelf.open(name) as file:
            return file.read(count)
    except (PictureError, Refused) as error:
        raise OSError(str(error)) from error


def _size(shelf: Shelf, name: str) -> tuple[int, int]:
    try:
        with shelf.open(name) as file, Image.open(file) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, PictureError, Image.DecompressionBombWarning) as error:
        raise BoxError("the picture that it marks cannot be read; its marks are not used") from error
