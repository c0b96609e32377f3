"""What the sources of a preparation offer, and what of it is known already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from training.data.dataset import Record
from training.data.images import Progress, Skipped
from training.data.sources.source import Item, Source
from training.data.workshop.looking import Looker, key_of
from training.data.workshop.preparation import Preparation
from training.data.workshop.settling import REFUSED

Found = dict[str, tuple[Record, ...]]
"""Records by item, in the order of the sources; empty for what has to be looked at."""

_EVERY = 256


def open_sources(preparation: Preparation, stack: ExitStack) -> list[Source]:
    """All sources, each once, closed with the stack."""
    from training.data.sources import open_source  # noqa: PLC0415  every kind of source, only when there is one to open

    return [stack.enter_context(closing(open_source(text, preparation))) for text in dict.fromkeys(preparation.sources)]


def offered(sources: Sequence[Source], progress: Progress) -> Iterator[Item | Skipped]:
    """What all sources offer, one after the other."""
    for source in sources:
        yield from source.items(progress)


def listed(
    sources: Sequence[Source], known: Mapping[str, tuple[Record, ...]], looker: Looker, existing: set[str],
    progress: Progress,
) -> Found:  # fmt: skip
    """Every item with the records that are known and still hold; nothing is read."""
    found: Found = {}
    for source in sources:
        for item in source.items(progress):
            if len(found) % _EVERY == 0:
                progress("looking for pictures", len(found), 0)
            if isinstance(item, Skipped):
                refused = Record("", source.name, item.name, "", warnings=(REFUSED,), reason=item.reason)
                found.setdefault(refused.item_key, (refused,))
                continue
            records = known.get(key_of(item), ())
            holds = looker.knows(item, records, existing)
            found[key_of(item)] = looker.relabelled(item, records) if holds else ()
    return found


def by_item(records: Iterable[Record]) -> Found:
    """Records by item; of an item that was looked at twice the later ones."""
    found: dict[str, dict[str, Record]] = {}
    for record in records:
        if not record.part:
            found[record.item_key] = {}
        found.setdefault(record.item_key, {})[record.part] = record
    return {key: tuple(parts.values()) for key, parts in found.items()}


def labels_of(preparation: Preparation) -> Mapping[str, str] | None:
    """Name to class, where a file tells the classes."""
    if preparation.labels in {"folder", "none"}:
        return None
    from training.data.sources.table import read_labels  # noqa: PLC0415  as above

    return read_labels(Path(preparation.labels).expanduser())


def named(preparation: Preparation) -> str:
    """The sources in a sentence."""
    first, *others = preparation.sources
    return f"{first} and {len(others)} more" if others else first
