"""The place Morph: the same map and picture, the timeline below them, the film on the stage."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt


def test_in_morph_the_timeline_lies_below_the_same_map_and_picture(desk):
    explorer = desk.explorer
    before = desk.canvas.mapTo(desk.window, QPoint()), desk.view.isVisible()
    desk.press("morph")
    assert explorer.desks.morph.panel.isVisible()
    assert (explorer.tray.isVisible(), explorer.tray.opened) == (True, False)
    assert (desk.canvas.mapTo(desk.window, QPoint()), desk.view.isVisible()) == before
    assert desk.window.actions_by_name["morph"].isChecked()
    desk.press("explore")
    assert not explorer.desks.morph.panel.isVisible()
    assert not desk.window.actions_by_name["play_film"].isEnabled()
    assert desk.window._why_not("play_film") == "Only in Morph (Ctrl+3)."


def test_the_window_fits_a_small_screen_with_the_timeline_in_it(filled):
    hint = filled.desk.window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 640 - 32


def test_an_empty_timeline_says_what_to_do_and_takes_the_pins(person):
    assert person.panel.empty.isVisible()
    assert not person.panel.from_pins.isVisible()
    pins = person.document.add_pins([("one", np.float32([1, 0])), ("two", np.float32([0, 1]))])
    person.qtbot.waitUntil(person.panel.from_pins.isVisible)
    person.panel.from_pins.click()
    assert not person.panel.empty.isVisible()
    assert [key.name for key in person.timeline.keyframes] == ["one", "two"]
    assert np.array_equal(person.timeline.codes, [pin.latent for pin in pins])
    person.desk.press("undo")
    person.qtbot.waitUntil(person.panel.empty.isVisible)


def test_places_become_keyframes_one_after_the_other_and_each_is_one_step(person):
    codes = []
    for x, y in ((0.3, -0.2), (0.8, 0.4)):
        person.desk.click_map(x, y)
        codes.append(person.desk.latent)
        person.desk.press("keyframe")
    assert np.array_equal(person.timeline.codes, codes)
    assert person.view.selection == 1
    assert person.document.entry.what == "added a keyframe"
    person.qtbot.waitUntil(person.desk.window.actions_by_name["undo"].isEnabled)
    person.desk.press("undo")
    person.qtbot.waitUntil(lambda: len(person.timeline.keyframes) == 1)
    person.desk.press("redo")
    person.qtbot.waitUntil(lambda: len(person.timeline.keyframes) == 2)
    assert np.array_equal(person.timeline.codes, codes)


def test_a_random_keyframe_is_shown(person):
    person.desk.press("random_keyframe")
    person.film()
    person.shows(person.timeline.keyframes[0].code)
    assert person.timeline.keyframes[0].name.startswith("Seed ")


def test_going_through_the_film_shows_exactly_its_frames_and_moves_nothing(filled):
    film, place, marker = filled.film(), filled.desk.latent, filled.desk.canvas.marker
    steps = filled.desk.undo_steps()
    filled.desk.drag(filled.view, [QPoint(filled.x(0.5), 8), QPoint(filled.x(1.0), 8), QPoint(filled.x(1.5), 8)])
    filled.shows(film.code(45))
    assert filled.panel.head.time.text() == "0:01.50 / 0:04.00"
    assert filled.panel.head.time.accessibleName() == "0:01.50 of 0:04.00, frame 46 of 121"
    filled.desk.press("next_frame")
    filled.shows(film.code(46))
    for _ in range(2):
        filled.desk.press("previous_frame")
    filled.shows(film.code(44))
    assert filled.desk.latent is place
    assert filled.desk.canvas.marker == marker
    assert filled.desk.undo_steps() == steps
    filled.desk.press("explore")
    filled.shows(place)


def test_steering_ends_the_preview_and_shows_the_place(filled):
    filled.preview.go_to_time(1.0)
    filled.shows(filled.film().code(30))
    filled.desk.click_map(0.4, 0.3)
    filled.shows(filled.desk.latent)
    filled.qtbot.waitUntil(lambda: not filled.preview.shown)


def test_escape_shows_the_place_again(filled):
    filled.desk.press("next_frame")
    filled.shows(filled.film().code(filled.preview.player.frame))
    filled.desk.press("back")
    filled.shows(filled.desk.latent)
    assert not filled.preview.shown


def test_playing_runs_through_the_film_in_its_time_and_ends_on_its_last_frame(filled, monkeypatch):
    film, player, now = filled.film(), filled.preview.player, [50.0]
    monkeypatch.setattr(player, "_clock", lambda: now[0])
    monkeypatch.setattr(player._tick, "interval", lambda: 0)
    filled.preview.go_to_time(0.0)
    filled.desk.press("play_film")
    player._tick.setInterval(60_000)  # the test beats the time
    seen = []
    player.frame_changed.connect(seen.append)
    for _ in range(4):
        now[0] += 0.1
        player._on_tick()
    assert seen == [3, 6, 9, 12]
    player.set_speed(4)
    now[0] += 0.2
    player._on_tick()
    assert seen[-1] == 36
    for _ in range(20):
        now[0] += 0.2
        player._on_tick()
    assert seen[-1] == film.frames - 1
    assert not player.playing
    assert not filled.desk.window.actions_by_name["play_film"].isChecked()
    filled.shows(film.code(film.frames - 1))


def test_a_loop_goes_round_and_stops_behind_a_hidden_window(filled):
    filled.desk.press("repeat_film")
    film, player, seen = filled.film(), filled.preview.player, []
    assert film.timeline.repeat == "loop"
    player.go_to(film.frames - 2)
    player.frame_changed.connect(seen.append)
    filled.desk.press("play_film")
    filled.qtbot.waitUntil(lambda: len(seen) > 3 and seen[-1] < 30, timeout=10_000)
    filled.desk.window.hide()
    assert not player.playing
    filled.desk.window.show()
    filled.desk.press("previous_frame")


def test_a_frame_becomes_a_keyframe_where_it_is_and_the_place_when_asked(filled):
    film = filled.film()
    filled.preview.go_to_time(1.0)
    code = film.code(30)
    filled.desk.press("keyframe")
    assert filled.times == [0, 1, 2, 4]
    assert np.array_equal(filled.timeline.keyframes[1].code, code)
    filled.film()
    filled.desk.press("keyframe")
    assert filled.panel.problem.text().startswith("There is a keyframe at this time already; move it")
    assert filled.panel.problem.isVisible()
    filled.desk.press("film_place")
    assert np.array_equal(filled.desk.latent, code)
    filled.qtbot.waitUntil(lambda: not filled.preview.shown)
    assert filled.document.entry.what == "went to a frame of the film"


def test_the_film_of_the_window_is_that_of_the_reel(filled):
    film, reel = filled.film(), filled.morph.reel()
    assert (reel.frames, reel.fps) == (film.frames, 30)
    expected = filled.desk.generator.decode(film.code(7)[None])[0]
    assert np.array_equal(reel.picture(7), expected)
    filled.panel.head.rate.chosen.emit(60)
    assert filled.morph.reel() is None  # until it is made
    filled.film()
    assert filled.morph.reel().fps == 60
    assert filled.document.timeline["fps"] == 60


def test_another_generator_begins_without_a_timeline(filled, write_fake, tmp_path):
    filled.preview.step(1)
    filled.desk.open(write_fake(tmp_path / "other.safetensors", 5, points=40))
    filled.qtbot.waitUntil(lambda: filled.timeline is None)
    assert filled.panel.empty.isVisible()
    assert filled.morph.reel() is None
    assert filled.desk.window.places.morphing


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ({"version": 99}, "This timeline is of version 99, and this program reads up to 1; update it."),
        ({"keyframes": [{"code": [1, 2, 3]}]}, "This timeline holds codes of 3 numbers, and disc.safetensors takes 2; "
         "open the model that it was made with."),
    ],
)  # fmt: skip
def test_a_timeline_that_does_not_fit_says_why(person, kept, sentence):
    person.document.set_timeline(kept)
    person.qtbot.waitUntil(lambda: person.panel.problem.text() == sentence)
    person.desk.press("play_film")
    assert not person.desk.window.actions_by_name["play_film"].isChecked()


def test_the_onion_skin_lays_the_keyframes_around_a_frame_over_it(filled):
    filled.preview.go_to_time(1.0)
    filled.shows(filled.film().code(30))
    plain = filled.desk.pixels()
    filled.desk.press("onion")
    side = filled.desk.view.side()
    codes = filled.timeline.codes[:2]
    pictures = filled.desk.explorer.thumbnailer.picture
    filled.qtbot.waitUntil(lambda: all(pictures(code, side) is not None for code in codes), timeout=10_000)
    assert not np.array_equal(filled.desk.pixels(), plain)
    filled.desk.press("onion")
    assert np.array_equal(filled.desk.pixels(), plain)


def test_keyframes_are_reached_by_keys_and_shown(filled):
    filled.view.setFocus()
    filled.qtbot.keyClick(filled.view, Qt.Key.Key_Home)
    filled.shows(filled.timeline.keyframes[0].code)
    assert filled.view.accessibleDescription() == "Keyframe 1 of 3, at 0 s; then 2 s, Sine, Straight."
    filled.desk.press("next_keyframe")
    filled.shows(filled.timeline.keyframes[1].code)
    assert filled.panel.row.title.text() == "Keyframe 2 of 3"


def test_the_way_of_the_film_is_drawn_on_the_map_while_morph_is_shown(filled):
    canvas = filled.desk.explorer.map_panel.canvas
    film = filled.film()
    filled.qtbot.waitUntil(lambda: len(canvas.course) > 0, timeout=10_000)
    ends = film.codes(0, film.frames)[[0, -1]]  # of two dimensions: the code is the place
    np.testing.assert_allclose(canvas.course[[0, -1]], ends, atol=1e-5)
    accent = canvas.palette().accent().color()
    middle = canvas.view_transform.to_screen(*map(float, canvas.course[len(canvas.course) // 4])).toPoint()
    image = canvas.grab().toImage()
    near = [image.pixelColor(middle.x() + dx, middle.y() + dy) for dx in range(-2, 3) for dy in range(-2, 3)]
    apart = [
        abs(shade.red() - accent.red()) + abs(shade.green() - accent.green()) + abs(shade.blue() - accent.blue())
        for shade in near
    ]
    assert min(apart) < 60
    filled.desk.press("explore")
    assert len(canvas.course) == 0
