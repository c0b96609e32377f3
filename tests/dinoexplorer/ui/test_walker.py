"""Walking: what moves by itself, what stops it, and that it is one step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt


@pytest.fixture
def walker(desk):
    return desk.explorer.walker


@pytest.fixture
def codes(desk):
    """Every code the document has stood at since."""
    seen = []
    desk.explorer.document.listen(lambda: seen.append(desk.latent))
    return seen


def walk_a_while(desk, codes, steps=4):
    count = len(codes)
    desk.qtbot.waitUntil(lambda: len(codes) >= count + steps, timeout=10_000)


@pytest.mark.parametrize("kind", ["drift", "orbit"])
def test_a_walk_moves_the_picture_the_marker_and_the_sliders_and_is_one_step(desk, walker, codes, kind):
    start, before = desk.latent.copy(), desk.pixels()
    walker.set_kind(kind)
    desk.press("walk")
    assert desk.window.actions_by_name["walk"].isChecked()
    desk.qtbot.waitUntil(lambda: len(codes) > 3 and np.linalg.norm(desk.latent - start) > 0.3, timeout=10_000)
    desk.press("walk")
    stopped = desk.latent
    after = desk.wait_for_picture()
    assert not np.array_equal(before, after)
    assert desk.latent is stopped
    assert (desk.canvas.marker.x, desk.canvas.marker.y) == tuple(map(float, stopped))
    assert np.linalg.norm(np.diff(np.array(codes), axis=0), axis=1).max() < 0.5
    assert not walker._tick.isActive()
    assert desk.undo_steps() == 1
    desk.press("undo")
    np.testing.assert_array_equal(desk.latent, start)


def test_a_locked_value_stays_on_a_walk(desk, walker, codes):
    desk.explorer.document.set_locked(1, True)
    held = desk.latent[1]
    walker.set_kind("dice")
    desk.press("walk")
    walk_a_while(desk, codes, 1)
    desk.press("walk")
    assert desk.latent[1] == held
    assert desk.latent[0] in desk.explorer.opened.latent_map.latents[:, 0]


@pytest.mark.parametrize("touch", ["map", "slider", "random", "reset", "typed", "arrow"])
def test_whatever_is_touched_stops_the_walk_and_is_a_step_of_its_own(desk, walker, codes, touch):
    desk.press("walk")
    walk_a_while(desk, codes)
    row = desk.explorer.latent_panel.rows.visible_rows()[0]
    if touch == "map":
        desk.click_map(0.3, -0.2)
    elif touch == "slider":
        desk.drag(row.slider, [QPoint(x, 12) for x in range(20, row.slider.width() - 10, 9)])
    elif touch == "typed":
        row.box.setFocus()
        row.box.selectAll()
        desk.qtbot.keyClicks(row.box, "0.987")
        desk.qtbot.keyClick(row.box, Qt.Key.Key_Return)
    elif touch == "arrow":
        desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_Right)
    else:
        desk.press(touch)
    assert not walker.walking
    assert not desk.window.actions_by_name["walk"].isChecked()
    assert desk.undo_steps() == 2


def test_undo_ends_the_walk_and_takes_it_back(desk, walker, codes):
    start = desk.latent.copy()
    desk.press("walk")
    walk_a_while(desk, codes)
    desk.wait_for_marker()
    desk.press("undo")
    assert not walker.walking
    np.testing.assert_array_equal(desk.latent, start)


def test_in_another_place_and_behind_a_hidden_window_nobody_walks(desk, walker, codes):
    for leave, come_back in (
        (lambda: desk.window.places.setCurrentIndex(desk.window.places.addWidget(type(desk.view)(desk.window))),
         lambda: desk.window.places.show_place("explore")),
        (desk.window.hide, desk.window.show),
    ):  # fmt: skip
        desk.press("walk")
        walk_a_while(desk, codes, 2)
        leave()
        assert not walker.walking
        assert not walker._tick.isActive()
        come_back()
    assert desk.undo_steps() == 2


def test_the_picture_alone_goes_on_walking(desk, walker, codes):
    desk.press("walk")
    desk.press("bare")
    walk_a_while(desk, codes)
    assert walker.walking
    desk.press("bare")
    desk.press("walk")


def test_kind_and_speed_are_chosen_by_keys_and_in_the_menu_and_shown(desk, walker):
    choice = desk.explorer.stage.walk_choice
    assert choice.text() == "Drift 1×"
    for name in ("walk_kind", "faster", "faster", "faster"):
        desk.press(name)
    assert choice.text() == "Orbit 4×"
    assert [action.text() for action in choice.choices().actions() if action.isChecked()] == ["Orbit", "4×"]
    for _ in range(5):
        desk.press("slower")
    assert choice.accessibleDescription() == "Orbit ¼×"
    next(action for action in choice.choices().actions() if action.text() == "Dice").trigger()
    next(action for action in choice.choices().actions() if action.text() == "2×").trigger()
    assert choice.text() == "Dice 2×"


def test_how_far_a_walk_comes_depends_on_the_time_and_the_speed_and_not_on_the_frames(desk, walker, monkeypatch):
    monkeypatch.setattr("dinoexplorer.ui.walker.QTimer.start", lambda *_: None)
    now = [100.0]
    monkeypatch.setattr(walker, "_clock", lambda: now[0])
    monkeypatch.setattr(walker, "_seeds", lambda: 5)
    start, ends = desk.latent.copy(), []
    for speed, steps in ((1.0, [0.016] * 100), (1.0, [0.1] * 16), (2.0, [0.04] * 20)):
        walker.set_speed(speed)
        walker.set_walking(True)
        for step in steps:
            now[0] += step
            walker._on_tick()
        walker.stop()
        ends.append(desk.latent.copy())
        desk.press("undo")
        desk.explorer.undo()
        np.testing.assert_array_equal(desk.latent, start)
    np.testing.assert_allclose(ends[1:], [ends[0]] * 2, atol=1e-4)
    assert np.linalg.norm(ends[0] - start) > 0.05


def test_after_the_machine_stood_still_a_walk_goes_on_where_it_was(desk, walker, monkeypatch):
    monkeypatch.setattr("dinoexplorer.ui.walker.QTimer.start", lambda *_: None)
    now = [100.0]
    monkeypatch.setattr(walker, "_clock", lambda: now[0])
    start = desk.latent.copy()
    walker.set_walking(True)
    now[0] += 3600
    walker._on_tick()
    assert np.linalg.norm(desk.latent - start) < 0.3
    walker.stop()


def test_another_checkpoint_ends_a_walk(desk, walker, codes, write_fake, tmp_path):
    other = write_fake(tmp_path / "other.safetensors", 8, points=40)
    desk.press("walk")
    walk_a_while(desk, codes)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=60_000):
        desk.window.open(other)
    assert not walker.walking
    assert desk.undo_steps() == 0


def test_where_nothing_is_open_nobody_can_walk(new_desk):
    desk = new_desk()
    assert not desk.window.actions_by_name["walk"].isEnabled()
    desk.explorer.walker.set_walking(True)
    assert not desk.explorer.walker.walking
