"""Painting with the latent in the window: strokes, colours, what must stay, undo, and what puts the tool away."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from dinoexplorer.generators.differentiable import no_gradients
from dinoexplorer.resources import resource_path

_LEFT, _NO, _ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_RED = (220, 40, 40)


@pytest.fixture
def desk(deep_desk):
    """A window in which a small convolutional network of 32 pixels is open."""
    deep_desk.press("random")
    deep_desk.wait_for_picture()
    return deep_desk


@pytest.fixture
def endless(monkeypatch):
    """Paintings that never rest and have more steps than anybody waits for."""
    from dinoexplorer.latent.shaping import paint

    monkeypatch.setattr(paint, "Painting", partial(paint.Painting, steps=100_000))
    monkeypatch.setattr(paint, "_PATIENCE", 1_000_000)


def opened(desk):
    desk.press("paint")
    tool = desk.explorer.desks.shaping.paint
    tool.colours.take(_RED)
    return tool


def at(tool, x, y):
    return tool.canvas.to_screen((x, y)).toPoint()


def stroke(desk, tool, *places):
    points = [at(tool, *place) for place in places]
    desk.drag(tool.canvas, points if len(points) > 1 else [points[0], points[0]])


def running(desk):
    return desk.explorer.desks.shaping.running


def moved(desk):
    before = desk.latent
    desk.qtbot.waitUntil(
        lambda: desk.latent is not before and desk.explorer.desks.shaping._last is not None, timeout=60_000
    )


def ended(desk):
    desk.qtbot.waitUntil(lambda: not running(desk), timeout=60_000)


def greenness(picture):
    return picture[..., 1].mean() - picture[..., ::2].mean()


def test_a_stroke_brings_the_picture_nearer_to_its_colour_and_is_one_step_to_undo(desk):
    desk.open(resource_path("checkpoints", "dinosaurs.safetensors"))
    desk.explorer.document.go_to_seed(1)
    before, steps = desk.latent, desk.undo_steps()
    tool = opened(desk)
    assert desk.window.actions_by_name["paint"].isChecked()
    tool.colours.take((40, 160, 60))
    tool.canvas.set_radius(20)
    stroke(desk, tool, (60, 70), (70, 70))
    assert running(desk)
    ended(desk)
    assert tool.bar.sentence.startswith("Done after ")
    first, last = desk.generator.decode(np.stack([before, desk.latent]))
    assert greenness(last[50:90, 40:90]) > greenness(first[50:90, 40:90]) + 15
    assert desk.undo_steps() == steps + 1
    assert desk.explorer.document.entry.what == "painted"
    assert not tool.canvas.sheet.empty
    desk.press("undo")
    desk.wait_for_marker()
    assert np.array_equal(desk.latent, before)
    assert tool.canvas.sheet.empty  # the stroke went back as well
    desk.press("redo")
    desk.wait_for_marker()
    assert not tool.canvas.sheet.empty


def test_it_moves_while_the_pen_is_down_and_each_stroke_is_a_step(desk, endless):
    from PySide6.QtTest import QTest

    steps = desk.undo_steps()
    tool = opened(desk)
    QTest.mousePress(tool.canvas, _LEFT, _NO, at(tool, 6, 10))
    assert running(desk)
    moved(desk)
    QTest.mouseMove(tool.canvas, at(tool, 20, 10))
    moved(desk)
    QTest.mouseRelease(tool.canvas, _LEFT, _NO, at(tool, 20, 10))
    first = tool.canvas.sheet.rgba
    moved(desk)
    assert "of 100" in tool.bar.sentence
    assert "steps/s" in tool.bar.sentence
    stroke(desk, tool, (6, 24), (20, 24))
    moved(desk)
    tool.stop.click()
    assert not running(desk)
    assert tool.bar.sentence.startswith("Stopped after ")
    assert desk.undo_steps() == steps + 2
    desk.press("undo")
    desk.wait_for_marker()
    assert np.array_equal(tool.canvas.sheet.rgba, first)  # of the second stroke nothing is left, of the first all


def test_ctrl_z_on_the_picture_takes_stroke_and_picture_back_together(desk):
    before = desk.latent
    tool = opened(desk)
    stroke(desk, tool, (6, 16), (26, 16))
    ended(desk)
    assert tool.canvas.hasFocus()
    desk.qtbot.keyClick(tool.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.wait_for_marker()
    assert np.array_equal(desk.latent, before)
    assert tool.canvas.sheet.empty


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [(Qt.Key.Key_Y, _CTRL), (Qt.Key.Key_Z, _CTRL | Qt.KeyboardModifier.ShiftModifier)],
)
def test_either_key_that_paints_again_brings_stroke_and_picture_back_together(desk, key, modifiers):
    tool = opened(desk)
    stroke(desk, tool, (6, 16), (26, 16))
    ended(desk)
    painted, place = tool.canvas.sheet.rgba, desk.latent
    desk.press("undo")
    desk.wait_for_marker()
    tool.canvas.setFocus()
    desk.qtbot.keyClick(tool.canvas, key, modifiers)
    desk.wait_for_marker()
    assert np.array_equal(desk.latent, place)
    assert np.array_equal(tool.canvas.sheet.rgba, painted)


def test_strokes_are_painted_by_keyboard(desk):
    tool = opened(desk)
    assert tool.canvas.hasFocus()
    desk.qtbot.keyClick(tool.canvas, Qt.Key.Key_Right)
    desk.qtbot.keyClick(tool.canvas, Qt.Key.Key_Space)
    assert not tool.canvas.sheet.empty
    assert running(desk)


def test_strokes_are_plain_under_the_pen_and_faint_after_it(desk, endless):
    from PySide6.QtTest import QTest

    tool = opened(desk)
    place = at(tool, 16, 16)
    QTest.mousePress(tool.canvas, _LEFT, _NO, place)
    side = desk.view.width()
    under = desk.pixels()[place.y() + 3].reshape(side, 3)[place.x() + 3]
    assert np.abs(under.astype(int) - _RED).max() < 40
    QTest.mouseRelease(tool.canvas, _LEFT, _NO, place)
    tool.stop.click()
    desk.wait_for_picture()
    after = desk.pixels()[place.y() + 3].reshape(side, 3)[place.x() + 3]
    assert np.abs(after.astype(int) - _RED).max() > 40


def test_clearing_the_strokes_stops_and_the_picture_stays(desk, endless):
    tool = opened(desk)
    stroke(desk, tool, (6, 16), (26, 16))
    moved(desk)
    tool.brush.clear.click()
    assert not running(desk)
    here = desk.latent
    assert tool.canvas.sheet.empty
    desk.wait_for_picture()
    assert desk.latent is here


def test_a_picture_from_elsewhere_takes_the_strokes_away(desk):
    tool = opened(desk)
    stroke(desk, tool, (6, 16), (26, 16))
    ended(desk)
    desk.press("random")
    desk.wait_for_marker()
    assert tool.bar.isVisible()
    assert tool.canvas.sheet.empty
    assert not running(desk)


def test_what_must_stay_is_handed_over_and_stays_better(desk):
    tool = opened(desk)
    asked = []
    paint = desk.explorer.desks.shaping.work.paint
    desk.explorer.desks.shaping.work.paint = lambda ground, strokes: (asked.append(strokes), paint(ground, strokes))
    tool.still.click()
    tool.canvas.set_radius(5)
    stroke(desk, tool, (16, 26))
    assert not running(desk)
    assert tool.still.text().startswith("Must stay: ")
    assert tool.brush.undo.isVisible()
    tool.still.click()
    assert not tool.brush.undo.isVisible()
    tool.strength.setValue(4)
    stroke(desk, tool, (6, 8), (26, 8))
    ended(desk)
    assert 60 < asked[-1].still.sum() < 100
    assert asked[-1].still[26, 16]
    assert asked[-1].strength == 4
    assert not asked[-1].rgba[20:].any()


def test_the_colours_are_those_of_the_picture_any_other_and_what_alt_picks(desk):
    desk.press("paint")
    tool = desk.explorer.desks.shaping.paint
    picture = desk.generator.decode(desk.latent[None])[0].reshape(-1, 3).astype(int)
    offered = [swatch for swatch in tool.colours.swatches if swatch.isVisible()]
    assert offered
    for swatch in offered:
        assert np.abs(picture - swatch.colour).max(axis=1).min() < 40
    desk.qtbot.mouseClick(offered[-1], _LEFT)
    assert tool.canvas.sheet.colour == offered[-1].colour
    place = at(tool, 10.5, 20.5)
    seen = desk.pixels().reshape(desk.view.height(), desk.view.width(), 3)[place.y(), place.x()]
    desk.qtbot.mouseClick(tool.canvas, _LEFT, _ALT, place)
    assert np.abs(np.array(tool.canvas.sheet.colour) - seen).max() <= 6
    assert tool.canvas.sheet.empty  # picking paints nothing
    tool.colours.other.click()
    dialog = tool.colours.dialog
    assert dialog.testOption(dialog.ColorDialogOption.DontUseNativeDialog)
    dialog.setCurrentColor(QColor(1, 2, 3))
    dialog.accept()
    assert tool.canvas.sheet.colour == (1, 2, 3)
    assert tool.colours.own.isChecked()


def test_a_stroke_where_nothing_may_change_is_told_in_the_row(desk):
    tool = opened(desk)
    tool.still.click()
    tool.brush.invert.click()
    tool.still.click()
    stroke(desk, tool, (6, 16), (26, 16))
    ended(desk)
    said = "All that is painted lies where nothing may change; paint elsewhere, or clear the mask."
    desk.qtbot.waitUntil(lambda: tool.bar.sentence == said, timeout=10_000)
    desk.wait_for_picture()


def test_the_other_tool_takes_its_place_and_escape_leaves(desk):
    tool = opened(desk)
    desk.press("reshape")
    drag = desk.explorer.desks.shaping.drag
    assert drag.bar.isVisible()
    assert not tool.bar.isVisible()
    assert not tool.canvas.isVisible()
    assert not desk.window.actions_by_name["paint"].isChecked()
    desk.press("paint")
    desk.press("back")
    assert not tool.bar.isVisible()
    assert not drag.bar.isVisible()


def test_a_model_without_gradients_says_so_in_the_row(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=20))
    desk.press("paint")
    tool = desk.explorer.desks.shaping.paint
    assert tool.bar.sentence == no_gradients(desk.generator.info)
    assert not tool.canvas.isVisible()
    assert not tool.colours.isEnabled()


def test_a_window_that_is_closed_ends_it(desk, endless):
    tool = opened(desk)
    stroke(desk, tool, (6, 16), (26, 16))
    moved(desk)
    desk.window.close()  # the fixture looks for threads that were left
