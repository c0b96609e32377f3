"""The dataset folder: the only file that knows its layout.

`manifest.jsonl` holds one line a picture, also for what was left out; `choices.json` what a person decided against
it; `dataset.json` what the whole is; `images/` the pictures. Each is replaced whole, so a kill at any moment leaves the
last state that was reported; what a preparation is about to add to it is in `manifest.partial.jsonl`, see
`training.data.workshop.journal`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from training.data.images import DataError
from training.files import replace_file

VERSION = 1
_ABOUT, _MANIFEST, _CHOICES = "dataset.json", "manifest.jsonl", "choices.json"


@dataclass(frozen=True, slots=True)
class Record:
    """One picture of the manifest.

    Attributes
    ----------
    file
        Posix path of the prepared picture below the folder; empty where the picture was left out.
    source, name, stamp
        Where it comes from; see `training.data.sources.source.Item`. `source` and `name` together are its key.
    sha256
        Of the original content, as hex; empty where it could not be read.
    perceptual
        256-bit perceptual hash as 64 hex digits (`training.data.pixels.perceptual`); empty where it could not be read.
        Near duplicates differ in few bits.
    width, height
        Of the original, upright.
    crop
        Left, top, right and bottom of what was taken, in pixels of the upright original.
    label
        The class, or None.
    warnings
        Codes of what is unusual: `small`, `extreme-aspect`, `uniform`, `duplicate`, `near-duplicate`, `unreadable`, ...
    reason
        Why it was left out, as one sentence; empty where it was taken.
    group
        sha256 of the best of its near duplicates when they were first seen (its own where there are none); a group lies
        on one side of the split, and a better picture that joins it later does not change that.
    part
        Which frame or marked box of the item it is: empty for the first, then `#2`, `#3`, ...
    variant
        Hash of the marked boxes and the crop by hand that it was made with; empty where there are none.
    length
        Of the original content, in bytes.
    """

    file: str
    source: str
    name: str
    stamp: str
    sha256: str = ""
    perceptual: str = ""
    width: int = 0
    height: int = 0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    label: str | None = None
    warnings: tuple[str, ...] = ()
    reason: str = ""
    group: str = ""
    part: str = ""
    variant: str = ""
    length: int = 0

    @property
    def item_key(self) -> str:
        """What names the item that it is a part of."""
        return f"{self.source}\n{self.name}"

    @property
    def key(self) -> str:
        """What names the picture in `choices.json`."""
        return f"{self.item_key}\n{self.part}" if self.part else self.item_key

    @property
    def taken(self) -> bool:
        """Whether it is part of the set."""
        return bool(self.file)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided about one picture; None leaves it as it was found.

    `crop` is left, top, right and bottom in pixels of the upright original. A picture that was left out is made, and
    one with a new crop is made again, by the next `prepare`; leaving out and relabelling hold at once.
    """

    included: bool | None = None
    label: str | None = None
    crop: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What `dataset.json` says of the whole set.

    Attributes
    ----------
    size, channels
        Of every prepared picture: a side in pixels (0 where each kept its own), and 1 or 3.
    count
        How many pictures are taken.
    classes
        Their names, sorted.
    fingerprint
        SHA-256 over contents, labels and classes, as hex.
    found
        How often each warning was given.
    options
        How it was made: what `prepare` was asked for, so that a second run does the same.
    complete
        False where the preparation was stopped before it had looked at everything.
    """

    size: int
    channels: int
    count: int
    classes: tuple[str, ...]
    fingerprint: str
    found: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = True


def is_dataset(folder: Path) -> bool:
    """Whether a folder is a prepared dataset."""
    return (folder / _ABOUT).is_file() and (folder / _MANIFEST).is_file()


def read_about(folder: Path) -> About:
    """What the whole set is.

    Raises
    ------
    DataError
        The folder is no dataset, or of a later version.
    """
    try:
        fields = json.loads((folder / _ABOUT).read_text("utf-8"))
        version = fields.pop("version")
        if version != VERSION:
            raise DataError(f"{folder} is a dataset of version {version}; update the program to open it")
        return About(**{**fields, "classes": tuple(fields["classes"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{folder} is no dataset that can be read: {error}; prepare it again") from error


def write_about(folder: Path, about: About) -> None:
    """Replace `dataset.json`; written last, it is what makes a folder a dataset."""
    _replace(folder / _ABOUT, {"version": VERSION, **asdict(about)})


def read_manifest(folder: Path) -> Iterator[Record]:
    """Every picture that was looked at, as it was found; see `read_choices` for what a person decided.

    Raises
    ------
    DataError
        The manifest is missing or damaged.
    """
    line_number = 0
    try:
        with (folder / _MANIFEST).open(encoding="utf-8") as file:
            for line_number, line in enumerate(file, 1):  # noqa: B007  told below
                yield record_of(json.loads(line))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"line {line_number} of {folder / _MANIFEST} cannot be read: {error}; prepare it again"
        ) from error


def write_manifest(folder: Path, records: Iterable[Record]) -> None:
    """Replace the manifest."""
    with replace_file(folder / _MANIFEST) as file:
        for record in records:
            file.write(json_bytes(asdict(record)) + b"\n")


def read_choices(folder: Path) -> dict[str, Choice]:
    """What a person decided, by `Record.key`; nothing where nobody decided anything."""
    try:
        fields = json.loads((folder / _CHOICES).read_text("utf-8"))
        return {key: _choice(value) for key, value in fields.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DataError(
            f"{folder / _CHOICES} cannot be read: {error}; mend it, or delete it to go back to what was found"
        ) from error


def write_choices(folder: Path, choices: Mapping[str, Choice]) -> None:
    """Replace what a person decided."""
    nothing, names = Choice(), [field.name for field in fields(Choice)]  # `asdict` copies deeply: three times as long
    told = {key: {name: getattr(one, name) for name in names} for key, one in choices.items() if one != nothing}
    _replace(folder / _CHOICES, told)


def decided(record: Record, choices: Mapping[str, Choice]) -> Record:
    """The record with what a person decided about it: left out, or with another label."""
    choice = choices.get(record.key)
    if choice is None:
        return record
    if choice.included is False and record.taken:
        record = replace(record, file="", reason="left out by hand")
    return record if choice.label is None else replace(record, label=choice.label or None)


def content_number(record: Record) -> int:
    """64 bits of its group's content; they decide on which side of the split it lies, see `ImageSet.hashes`."""
    return int((record.group or record.sha256 or "0")[:16], 16)


