"""Speeds, loops, there and back, and the onion skin at the seams."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.ui.morph.player import SPEEDS


def beaten(person, monkeypatch):
    """The player under a clock of its own; call what is returned to let some seconds pass."""
    player, now = person.preview.player, [50.0]
    monkeypatch.setattr(player, "_clock", lambda: now[0])
    person.desk.press("play_film")
    player._tick.setInterval(60_000)

    def passes(seconds):
        now[0] += seconds
        player._on_tick()
        return player.frame

    return passes


def repeated(person, times):
    for _ in range(times):
        person.desk.press("repeat_film")
    return person.film()


def test_the_speeds_go_from_a_quarter_to_four_times(filled, monkeypatch):
    assert (SPEEDS[0], SPEEDS[-1]) == (0.25, 4.0)
    film = filled.film()
    filled.preview.go_to_time(0.0)
    for _ in range(3):
        filled.desk.press("play_slower")
    passes = beaten(filled, monkeypatch)
    assert filled.panel.head.speed.text() == "¼×"
    assert [passes(0.2) for _ in range(4)] == [1, 3, 4, 6]  # 7.5 frames a second
    for _ in range(6):
        filled.desk.press("play_faster")
    assert filled.panel.head.speed.text() == "4×"
    assert passes(0.2) == 30  # 24 more: those between are left out
    assert film.fps == 30  # which no speed changes


def test_a_loop_has_no_seam_and_goes_round(filled, monkeypatch):
    film = repeated(filled, 1)
    steps = np.linalg.norm(np.diff(film.codes(0, film.frames), axis=0), axis=1)
    seam = np.linalg.norm(film.code(film.frames - 1) - film.code(0))
    assert seam <= steps.max()
    filled.preview.player.go_to(film.frames - 2)
    passes = beaten(filled, monkeypatch)
    assert [passes(1 / 30 + 1e-6) for _ in range(4)] == [film.frames - 1, 0, 1, 2]


def test_there_and_back_shows_on_the_way_back_what_it_showed_before(filled, monkeypatch):
    film = repeated(filled, 2)
    assert film.timeline.repeat == "ping-pong"
    filled.preview.player.go_to(119)
    passes = beaten(filled, monkeypatch)
    frames = [passes(1 / 30 + 1e-6) for _ in range(3)]
    assert frames == [120, 121, 122]
    shown = [film.code(frame) for frame in (119, *frames)]
    assert np.array_equal(shown[0], shown[2])  # the turning point is shown once
    filled.desk.press("play_film")
    filled.shows(film.code(122))
    assert filled.view._playhead == pytest.approx(film.time(118))  # it goes back
    filled.preview.player.go_to(film.frames - 1)
    filled.preview.step(1)
    filled.shows(film.code(0))


@pytest.mark.parametrize(
    ("repeats", "seconds", "around"),
    [(0, 1.0, [0, 1]), (0, 2.0, [0, 2]), (0, 0.0, [1]), (1, 0.0, [2, 1]), (1, 5.0, [2, 0]), (2, 7.0, [0, 1])],
)
def test_the_onion_skin_shows_the_keyframes_before_and_after(filled, repeats, seconds, around):
    repeated(filled, repeats)
    filled.desk.press("onion")
    filled.preview.go_to_time(seconds)
    codes = filled.morph.onion._codes
    assert [code.tolist() for code in codes] == [filled.timeline.keyframes[n].code.tolist() for n in around]
    filled.desk.press("play_film")
    assert filled.morph.onion._codes == ()  # not over a film that runs
    filled.desk.press("play_film")
    assert len(filled.morph.onion._codes) > 0  # it stands again
    filled.desk.press("onion")
