"""The tab Mix: what is put in, the handle, children."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from dinoexplorer.latent.mixing import child
from dinoexplorer.ui.code_mime import mime_of


@pytest.fixture
def mixing(desk):
    desk.explorer.side.show_tab("mix")
    desk.qtbot.waitUntil(desk.explorer.desks.mixing.panel.isVisible)
    return desk.explorer.desks.mixing


def fill(desk, count):
    """Put so many random places into the mix, by keys."""
    for _ in range(count):
        desk.press("random")
        desk.press("mix_here")
    desk.wait_for_picture()
    return desk.explorer.desks.mixing.mix.codes


def drop(field, data, position):
    enter = QDragEnterEvent(
        position.toPoint(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    field.dragEnterEvent(enter)
    field.dropEvent(
        QDropEvent(
            position,
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QEvent.Type.Drop,
        )
    )
    return enter.isAccepted()


def test_a_drag_between_two_pictures_goes_from_one_to_the_other_and_is_one_step(desk, mixing):
    codes = fill(desk, 2)
    field, before = mixing.panel.field, desk.undo_steps()
    start, end = field.handle().toPoint(), field.corner(0).center().toPoint()
    middle = (start + end) / 2
    places = []
    desk.explorer.document.listen(lambda: places.append(desk.latent))
    desk.drag(field, [start, middle, end])
    assert np.array_equal(desk.latent, codes[0])
    assert len(places) > 1
    assert desk.undo_steps() == before + 1
    assert desk.explorer.document.entry.what == "mixed Place 1 and Place 2"
    assert mixing.panel.rows.boxes[0].text() == "1.000"


def test_what_is_put_in_leaves_the_picture_until_the_handle_is_moved(desk, mixing):
    codes = fill(desk, 3)
    assert np.array_equal(desk.latent, codes[2])
    assert mixing.panel.field.accessibleDescription() == "Place 1 33%, Place 2 33%, Place 3 33%"
    desk.qtbot.keyClick(mixing.panel.field, Qt.Key.Key_Delete)
    assert np.allclose(desk.latent, mixing.mix.code(desk.generator.info))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
def test_a_click_on_a_picture_is_all_of_it(desk, mixing, count):
    codes = fill(desk, count)
    for index in range(count):
        place = mixing.panel.field.corner(index).center().toPoint()
        desk.qtbot.mouseClick(mixing.panel.field, Qt.MouseButton.LeftButton, pos=place)
        assert np.array_equal(desk.latent, codes[index])


def test_arrows_move_the_handle_further_with_shift(desk, mixing):
    codes = fill(desk, 2)
    desk.qtbot.keyClick(mixing.panel.field, Qt.Key.Key_Right)
    assert mixing.mix.weights[1] == pytest.approx(0.52)
    desk.qtbot.keyClick(mixing.panel.field, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert mixing.mix.weights[1] == pytest.approx(0.72)
    assert np.linalg.norm(desk.latent - codes[1]) < np.linalg.norm(desk.latent - codes[0])


def test_escape_while_dragging_goes_back(desk, mixing):
    fill(desk, 3)
    field, before, steps = mixing.panel.field, desk.latent, desk.undo_steps()
    field.mousePressEvent(_press(field.handle() + QPointF(0, 30)))
    assert not np.array_equal(desk.latent, before)
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == steps


def test_a_typed_weight_holds(desk, mixing):
    fill(desk, 3)
    box = mixing.panel.rows.boxes[2]
    box.selectAll()
    desk.qtbot.keyClicks(box, "0.6")
    desk.qtbot.keyClick(box, Qt.Key.Key_Return)
    assert mixing.mix.weights.tolist() == pytest.approx([0.2, 0.2, 0.6])
    assert np.allclose(desk.latent, mixing.mix.code(desk.generator.info))


def test_the_child_of_two_is_halfway_and_offered_for_just_two(desk, mixing):
    action = desk.window.actions_by_name["child"]
    assert not action.isEnabled()
    codes = fill(desk, 2)
    assert action.isEnabled()
    desk.press("child")
    assert np.allclose(desk.latent, child(codes[0], codes[1], desk.generator.info))
    assert desk.explorer.document.entry.what == "child of Place 1 and Place 2"
    fill(desk, 1)
    assert not action.isEnabled()


def test_each_crossover_is_another_child_of_whole_numbers_of_its_parents(desk, new_desk, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "many.safetensors", 32))
    codes = fill(desk, 2)
    children = []
    for _ in range(4):
        desk.press("crossover")
        children.append(desk.latent)
        assert ((desk.latent == codes[0]) | (desk.latent == codes[1])).all()
    assert len({one.tobytes() for one in children}) > 1
    assert desk.explorer.document.entry.what == "crossed Place 1 and Place 2"


def test_groups_of_a_crossover_stay_together(desk, mixing, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "many.safetensors", 32))
    codes = fill(desk, 2)
    menu = mixing.panel.groups.choices()
    assert [action.text() for action in menu.actions()] == ["single", *(f"groups of {n}" for n in (2, 4, 8, 16))]
    assert mixing.panel.groups.text() == "groups of 4"
    menu.actions()[-1].trigger()
    desk.press("crossover")
    halves = [np.array_equal(desk.latent[part], codes[0][part]) for part in (slice(0, 16), slice(16, 32))]
    assert sorted(halves) == [False, True]


def test_spherical_or_straight_is_a_choice_on_the_shell(desk, mixing):
    codes = fill(desk, 2)
    assert not mixing.panel.ways.isHidden()
    mixing.panel._way_buttons[1].click()
    assert np.allclose(desk.latent, codes.mean(axis=0), atol=1e-6)


def test_dropped_codes_come_in_and_on_a_corner_replace(desk, mixing):
    field = mixing.panel.field
    one, two, three = (np.full(2, value, np.float32) for value in (0.1, 0.2, 0.3))
    assert drop(field, mime_of([("one", one), ("two", two)]), QPointF(field.rect().center()))
    assert [name for name, _ in mixing.mix.named] == ["one", "two"]
    assert drop(field, mime_of([("three", three)]), field.corner(0).center())
    assert [name for name, _ in mixing.mix.named] == ["three", "two"]
    drop(field, mime_of([("other", np.zeros(5, np.float32))]), field.corner(0).center())
    assert mixing.panel.note.text() == "These are places of another model; drop some of this one."


def test_pins_and_places_that_were_visited_are_offered(desk, mixing):
    desk.press("random")
    desk.explorer.document.add_pin("Rex & friends")
    mixing.panel.add.choices().aboutToShow.emit()
    texts = [action.text() for action in mixing.panel.add.choices().actions()]
    assert texts == ["Put this picture into the mix", "Pins", "Rex && friends", "Lately visited"]
    mixing.panel.add.choices().actions()[2].trigger()
    assert [name for name, _ in mixing.mix.named] == ["Rex & friends"]
    visited = mixing.panel.add.choices().actions()[3].menu().actions()
    assert [action.text() for action in visited] == ["seed 7 (step 1)", "opened (step 0)"]


def test_the_tenth_is_refused_in_a_sentence(desk, mixing):
    fill(desk, 9)
    mixing.panel.add.choices().aboutToShow.emit()
    assert [action.isEnabled() for action in mixing.panel.add.choices().actions()] == [False]
    desk.press("mix_here")
    assert mixing.panel.note.text() == "A mix holds 9 pictures at most; take one out first."


def test_pictures_are_taken_out_one_by_one_and_all_at_once(desk, mixing):
    fill(desk, 3)
    mixing.panel.rows.buttons[1].click()
    assert [name for name, _ in mixing.mix.named] == ["Place 1", "Place 3"]
    mixing.panel.empty.click()
    assert len(mixing.mix) == 0
    assert "two to nine pictures" in mixing.panel.note.text()


def test_another_model_empties_the_mix(desk, mixing, write_fake, tmp_path):
    fill(desk, 2)
    desk.open(write_fake(tmp_path / "other.safetensors", 5))
    desk.qtbot.waitUntil(lambda: len(mixing.mix) == 0)


def test_a_locked_value_stays_and_the_mix_counts_as_reached(desk, mixing):
    codes = fill(desk, 2)
    desk.explorer.document.set_locked(0, True)
    desk.press("child")
    assert desk.latent[0] == codes[1][0]
    assert mixing.panel.field._here


def test_the_corners_show_their_pictures(desk, mixing):
    codes = fill(desk, 2)
    field = mixing.panel.field
    thumbnailer = desk.explorer.thumbnailer
    side = round(field.corner(0).width())
    desk.qtbot.waitUntil(lambda: all(thumbnailer.picture(code, side) is not None for code in codes), timeout=10_000)
    image = field.grab().toImage()
    for index, code in enumerate(codes):
        centre = field.corner(index).center().toPoint()
        wanted = thumbnailer.picture(code, side)[side // 2, side // 2]
        assert np.abs(np.array(image.pixelColor(centre).getRgb()[:3]) - wanted.astype(int)).max() < 40


def _press(position):
    from PySide6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    return QMouseEvent(QEvent.Type.MouseButtonPress, position, position, left, left, Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_the_shape_of_the_mix_is_seen_whole(desk, count):
    desk.explorer.side.show_tab("mix")
    desk.explorer.desks.mixing.add(*[(f"place {number}", desk.latent + number) for number in range(count)])
    field = desk.explorer.desks.mixing.panel.field
    desk.qtbot.waitUntil(lambda: field.height() == field.heightForWidth(field.width()), timeout=5_000)
    assert all(field.rect().contains(field.corner(number).toAlignedRect()) for number in range(count))
