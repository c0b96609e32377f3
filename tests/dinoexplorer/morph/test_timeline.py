"""The timeline as a value: edits, times, JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Direction, Keyframe, Segment
from dinoexplorer.morph.timeline import REPEATS, Moment, Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json, read_timeline

CODES = arrays(np.float32, 3, elements=st.floats(-(2.0**90), 2.0**90, width=32))
TIMES = st.floats(0.01, 20)
KEYS = st.builds(
    Keyframe, CODES, st.text(max_size=8), st.sampled_from([0.0, 0.25, 3.0]),
    st.builds(Segment, TIMES, st.sampled_from(["sine", "hold"]), st.sampled_from(["straight", "spline"])),
    st.dictionaries(st.sampled_from(["truncation", "size"]), st.floats(-5, 5), max_size=2),
)  # fmt: skip
TIMELINES = st.builds(
    Timeline, st.lists(KEYS, min_size=1, max_size=5).map(tuple), st.sampled_from(REPEATS),
    st.builds(lambda code: (Direction("size", code),), CODES),
)  # fmt: skip


def line(*seconds, repeat="once", hold=0.0):
    """Keyframes 0, 1, 2, ... with these segments between them, and 1 s after the last."""
    times = [*seconds, 1.0]
    keys = [Keyframe(np.float32([n, -n]), str(n), hold, Segment(time)) for n, time in enumerate(times)]
    return Timeline(tuple(keys), repeat)


def names(timeline):
    return "".join(key.name for key in timeline.keyframes)


def arrivals(timeline):
    return [timeline.time_of(n) for n in range(len(timeline.keyframes))]


def test_the_whole_takes_segments_and_holds_and_the_way_back():
    assert line(1, 2, hold=0.5).seconds == pytest.approx(4.5)
    assert line(1, 2, hold=0.5, repeat="loop").seconds == pytest.approx(5.5)
    assert line(1, 2, hold=0.5, repeat="ping-pong").seconds == pytest.approx(9.0)


def test_a_time_falls_on_a_segment_and_keyframes_are_met_exactly():
    timeline = line(1, 2, hold=0.5)
    assert timeline.moment(0.25) == Moment(0, 0.0)
    assert timeline.moment(1.0) == Moment(0, 0.5)
    assert timeline.moment(1.5) == Moment(1, 0.0)
    assert line(0.1, 0.2, 1).moment(0.3) == Moment(2, 0.0)  # though 0.1 + 0.2 is more than 0.3 in binary
    assert timeline.moment(3.0) == Moment(1, 0.5)
    assert timeline.moment(99) == Moment(2, 0.0)
    assert line(1, repeat="ping-pong").moment(1.75) == Moment(0, 0.25)
    assert line(1, repeat="loop").moment(1.75) == Moment(1, 0.75)


def test_a_keyframe_is_inserted_moved_copied_and_removed():
    timeline = line(1, 2, 3)
    new = Keyframe(np.float32([9, 9]), "x", segment=Segment(5))
    assert names(timeline.insert(1, new)) == "0x123"
    assert arrivals(timeline.insert(1, new)) == [0, 1, 6, 8, 11]
    assert names(timeline.move(0, 2)) == "1203"
    assert names(timeline.copy(1, 4)) == "01231"
    assert names(timeline.remove(1)) == "023"
    assert arrivals(timeline.remove(1)) == [0, 1, 4]
    assert arrivals(timeline.remove(1, ripple=False)) == [0, 3, 6]
    assert names(timeline) == "0123"  # a value: nothing has changed


def test_a_keyframe_slides_alone_or_with_all_that_follow():
    timeline = line(1, 2, 3)
    assert arrivals(timeline.slide(1, 0.5)) == pytest.approx([0, 1.5, 3, 6])
    assert arrivals(timeline.slide(1, 0.5, ripple=True)) == pytest.approx([0, 1.5, 3.5, 6.5])
    assert line(1, 2, repeat="loop").slide(2, 0.5).seconds == pytest.approx(4.0)


def test_a_split_keeps_every_other_time():
    timeline = line(1, 2)
    split = timeline.split(1.5, np.float32([5, 5]), "x")
    assert names(split) == "01x2"
    assert arrivals(split) == pytest.approx([0, 1, 1.5, 3])
    assert split.seconds == pytest.approx(timeline.seconds)


@given(TIMELINES, st.floats(0.1, 3))
def test_stretching_multiplies_every_time(timeline, factor):
    stretched = timeline.stretch(factor)
    assert stretched.seconds == pytest.approx(timeline.seconds * factor)
    assert arrivals(stretched) == pytest.approx([time * factor for time in arrivals(timeline)])


@given(TIMELINES, KEYS, st.integers(0, 5))
def test_what_was_inserted_can_be_removed(timeline, key, place):
    place = min(place, len(timeline.keyframes))
    assert timeline.insert(place, key).remove(place) == timeline


@given(TIMELINES, st.data())
def test_moving_there_and_back_changes_nothing(timeline, data):
    last = len(timeline.keyframes) - 1
    here, there = data.draw(st.integers(0, last)), data.draw(st.integers(0, last))
    assert timeline.move(here, there).move(there, here) == timeline


@given(TIMELINES, st.floats(0, 1))
def test_every_time_falls_somewhere(timeline, share):
    moment = timeline.moment(share * timeline.seconds)
    assert 0 <= moment.number < len(timeline.keyframes)
    assert 0 <= moment.share <= 1


@given(TIMELINES)
def test_json_brings_a_timeline_back_bit_by_bit(timeline):
    again = from_json(json.loads(json.dumps(as_json(timeline))))
    assert again == timeline
    assert hash(again) == hash(timeline)
    for one, other in zip(again.keyframes, timeline.keyframes, strict=True):
        assert one.code.tobytes() == other.code.tobytes()


def test_codes_of_a_timeline_cannot_be_written_to():
    given_code = np.zeros(2, np.float32)
    key = Keyframe(given_code)
    given_code[0] = 7
    assert key.code[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        key.code[0] = 1


def edited(**changes):
    return as_json(line(1)) | changes


DAMAGE = "This timeline is damaged: "


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "This is no timeline: it is no JSON object; take one that DinoExplorer wrote."),
        (edited(version=9), "This timeline is of version 9, and this program reads up to 1; update it."),
        (edited(version="1"), DAMAGE + "its 'version' is not what it should be; take another copy."),
        (edited(keyframes={}), DAMAGE + "its 'keyframes' is not what it should be; take another copy."),
        (edited(keyframes=[]), "A timeline has 1 to 1000 keyframes and was given 0."),
        (edited(keyframes=[3]), DAMAGE + "a value in it is not what it should be; take another copy."),
        (edited(keyframes=[{}]), DAMAGE + "a code in it is no list of numbers; take another copy."),
        (edited(keyframes=[{"code": [1, None]}]), DAMAGE + "a code in it is no list of numbers; take another copy."),
        (edited(keyframes=[{"code": [10**400]}]),
         "The code of this keyframe is no list of finite numbers; give one value per dimension."),
        (edited(keyframes=[{"code": [float("nan")]}]),
         "The code of this keyframe is no list of finite numbers; give one value per dimension."),
        (edited(keyframes=[{"code": [1]}, {"code": [1, 2]}]),
         "The codes of a timeline are all of one length, these are of 1 and 2 numbers; take keyframes of one model."),
        (edited(keyframes=[{"code": [1], "segment": {"seconds": -1}}]),
         "A segment of -1 seconds does not work; it takes 0.001 to 3600 seconds."),
        (edited(keyframes=[{"code": [1], "hold": float("inf")}]),
         DAMAGE + "its 'hold' is not what it should be; take another copy."),
        (edited(keyframes=[{"code": [1], "hold": -1}]),
         "A keyframe cannot be held for -1 seconds; hold it for 0 to 3600."),
        (edited(keyframes=[{"code": [1], "channels": {"size": 1e9}}]),
         "The channel 'size' of a keyframe is 1e+09; give a number of ordinary size."),
        (edited(repeat="sometimes"), "A timeline cannot be repeated 'sometimes'; use once, loop, ping-pong."),
        (edited(directions={"truncation": [1, 1]}),
         "A direction cannot be called 'truncation'; give it another name."),
    ],
)  # fmt: skip
def test_a_bad_timeline_is_refused_in_a_sentence(value, sentence):
    with pytest.raises(MorphError) as refused:
        from_json(value)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_a_file_that_is_no_json_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(MorphError, match=r"a\.json is no JSON file; name one that holds a timeline\.$"):
        read_timeline(path)
    with pytest.raises(MorphError, match=r"^There is no file .*b\.json; check the name\.$"):
        read_timeline(tmp_path / "b.json")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda t: t.remove(7), "There is no keyframe 7 in a timeline of 2."),
        (lambda t: t.remove(0).remove(0), "The last keyframe of a timeline cannot be removed; replace it instead."),
        (lambda t: t.insert(3, t.keyframes[0]), "There is no place 3 in a timeline of 2 keyframes."),
        (lambda t: t.slide(0, 1), "The first keyframe stands at the beginning; slide another one, or hold it longer."),
        (lambda t: t.slide(1, -5), "A segment of -4 seconds does not work; it takes 0.001 to 3600 seconds."),
        (lambda t: t.stretch(0), "A timeline cannot be stretched 0 times; use a number above 0."),
        (lambda t: t.split(1.0, t.codes[0]),
         "There is a keyframe at this time already; move it, or choose a time between two."),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_is_refused_in_a_sentence(edit, sentence):
    with pytest.raises(MorphError) as refused:
        edit(line(1))
    assert str(refused.value) == sentence
