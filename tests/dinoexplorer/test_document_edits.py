"""Pins, directions, space and timeline: each edit is one step, told in words, and can be undone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.document.document import Document
from dinoexplorer.document.standing import Direction, Standing
from dinoexplorer.generators import GeneratorError, LatentSpec

DIM = 3
SPEC = LatentSpec(DIM, np.array([0.5, 0, -1], np.float32), np.ones(DIM, np.float32))
codes = st.lists(st.floats(-5, 5, width=32), min_size=DIM, max_size=DIM).map(lambda code: np.array(code, np.float32))
places = st.integers(-1, 6)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("set_latent"), codes),
        st.tuples(st.just("go_to_seed"), st.integers(0, 9)),
        st.tuples(st.just("add_pin"), st.sampled_from(["", "horn", "tail"])),
        st.tuples(st.just("remove_pin"), places),
        st.tuples(st.just("rename_pin"), places, st.sampled_from(["", "nose"])),
        st.tuples(st.just("move_pins"), places, places),
        st.tuples(st.just("go_to_pin"), places),
        st.tuples(st.just("add_direction"), codes.filter(np.any)),
        st.tuples(st.just("remove_direction"), places),
        st.tuples(st.just("move_along"), places, st.floats(-2, 2)),
        st.tuples(st.just("set_truncation"), st.floats(0, 2)),
        st.tuples(st.just("set_timeline"), st.sampled_from([None, {"keys": [1, 2]}])),
        st.tuples(st.just("set_locked"), st.integers(0, DIM - 1), st.booleans()),
    ),
    max_size=20,
)


def direction(vector=(1, 0, 0), name="smile", **more) -> Direction:
    return Direction(0, name, np.array(vector, np.float32), **more)


def perform(document: Document, edit: tuple) -> None:
    """One edit; pins and directions are named by their place, and those that are not there are let be."""
    name, *arguments = edit
    if name == "add_direction":
        document.add_direction(direction(arguments[0]))
        return
    of_pins = name.endswith(("_pin", "_pins"))
    items = document.pins if of_pins else document.directions
    if (of_pins and name != "add_pin") or name in {"remove_direction", "move_along"}:
        if not 0 <= arguments[0] < len(items):
            return
        arguments[0] = items[arguments[0]].key
    if name == "remove_pin":
        document.remove_pins([arguments[0]])
    elif name == "move_pins":
        document.move_pins([arguments[0]], arguments[1])
    else:
        getattr(document, name)(*arguments)


@settings(deadline=None, max_examples=60)
@given(edits)
def test_any_edits_undone_give_the_first_state_redone_the_last_and_a_jump_gives_each(sequence):
    document = Document(SPEC)
    first, visited = document.standing, {0: document.standing}
    for edit in sequence:
        perform(document, edit)
        visited[document.entry.number] = document.standing
    last = document.standing
    while document.can_undo:
        document.undo()
    assert document.standing.same_as(first)
    while document.can_redo:
        document.redo()
    assert document.standing.same_as(last)
    assert len(document.entries) == len(visited)
    for entry in document.entries:
        document.jump(entry.number)
        assert document.standing.same_as(visited[entry.number])
        assert entry.what


@settings(deadline=None, max_examples=60)
@given(edits)
def test_keys_differ_and_no_key_is_ever_given_twice(sequence):
    document, seen = Document(SPEC), {}
    for number, edit in enumerate(sequence):
        perform(document, edit)
        if number % 3 == 2:
            document.undo()
        keys = [pin.key for pin in document.pins]
        assert len(set(keys)) == len(keys)
        for pin in document.pins:
            known = seen.setdefault(pin.key, pin)
            assert np.array_equal(known.latent, pin.latent)


def words(document: Document) -> list[str]:
    return [entry.what for entry in document.entries]


def test_the_history_says_what_was_done():
    document = Document(SPEC)
    document.set_latent(np.ones(DIM, np.float32))
    document.go_to_seed(7)
    document.set_value(2, 0.25)
    document.set_locked(2, locked=True)
    document.set_locked(2, locked=False)
    pin = document.add_pin("horn")
    document.add_pins([("a", SPEC.mean), ("b", SPEC.mean)])
    document.rename_pin(pin.key, "nose")
    document.move_pins([pin.key], 2)
    document.set_latent(np.zeros(DIM, np.float32))
    document.go_to_pin(pin.key)
    document.remove_pins([pin.key])
    document.remove_pins([other.key for other in document.pins])
    way = document.add_direction(direction())
    document.move_along(way.key, 2)
    document.remove_direction(way.key)
    document.set_truncation(0.7)
    document.set_timeline([1])
    assert words(document) == [
        "opened", "moved", "seed 7", "set z3", "locked z3", "unlocked z3", "pinned horn", "pinned 2 places",
        "renamed horn to nose", "reordered nose", "moved", "went to nose", "removed nose", "removed 2 pins",
        "added smile", "moved along smile", "removed smile", "truncation 0.7", "changed the timeline",
    ]  # fmt: skip


def test_a_gesture_is_called_by_what_it_did():
    document = Document(SPEC)
    way = document.add_direction(direction())
    document.begin_gesture()
    for _ in range(5):
        document.move_along(way.key, 0.1)
    document.end_gesture()
    assert words(document) == ["opened", "added smile", "moved along smile"]
    assert document.latent[0] == pytest.approx(1.0)


def test_several_pins_move_together_and_new_ones_go_where_they_were_dropped():
    document = Document(SPEC)
    keys = [pin.key for pin in document.add_pins([(name, SPEC.mean) for name in "abcde"])]
    orders = []
    for moving, place in (([keys[0], keys[3]], 2), ([keys[1]], 0), ([keys[1]], 99), ([keys[4], keys[2]], -5)):
        document.move_pins(moving, place)
        orders.append("".join(pin.name for pin in document.pins))
    assert orders == ["badce", "badce", "adceb", "ceadb"]
    document.add_pins([("x", SPEC.mean), ("y", SPEC.mean)], 1)
    assert "".join(pin.name for pin in document.pins) == "cxyeadb"
    assert words(document)[-2:] == ["reordered 2 pins", "pinned 2 places"]


def test_pins_are_named_in_turn_and_names_are_one_line():
    document = Document(SPEC)
    names = [document.add_pin(name).name for name in ("", "Pin 2", "", "  long\n neck\u202e ", "x" * 1000)]
    assert names == ["Pin 1", "Pin 2", "Pin 3", "long neck", "x" * 200]


def test_an_empty_name_renames_nothing():
    document = Document(SPEC)
    pin = document.add_pin("horn")
    document.rename_pin(pin.key, "  ")
    assert document.pins[0].name == "horn"
    assert len(document.entries) == 2


def test_a_pin_keeps_the_place_and_going_there_brings_it_back():
    document = Document(SPEC)
    document.go_to_seed(3)
    code = document.latent
    pin = document.add_pin("here")
    document.set_locked(1, locked=True)
    document.set_latent(np.full(DIM, 9, np.float32))
    document.go_to_pin(pin.key)
    assert np.array_equal(document.latent, code)
    with pytest.raises(ValueError, match="read-only"):
        pin.latent[0] = 1


def test_locked_dimensions_stay_when_a_direction_or_a_seed_or_a_pin_moves_the_code():
    document = Document(SPEC, np.array([1, 2, 3], np.float32))
    pin = document.add_pin("elsewhere", np.full(DIM, 9, np.float32))
    way = document.add_direction(direction((1, 1, 1), unit=0.5))
    document.set_locked(1, locked=True)
    document.move_along(way.key, 2)
    assert document.latent.tolist() == [2, 2, 4]
    document.go_to_pin(pin.key)
    assert document.latent.tolist() == [9, 2, 9]
    document.go_to_seed(4)
    drawn = SPEC.sample(1, 4)[0]
    assert document.latent.tolist() == [drawn[0], 2, drawn[2]]


def test_a_seed_is_drawn_with_the_truncation_of_the_space():
    document = Document(SPEC)
    document.set_truncation(0.5)
    document.go_to_seed(8)
    assert np.array_equal(document.latent, SPEC.sample(1, 8, 0.5)[0])
    document.go_to_seed(8, truncation=1.0)
    assert np.array_equal(document.latent, SPEC.sample(1, 8)[0])


def test_the_timeline_comes_back_as_it_was_given():
    document = Document(SPEC)
    timeline = {"keys": [{"time": 0.5}], "loop": True}
    document.set_timeline(timeline)
    timeline["keys"].clear()
    assert document.timeline == {"keys": [{"time": 0.5}], "loop": True}
    document.undo()
    assert document.timeline is None


def test_directions_that_are_set_again_keep_their_keys_and_new_ones_get_others():
    document = Document(SPEC)
    first, second = document.set_directions([direction(name="a"), direction(name="b")])
    again = document.set_directions([second, first, first, direction(name="c")])
    assert [way.key for way in again][:2] == [second.key, first.key]
    assert len({way.key for way in again}) == 4
    document.rename_direction(first.key, "smile")
    assert [way.name for way in document.directions] == ["b", "smile", "a", "c"]


def test_becoming_what_a_file_says_is_one_step_and_its_pins_get_keys_of_their_own():
    document, other = Document(SPEC), Document(SPEC)
    pin = document.add_pin("mine")
    other.go_to_seed(5)
    other.add_pin("theirs")
    before = document.standing
    document.become(other.standing, "opened other.png")
    assert np.array_equal(document.latent, other.latent)
    assert [kept.name for kept in document.pins] == ["theirs"]
    assert document.pins[0].key != pin.key
    assert words(document)[-1] == "opened other.png"
    document.undo()
    assert document.standing is before


def test_a_document_opened_from_a_state_stands_there_and_gives_new_keys():
    other = Document(SPEC)
    pin = other.add_pin("kept")
    document = Document(SPEC, standing=other.standing)
    assert document.standing is other.standing
    assert not document.can_undo
    assert document.add_pin().key > pin.key


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda document: document.go_to_pin(77), "There is nothing numbered 77 any more; it was removed."),
        (lambda document: document.remove_pins([77]), "There is nothing numbered 77 any more; it was removed."),
        (lambda document: document.move_along(77, 1), "There is nothing numbered 77 any more; it was removed."),
        (
            lambda document: document.add_pin("a", np.zeros(2)),
            "This generator takes latents of 3 numbers and was given 2; give 3 values per picture.",
        ),
        (
            lambda document: document.add_direction(direction((0, 0, 0))),
            "The direction smile leads nowhere; its vector and its unit must not be zero.",
        ),
        (
            lambda document: document.set_truncation(float("nan")),
            "A truncation of nan has no meaning; give a number from 0 to 10.",
        ),
        (
            lambda document: document.set_truncation(11),
            "A truncation of 11 has no meaning; give a number from 0 to 10.",
        ),
        (
            lambda document: document.set_timeline({"a": float("inf")}),
            "This timeline cannot be written as JSON; it must be plain finite values.",
        ),
        (
            lambda document: document.become(Standing(np.zeros(5, np.float32), np.zeros(5, bool)), "opened"),
            "This place has 5 dimensions and this generator takes 3; open the checkpoint that it was saved with.",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(edit, sentence):
    document = Document(SPEC)
    before = document.standing
    with pytest.raises(GeneratorError) as refused:
        edit(document)
    assert str(refused.value) == sentence
    assert document.standing is before
    assert len(document.entries) == 1


def test_a_move_beyond_all_numbers_is_refused_and_changes_nothing():
    document = Document(SPEC)
    way = document.add_direction(direction(unit=1e30))
    with pytest.raises(GeneratorError, match="not finite numbers"):
        document.move_along(way.key, 1e30)
    assert np.array_equal(document.latent, SPEC.mean)
