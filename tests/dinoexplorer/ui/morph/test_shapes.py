"""The numbers of easings and paths, changed by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from dinoexplorer.morph.easings import easing_named, easing_names, find_easing
from dinoexplorer.morph.paths import path_named, path_names
from dinoexplorer.morph.spelling import spelled


@pytest.fixture
def row(filled):
    filled.view.selected.emit(0)
    return filled.panel.row


def segment(person):
    return person.timeline.keyframes[0].segment


def test_the_button_is_there_only_where_there_are_numbers(filled, row):
    assert not row.easing_shape.isVisible()
    row.easing.chosen.emit("elastic")
    assert row.easing_shape.isVisible()
    row.path.chosen.emit("circle")
    assert row.path_shape.isVisible()
    filled.view.selected.emit(2)  # the last one has no way on
    assert not row.easing_shape.isVisible()
    assert not row.path_shape.isVisible()


@pytest.mark.qt_log_ignore("does not support (propagate|raise|grabbing)")
def test_a_slider_draws_the_curve_and_is_one_step_when_it_is_let_go(filled, row):
    row.easing.chosen.emit("back")
    steps = filled.desk.undo_steps()
    row.easing_shape.click()
    popup = row.easing_shape.popup
    assert popup.isVisible()
    assert popup.curve.isVisible()
    assert not popup.field.isVisible()
    (swing,) = popup.rows
    assert swing.value == pytest.approx(1.70158)
    slider, drawn = swing.slider, []
    swing.moved.connect(lambda: drawn.append((popup.curve.easing, segment(filled).easing)))
    y = slider.height() // 2
    filled.desk.drag(slider, [QPoint(20, y), QPoint(40, y), QPoint(slider.width() - 2, y)])
    assert drawn[-1] == ("back(6)", "back")  # the curve follows, the film waits
    assert segment(filled).easing == "back(6)"
    assert filled.desk.undo_steps() == steps + 1
    slider.reset_asked.emit()
    assert segment(filled).easing == "back(1.70158)"
    popup.close()


@pytest.mark.qt_log_ignore("does not support (propagate|raise|grabbing)")
def test_numbers_are_typed_and_nudged(filled, row):
    row.path.chosen.emit("noise")
    row.path_shape.click()
    popup = row.path_shape.popup
    size, seed, waves = popup.rows
    assert not popup.curve.isVisible()
    size.box.value_typed.emit(0.75)
    assert segment(filled).path == "noise(0.75, 0, 3)"
    filled.qtbot.keyClick(seed.slider, Qt.Key.Key_Right)
    filled.qtbot.keyClick(waves.slider, Qt.Key.Key_Left)
    filled.qtbot.keyClick(waves.slider, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)  # there is no tenth of a wave
    assert segment(filled).path == "noise(0.75, 1, 1)"
    filled.qtbot.keyClick(waves.slider, Qt.Key.Key_Left)
    assert segment(filled).path == "noise(0.75, 1, 1)"
    assert filled.film().timeline is filled.timeline
    popup.close()


def test_a_number_that_a_path_refuses_is_said(filled, row):
    row.path.chosen.emit("noise")
    row.path_shape.popup.rows[2].box.value_typed.emit(40.0)
    sentence = "A noise loop is made of 1 to 32 waves, not of 40; give such a number."
    filled.qtbot.waitUntil(lambda: filled.panel.problem.text() == sentence, timeout=10_000)


def test_what_another_program_has_written_is_shown(filled, row):
    row.path.chosen.emit("circle(1.25)")
    assert [number.value for number in row.path_shape.popup.rows] == [1.25, 0]
    row.easing.chosen.emit("wobble(3)")
    assert not row.easing_shape.isVisible()


@pytest.mark.parametrize("name", easing_names())
def test_every_easing_takes_all_that_its_numbers_may_be(name):
    easing = easing_named(name)
    for ends in ("least", "most"):
        curve = find_easing(spelled(name, [getattr(number, ends) for number in easing.parameters]))
        assert (curve(0.0), curve(1.0)) == (pytest.approx(0), pytest.approx(1))


@pytest.mark.parametrize("described", [*map(easing_named, easing_names()), *map(path_named, path_names())])
def test_every_number_is_described(described):
    for number in described.parameters:
        assert number.least <= number.default <= number.most
        assert number.title
        assert number.about.endswith(".")
        assert number.bounded(number.most + 1) == number.most
