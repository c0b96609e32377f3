"""From sources of pictures to a dataset folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress

from training.data.dataset import Record, decided, read_choices
from training.data.images import DataError, Progress, Skipped
from training.data.sources.source import Source
from training.data.workshop.listing_sources import Found, by_item, labels_of, listed, named, offered, open_sources
from training.data.workshop.looking import Looker, key_of
from training.data.workshop.ordered import in_order
from training.data.workshop.preparation import Preparation, Prepared, check_preparation
from training.data.workshop.previewing import Preview, preview
from training.data.workshop.settling import LEFT_OUT_FOR, about, code_of, settle
from training.data.workshop.workplace import Workplace

__all__ = ["Preview", "prepare", "preview"]

READING = "preparing pictures"


def prepare(preparation: Preparation, progress: Progress) -> Prepared:
    """Make a dataset, or bring one up to date: what is known and unchanged is not read again.

    Pictures are decoded in as many threads as there are processors. When `progress` raises, what is done is kept: as a
    dataset of the pictures so far, or, where the pictures of a finished one are being made again, for the next run to
    go on from.

    Raises
    ------
    DataError
        The target cannot be written or must not be, or no picture can be used.
    SourceError, PreparationError
        A source, or what is asked for, makes no sense.
    """
    check_preparation(preparation)
    with ExitStack() as stack:
        place = stack.enter_context(closing(Workplace(preparation)))
        sources = open_sources(preparation, stack)
        return _Preparing(preparation, place, sources, progress).run()


class _Preparing:
    """One run of `prepare`."""

    def __init__(
        self, preparation: Preparation, place: Workplace, sources: Sequence[Source], progress: Progress
    ) -> None:
        self._preparation = preparation
        self._place = place
        self._sources = sources
        self._progress = progress
        self._choices = read_choices(place.folder)
        self._looker = Looker(preparation, labels_of(preparation), self._choices, place.put)
        self._known = by_item(place.stock.known)
        self._found: Found = {}
        self._new = 0

    def run(self) -> Prepared:
        stock = self._place.stock
        self._found = listed(self._sources, self._known, self._looker, stock.existing(), self._progress)
        if not self._found:
            raise DataError(f"there are no pictures in {named(self._preparation)}; name a source that holds some")
        self._place.begin()
        try:
            self._work({key for key, records in self._found.items() if not records})
            records = self._settled(self._progress)
            self._refuse_nothing(records)
            return self._finish(self._complete(records), complete=True)
        except BaseException:
            if self._place.begun:
                self._keep()
            raise

    def _work(self, wanted: set[str]) -> None:
        """Look at items, and keep each in the journal as soon as it is done."""
        done, total = 0, len(wanted)
        if not total:
            return

        def listen(*_: object) -> None:
            self._progress(READING, done, total)

        listen()
        items = (item for item in offered(self._sources, listen)
                 if not isinstance(item, Skipped) and key_of(item) in wanted)  # fmt: skip
        with closing(in_order(self._looker.look, items, listen)) as looked:
            for records in looked:
                self._place.add(records)
                self._found[records[0].item_key] = records
                done += 1
                listen()
        self._new += done

    def _settled(self, progress: Progress) -> list[Record]:
        everything = (record for records in self._found.values() for record in records)
        return settle(everything, self._place.stock.before, self._choices, self._preparation, progress)

    def _complete(self, records: list[Record]) -> list[Record]:
        """Make what is taken only now, such as the second best of two that look alike once the best is gone."""
        lacking = self._lacking(records)
        if not lacking:
            return records
        self._work(lacking)
        return self._settled(self._progress)

    def _lacking(self, records: Sequence[Record]) -> set[str]:
        """Items with a picture that is taken and not there."""
        existing = self._place.stock.existing()
        return {record.item_key for record in records if record.taken and record.file not in existing}

    def _keep(self) -> None:
        """Called off: make a dataset of what is done, unless a finished one is still whole in the old way."""
        if self._place.stock.remakes:
            return
        for key, known in self._known.items():
            if not self._found.get(key):
                self._found[key] = known
        records = self._settled(_silent)
        lacking = self._lacking(records)
        records = [record for record in records if record.item_key not in lacking]
        if any(record.taken for record in records):
            with suppress(DataError):  # a full disk has been told of; the journal stays
                self._finish(records, complete=False)

    def _finish(self, records: Sequence[Record], *, complete: bool) -> Prepared:
        from training.data.report import write_report  # noqa: PLC0415  with Pillow, only when there is something to tell

        whole = about(records, self._choices, self._preparation, complete=complete)
        self._place.finish(records, whole)
        write_report(self._place.folder)
        counts = Counter(code_of(decided(record, self._choices)) for record in records)
        del counts[""]
        return Prepared(len(records), whole.count, self._new, dict(counts.most_common()))

    def _refuse_nothing(self, records: Sequence[Record]) -> None:
        if any(record.taken for record in records):
            return
        self._place.abandon()
        counts = Counter(code_of(record) for record in records)
        reasons = ", ".join(f"{LEFT_OUT_FOR[code]}: {count:,}" for code, count in counts.most_common())
        first = f" ({reasons}); the first is {records[0].name}: {records[0].reason}" if records else ""
        raise DataError(f"none of the {len(records):,} pictures in {named(self._preparation)} can be used{first}")


def _silent(_what: str, _done: int, _total: int) -> None:
    pass