def shown_names(records: Sequence[Record]) -> tuple[str, ...]:
    """A name for each picture, unique among them: the one in its source, with the source where two of them share it."""
    plain = [f"{record.name}{record.part}" for record in records]
    often = Counter(plain)
    full = [f"{record.source}/{name}" if often[name] > 1 else name for record, name in zip(records, plain, strict=True)]
    return tuple(full)


def class_names(labels: Iterable[str | None]) -> tuple[str, ...]:
    """The classes that labels tell, sorted; a single one distinguishes nothing, so it is none."""
    names = sorted({label for label in labels if label is not None})
    return tuple(names) if len(names) > 1 else ()


def fingerprint_of_records(taken: Sequence[Record], options: Mapping[str, Any]) -> str:
    """SHA-256 over contents, labels, classes and how the pictures were made, as hex."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    for record in taken:
        digest.update(json.dumps([record.file, record.label, record.group]).encode())
    return digest.hexdigest()


def json_bytes(value: object, indent: int | None = None) -> bytes:
    """JSON that people can read; a name that is no text (bytes of another encoding on disk) is escaped."""
    try:
        return json.dumps(value, indent=indent, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent).encode()


def record_of(fields: dict[str, Any]) -> Record:
    """The record that a line of the manifest tells."""
    left, top, right, bottom = fields["crop"]
    return Record(**{**fields, "crop": (left, top, right, bottom), "warnings": tuple(fields["warnings"])})


def _replace(path: Path, value: object) -> None:
    with replace_file(path) as file:
        file.write(json_bytes(value, indent=1))


def _choice(fields: dict[str, Any]) -> Choice:
    crop = fields.get("crop")
    return Choice(
        fields.get("included"), fields.get("label"), None if crop is None else (crop[0], crop[1], crop[2], crop[3])
    )
