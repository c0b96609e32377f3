"""Breeding: sheets of children over the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt


@pytest.fixture
def sheet(desk):
    """A first sheet of the present picture."""
    desk.press("breed")
    wait_for_sheet(desk, 1)
    return desk.explorer.desks.breeding.sheet


def wait_for_sheet(desk, number):
    sheet = desk.explorer.desks.breeding.sheet
    desk.qtbot.waitUntil(
        lambda: sheet.isVisible() and sheet.litter is not None and sheet.litter.recipe.number == number, timeout=10_000
    )


def children(sheet):
    return sheet.litter.children


def test_of_one_picture_nine_variations_are_shown_and_the_key_puts_them_away(desk, sheet):
    assert sum(tile.isVisible() for tile in sheet.tiles) == 9
    assert sheet._title.text() == "Variations of this picture"
    assert len({code.tobytes() for code in children(sheet)}) == 9
    desk.press("breed")
    assert not sheet.isVisible()


def test_the_chosen_are_the_parents_of_the_next_sheet_again_and_again_and_there_is_a_way_back(desk, sheet):
    first = children(sheet)
    assert not sheet.breed.isEnabled()
    assert not sheet.back.isEnabled()
    for index in (2, 5):
        desk.qtbot.mouseClick(sheet.tiles[index], Qt.MouseButton.LeftButton)
    sheet.breed.click()
    wait_for_sheet(desk, 2)
    assert [name for name, _ in sheet.litter.recipe.parents] == ["Child 1.3", "Child 1.6"]
    assert np.array_equal(np.stack([code for _, code in sheet.litter.recipe.parents]), first[[2, 5]])
    assert sheet.chosen() == []
    sheet.tiles[0].click()
    sheet.breed.click()
    wait_for_sheet(desk, 3)
    sheet.back.click()
    sheet.back.click()
    assert np.array_equal(children(sheet), first)


def test_others_are_other_children_of_the_same_parents(desk, sheet):
    first, parents = children(sheet), sheet.litter.recipe.parents
    sheet.others.click()
    wait_for_sheet(desk, 2)
    assert not np.array_equal(children(sheet), first)
    assert sheet.litter.recipe.parents == parents


def test_the_mix_gives_the_parents(desk):
    for _ in range(2):
        desk.press("random")
        desk.press("mix_here")
    desk.press("breed")
    wait_for_sheet(desk, 1)
    sheet = desk.explorer.desks.breeding.sheet
    assert sheet._title.text() == "Children of Place 1 and Place 2"


def test_more_mutation_moves_the_same_children_further(desk, sheet):
    start = desk.latent
    near = np.linalg.norm(children(sheet) - start, axis=1)
    sheet.tiles[3].click()
    sheet.mutation.box.selectAll()
    desk.qtbot.keyClicks(sheet.mutation.box, "0.5")
    desk.qtbot.keyClick(sheet.mutation.box, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: sheet.litter.recipe.mutation == 0.5)
    assert np.allclose(np.linalg.norm(children(sheet) - start, axis=1), 2 * near, rtol=1e-3)
    assert sheet.chosen() == [3]


def test_sixteen_begin_with_the_same_nine(desk, sheet):
    nine = children(sheet)
    sheet.count_buttons[16].click()
    desk.qtbot.waitUntil(lambda: len(children(sheet)) == 16)
    assert np.array_equal(children(sheet)[:9], nine)
    assert sum(tile.isVisible() for tile in sheet.tiles) == 16


def test_chosen_children_become_pins_in_one_step(desk, sheet):
    for index in (0, 8):
        sheet.tiles[index].click()
    before = desk.undo_steps()
    sheet.pin.click()
    pins = desk.explorer.document.pins
    assert [pin.name for pin in pins] == ["Child 1.1", "Child 1.9"]
    assert np.array_equal(pins[1].latent, children(sheet)[8])
    assert desk.undo_steps() == before + 1


def test_a_double_click_goes_there_and_shows_the_picture(desk, sheet):
    wanted = children(sheet)[4]
    desk.qtbot.mouseDClick(sheet.tiles[4], Qt.MouseButton.LeftButton)
    assert np.array_equal(desk.latent, wanted)
    assert not sheet.isVisible()
    assert desk.explorer.document.entry.what == "went to Child 1.5"
    desk.explorer.undo()
    assert not np.array_equal(desk.latent, wanted)


def test_by_keys_children_are_walked_chosen_and_entered(desk, sheet):
    tile = sheet.tiles
    tile[0].setFocus()
    desk.qtbot.keyClick(tile[0], Qt.Key.Key_Space)
    desk.qtbot.keyClick(tile[0], Qt.Key.Key_Right)
    desk.qtbot.keyClick(tile[1], Qt.Key.Key_Down)
    assert desk.window.focusWidget() is tile[4]
    desk.qtbot.keyClick(tile[4], Qt.Key.Key_Space)
    assert sheet.chosen() == [0, 4]
    wanted = children(sheet)[4]
    desk.qtbot.keyClick(tile[4], Qt.Key.Key_Return)
    assert np.array_equal(desk.latent, wanted)


def test_escape_puts_the_sheet_away_wherever_the_keyboard_is(desk, sheet):
    desk.qtbot.keyClick(sheet.tiles[0], Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    desk.press("breed")
    assert sheet.isVisible()
    desk.press("back")
    assert not sheet.isVisible()


def test_opened_again_it_stands_where_it_was_and_after_a_move_begins_anew(desk, sheet):
    first = children(sheet)
    desk.press("breed")
    desk.press("breed")
    assert np.array_equal(children(sheet), first)
    desk.press("breed")
    desk.press("random")
    desk.press("breed")
    wait_for_sheet(desk, 2)
    assert np.array_equal(sheet.litter.recipe.parents[0][1], desk.latent)


def test_chosen_children_go_into_the_mix(desk, sheet):
    for index in (1, 2):
        sheet.tiles[index].click()
    sheet.mix.click()
    assert [name for name, _ in desk.explorer.desks.mixing.mix.named] == ["Child 1.2", "Child 1.3"]
    assert desk.explorer.side.current == "mix"


def test_tiles_show_the_pictures_of_the_children_and_a_tick_where_chosen(desk, sheet):
    def shown():
        image = sheet.tiles[1].grab().toImage()
        return np.array(image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3])

    code = children(sheet)[1]
    side = sheet.tiles[1].width() - 4
    desk.qtbot.waitUntil(lambda: desk.explorer.thumbnailer.picture(code, side) is not None, timeout=10_000)
    desk.qtbot.waitUntil(lambda: not desk.explorer.thumbnailer.busy, timeout=10_000)
    wanted = desk.explorer.thumbnailer.picture(code, side)[side // 2, side // 2].astype(int)
    assert np.abs(shown() - wanted).max() < 30
    plain = sheet.tiles[1].grab().toImage()
    sheet.tiles[1].click()
    assert sheet.tiles[1].grab().toImage() != plain


def test_another_model_puts_the_sheet_away(desk, sheet, write_fake, tmp_path):
    desk.open(write_fake(tmp_path / "other.safetensors", 5))
    desk.qtbot.waitUntil(lambda: not sheet.isVisible())
    desk.press("breed")
    wait_for_sheet(desk, 1)
    assert children(sheet).shape == (9, 5)
