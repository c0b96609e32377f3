from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.document.document import Document
from dinoexplorer.document.history import History
from dinoexplorer.generators import GeneratorError, LatentSpec

DIM = 3
SPEC = LatentSpec(DIM, np.array([0.5, 0, -1], np.float32), np.ones(DIM, np.float32))

numbers = st.floats(-5, 5, width=32)
dimensions = st.integers(0, DIM - 1)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("set_latent"), st.lists(numbers, min_size=DIM, max_size=DIM)),
        st.tuples(st.just("set_value"), dimensions, numbers),
        st.tuples(st.just("set_locked"), dimensions, st.booleans()),
        st.tuples(st.just("begin_gesture")),
        st.tuples(st.just("end_gesture")),
    ),
    max_size=25,
)


def perform(document: Document, edit: tuple) -> None:
    name, *arguments = edit
    getattr(document, name)(*(np.array(value, np.float32) if isinstance(value, list) else value for value in arguments))


def standing(document: Document) -> tuple:
    return tuple(document.latent.tolist()), tuple(document.locked.tolist())


def undo_all(document: Document) -> list[tuple]:
    """Every state on the way back, the present one first."""
    document.end_gesture()
    states = [standing(document)]
    while document.can_undo:
        document.undo()
        states.append(standing(document))
    return states


def test_a_document_starts_at_the_mean_or_where_it_is_told():
    assert np.array_equal(Document(SPEC).latent, SPEC.mean)
    assert np.array_equal(Document(SPEC, np.ones(DIM, np.float32)).latent, np.ones(DIM))
    assert not Document(SPEC).can_undo


@settings(deadline=None)
@given(edits)
def test_any_sequence_of_edits_undone_gives_the_first_state_and_redone_the_last(sequence):
    document = Document(SPEC)
    first = standing(document)
    for edit in sequence:
        perform(document, edit)
    back = undo_all(document)
    assert back[-1] == first
    there = [standing(document)]
    while document.can_redo:
        document.redo()
        there.append(standing(document))
    assert there == back[::-1]


@settings(deadline=None)
@given(edits)
def test_every_undo_step_changes_something(sequence):
    document = Document(SPEC)
    for edit in sequence:
        perform(document, edit)
    states = undo_all(document)
    assert all(one != other for one, other in pairwise(states))


@settings(deadline=None)
@given(edits, st.lists(st.booleans(), max_size=12), edits)
def test_undo_and_redo_in_any_order_keep_the_way_back(before, steps, after):
    document = Document(SPEC)
    first = standing(document)
    for edit in before:
        perform(document, edit)
    for back in steps:
        (document.undo if back else document.redo)()
    for edit in after:
        perform(document, edit)
    assert undo_all(document)[-1] == first


@settings(deadline=None)
@given(st.lists(st.lists(numbers, min_size=DIM, max_size=DIM), max_size=20))
def test_a_gesture_is_one_step_however_many_moves_it_has(moves):
    document = Document(SPEC)
    first = standing(document)
    document.begin_gesture()
    for move in moves:
        document.set_latent(np.array(move, np.float32))
    document.end_gesture()
    assert len(undo_all(document)) == (1 if standing(document) == first and not document.can_redo else 2)
    assert standing(document) == first


@settings(deadline=None)
@given(st.lists(st.lists(numbers, min_size=DIM, max_size=DIM), min_size=1, max_size=10), st.sets(dimensions))
def test_a_locked_dimension_keeps_its_value_wherever_the_code_moves(moves, locked):
    document = Document(SPEC)
    document.set_latent(np.array([1, 2, 3], np.float32))
    for dimension in locked:
        document.set_locked(dimension, locked=True)
    for move in moves:
        document.set_latent(np.array(move, np.float32))
        wanted = [(1, 2, 3)[k] if k in locked else move[k] for k in range(DIM)]
        assert document.latent.tolist() == wanted


def test_a_locked_dimension_moves_when_its_own_value_is_set():
    document = Document(SPEC)
    document.set_locked(1, locked=True)
    document.set_value(1, 4)
    assert document.latent.tolist() == [0.5, 4, -1]


def test_locking_can_be_undone():
    document = Document(SPEC)
    document.set_locked(1, locked=True)
    document.undo()
    assert not document.locked.any()


def test_undo_and_redo_wait_until_a_gesture_is_over():
    document = Document(SPEC)
    document.set_value(0, 1)
    document.begin_gesture()
    document.set_value(0, 2)
    document.undo()
    document.redo()
    document.set_value(0, 3)
    assert document.latent[0] == 3
    document.end_gesture()
    document.undo()
    assert document.latent[0] == 1
    document.redo()
    assert document.latent[0] == 3


def test_something_new_after_an_undo_ends_the_way_forward():
    document = Document(SPEC)
    document.set_value(0, 1)
    document.undo()
    document.set_value(0, 2)
    assert not document.can_redo


def test_listeners_hear_of_every_change_and_of_nothing_else():
    document, heard = Document(SPEC), []
    document.listen(lambda: heard.append(float(document.latent[0])))
    document.set_value(0, 1)
    document.set_value(0, 1)
    document.set_value(0, 2)
    document.undo()
    assert heard == [1, 2, 1]


def test_the_present_code_cannot_be_written_to_from_outside():
    document = Document(SPEC)
    code = np.ones(DIM, np.float32)
    document.set_latent(code)
    code[0] = 9
    assert document.latent[0] == 1
    for array in (document.latent, document.locked):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("code", [np.zeros(DIM + 1), np.full(DIM, np.nan), "abc"])
def test_a_code_that_does_not_fit_is_refused_and_nothing_changes(code):
    document = Document(SPEC)
    with pytest.raises(GeneratorError):
        document.set_latent(code)
    with pytest.raises(GeneratorError):
        Document(SPEC, code)
    assert np.array_equal(document.latent, SPEC.mean)
    assert not document.can_undo


def test_a_value_that_is_no_number_is_refused_and_nothing_changes():
    document = Document(SPEC)
    with pytest.raises(GeneratorError):
        document.set_value(0, float("nan"))
    assert np.array_equal(document.latent, SPEC.mean)


# The history by itself


def test_a_history_keeps_the_last_steps_up_to_its_limit():
    history = History(0, limit=3)
    for state in range(1, 6):
        history.record(state)
    assert [history.undo() for _ in range(5)] == [4, 3, 2, 2, 2]
    assert [history.redo() for _ in range(5)] == [3, 4, 5, 5, 5]


def test_a_cancelled_gesture_leaves_nothing_behind():
    document, told = Document(SPEC), []
    document.set_value(0, 2.0)
    document.begin_gesture()
    document.set_value(1, 3.0)
    document.listen(lambda: told.append(standing(document)))
    document.cancel_gesture()
    assert document.latent.tolist() == [2.0, 0.0, -1.0]
    assert len(told) == 1
    document.cancel_gesture()
    assert len(told) == 1
    document.set_value(2, 1.0)
    assert len(undo_all(document)) == 3
