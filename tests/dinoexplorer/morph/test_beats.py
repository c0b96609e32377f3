"""Keyframes that are put on a beat."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.morph.beats import Beats, at_times, on_the_beat, on_times
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Keyframe, Segment
from dinoexplorer.morph.timeline import Timeline


def line(*seconds: float, repeat: str = "once", hold: float = 0.0) -> Timeline:
    """A timeline whose segments take these times."""
    keys = [Keyframe(np.array([number, 1.0]), "", hold, Segment(each)) for number, each in enumerate(seconds)]
    return Timeline(tuple(keys), repeat)


def times(timeline: Timeline) -> list[float]:
    return [timeline.time_of(number) for number in range(len(timeline.keyframes))]


def test_keyframes_go_to_the_nearest_beat_and_everything_else_stays():
    before = line(0.9, 1.2, 0.3, 1.0)
    after = on_the_beat(before, Beats(120))  # a beat every half second
    assert times(after) == pytest.approx([0, 1.0, 2.0, 2.5])
    assert [key.segment.easing for key in after.keyframes] == ["sine"] * 4
    assert np.array_equal(after.codes, before.codes)
    assert after.keyframes[-1].segment.seconds == 1.0


def test_a_first_beat_after_the_beginning_and_half_beats_are_met():
    assert times(on_the_beat(line(0.9, 1.2, 1.0), Beats(60, 0.25))) == pytest.approx([0, 1.25, 2.25])
    assert times(on_the_beat(line(0.9, 1.2, 1.0), Beats(60, 0.25, 2))) == pytest.approx([0, 0.75, 2.25])


def test_a_loop_begins_again_on_a_beat():
    after = on_the_beat(line(0.9, 1.3, repeat="loop"), Beats(60))
    assert after.seconds == pytest.approx(2.0)


def test_keyframes_that_are_closer_than_the_beats_take_one_after_the_other():
    assert times(on_the_beat(line(0.1, 0.1, 0.1, 1), Beats(60))) == pytest.approx([0, 1, 2, 3])
    assert times(on_the_beat(line(0.5, 0.5, 1, hold=1.2), Beats(60))) == pytest.approx([0, 2, 4])


@given(
    st.lists(st.floats(0.01, 20), min_size=2, max_size=12), st.floats(20, 400), st.floats(-5, 5), st.integers(1, 16),
    st.sampled_from([0.0, 0.3]),
)  # fmt: skip
def test_every_keyframe_but_the_first_is_on_the_grid_and_later_than_the_one_before(seconds, rate, offset, parts, hold):
    beats = Beats(rate, offset, parts)
    after = times(on_the_beat(line(*seconds, hold=hold), beats))
    assert all(later > earlier for earlier, later in pairwise(after))
    away = [(time - offset) / beats.seconds for time in after[1:]]
    assert np.allclose(away, np.round(away), atol=1e-5)


@given(st.floats(0, 100), st.floats(20, 400), st.floats(-50, 50), st.integers(1, 16))
def test_the_nearest_line_is_no_farther_than_half_a_part_unless_it_would_lie_before_the_beginning(
    seconds, rate, offset, parts
):
    beats = Beats(rate, offset, parts)
    nearest = beats.nearest(seconds)
    assert nearest >= 0
    assert abs(nearest - seconds) <= beats.seconds * (0.5 if seconds >= beats.seconds else 1) + 1e-6


def test_the_lines_of_the_grid():
    assert Beats(60, 0.5).lines(3) == pytest.approx([0.5, 1.5, 2.5])
    assert Beats(60, -0.5).lines(2.5) == pytest.approx([0.5, 1.5, 2.5])
    assert Beats(60, 5).lines(2) == pytest.approx([0, 1, 2])


def test_keyframes_go_to_given_times_as_far_as_there_are_any():
    after = on_times(line(1, 1, 1, 1), [0.0, 0.4, 2.5])
    assert times(after) == pytest.approx([0, 0.4, 2.5, 3.5])
    assert times(on_times(line(1, 1, hold=0.5), [0.3, 0.7, 0.9])) == pytest.approx([0, 0.7])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Beats(5), "5 beats a minute is no music; give a number from 20 to 400."),
        (lambda: Beats(100, float("nan")),
         "The first beat cannot be nan seconds from the beginning; give up to an hour."),
        (lambda: Beats(100, 0, 17), "A beat cannot be divided into 17 parts; give a number from 1 to 16."),
        (lambda: at_times(line(1, 1, hold=2), [0, 1]),
         "Keyframe 1 is held 2 seconds and the next one comes 1 seconds after it; hold it shorter."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(make, sentence):
    with pytest.raises(MorphError) as refused:
        make()
    assert str(refused.value) == sentence
