"""Codes of frames: exact positions, seams, channels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film, film_around
from dinoexplorer.morph.keyframe import Direction, Keyframe, Segment
from dinoexplorer.morph.timeline import Timeline

CORNERS = np.float32([[0, 0, 0, 0], [1, 2, -1, 4], [3, 0, 1, 1]])


def timeline(*, seconds=2.0, easing="sine", path="straight", repeat="once", codes=CORNERS):
    return Timeline.through(codes, Segment(seconds, easing, path), repeat=repeat)


def codes_of(film):
    return film.codes(0, film.frames)


def test_played_once_it_begins_and_ends_on_a_keyframe_and_meets_those_between(surroundings):
    film = Film(timeline(), 30, surroundings())
    assert film.frames == 121
    assert np.array_equal(film.code(0), CORNERS[0])
    assert np.array_equal(film.code(60), CORNERS[1])
    assert np.array_equal(film.code(120), CORNERS[2])


def test_every_frame_stands_where_the_sine_says(surroundings):
    film = Film(timeline(codes=CORNERS[:2]), 30, surroundings())
    for frame in range(film.frames):
        share = 0.5 - 0.5 * math.cos(math.pi * frame / 60)
        assert film.code(frame) == pytest.approx(CORNERS[0] + (CORNERS[1] - CORNERS[0]) * share, abs=1e-6)


def test_a_loop_has_no_seam(surroundings):
    film = Film(timeline(repeat="loop", easing="linear"), 10, surroundings())
    codes = codes_of(film)
    assert film.frames == 60
    assert not np.array_equal(codes[-1], codes[0])
    steps = np.linalg.norm(np.roll(codes, -1, axis=0) - codes, axis=1)
    assert steps[-1] == pytest.approx(steps[-2], rel=1e-4)  # from the last to the first as from any to its next


def test_a_ping_pong_comes_back_the_way_it_went_and_shows_each_end_once(surroundings):
    film = Film(timeline(repeat="ping-pong"), 10, surroundings())
    codes = codes_of(film)
    assert film.frames == 80
    assert np.array_equal(codes[40], CORNERS[2])
    assert codes[1:40] == pytest.approx(codes[:40:-1], abs=1e-6)
    assert (codes != CORNERS[0]).any(axis=1).sum() == 79


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.floats(0.02, 3), min_size=2, max_size=4), fps=st.integers(1, 120),
    repeat=st.sampled_from(["once", "loop", "ping-pong"]), hold=st.floats(0, 1),
)  # fmt: skip
def test_any_film_has_the_frames_of_its_time_and_every_frame_follows_from_its_number(
    surroundings, seconds, fps, repeat, hold
):
    rng = np.random.default_rng(len(seconds))
    keys = [Keyframe(rng.normal(size=4), hold=hold, segment=Segment(time)) for time in seconds]
    film = Film(Timeline(tuple(keys), repeat), fps, surroundings())
    assert abs(film.frames - (film.timeline.seconds * fps + (repeat == "once"))) <= 2
    some = rng.integers(0, film.frames, 5)
    again = Film(Timeline(tuple(keys), repeat), fps, surroundings())
    backwards = {int(frame): again.code(int(frame)) for frame in sorted(some, reverse=True)}
    assert all(np.array_equal(film.code(int(frame)), backwards[int(frame)]) for frame in some)
    if repeat == "once":
        assert np.array_equal(film.code(film.frames - 1), keys[-1].code)


@pytest.mark.parametrize("repeat", ["once", "loop", "ping-pong"])
def test_the_frame_of_a_time_is_the_nearest_one(surroundings, repeat):
    film = Film(timeline(seconds=0.75, repeat=repeat), 10, surroundings())
    assert [film.frame_at(film.time(frame)) for frame in range(film.frames)] == list(range(film.frames))
    assert film.frame_at(film.time(3) + 0.03) == 3
    assert (film.frame_at(-5.0), film.frame_at(1e6)) == (0, film.frames - 1)
    assert Film(Timeline((Keyframe(CORNERS[0]),)), 10, surroundings()).frame_at(3.0) == 0


def test_a_hold_stays_and_a_cut_jumps(surroundings):
    keys = (Keyframe(CORNERS[0], hold=0.5, segment=Segment(0.5, "hold")), Keyframe(CORNERS[1]))
    codes = codes_of(Film(Timeline(keys), 10, surroundings()))
    assert np.array_equal(codes[:10], np.repeat(CORNERS[:1], 10, axis=0))
    assert np.array_equal(codes[10], CORNERS[1])


def test_a_single_keyframe_is_one_frame(surroundings):
    film = Film(timeline(codes=CORNERS[:1]), 30, surroundings())
    assert film.frames == 1
    assert np.array_equal(film.code(0), CORNERS[0])


def test_channels_draw_towards_the_mean_and_move_along_directions(surroundings):
    up = np.float32([0, 0, 0, 1])
    keys = (
        Keyframe(CORNERS[1], segment=Segment(1, "linear"), channels={"truncation": 0.0, "up": 2.0}),
        Keyframe(CORNERS[1]),
    )
    film = Film(Timeline(keys, directions=(Direction("up", up),)), 4, surroundings(mean=10.0))
    assert film.code(0) == pytest.approx(np.float32([10, 10, 10, 12]))  # the mean, moved by twice the direction
    assert film.code(2) == pytest.approx((CORNERS[1] + 10) / 2 + up)
    assert np.array_equal(film.code(4), CORNERS[1])


def test_truncation_leaves_the_class_alone(surroundings):
    around = surroundings(mean=10.0, classes=("horned", "long neck"))
    keys = (Keyframe([0, 0, 1, 0], channels={"truncation": 0.5}),)
    assert Film(Timeline(keys), 4, around).code(0) == pytest.approx([5, 5, 1, 0])


def test_a_film_around_a_code_keeps_its_distance_and_has_no_seam(surroundings):
    around = surroundings()
    film = film_around(CORNERS[1], 0.5, around, seconds=2, fps=20)
    codes = codes_of(film)
    distances = np.linalg.norm(codes - CORNERS[1], axis=1)
    assert film.frames == 40
    assert distances == pytest.approx(np.full(40, 0.5 * around.spread), rel=1e-4)
    steps = np.linalg.norm(np.roll(codes, -1, axis=0) - codes, axis=1)
    assert steps == pytest.approx(np.full(40, steps[0]), rel=1e-3)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda s: Film(timeline(), 121, s), "A film cannot have 121 frames a second; give 1 to 120."),
        (lambda s: Film(timeline(codes=np.zeros((2, 3))), 30, s),
         "This timeline holds codes of 3 numbers, and toy.safetensors takes 4; open the model that it was made with."),
        (lambda s: Film(timeline(codes=np.zeros((50, 4)), seconds=3600), 30, s),
         "This timeline takes 49 hours; a film takes 24 at most."),
        (lambda s: Film(timeline(path="detour"), 30, s),
         "There is no path called 'detour'; use straight, circle, data, map, noise, slerp, spline."),
        (lambda s: Film(Timeline((Keyframe(CORNERS[0], channels={"size": 1}),)), 30, s),
         "A keyframe has a channel 'size', but this timeline holds no direction of that name; "
         "add the direction or take the channel away."),
    ],
)  # fmt: skip
def test_what_is_no_film_is_refused_in_a_sentence(surroundings, make, sentence):
    with pytest.raises(MorphError) as refused:
        make(surroundings())
    assert str(refused.value) == sentence
