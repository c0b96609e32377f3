"""Edits of a timeline as hands make them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.morph import edits
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Keyframe, Segment
from dinoexplorer.morph.timeline import Timeline


def code(value):
    return np.array([value, -value], np.float32)


def timeline(*seconds, repeat="once", hold=0.0):
    """Keyframes 0, 1, 2, ... with these segments; without a loop the last one's leads nowhere."""
    keys = [Keyframe(code(n), f"k{n}", hold, Segment(each, "linear")) for n, each in enumerate(seconds)]
    return Timeline(tuple(keys), repeat)


def values(edit):
    return [float(key.code[0]) for key in edit.timeline.keyframes]


def times(edit):
    return [round(edit.timeline.time_of(n), 6) for n in range(len(edit.timeline.keyframes))]


def test_the_first_keyframes_make_a_timeline_and_later_ones_follow_the_selected_one():
    first = edits.added(None, 0, [("a", code(7))])
    assert (values(first), first.selected, first.what) == ([7.0], 0, "added a keyframe")
    edit = edits.added(timeline(1, 2, 3), 0, [("", code(8)), ("", code(9))])
    assert (values(edit), edit.selected, edit.what) == ([0, 8, 9, 1, 2], 2, "added 2 keyframes")
    assert [key.segment for key in edit.timeline.keyframes[:3]] == [Segment(1, "linear")] * 3


def test_nothing_makes_no_keyframe():
    with pytest.raises(MorphError, match="There is nothing here to make a keyframe of; drop or choose pictures"):
        edits.dropped(None, 1.0, [])


@pytest.mark.parametrize(
    ("seconds", "names", "order", "at"),
    [
        (0.5, 1, [0, 5, 1, 2], [0, 0.5, 1, 3]),  # divides the segment, and nothing else moves
        (0.5, 2, [0, 5, 5, 1, 2], [0, 1, 2, 3, 5]),  # pushes apart
        (9.0, 1, [0, 1, 2, 5], [0, 1, 3, 6]),  # behind the end
    ],
)
def test_what_is_dropped_stands_where_it_fell(seconds, names, order, at):
    edit = edits.dropped(timeline(1, 2, 3), seconds, [("", code(5))] * names)
    assert (values(edit), times(edit)) == (order, at)


@pytest.mark.parametrize(
    ("move", "order", "at", "selected"),
    [
        ((1, 1.5, False), [0, 1, 2], [0, 1.5, 3], 1),
        ((1, 1.5, True), [0, 1, 2], [0, 1.5, 3.5], 1),
        ((1, 9.0, True), [0, 1, 2], [0, 9.0, 11.0], 1),
        ((1, -1.0, True), [0, 1, 2], [0, 0.01, 2.01], 1),
        ((2, 7.0, False), [0, 1, 2], [0, 1, 7], 2),
        ((2, 0.5, False), [0, 2, 1], [0, 0.5, 1], 1),  # past its neighbour
        ((1, 5.0, False), [0, 2, 1], [0, 3, 5], 2),
        ((0, 0.5, False), [0, 1, 2], [0, 1, 3], 0),  # the first one stands at the beginning
        ((0, 2.0, False), [1, 0, 2], [0, 1, 2], 1),  # what was 1 comes to the beginning
        ((1, -1.0, False), [1, 0, 2], [0, 2, 5], 0),  # before the first one, with its own segment
    ],
)
def test_a_keyframe_is_moved_between_and_past_others(move, order, at, selected):
    index, seconds, ripple = move
    edit = edits.moved(timeline(1, 2, 3), index, seconds, ripple=ripple)
    assert (values(edit), times(edit), edit.selected) == (order, at, selected)
    assert edit.what == f"moved keyframe {index + 1}"


@settings(max_examples=150, deadline=None)
@given(
    seconds=st.lists(st.floats(0.02, 4), min_size=1, max_size=5),
    repeat=st.sampled_from(["once", "loop", "ping-pong"]),
    hold=st.sampled_from([0.0, 0.3]),
    move=st.tuples(st.integers(0, 4), st.floats(-3, 30), st.booleans()),
)
def test_no_move_loses_or_invents_a_keyframe(seconds, repeat, hold, move):
    index, to, ripple = move
    before = timeline(*seconds, repeat=repeat, hold=hold)
    index %= len(before.keyframes)
    edit = edits.moved(before, index, to, ripple=ripple)
    assert sorted(values(edit)) == sorted(float(key.code[0]) for key in before.keyframes)
    assert values(edit)[edit.selected] == index
    copy = edits.copied(before, index, to)
    assert sorted(values(copy)) == sorted([*values(edit), index])
    assert values(copy)[copy.selected] == index


def test_a_removed_keyframe_leaves_its_time_or_lets_the_others_come():
    assert times(edits.removed(timeline(1, 2, 3), 1, ripple=False)) == [0, 3]
    assert times(edits.removed(timeline(1, 2, 3), 1, ripple=True)) == [0, 1]
    assert edits.removed(timeline(1), 0, ripple=False).timeline is None


def test_order_duration_name_hold_and_repetition_change_alone():
    before = timeline(1, 2, 3)
    assert values(edits.reordered(before, 0, 1)) == [1, 0, 2]
    assert edits.reordered(before, 2, 1).selected == 2
    assert times(edits.lasting(before, 0, 0.0)) == [0, 0.01, 2.01]
    assert edits.with_segment(before, 1, "easing", "sine").timeline.keyframes[1].segment == Segment(2, "sine")
    assert edits.with_key(before, 1, "hold", 0.5).what == "held keyframe 2"
    assert edits.repeated(before, "loop", 1).timeline.repeat == "loop"
    with pytest.raises(MorphError, match="A keyframe cannot be held for -1 seconds"):
        edits.with_key(before, 1, "hold", -1.0)
