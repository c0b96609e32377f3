"""Edits of several keyframes at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.morph import group_edits as edits
from dinoexplorer.morph.edits import LEAST
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Keyframe, Segment
from dinoexplorer.morph.timeline import Timeline


def timeline(*seconds, repeat="once", hold=0.0):
    keys = [Keyframe([n, -n], f"k{n}", hold, Segment(each, "linear")) for n, each in enumerate(seconds)]
    return Timeline(tuple(keys), repeat)


def values(edit):
    return [float(key.code[0]) for key in edit.timeline.keyframes]


def times(edit):
    return [round(edit.timeline.time_of(n), 6) for n in range(len(edit.timeline.keyframes))]


FIVE = timeline(1, 1, 1, 1, 1)


def test_several_move_by_the_same_time_and_the_others_stay():
    edit = edits.moved_all(FIVE, {1, 2}, 2, 0.25, ripple=False)
    assert (times(edit), edit.selected, edit.chosen) == ([0, 1.25, 2.25, 3, 4], 2, {1, 2})
    assert edit.what == "moved 2 keyframes"


def test_with_ripple_what_follows_the_last_goes_along_and_nobody_is_passed():
    edit = edits.moved_all(FIVE, {1, 3}, 1, 0.5, ripple=True)
    assert times(edit) == [0, 1.5, 2, 3.5, 4.5]
    back = edits.moved_all(FIVE, {2, 3}, 2, -9, ripple=True)
    assert times(back) == [0, 1, pytest.approx(1 + LEAST), pytest.approx(2 + LEAST), pytest.approx(3 + LEAST)]


def test_several_pass_others_and_the_film_begins_with_the_earliest():
    later = edits.moved_all(FIVE, {1, 2}, 1, 2.5, ripple=False)
    assert (values(later), times(later), later.chosen) == ([0, 3, 1, 4, 2], [0, 3, 3.5, 4, 4.5], {2, 4})
    assert later.selected == 2
    first = edits.moved_all(FIVE, {0, 1}, 0, 2.5, ripple=False)
    assert (values(first), times(first)) == ([2, 0, 3, 1, 4], [0, 0.5, 1, 1.5, 2])
    assert times(edits.moved_all(FIVE, range(5), 0, 3.0, ripple=False)) == [0, 1, 2, 3, 4]


def test_what_is_in_the_way_is_pushed_as_far_as_it_must():
    held = timeline(1, 1, 1, 1, hold=0.5)  # at 0, 1.5, 3, 4.5
    edit = edits.moved_all(held, {0, 1}, 1, 1.25, ripple=False)
    assert values(edit) == [0, 1, 2, 3]
    assert times(edit) == [0, 1.5, pytest.approx(2 + LEAST), 3.25]  # the second is held until 2


def test_a_loop_is_back_at_its_beginning_when_it_was_before():
    loop = timeline(1, 1, 1, 1, repeat="loop")
    assert edits.moved_all(loop, {2, 3}, 3, 0.5, ripple=False).timeline.seconds == pytest.approx(4)
    assert edits.moved_all(loop, {2, 3}, 3, 0.5, ripple=True).timeline.seconds == pytest.approx(4.5)
    beyond = edits.moved_all(loop, {2, 3}, 3, 5, ripple=False)
    assert times(beyond) == [0, 1, 7, 8]
    assert beyond.timeline.seconds == pytest.approx(9)  # its own way back


def test_copies_are_chosen_and_keep_their_ways():
    edit = edits.copied_all(FIVE, {0, 2}, 2, 4.5)
    assert (values(edit), times(edit)) == ([0, 1, 2, 3, 4, 0, 2], [0, 1, 2, 3, 4, 4.5, 6.5])
    assert (edit.selected, edit.chosen, edit.what) == (6, {5, 6}, "copied 2 keyframes")
    assert {key.segment.easing for key in edit.timeline.keyframes} == {"linear"}


@pytest.mark.parametrize(
    ("about_last", "ripple", "order", "expected"),
    [
        (False, False, [0, 1, 2, 4, 3], [0, 1, 3, 4, 5]),  # the last of them passes the one that followed it
        (True, False, [1, 0, 2, 3, 4], [0, 1, 2, 4, 5]),  # the first of them is the earliest of all: there it begins
        (False, True, [0, 1, 2, 3, 4], [0, 1, 3, 5, 6]),
    ],
)
def test_times_are_stretched_about_the_other_end(about_last, ripple, order, expected):
    edit = edits.stretched(FIVE, {1, 2, 3}, 1, 2.0, about_last=about_last, ripple=ripple)
    assert (values(edit), times(edit)) == (order, pytest.approx(expected))


def test_stretching_holds_too_and_never_to_nothing():
    held = timeline(1, 1, 1, hold=0.5)
    edit = edits.stretched(held, {0, 1, 2}, 0, 0.5, about_last=False, ripple=False)
    assert times(edit) == [0, 0.75, 1.5]
    assert [key.hold for key in edit.timeline.keyframes] == [0.25, 0.25, 0.25]
    flat = edits.stretched(FIVE, {0, 1, 2}, 0, -3, about_last=False, ripple=True)
    assert times(flat) == [0, LEAST, 2 * LEAST, pytest.approx(1 + 2 * LEAST), pytest.approx(2 + 2 * LEAST)]


def test_several_are_removed_with_and_without_what_follows_coming_earlier():
    assert times(edits.removed_all(FIVE, {1, 2}, ripple=False)) == [0, 3, 4]
    gone = edits.removed_all(FIVE, {1, 2}, ripple=True)
    assert (times(gone), values(gone), gone.selected) == ([0, 1, 2], [0, 3, 4], 0)
    assert edits.removed_all(FIVE, range(5), ripple=False).timeline is None


def test_several_are_reordered_until_one_is_at_an_end():
    edit = edits.reordered_all(FIVE, {1, 3}, 3, 1)
    assert (values(edit), edit.chosen, edit.selected) == ([0, 2, 1, 4, 3], {2, 4}, 4)
    assert values(edits.reordered_all(FIVE, {1, 4}, 4, 1)) == [0, 1, 2, 3, 4]
    assert values(edits.reordered_all(FIVE, {2, 3}, 2, -1)) == [0, 2, 3, 1, 4]


def test_several_are_given_the_same_way_on_and_hold():
    edit = edits.with_segments(FIVE, {0, 2}, 2, "easing", "back(3)")
    easings = [key.segment.easing for key in edit.timeline.keyframes]
    assert easings == ["back(3)", "linear", "back(3)", "linear", "linear"]
    assert (edit.what, edit.chosen) == ("easing of 2 segments", {0, 2})
    assert times(edits.held_all(FIVE, {0, 2}, 0, 0.5)) == [0, 1.5, 2.5, 4, 5]
    longer = edits.lasting_all(FIVE, {0, 1}, 0, -5)
    assert (times(longer)[:3], longer.what) == ([0, LEAST, 2 * LEAST], "duration of 2 segments")
    with pytest.raises(MorphError, match=r"A segment of -1 seconds does not work; it takes 0\.001 to 3600 seconds\."):
        edits.with_segments(FIVE, {0, 2}, 2, "seconds", -1.0)


@given(
    seconds=st.lists(st.floats(0.02, 3), min_size=2, max_size=7), data=st.data(), by=st.floats(-10, 10),
    repeat=st.sampled_from(["once", "loop", "ping-pong"]), ripple=st.booleans(),
)  # fmt: skip
def test_whatever_is_moved_all_are_still_there_and_the_chosen_keep_their_distances(seconds, data, by, repeat, ripple):
    hold = data.draw(st.floats(0, 1))
    before = timeline(*seconds, repeat=repeat, hold=hold)
    keys = range(len(seconds))
    chosen = data.draw(st.sets(st.sampled_from(keys), min_size=2))
    lead = data.draw(st.sampled_from(sorted(chosen)))
    edit = edits.moved_all(before, chosen, lead, by, ripple=ripple)
    assert sorted(values(edit)) == list(keys)
    assert {values(edit)[index] for index in edit.chosen} == chosen
    assert values(edit)[edit.selected] == lead
    gaps = np.diff([edit.timeline.time_of(n) for n in keys])
    assert (gaps >= hold + LEAST - 1e-9).all()
    unchanged = edits.moved_all(before, chosen, lead, 0.0, ripple=ripple)
    assert times(unchanged) == pytest.approx([before.time_of(n) for n in keys], abs=1e-5)
    assert unchanged.timeline.seconds == pytest.approx(before.seconds)
