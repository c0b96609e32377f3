"""The sliders along directions: what they show, how they move the picture, and how they are kept in order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from dinoexplorer.document.standing import Direction


@pytest.fixture
def tab(new_desk, tmp_path, write_fake):
    """A window on four dimensions with two directions, and their tab shown."""
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=60))
    desk.explorer.document.add_direction(Direction(0, "size", np.array([0, 0, 1, 0], np.float32), 0.5, "PCA"))
    slanted = np.array([0.6, 0.8, 0, 0], np.float32)
    desk.explorer.document.add_direction(Direction(0, "slant", slanted, 0.25, "", share=0.25, accuracy=0.9))
    desk.press("directions")
    settle(desk)
    return desk


def settle(desk):
    """Until the tab shows where we stand, pictures included."""
    panel = desk.explorer.desks.directions.panel

    def done():
        strips = [card.strip for card in panel.list.cards() + panel.candidates.cards() if card.strip.isVisible()]
        seen = [strip for strip in strips if not strip.visibleRegion().isEmpty()]
        return desk.settled() and desk.explorer.desks.directions.settled and all(strip.complete for strip in seen)

    desk.qtbot.waitUntil(done, timeout=20_000)


def cards(desk):
    return desk.explorer.desks.directions.panel.list.cards()


def along(desk, number):
    document = desk.explorer.document
    return document.directions[number].place(document.latent, document.spec.mean)


def wheel(widget, turned):
    at = QPointF(widget.rect().center())
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, turned), *none, False)
    QCoreApplication.sendEvent(widget, event)


def test_a_slider_shows_how_far_the_code_lies_from_the_mean_and_follows_what_else_moves_it(tab):
    document = tab.explorer.document
    code = document.spec.mean + np.array([0.6, 0.8, 1.0, 3.0], np.float32) * np.array([0.25, 0.25, 0.5, 1], np.float32)
    document.set_latent(code)
    settle(tab)
    assert [card.box.text() for card in cards(tab)] == ["1.000", "1.000"]
    tab.press("reset")
    settle(tab)
    assert [card.box.text() for card in cards(tab)] == ["0.000", "0.000"]


def test_a_drag_moves_the_picture_along_and_is_one_step(tab):
    tab.press("reset")
    before, code, steps = tab.wait_for_picture(), tab.latent, tab.undo_steps()
    slider = cards(tab)[0].slider
    middle = slider.height() // 2
    tab.drag(slider, [QPoint(x, middle) for x in (slider.width() // 2, slider.width() - 30, slider.width() - 7)])
    assert np.abs(tab.wait_for_picture().astype(int) - before).max() > 30
    moved = tab.latent - code
    assert moved[2] == pytest.approx(3 * 0.5, abs=0.1)
    np.testing.assert_array_equal(moved[[0, 1, 3]], 0)
    assert tab.undo_steps() == steps + 1
    tab.press("undo")
    np.testing.assert_array_equal(tab.latent, code)


def test_there_and_back_again_is_exactly_where_it_began(tab):
    tab.press("random")
    code, slider = tab.latent, cards(tab)[1].slider
    slider.drag_began.emit()
    start = along(tab, 1)
    for value in (1.3, -2.2, 0.1, start):
        slider.value_dragged.emit(value)
    slider.drag_ended.emit()
    np.testing.assert_array_equal(tab.latent, code)


def test_a_locked_value_stays_and_the_slider_says_how_far_it_got(tab):
    tab.press("reset")
    tab.explorer.document.set_locked(0, locked=True)
    before = tab.latent
    cards(tab)[1].box.value_typed.emit(1.0)
    settle(tab)
    assert tab.latent[0] == before[0]
    assert cards(tab)[1].box.text() == "0.640"


def test_a_value_can_be_typed_nudged_and_put_back(tab):
    card = cards(tab)[0]
    card.box.setFocus()
    card.box.selectAll()
    tab.qtbot.keyClicks(card.box, "1,5")
    tab.qtbot.keyClick(card.box, Qt.Key.Key_Return)
    assert along(tab, 0) == pytest.approx(1.5)
    assert card.slider.hasFocus()
    settle(tab)
    tab.qtbot.keyClick(card.slider, Qt.Key.Key_Right)
    settle(tab)
    tab.qtbot.keyClick(card.slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert along(tab, 0) == pytest.approx(0.6)
    tab.qtbot.mouseDClick(card.slider, Qt.MouseButton.LeftButton)
    assert along(tab, 0) == pytest.approx(0, abs=1e-6)


def test_the_wheel_moves_a_slider_only_while_it_has_the_focus(tab):
    tab.press("reset")
    settle(tab)
    slider = cards(tab)[1].slider
    assert not slider.hasFocus()
    wheel(slider, 120)
    assert along(tab, 1) == pytest.approx(0, abs=1e-6)
    slider.setFocus()
    wheel(slider, 60)
    wheel(slider, 60)
    assert along(tab, 1) == pytest.approx(0.1)


def test_what_is_beyond_all_numbers_is_refused_and_the_box_goes_back(tab):
    before = tab.latent
    cards(tab)[0].box.value_typed.emit(1e39)
    settle(tab)
    assert tab.latent is before
    assert cards(tab)[0].box.value() == pytest.approx(along(tab, 0))


def test_the_strip_shows_what_lies_along_it_and_a_click_goes_there(tab):
    tab.press("reset")
    settle(tab)
    strip, code = cards(tab)[0].strip, tab.latent
    pictures = [strip.picture(number) for number in range(5)]
    assert all(one != other for one, other in itertools.combinations(pictures, 2))
    tab.qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 4, strip.height() // 2))
    np.testing.assert_allclose(tab.latent - code, [0, 0, 1.0, 0], atol=1e-6)
    settle(tab)
    assert strip.picture(2) == pictures[4]


def test_the_strip_can_be_folded_away(tab):
    card = cards(tab)[0]
    assert card.strip.isVisible()
    tab.qtbot.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    assert not card.strip.isVisible()
    tab.explorer.desks.directions.panel.pictures.trigger()
    assert not cards(tab)[1].strip.isVisible()
    tab.explorer.desks.directions.panel.pictures.trigger()
    assert card.strip.isVisible()


def test_a_small_line_says_what_a_direction_is_worth(tab):
    assert cards(tab)[0].words.text() == "PCA"
    assert cards(tab)[1].words.text() == "90% right where held out  ·  share 25.0%"


def test_it_is_renamed_where_its_name_stands(tab):
    field = cards(tab)[0].name
    tab.qtbot.keyClick(cards(tab)[0].slider, Qt.Key.Key_F2)
    assert field.hasFocus()
    tab.qtbot.keyClicks(field, "how large")
    tab.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert tab.explorer.document.directions[0].name == "how large"
    tab.qtbot.keyClicks(field, "er")
    tab.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "how large"


def test_they_are_reordered_and_removed_and_it_can_be_undone(tab):
    first = cards(tab)[0]
    tab.qtbot.keyClick(first.slider, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [direction.name for direction in tab.explorer.document.directions] == ["slant", "size"]
    tab.wait_for_marker()
    assert [card.name.text() for card in cards(tab)] == ["slant", "size"]
    assert cards(tab)[1] is first
    next(action for action in first.menu.actions() if action.text() == "Remove").trigger()
    tab.wait_for_marker()
    assert [card.name.text() for card in cards(tab)] == ["slant"]
    tab.press("undo")
    tab.wait_for_marker()
    assert [card.name.text() for card in cards(tab)] == ["slant", "size"]


def test_of_hundreds_only_the_first_are_built_until_more_are_asked_for(tab):
    vectors = np.eye(4, dtype=np.float32)
    tab.explorer.document.set_directions([Direction(0, f"way {n}", vectors[n % 4]) for n in range(40)])
    tab.wait_for_marker()
    shown = tab.explorer.desks.directions.panel.list
    tab.qtbot.waitUntil(lambda: len(cards(tab)) == 16, timeout=10_000)
    assert shown.more.text() == "Show 16 more of 40"
    shown.more.click()
    shown.more.click()
    tab.qtbot.waitUntil(lambda: len(cards(tab)) == 40, timeout=10_000)
    assert not shown.more.isVisible()


def test_another_checkpoint_begins_without_directions(tab, tmp_path, write_fake):
    tab.open(write_fake(tmp_path / "other.safetensors", 3, points=30))
    assert cards(tab) == []
    assert tab.explorer.desks.directions.panel.list.empty.isVisible()
