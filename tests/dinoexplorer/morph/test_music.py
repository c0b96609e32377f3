"""What follows the music, where its beats are, and how a timeline keeps it."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.morph import hearing, music_edits
from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.following import followed_by, level
from dinoexplorer.morph.hearing import hear, hear_for
from dinoexplorer.morph.keyframe import Direction, Keyframe, Segment
from dinoexplorer.morph.music import Following, Music
from dinoexplorer.morph.music_edits import Grid, follows, heard_from, set_to, without_music
from dinoexplorer.morph.music_json import read_from, written_from
from dinoexplorer.morph.sound import HOP, RATE, Heard
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json, read_timeline

CODES = np.float32([[0, 0, 0, 0], [2, 0, 0, 0]])
UP = Direction("up", np.float32([0, 1, 0, 0]))


def ramp(seconds: float = 4.0) -> Heard:
    """A sound that grows evenly from silence, in all bands but the treble, which is silent."""
    loud = np.linspace(0, 0.5, round(seconds * RATE / HOP) + 1).astype(np.float32)
    return Heard({"all": loud, "low": loud, "middle": loud, "high": 0 * loud}, loud)


def followed(*followings: Following, start: float = 0.0, repeat: str = "once", seconds: float = 4.0) -> Timeline:
    music = Music("/x/song.wav", "", start, None, followings)
    return replace(Timeline.through(CODES, Segment(seconds, "linear"), repeat=repeat), directions=(UP,), music=music)


def test_a_direction_is_moved_by_the_strength_where_the_music_is_loudest(surroundings):
    film = Film(followed(Following("up", "low", 3.0, 0.0)), 10, surroundings(), ramp())
    for frame in range(film.frames):
        assert film.code(frame) == pytest.approx([frame / 20, 3 * frame / 40, 0, 0], abs=1e-4)
        assert film.still_code(frame) == pytest.approx([frame / 20, 0, 0, 0], abs=1e-6)


def test_the_truncation_follows_too_and_several_add_up(surroundings):
    timeline = followed(
        Following("truncation", "low", -0.5, 0), Following("up", "all", 1, 0), Following("up", "low", 1, 0)
    )
    film = Film(timeline, 10, surroundings(mean=1.0), ramp())
    assert film.code(40) == pytest.approx([1 + 0.5 * (2 - 1), 0.5 + 2, 0.5, 0.5], abs=1e-4)


def test_the_sound_begins_where_it_is_told_to_and_nothing_is_moved_after_its_end(surroundings):
    film = Film(followed(Following("up", "low", 1.0, 0.0), start=2.0), 10, surroundings(), ramp())
    assert [film.code(frame)[1] for frame in (0, 10, 20, 21, 40)] == pytest.approx([0.5, 0.75, 1, 0, 0], abs=1e-4)


def test_on_the_way_back_of_a_ping_pong_the_music_goes_on(surroundings):
    film = Film(followed(Following("up", "low", 1.0, 0.0), repeat="ping-pong", seconds=2.0), 10, surroundings(), ramp())
    assert film.code(10)[:2] == pytest.approx([1, 0.25], abs=1e-4)
    assert film.code(30)[:2] == pytest.approx([1, 0.75], abs=1e-4)


def test_what_is_silent_or_not_heard_moves_nothing(surroundings):
    timeline = followed(Following("up", "high", 3.0))
    plain = Film(replace(timeline, music=None), 10, surroundings())
    for heard in (ramp(), None):
        film = Film(timeline, 10, surroundings(), heard)
        assert np.array_equal(film.codes(0, film.frames), plain.codes(0, plain.frames))


def test_smoothing_spreads_a_peak_to_both_sides_alike_and_keeps_its_height():
    loud = np.zeros(201, np.float32)
    loud[100] = 1
    heard = Heard(dict.fromkeys(("all", "low", "middle", "high"), loud), loud)
    smooth = level(heard, Following("up", "all", 1.0, 0.5))
    assert smooth.max() == smooth[100] == 1
    assert np.allclose(smooth, smooth[::-1], atol=1e-6)
    assert np.flatnonzero(smooth > 0.01).tolist() == list(range(77, 124))
    assert np.array_equal(level(heard, Following("up", "all", 1.0, 0.0)), loud)
    assert followed_by(Music("x", followings=(Following("up", "all", 2.0, 0.0),)), heard)(2.0) == {"up": 2.0}


def test_what_follows_has_to_be_there(surroundings):
    with pytest.raises(MorphError) as refused:
        Film(followed(Following("down")), 10, surroundings(), ramp())
    assert str(refused.value) == (
        "'down' follows the music, but this timeline holds no direction of that name; add the direction or let it "
        "follow no more."
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Following("up", "alto"), "There is no band called 'alto'; use all, low, middle, high."),
        (lambda: Following("up", "low", 1e6), "Nothing follows the music 1e+06 times; give -100 to 100."),
        (lambda: Following("up", "low", float("nan")), "Nothing follows the music nan times; give -100 to 100."),
        (lambda: Following("up", "low", 1, -1), "Music cannot be smoothed over -1 seconds; give 0 to 10."),
        (lambda: Music(start=-1), "A film cannot begin at second -1 of its sound; give 0 to 3600."),
        (lambda: Music(followings=(Following("up"),) * 51), "51 channels follow the music; 50 are the most."),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(MorphError) as refused:
        make()
    assert str(refused.value) == sentence


# Files


def test_music_is_kept_with_the_timeline_and_a_timeline_without_it_is_written_as_before():
    music = Music("/x/a.wav", "ab", 1.5, Beats(97.5, 0.25, 2), (Following("up", "low", -1.5, 0.3),))
    timeline = replace(followed(), music=music)
    assert from_json(json.loads(json.dumps(as_json(timeline)))) == timeline
    assert "music" not in as_json(replace(timeline, music=None))
    bare = from_json(as_json(timeline) | {"music": {"follow": [{"channel": "up"}]}})
    assert bare.music == Music(followings=(Following("up"),))


@pytest.mark.parametrize(
    "music",
    [7, {"path": 7}, {"path": "a\0b"}, {"start": "x"}, {"follow": 3}, {"follow": [3]}, {"beats": 3}, {"beats": {}},
     {"follow": [{"channel": "up", "strength": True}]}, {"follow": [{}] * 51}],
)  # fmt: skip
def test_damaged_music_is_refused_in_a_sentence(music):
    with pytest.raises(MorphError, match=r"^This timeline is damaged: .*; take another copy\.$"):
        from_json(as_json(followed()) | {"music": music})


def test_a_document_names_its_sound_from_where_it_lies_and_what_is_passed_on_by_name_alone(tmp_path):
    value = as_json(replace(followed(), music=Music(str(tmp_path / "sounds/a.wav"))))
    document = tmp_path / "documents/a.dino.json"
    told = written_from(value, document)
    assert told["music"]["path"] == "../sounds/a.wav"
    assert written_from(value, None)["music"]["path"] == "a.wav"
    assert written_from(value, document, private=True) == value
    assert read_from(told, document.parent) == value
    document.parent.mkdir()
    (document.parent / "a.wav").touch()  # both were moved into one folder
    assert read_from(told, document.parent)["music"]["path"] == str(document.parent / "a.wav")
    (document.parent / "line.json").write_text(json.dumps({"timeline": written_from(value, None)}))
    assert read_timeline(document.parent / "line.json").music.path == str(document.parent / "a.wav")
    assert written_from({"music": None, "keyframes": []}, None) == {"music": None, "keyframes": []}


# Listening


def test_a_sound_is_listened_to_once_and_again_when_it_has_changed(write_drums, monkeypatch):
    heard = []
    listen = hearing.listen
    monkeypatch.setattr(hearing, "listen", lambda path, **others: heard.append(path) or listen(path, **others))
    path = write_drums([0.5, 1.0, 1.5, 2.0], 3.0)
    song = hear(path)
    assert hear(path) is song
    assert len(heard) == 1
    assert list(song.onsets) == pytest.approx([0.5, 1.0, 1.5, 2.0], abs=0.04)
    write_drums([1.0, 2.0], 3.0)
    os.utime(path, (1, 1))
    assert hear(path).sha256 != song.sha256
    assert len(heard) == 2


def test_listening_tells_how_far_it_is_and_ends_when_it_is_told_to(write_drums):
    told = []
    path = write_drums([0.5], 3.0, "told.wav")
    hear(path, told=told.append)
    assert told == sorted(told)
    assert 0 < told[0] <= 0.4 <= told[-1] <= 1
    with pytest.raises(Cancelled):
        hear(write_drums([0.5], 3.0, "stopped.wav"), stopped=lambda: True)


def test_a_film_whose_sound_is_gone_or_another_is_still_a_film(write_drums, tmp_path):
    wish = (Following("up"),)
    gone = Music(str(tmp_path / "gone.wav"), followings=wish)
    assert hear_for(gone) == (
        None, f"There is no sound file {tmp_path / 'gone.wav'}; check the name. What follows the music rests."
    )  # fmt: skip
    path = write_drums([0.5], 2.0)
    heard, note = hear_for(Music(str(path), "00", followings=wish))
    assert heard is hear(path).heard
    assert note == "drums.wav has changed since this timeline was made: the film may differ."
    assert hear_for(Music(str(path), hear(path).sha256, followings=wish)) == (heard, "")
    assert hear_for(Music(str(path))) == (None, "")  # nothing follows it


@pytest.mark.parametrize("rate", [72.0, 97.3, 120.0, 128.0, 174.0])
def test_the_beats_of_drums_are_found(write_drums, rate):
    first = 0.2
    beats = hear(write_drums(np.arange(first, 29.5, 60 / rate), 30.0)).beats
    assert beats.rate == pytest.approx(rate, rel=2e-3) or beats.rate == pytest.approx(rate / 2, rel=2e-3)
    lines = np.array(beats.lines(29.0))
    struck = np.arange(first, 29.0, 60 / rate)
    away = np.abs(lines[:, None] - struck).min(axis=1)
    assert away.max() < 0.04


def test_where_there_is_no_beat_none_is_found(write_drums):
    assert hear(write_drums([], 6.0)).beats is None
    assert hear(write_drums([], 20.0, "noise.wav", noise=0.2)).beats is None
    assert hear(write_drums([0.5, 1.0], 2.0, "short.wav")).beats is None


# Edits


def line(*seconds: float, repeat: str = "once", hold: float = 0.0) -> Timeline:
    keys = [Keyframe(np.array([number, 1.0]), "", hold, Segment(each)) for number, each in enumerate(seconds)]
    return Timeline(tuple(keys), repeat)


def times(timeline: Timeline) -> list[float]:
    return [round(timeline.time_of(number), 4) for number in range(len(timeline.keyframes))]


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (Grid(Beats(120)), [0, 1.0, 2.0, 2.5]),
        (Grid(Beats(120), 1), [0, 0.5, 1.0, 1.5]),
        (Grid(Beats(120, 0.3), 1), [0, 0.3, 0.8, 1.3]),
        (Grid(Beats(120, 0.3), 4), [0, 0.3, 2.3, 4.3]),
        (Grid(Beats(120, 2.3), 4), [0, 0.3, 2.3, 4.3]),
        (Grid(None), [0, 1.1, 1.9, 2.6]),
        (Grid(None, 1), [0, 0.4, 1.1, 1.9]),
        (Grid(None, 2), [0, 1.1, 2.6, 2.9]),
    ],
)
def test_keyframes_are_set_to_beats_or_onsets(grid, expected):
    placed = set_to(line(0.9, 1.2, 0.3, 1.0), grid, [-0.5, 0.4, 1.1, 1.9, 2.6])
    assert times(placed) == pytest.approx(expected)
    assert placed.music == Music(beats=grid.beats)


def test_a_loop_begins_again_on_a_beat_and_holds_are_waited_for():
    assert set_to(line(0.9, 1.2, repeat="loop"), Grid(Beats(60), 2), []).seconds == pytest.approx(4)
    assert set_to(line(0.9, 1.2, repeat="loop"), Grid(None), [1.0, 2.5]).seconds == pytest.approx(2.5)
    assert times(set_to(line(0.9, 1.2, 1, hold=1.5), Grid(Beats(60), 1), [])) == pytest.approx([0, 2, 4])


def test_what_cannot_be_set_to_beats_is_said():
    with pytest.raises(MorphError) as refused:
        set_to(line(1), Grid(Beats(60)), [])
    assert str(refused.value) == "A single keyframe stands at the beginning; add another one to set it to a beat."
    with pytest.raises(MorphError) as refused:
        set_to(line(1, 1), Grid(None), [-2.0])
    assert str(refused.value) == (
        "Nothing begins in this sound after the film has begun; set the keyframes to beats instead."
    )


def test_another_beginning_keeps_the_beats_on_the_sound():
    later = Music("x", start=1.0, beats=Beats(60, 0.2)).beginning_at(1.5)
    assert (later.start, later.beats.offset) == (1.5, pytest.approx(-0.3))
    assert music_edits.begun_at(followed(), 2.0).music.start == 2.0


def test_directions_come_and_go_with_what_follows(write_drums):
    song = hear(write_drums([0.5], 2.0))
    timeline = heard_from(Timeline.through(CODES), song)
    assert (timeline.music.path, timeline.music.sha256) == (str(song.path), song.sha256)
    one = follows(timeline, "up", Following("up", "low"), UP)
    assert one.directions == (UP,)
    two = follows(one, "truncation", Following("truncation", "all", -0.5), None)
    assert [each.channel for each in two.music.followings] == ["up", "truncation"]
    other = follows(two, "up", Following("up", "high"), UP)
    assert [(each.channel, each.band) for each in other.music.followings] == [("truncation", "all"), ("up", "high")]
    assert follows(two, "up", None, UP).directions == ()
    assert without_music(two) == Timeline.through(CODES)
    held = replace(two, keyframes=(replace(two.keyframes[0], channels={"up": 1.0}), two.keyframes[1]))
    assert without_music(held).directions == (UP,)
