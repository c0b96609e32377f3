"""One item of a source to its records and its prepared pictures; called from several threads at once."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from training.data.dataset import Choice, Record
from training.data.pictures import PictureError
from training.data.sources.source import Content, Item
from training.data.workshop.preparation import Preparation
from training.data.workshop.settling import UNREADABLE, file_of, left_out_for

if TYPE_CHECKING:
    from training.data.workshop.making import Made

Crop = tuple[float, float, float, float]
Put = Callable[[str, bytes], None]
_SHORT = 12
_PAST = threading.Event()
_PAST.set()


@dataclass(slots=True)
class _Look:
    """What came of one content: filled in by the first thread that meets it, while the others wait."""

    done: threading.Event = field(default_factory=threading.Event)
    records: tuple[tuple[Record, str | None], ...] | None = None


class Looker:
    """Looks at items: reads, makes, judges and writes their pictures.

    Parameters
    ----------
    labels
        Name to class, where a file tells the classes; else None.
    choices
        What a person decided, by `Record.key`.
    put
        Writes a picture under a name of the manifest.
    """

    def __init__(
        self, preparation: Preparation, labels: Mapping[str, str] | None, choices: Mapping[str, Choice], put: Put
    ) -> None:
        self._preparation = preparation
        self._labels = labels
        self._choices = choices
        self._put = put
        self._lock = threading.Lock()
        self._looks: dict[tuple[str, str, str], _Look] = {}
        self._crops: dict[str, dict[str, Crop]] = {}
        self._overruled: set[str] = set()
        for key, choice in choices.items():
            item, part = _split(key)
            if choice.crop is not None:
                self._crops.setdefault(item, {})[part] = choice.crop
            if choice.included:
                self._overruled.add(item)

    def variant(self, item: Item) -> str:
        """See `Record.variant`."""
        boxes = item.boxes if self._preparation.crop == "bbox" else ()
        crops = self._crops.get(key_of(item), {})
        if not boxes and not crops:
            return ""
        named = self._preparation.labels == "folder"
        told = [[box.left, box.top, box.right, box.bottom, box.label if named else None] for box in boxes]
        return hashlib.sha256(json.dumps([told, sorted(crops.items())]).encode()).hexdigest()[:_SHORT]

    def knows(self, item: Item, records: Sequence[Record], existing: set[str]) -> bool:
        """Whether what is known of an item still holds, and all that is wanted of it lies in the folder."""
        if not records or records[0].stamp != item.stamp or records[0].variant != self.variant(item):
            return False
        return all(record.sha256 and not (self._wanted(record) and file_of(record, self._preparation) not in existing)
                   for record in records)  # fmt: skip

    def relabelled(self, item: Item, records: Sequence[Record]) -> tuple[Record, ...]:
        """Records that are known, with the label that is asked for now."""
        return tuple(
            replace(record, label=self._label(item, record.label if record.variant and item.boxes else None))
            for record in records
        )

    def look(self, item: Item) -> tuple[Record, ...]:
        """Read an item, write what is taken of it, and tell about it.

        Raises
        ------
        DataError
            The dataset folder cannot be written.
        """
        blank = Record(
            "", item.source, item.name, item.stamp, label=self._label(item, None), variant=self.variant(item)
        )
        try:
            content = item.read()
        except (PictureError, OSError, MemoryError) as error:
            return (replace(blank, warnings=(UNREADABLE,), reason=unreadable(error)),)
        sha256, length = _identity(content)
        blank = replace(blank, sha256=sha256, group=sha256, length=length)
        try:
            found = self._looked(item, blank, content)
        except PictureError as error:
            return (replace(blank, warnings=(UNREADABLE,), reason=unreadable(error)),)
        return tuple(
            replace(record, source=item.source, name=item.name, stamp=item.stamp, label=self._label(item, label))
            for record, label in found
        )

    def _looked(self, item: Item, blank: Record, content: Content) -> tuple[tuple[Record, str | None], ...]:
        """What a content becomes; a copy of one that was looked at before costs nothing more."""
        own = key_of(item)
        key = (blank.sha256, blank.variant, own if own in self._overruled else "")
        while True:
            with self._lock:
                look = self._looks.get(key)
                mine = look is None
                if look is None:
                    look = self._looks[key] = _Look()
            if not mine:
                look.done.wait()  # whoever fills it in waits for nobody
                if look.records is not None:
                    return look.records
                continue  # it could not be read under the other name: say so under this one
            try:
                look.records = tuple(self._made(item, blank, content))
            finally:
                if look.records is None:
                    with self._lock:
                        del self._looks[key]
                look.done.set()
                look.done = _PAST  # an event of its own for each of 100,000 pictures takes more than what it guards
            return look.records

    def _made(self, item: Item, blank: Record, content: Content) -> list[tuple[Record, str | None]]:
        from training.data.workshop.making import encode  # noqa: PLC0415  with Pillow, only when there is something to make

        found = []
        for made in self._pictures(item, content):
            record = replace(
                blank, perceptual=made.perceptual, width=made.width, height=made.height, crop=made.crop,
                warnings=made.warnings, part=made.part,
            )  # fmt: skip
            if self._wanted(record) or not left_out_for(record, self._preparation):
                record = replace(record, file=file_of(record, self._preparation))
                self._put(record.file, encode(made.pixels, self._preparation.quality))
            found.append((record, made.label))
        return found

    def _pictures(self, item: Item, content: Content) -> list[Made]:
        """What the item becomes, with the crops that were chosen by hand."""
        from training.data.workshop.making import make_pictures  # noqa: PLC0415  as above

        wanted = self._preparation
        boxes = item.boxes if wanted.crop == "bbox" else ()
        several = list(make_pictures(content, wanted, name=item.name, boxes=boxes))
        for part, crop in self._crops.get(key_of(item), {}).items():
            place = next((place for place, made in enumerate(several) if made.part == part), None)
            if place is not None:
                again = make_pictures(content, wanted, name=item.name, crop=crop)
                cut = next((made for made in again if made.part == part), again[0])
                several[place] = replace(cut, part=part, label=several[place].label)
        return several

    def _wanted(self, record: Record) -> bool:
        """Whether its picture has to be there, by what was found or by a person's word."""
        choice = self._choices.get(record.key)
        return record.taken or (choice is not None and choice.included is True and bool(record.perceptual))

    def _label(self, item: Item, marked: str | None) -> str | None:
        """The class: from the file that tells it, the marked box, or the source."""
        if self._labels is not None:
            return self._labels.get(item.name) or self._labels.get(item.name.rpartition("/")[2])
        if self._preparation.labels == "none":
            return None
        return item.label if marked is None else marked


def key_of(item: Item) -> str:
    """As `Record.item_key`."""
    return f"{item.source}\n{item.name}"


def _split(key: str) -> tuple[str, str]:
    """Item and part of a `Record.key`."""
    item, _, part = key.rpartition("\n")
    return (item, part) if "\n" in item and part.startswith("#") else (key, "")


def _identity(content: Content) -> tuple[str, int]:
    """SHA-256 and length of a content."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    digest = hashlib.sha256(f"{content.shape}".encode())
    digest.update(np.ascontiguousarray(content).data)
    return digest.hexdigest(), content.nbytes


def unreadable(error: Exception) -> str:
    """Why a picture could not be read, as a sentence."""
    if isinstance(error, PictureError):
        return str(error)
    if isinstance(error, MemoryError):
        return "it does not fit into memory"
    return f"it cannot be read: {getattr(error, 'strerror', None) or str(error) or type(error).__name__}"
