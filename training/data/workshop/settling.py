"""From what was found out about each picture to what is taken: duplicates, choices, and the groups of the split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from training.data.dataset import About, Choice, Record, class_names, decided, fingerprint_of_records
from training.data.images import Progress
from training.data.workshop.preparation import Preparation, picture_options, stored_options

UNREADABLE, REFUSED, DUPLICATE, NEAR_DUPLICATE = "unreadable", "refused", "duplicate", "near-duplicate"
BY_HAND = "by-hand"
"""Counted for what a person left out; no record carries it."""
_NOT_MADE = (UNREADABLE, REFUSED)
_COPIES = (DUPLICATE, NEAR_DUPLICATE)
_JUDGED = ("small", "extreme-aspect", "uniform")
LEFT_OUT_FOR = {
    UNREADABLE: "cannot be read", REFUSED: "refused before they were read", "small": "too small",
    "extreme-aspect": "too long and narrow", "uniform": "nearly one colour", DUPLICATE: "the same as another",
    NEAR_DUPLICATE: "nearly the same as another", BY_HAND: "left out by hand",
}  # fmt: skip
"""Every code that leaves a picture out, and what it is called."""


class Subject(Protocol):
    """What is judged: a picture that was just made, or what the manifest says of one."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of `training.data.workshop.remarks`."""

    @property
    def width(self) -> int:
        """Of the original, upright."""

    @property
    def height(self) -> int:
        """As above."""

    @property
    def crop(self) -> tuple[float, float, float, float]:
        """What was taken of it."""


def judged(subject: Subject, preparation: Preparation) -> str:
    """Why a picture is left out for what it shows, as a sentence; empty where it is not."""
    from training.data.workshop.remarks import reason_of  # noqa: PLC0415  with Pillow, only when there is something to judge

    code = next((code for code in _JUDGED if code in subject.warnings), None)
    return "" if code is None else reason_of(code, subject, preparation)


def left_out_for(record: Record, preparation: Preparation) -> str:
    """Why a picture is left out for what it is in itself, readable or not."""
    if any(code in record.warnings for code in _NOT_MADE):
        return record.reason
    return judged(record, preparation)


def code_of(record: Record) -> str:
    """The code that a record was left out for; empty where it was taken."""
    if record.taken:
        return ""
    return next((code for code in LEFT_OUT_FOR if code in record.warnings), BY_HAND)


def file_of(record: Record, preparation: Preparation) -> str:
    """Where its picture lies: named after the content, so that no name of a source can harm."""
    name = "-".join(filter(None, (record.sha256, record.part.removeprefix("#"), record.variant)))
    return f"images/{record.sha256[:2]}/{name}{'.jpg' if preparation.quality else '.png'}"


def settle(
    found: Iterable[Record], before: Iterable[Record], choices: Mapping[str, Choice], preparation: Preparation,
    progress: Progress,
) -> list[Record]:  # fmt: skip
    """Decide about each picture, in the order in which they were found.

    Parameters
    ----------
    before
        What an earlier manifest says; pictures stay on the side of the split that they were on.
    """
    records = [_alone(record, preparation) for record in found]
    first: dict[str, Record] = {}
    for place, record in enumerate(records):
        if record.perceptual:
            other = first.setdefault(file_of(record, preparation), record)
            if other is not record:
                records[place] = _copy(record, DUPLICATE, f"it is the same picture as {other.name}")
    _group(records, {record.sha256: record.group for record in before if record.group}, preparation, progress)
    for place, record in enumerate(records):
        choice = choices.get(record.key)
        if record.reason and record.perceptual and choice is not None and choice.included is True:
            records[place] = replace(record, reason="")
        taken = bool(record.perceptual) and not records[place].reason
        records[place] = replace(records[place], file=file_of(record, preparation) if taken else "")
    return records


def about(
    records: Sequence[Record], choices: Mapping[str, Choice], preparation: Preparation, *, complete: bool
) -> About:
    """What `dataset.json` says of them."""
    taken = [one for record in records if (one := decided(record, choices)).taken]
    found = Counter(code for record in records for code in record.warnings)
    return About(
        size=0 if preparation.crop == "none" else preparation.size,
        channels=preparation.channels,
        count=len(taken),
        classes=class_names(record.label for record in taken),
        fingerprint=fingerprint_of_records(taken, picture_options(preparation)),
        found=dict(sorted(found.items())),
        options=stored_options(preparation),
        complete=complete,
    )


def _alone(record: Record, preparation: Preparation) -> Record:
    """The record as if there were no others and nobody had decided anything."""
    kept = tuple(code for code in record.warnings if code not in _COPIES)
    record = replace(record, warnings=kept, group=record.sha256)
    return replace(record, reason=left_out_for(record, preparation))


def _copy(record: Record, code: str, reason: str) -> Record:
    return replace(record, warnings=(*record.warnings, code), reason=record.reason or reason)


def _group(records: list[Record], earlier: Mapping[str, str], preparation: Preparation, progress: Progress) -> None:
    """Gather pictures that look alike around the best of them, and leave the others out."""
    places = [place for place, one in enumerate(records) if one.perceptual and DUPLICATE not in one.warnings]
    # The best first: what may be taken, then the largest original, then the one with most in it.
    places.sort(key=lambda place: (bool(records[place].reason), -_area(records[place]), -records[place].length))
    leaders = _leaders([records[place] for place in places], preparation.near, progress)
    for place, leader in zip(places, leaders, strict=True):
        other = records[places[leader]]
        if places[leader] != place:
            records[place] = _copy(records[place], NEAR_DUPLICATE, f"it looks nearly the same as {other.name}")
    groups: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for place, leader in zip(places, leaders, strict=True):
        sha256, leading = records[place].sha256, records[places[leader]].sha256
        groups.setdefault(sha256, groups.get(leading, leading))
        members.setdefault(groups[sha256], []).append(sha256)
    # A group that was there keeps its name, whoever joined it: nothing crosses over from one side to the other.
    names = {name: next((earlier[one] for one in ones if one in earlier), name) for name, ones in members.items()}
    for place, record in enumerate(records):
        if record.sha256 in groups:
            records[place] = replace(record, group=names[groups[record.sha256]])


def _leaders(best_first: Sequence[Record], distance: int, progress: Progress) -> list[int]:
    from training.data.pixels.near import NearIndex  # noqa: PLC0415  only when there is something to group
    from training.data.pixels.perceptual import hash_words  # noqa: PLC0415  as above

    leaders = NearIndex(distance).add(hash_words(record.perceptual for record in best_first), progress)
    return [int(place) for place in leaders]


def _area(record: Record) -> int:
    return record.width * record.height
