"""Dragging points of the picture in the window: by hand, with the keys, stopped, gone on with, undone, refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from dinoexplorer.generators.differentiable import no_gradients
from dinoexplorer.latent.shaping.handle import Handle

_NO, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def desk(deep_desk):
    """A window in which a small convolutional network of 32 pixels is open."""
    deep_desk.press("random")
    deep_desk.wait_for_picture()
    return deep_desk


@pytest.fixture
def endless(monkeypatch):
    """Drags that never arrive and have more steps than anybody waits for."""
    from dinoexplorer.latent.shaping import drag

    monkeypatch.setattr(drag, "Drag", partial(drag.Drag, steps=100_000))
    monkeypatch.setattr(drag, "_NEAR", -1.0)


def tool_of(desk):
    return desk.explorer.desks.shaping.drag


def opened(desk):
    desk.press("reshape")
    return tool_of(desk)


def at(tool, x, y):
    return tool.handles.to_screen((x, y)).toPoint()


def drag(desk, tool, start, target):
    first, last = at(tool, *start), at(tool, *target)
    desk.drag(tool.handles, [first, (first + last) / 2, last])


def moved(desk, before):
    desk.qtbot.waitUntil(
        lambda: desk.latent is not before and desk.explorer.desks.shaping._last is not None, timeout=60_000
    )


def ended(desk):
    desk.qtbot.waitUntil(lambda: not desk.explorer.desks.shaping.running, timeout=60_000)


def test_a_drag_on_the_picture_sets_a_point_and_where_it_should_go(desk):
    tool = opened(desk)
    assert desk.window.actions_by_name["reshape"].isChecked()
    assert tool.bar.isVisible()
    assert not tool.start.isEnabled()
    drag(desk, tool, (8, 16), (20, 10))
    ((start, target),) = [(handle.start, handle.target) for handle in tool.handles.handles]
    assert np.allclose(start, (8, 16), atol=0.2)
    assert np.allclose(target, (20, 10), atol=0.2)
    assert tool.start.isEnabled()
    desk.qtbot.mouseClick(tool.handles, Qt.MouseButton.LeftButton, _NO, at(tool, 26, 26))
    assert tool.handles.handles[1].start == tool.handles.handles[1].target
    drag(desk, tool, (20, 10), (24, 4))  # by its diamond
    assert np.allclose(tool.handles.handles[0].target, (24, 4), atol=0.2)
    assert np.allclose(tool.handles.handles[0].start, (8, 16), atol=0.2)
    desk.qtbot.mouseClick(tool.handles, Qt.MouseButton.RightButton, _NO, at(tool, 26, 26))
    assert len(tool.handles.handles) == 1


def test_disc_diamond_and_arrow_are_seen_over_the_picture(desk):
    tool = opened(desk)
    desk.wait_for_picture()
    plain = desk.pixels()
    drag(desk, tool, (8, 16), (24, 16))
    view = desk.view
    seen = desk.pixels().reshape(view.height(), view.width(), 3)
    changed = (seen != plain.reshape(seen.shape)).any(axis=2)
    for place in ((8, 16), (16, 16), (24, 16)):
        point = at(tool, *place)
        assert changed[point.y() - 2 : point.y() + 3, point.x() - 2 : point.x() + 3].any()
    first, last = at(tool, 8, 16), at(tool, 24, 16)
    above = [changed[point.y() - 13, point.x()] for point in (first, last)]
    assert above == [False, True]  # the diamond has a corner there: not told apart by colour alone


def test_start_moves_picture_and_point_and_is_one_step_to_undo(desk):
    before, steps, picture = desk.latent, desk.undo_steps(), desk.wait_for_picture()
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    wish = tool.handles.handles
    desk.qtbot.keyClick(tool.handles, Qt.Key.Key_Return)
    ended(desk)
    assert tool.bar.sentence.startswith(("Arrived after", "After 200 steps"))
    assert not np.array_equal(desk.latent, before)
    assert not np.array_equal(desk.wait_for_picture(), picture)
    (now,) = tool.handles.handles
    assert np.hypot(*np.subtract(now.target, now.start)) < np.hypot(*np.subtract(wish[0].target, wish[0].start))
    assert desk.undo_steps() == steps + 1
    assert desk.explorer.document.entry.what == "reshaped"
    desk.press("undo")
    desk.wait_for_marker()
    assert np.array_equal(desk.latent, before)
    assert tool.handles.handles == wish  # the points are where they were as well
    desk.press("redo")
    desk.wait_for_marker()
    assert tool.handles.handles == (now,)


def test_the_picture_follows_the_steps_and_stop_keeps_the_best(desk, endless):
    before, steps = desk.latent, desk.undo_steps()
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in tool.bar.sentence, timeout=60_000)
    assert "of 100000" in tool.bar.sentence
    assert "px left" in tool.bar.sentence
    assert tool.stop.isVisible()
    assert not tool.start.isVisible()
    assert desk.window.actions_by_name["undo"].isEnabled()
    assert not np.array_equal(desk.latent, before)
    best = desk.explorer.desks.shaping._last.state
    tool.stop.click()
    assert not desk.explorer.desks.shaping.running
    assert not desk.explorer.desks.shaping.work.working
    assert np.array_equal(desk.latent, best.best_code)
    assert np.allclose(tool.handles.handles[0].start, best.best_points[0])
    assert tool.bar.sentence.startswith("Stopped at step ")
    assert desk.undo_steps() == steps + 1
    tool.start.click()  # on from there
    moved(desk, desk.latent)
    desk.press("undo")  # ends it, and goes back one step
    assert not desk.explorer.desks.shaping.running
    assert np.array_equal(desk.latent, best.best_code)


def test_the_best_so_far_is_kept_and_not_the_last(desk, endless):
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    shaping = desk.explorer.desks.shaping
    best = desk.generator.info.latent.sample(1, 9)[0]
    state = replace(shaping._last.state, best_code=best, best_points=np.array([[3.0, 4.0]]))
    shaping._last = replace(shaping._last, state=state)
    tool.stop.click()
    assert np.array_equal(desk.latent, best)
    assert tool.handles.handles[0].start == (3, 4)


def test_a_point_that_is_moved_meanwhile_is_gone_on_with(desk, endless):
    steps = desk.undo_steps()
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    desk.qtbot.keyClick(tool.handles, Qt.Key.Key_Down, _SHIFT)
    assert desk.explorer.desks.shaping.running
    assert tool.handles.handles[0].target[1] > 20
    moved(desk, desk.latent)
    tool.remove.click()
    assert not desk.explorer.desks.shaping.running
    assert desk.undo_steps() == steps + 1


def test_all_of_it_goes_by_keyboard(desk):
    tool = opened(desk)
    assert tool.handles.hasFocus()
    keys = desk.qtbot.keyClick
    keys(tool.handles, Qt.Key.Key_Insert)
    assert tool.handles.handles == (Handle((16, 16), (16, 16)),)
    keys(tool.handles, Qt.Key.Key_Right, _SHIFT)
    keys(tool.handles, Qt.Key.Key_Up)
    keys(tool.handles, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert np.allclose(tool.handles.handles[0].target, (26, 14.9))
    keys(tool.handles, Qt.Key.Key_Left, _CTRL)
    assert tool.handles.handles[0].start == (15, 16)
    keys(tool.handles, Qt.Key.Key_Insert)
    assert tool.handles.chosen == 1
    assert tool.handles.accessibleDescription().startswith("Point 2 of 2 at 19, 16 stays there.")
    keys(tool.handles, Qt.Key.Key_Backtab, _SHIFT)
    assert tool.handles.chosen == 0
    keys(tool.handles, Qt.Key.Key_Tab)
    keys(tool.handles, Qt.Key.Key_Delete)
    assert len(tool.handles.handles) == 1
    keys(tool.handles, Qt.Key.Key_Tab)  # past the last one it leaves
    assert not tool.handles.hasFocus()


def test_nine_points_are_the_most(desk):
    tool = opened(desk)
    for _ in range(12):
        desk.qtbot.keyClick(tool.handles, Qt.Key.Key_Insert)
    assert len(tool.handles.handles) == 9
    assert not tool.add.isEnabled()
    assert tool.add.toolTip() == "There are 9 points, which are the most."


def test_a_click_that_shakes_a_little_moves_nothing(desk):
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    before = tool.handles.handles
    point = at(tool, 10, 16)
    desk.drag(tool.handles, [point, point + QPoint(1, 1)])
    assert tool.handles.handles == before


def test_locked_values_stay_where_they_are(desk):
    document = desk.explorer.document
    for dimension in range(0, document.spec.dim, 2):
        document.set_locked(dimension, True)
    before = desk.latent
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    seen = []
    desk.explorer.desks.shaping.work.came.connect(seen.append)
    tool.start.click()
    ended(desk)
    assert np.array_equal(seen[0].state.code[::2], before[::2])  # the search itself goes round them
    assert np.array_equal(desk.latent[::2], before[::2])
    assert not np.array_equal(desk.latent[1::2], before[1::2])
    assert desk.window.status_line.message == "reshaped; locked values stayed where they were"


def test_what_is_locked_meanwhile_stays_from_then_on(desk, endless):
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    desk.explorer.document.set_locked(0, True)
    held = desk.latent[0]
    work = desk.explorer.desks.shaping.work
    number = work._number
    desk.qtbot.waitUntil(lambda: work._number > number, timeout=10_000)  # the search knows
    moved(desk, desk.latent)
    tool.stop.click()
    assert desk.latent[0] == held


def test_all_values_locked_is_told_in_the_row(desk):
    document = desk.explorer.document
    for dimension in range(document.spec.dim):
        document.set_locked(dimension, True)
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    ended(desk)
    said = "All values are locked, so nothing of the picture can change; unlock some of them."
    desk.qtbot.waitUntil(lambda: tool.bar.sentence == said, timeout=10_000)


def test_only_what_is_painted_may_move(desk):
    tool = opened(desk)
    tool.movable.click()
    assert tool.canvas.isVisible()
    assert tool.brush.isVisible()
    assert tool.mask is None
    tool.canvas.set_radius(6)
    centre = tool.canvas.to_screen((10, 16)).toPoint()
    desk.qtbot.mouseClick(tool.canvas, Qt.MouseButton.LeftButton, _NO, centre)
    assert 90 < tool.mask.sum() < 130
    assert tool.movable.text() == f"May move: {100 * tool.mask.mean():.0f} %"
    tool.movable.click()
    assert not tool.canvas.isVisible()
    drag(desk, tool, (10, 16), (18, 12))
    asked = []
    launch = desk.explorer.desks.shaping.work.drag
    desk.explorer.desks.shaping.work.drag = lambda ground, handles, movable: (
        asked.append(movable), launch(ground, handles, movable),
    )  # fmt: skip
    tool.start.click()
    ended(desk)
    assert np.array_equal(asked[0], tool.mask)


def test_escape_and_the_same_key_leave_and_the_picture_stays_as_it_is(desk, endless):
    desk.explorer.latent_panel.setFocus()
    came_from = desk.window.focusWidget()
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    desk.press("back")
    assert not tool.bar.isVisible()
    assert not tool.handles.isVisible()
    assert not desk.window.actions_by_name["reshape"].isChecked()
    assert not desk.explorer.desks.shaping.running
    assert desk.window.focusWidget() is came_from
    desk.press("reshape")
    assert len(tool.handles.handles) == 1  # where they were left
    desk.press("reshape")
    assert not tool.bar.isVisible()


def test_a_walk_and_comparing_end_it_and_comparing_says_why_it_is_not_possible(desk):
    tool = opened(desk)
    desk.press("walk")
    assert not tool.bar.isVisible()
    desk.press("reshape")
    assert tool.bar.isVisible()
    assert not desk.explorer.walker.walking
    desk.press("compare")
    assert not tool.bar.isVisible()
    assert not desk.window.actions_by_name["reshape"].isEnabled()
    assert desk.window._why_not("reshape") == "Only on one picture: end comparing first (C)."
    desk.press("compare")
    assert desk.window.actions_by_name["reshape"].isEnabled()
    desk.press("reshape")
    desk.press("morph")
    assert not tool.bar.isVisible()
    assert desk.window._why_not("paint") == "Only in Explore (Ctrl+1)."


def test_another_model_puts_it_away(desk, endless, make_checkpoint):
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    desk.open(make_checkpoint("another", size=32))
    assert not tool.bar.isVisible()
    assert not desk.explorer.desks.shaping.work.working


def test_a_slider_ends_it_and_is_a_step_of_its_own(desk, endless):
    steps = desk.undo_steps()
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    before = desk.latent
    tool.start.click()
    shaping = desk.explorer.desks.shaping
    desk.qtbot.waitUntil(
        lambda: shaping._last is not None and not np.array_equal(shaping._last.state.best_code, before), timeout=60_000
    )
    desk.explorer.latent_panel.value_edited.emit(0, 0.5)
    assert not desk.explorer.desks.shaping.running
    assert desk.latent[0] == np.float32(0.5)
    assert desk.undo_steps() == steps + 2


def test_undo_before_its_first_step_only_ends_it(desk, endless):
    desk.explorer.latent_panel.value_edited.emit(0, 0.5)
    steps, before = desk.undo_steps(), desk.latent
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    assert desk.explorer.desks.shaping.running
    desk.press("undo")
    assert not desk.explorer.desks.shaping.running
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == steps


def test_a_model_without_gradients_says_so_in_the_row(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=20))
    tool = opened(desk)
    assert tool.bar.sentence == no_gradients(desk.generator.info)
    assert not tool.handles.isVisible()
    assert not tool.start.isEnabled()
    assert not tool.add.isEnabled()


def test_a_decoder_without_pictures_inside_says_so_in_the_row(desk, make_checkpoint):
    desk.open(make_checkpoint("flat", family="vae-fc"))
    tool = opened(desk)
    desk.qtbot.keyClick(tool.handles, Qt.Key.Key_Insert)
    desk.qtbot.keyClick(tool.handles, Qt.Key.Key_Right, _SHIFT)
    tool.start.click()
    ended(desk)
    desk.qtbot.waitUntil(lambda: "has no inner layer that is a picture itself" in tool.bar.sentence, timeout=10_000)


def test_a_window_that_is_closed_ends_it(desk, endless):
    tool = opened(desk)
    drag(desk, tool, (10, 16), (18, 12))
    tool.start.click()
    moved(desk, desk.latent)
    desk.window.close()  # the fixture looks for threads that were left
