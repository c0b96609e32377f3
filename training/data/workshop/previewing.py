"""What a preparation would do, before it does anything."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.data.dataset import read_choices
from training.data.images import Progress, Skipped
from training.data.pictures import PictureError
from training.data.sources.source import Item
from training.data.workshop.listing_sources import by_item, labels_of, listed, offered, open_sources
from training.data.workshop.looking import Looker, unreadable
from training.data.workshop.preparation import Preparation, check_preparation
from training.data.workshop.settling import REFUSED, judged
from training.data.workshop.stock import take_stock

if TYPE_CHECKING:
    from training.data.workshop.making import Made

_EVERY = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """What a preparation would do.

    Attributes
    ----------
    pictures
        How many there are in the sources, without those that are refused.
    refused
        How many are left out before they are read.
    to_do
        How many have to be read: new, changed, or all where the options are others.
    gone
        How many of the dataset are no longer in the sources, and leave it.
    remakes
        Whether all pictures of a finished dataset are made again, since the options are others.
    """

    pictures: int
    refused: int
    to_do: int
    gone: int
    remakes: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One picture as it would be prepared; `made` may be there for one that is left out, with the `reason`."""

    item: Item
    made: Made | None
    reason: str


def plan(preparation: Preparation, progress: Progress) -> Plan:
    """What `prepare` would do; nothing is written, and no picture is read.

    Raises
    ------
    DataError, SourceError, PreparationError
        As `prepare` would.
    """
    check_preparation(preparation)
    stock = take_stock(preparation)
    looker = Looker(preparation, labels_of(preparation), read_choices(preparation.out), _keep_nothing)
    known = by_item(stock.known)
    with ExitStack() as stack:
        found = listed(open_sources(preparation, stack), known, looker, stock.existing(), progress)
    refused = sum(1 for records in found.values() if records and REFUSED in records[0].warnings)
    to_do = sum(1 for records in found.values() if not records)
    gone = len(by_item(stock.before).keys() - found.keys())
    return Plan(len(found) - refused, refused, to_do, gone, stock.remakes)


def preview(preparation: Preparation, count: int, progress: Progress) -> list[Preview]:
    """Prepare `count` pictures, spread over the sources, in memory; nothing is written.

    `progress` is called as `("listing", n, 0)`, whose last call tells how many pictures there are, and then as
    `("preview", done, total)`.

    Raises
    ------
    SourceError, PreparationError
        As `prepare` would.
    """
    check_preparation(preparation)
    with ExitStack() as stack:
        items = _spread(offered(open_sources(preparation, stack), _listing(progress)), count, progress)
        shown = []
        for place, item in enumerate(items):
            progress("preview", place, len(items))
            shown += _previews(item, preparation)
        progress("preview", len(items), len(items))
    return shown


def _listing(progress: Progress) -> Progress:
    def tell(_what: str, done: int, _total: int) -> None:
        progress("listing", done, 0)

    return tell


def _spread(items: Iterable[Item | Skipped], count: int, progress: Progress) -> list[Item]:
    """`count` of the items, each as likely as the others and the same every time, in their order; not all are held."""
    kept: list[tuple[int, Item]] = []
    chance, met = random.Random(0), 0
    for item in items:
        if isinstance(item, Skipped):
            continue
        met += 1
        if len(kept) < count:
            kept.append((met, item))
        elif (place := chance.randrange(met)) < count:
            kept[place] = (met, item)
        if met % _EVERY == 0:
            progress("listing", met, 0)
    progress("listing", met, 0)
    return [item for _, item in sorted(kept, key=lambda pair: pair[0])]


def _previews(item: Item, preparation: Preparation) -> list[Preview]:
    from training.data.workshop.making import make_pictures  # noqa: PLC0415  with Pillow, only to make something

    boxes = item.boxes if preparation.crop == "bbox" else ()
    try:
        made = make_pictures(item.read(), preparation, name=item.name, boxes=boxes)
    except (PictureError, OSError, MemoryError) as error:
        return [Preview(item, None, unreadable(error))]
    return [Preview(item, one, judged(one, preparation)) for one in made]


def _keep_nothing(_file: str, _content: bytes) -> None:
    pass
