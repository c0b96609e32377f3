"""Which pictures stand for the others, and on which side of the split they lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from training.data.dataset import Choice, Record
from training.data.pixels.perceptual import BITS
from training.data.workshop.preparation import Preparation
from training.data.workshop.settling import BY_HAND, LEFT_OUT_FOR, about, code_of, settle

ASKED = Preparation(("a",), Path("set"), near=4)
REACH = 4 * BITS // 64
DIGITS = BITS // 4


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def record(number: int, bits: int, side: int = 100, length: int = 1000, **more: object) -> Record:
    """A picture whose perceptual hash has its lowest `bits` set."""
    values = {"crop": (0.0, 0.0, 1.0, 1.0), "perceptual": f"{(1 << bits) - 1:0{DIGITS}x}", **more}
    return Record("", "a", f"{number}.png", "1", f"{number:064x}", width=side, height=side, length=length, **values)  # type: ignore[arg-type]


def taken(records: list[Record]) -> set[str]:
    return {one.name for one in records if one.taken}


def test_the_largest_of_near_duplicates_is_kept_then_the_one_with_most_in_it() -> None:
    one, two, three = record(1, 0, 50), record(2, 3, 90, 10), record(3, 5, 90, 20)
    settled = settle([one, two, three], (), {}, ASKED, silent)
    assert taken(settled) == {"3.png"}
    assert settled[0].reason == settled[1].reason == "it looks nearly the same as 3.png"
    assert settled[0].warnings == ("near-duplicate",)
    assert {each.group for each in settled} == {three.sha256}


def test_small_differences_do_not_add_up() -> None:
    """Of a row in which each is near the next, the ends are not thrown together."""
    row = [record(number, number * REACH, 100 - number) for number in range(5)]
    assert taken(settle(row, (), {}, ASKED, silent)) == {"0.png", "2.png", "4.png"}


def test_all_are_kept_on_request() -> None:
    twins = [record(1, 0), record(2, 0)]
    assert len(taken(settle(twins, (), {}, replace(ASKED, near=-1), silent))) == 2
    assert len(taken(settle(twins, (), {}, replace(ASKED, near=0), silent))) == 1


def test_what_is_left_out_for_itself_never_stands_for_another() -> None:
    tall = record(1, 0, 900, warnings=("extreme-aspect",))
    settled = settle([tall, record(2, 2, 50)], (), {}, ASKED, silent)
    assert taken(settled) == {"2.png"}
    assert "raise that limit to take it" in settled[0].reason


def test_a_group_keeps_its_name_when_a_better_one_joins_it() -> None:
    first = settle([record(1, 0, 50), record(2, 2, 40)], (), {}, ASKED, silent)
    assert {each.group for each in first} == {first[0].sha256}
    grown = settle([*first, record(3, 4, 90)], first, {}, ASKED, silent)
    assert taken(grown) == {"3.png"}
    assert {each.group for each in grown} == {first[0].sha256}


def test_settling_twice_changes_nothing() -> None:
    records = [record(1, 0, 50), record(2, 2, 40), record(3, 100), record(4, 100, warnings=("small",))]
    records.append(replace(records[0], name="copy.png"))
    choices = {records[1].key: Choice(included=True), records[3].key: Choice(included=True)}
    once = settle(records, (), choices, ASKED, silent)
    assert settle(once, once, choices, ASKED, silent) == once
    assert taken(once) == {"1.png", "2.png", "3.png", "4.png"}
    assert taken(settle(once, once, {}, ASKED, silent)) == {"1.png", "3.png"}


@given(st.lists(st.tuples(st.integers(0, BITS), st.integers(1, 400)), min_size=1, max_size=40))
def test_whoever_is_left_out_has_somebody_near_that_is_kept(pictures: list[tuple[int, int]]) -> None:
    records = [record(number, bits, side) for number, (bits, side) in enumerate(pictures)]
    settled = settle(records, (), {}, ASKED, silent)
    kept = [one for one in settled if one.taken]
    for one in settled:
        if not one.taken:
            near = [other for other in kept if _distance(one, other) <= REACH]
            assert any(one.reason == f"it looks nearly the same as {other.name}" for other in near)
            assert any(other.group == one.group and other.width >= one.width for other in near)
    for place, one in enumerate(kept):
        assert all(_distance(one, other) > REACH for other in kept[place + 1 :])


def _distance(one: Record, other: Record) -> int:
    return (int(one.perceptual, 16) ^ int(other.perceptual, 16)).bit_count()


def test_the_whole_counts_what_a_person_decided() -> None:
    records = settle(
        [record(1, 0, label="a"), record(2, 90, label="b"), record(3, 180, label="b")], (), {}, ASKED, silent
    )
    choices = {records[0].key: Choice(included=False), records[1].key: Choice(label="c")}
    whole = about(records, choices, ASKED, complete=True)
    assert (whole.count, whole.classes) == (2, ("b", "c"))
    assert whole.fingerprint != about(records, {}, ASKED, complete=True).fingerprint
    assert about(records, {}, replace(ASKED, crop="none"), complete=True).size == 0


def test_every_code_has_its_words() -> None:
    assert code_of(record(1, 0)) == BY_HAND
    for code in LEFT_OUT_FOR:
        if code != BY_HAND:
            assert code_of(record(1, 0, warnings=("enlarged", code))) == code
