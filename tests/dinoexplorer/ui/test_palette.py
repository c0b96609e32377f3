"""The command palette, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit

from dinoexplorer.settings import USED_LIMIT, Settings
from dinoexplorer.ui.actions import COMMANDS
from dinoexplorer.ui.palette import Palette
from dinoexplorer.ui.palette.entry import Entry

NEEDED = {"Guide: The latent map", "Train vae…", "Open dinosaurs-2d"}


@pytest.fixture
def palette(desk) -> Palette:
    desk.window.settings.recent = ["/elsewhere/horses.safetensors"]
    return desk.window.desks.guidance.palette


def come_up(desk, palette: Palette) -> None:
    """Press Ctrl+K, and wait for what is read in threads."""
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible()
    desk.qtbot.waitUntil(lambda: {"Guide: The latent map", "Train vae…"} <= set(names(palette)), timeout=20_000)


def type_in(desk, palette: Palette, text: str) -> None:
    palette.field.clear()
    desk.qtbot.keyClicks(desk.window.focusWidget(), text)


def names(palette: Palette) -> list[str]:
    return [entry.name for entry, _ in palette.list.found()]


def test_every_command_has_text_keys_and_help_and_no_two_share_a_key():
    assert all(command.text and command.keys and command.help.endswith(("?", ".")) for command in COMMANDS)
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert "" not in keys
    assert len(keys) == len(set(keys))
    assert len({command.name for command in COMMANDS}) == len({command.text for command in COMMANDS}) == len(COMMANDS)


def test_every_command_is_the_first_that_its_own_name_finds(desk, palette):
    come_up(desk, palette)
    for command in COMMANDS:
        palette.field.setText(command.text)
        assert palette.list.current().key == f"command:{command.name}"


def test_checkpoints_recipes_and_pages_are_found_as_well(desk, palette):
    come_up(desk, palette)
    assert set(names(palette)) >= NEEDED
    palette.field.setText("open horses")
    assert names(palette) == ["Open horses"]
    assert palette.list.current().help == str(Path("/elsewhere"))


def test_a_typed_piece_of_a_name_and_return_do_it_and_the_focus_goes_back(desk, palette):
    desk.canvas.setFocus()
    before = desk.latent
    come_up(desk, palette)
    type_in(desk, palette, "rndm")
    assert names(palette)[0] == "Random picture"
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert desk.latent is not before
    assert desk.window.focusWidget() is desk.canvas


def test_letters_typed_into_it_do_nothing_below_it(desk, palette):
    before = desk.latent
    come_up(desk, palette)
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_Question):
        desk.qtbot.keyClick(desk.window.focusWidget(), key)
    assert desk.latent is before
    assert desk.window.top_bar.isVisible()
    assert palette.field.text() == "?r "  # Home went to the beginning


def test_escape_and_its_own_key_put_it_away_and_it_comes_up_empty(desk, palette):
    desk.canvas.setFocus()
    for key, modifier in (
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
    ):
        come_up(desk, palette)
        type_in(desk, palette, "undo")
        desk.qtbot.keyClick(palette.field, key, modifier)
        assert not palette.isVisible()
        assert desk.window.focusWidget() is desk.canvas
    come_up(desk, palette)
    assert palette.field.text() == ""


def test_it_comes_up_while_something_is_typed_elsewhere(desk, palette):
    field = next(field for field in desk.explorer.latent_panel.findChildren(QLineEdit) if field.isVisible())
    field.setFocus()
    desk.qtbot.keyClick(field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible()


def test_the_arrows_choose_and_go_round(desk, palette):
    come_up(desk, palette)
    first, second = palette.list.found()[0][0], palette.list.found()[1][0]
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.current() is second
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.current() is palette.list.found()[-1][0]
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Tab)
    assert palette.list.current() is first
    assert desk.window.focusWidget() is palette.field


def test_what_cannot_be_done_now_says_why_and_does_nothing(desk, palette):
    come_up(desk, palette)
    type_in(desk, palette, "redo")
    entry = palette.list.current()
    assert (entry.name, entry.line) == ("Redo", "There is nothing to redo.")
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    desk.press("train")
    palette.refresh()
    palette.field.setText("save picture")
    assert palette.list.current().line == "Only in Explore (Ctrl+1)."


def test_what_was_used_last_comes_first_and_is_remembered(desk, palette):
    come_up(desk, palette)
    type_in(desk, palette, "whole map")
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    come_up(desk, palette)
    assert palette.list.current().name == "Whole map"
    assert desk.window.settings.palette_used == ["command:home"]


def test_few_are_remembered_each_once():
    settings = Settings()
    for number in [*range(USED_LIMIT + 3), USED_LIMIT]:
        settings.remember_used(f"command:{number}")
    settings.remember_used("checkpoint:/caf\udce9")  # a name that JSON cannot hold
    assert len(settings.palette_used) == USED_LIMIT
    assert settings.palette_used[:2] == [f"command:{USED_LIMIT}", f"command:{USED_LIMIT + 2}"]


def test_a_recipe_opens_the_form_with_it_chosen(desk, palette):
    come_up(desk, palette)
    type_in(desk, palette, "train vae-gan")
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    form = desk.window.places.training().place().form
    assert form.isVisible()
    assert form.recipe.present == "vae-gan"
    desk.qtbot.waitUntil(lambda: form.recipe.button.text() != "vae-gan", timeout=20_000)  # its title has come
    assert form.recipe.present == "vae-gan"


def test_a_checkpoint_is_opened(desk, palette, write_fake, tmp_path):
    path = write_fake(tmp_path / "second.safetensors", 3, points=10)
    desk.window.settings.recent = [str(path)]
    come_up(desk, palette)
    type_in(desk, palette, "open second")
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert desk.explorer.opened.generator.info.path == path


def test_nothing_found_says_so(desk, palette):
    come_up(desk, palette)
    type_in(desk, palette, "qqq")
    assert palette._nothing.isVisible()
    assert palette.list.current() is None
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_a_click_chooses_and_a_click_beside_it_puts_it_away(desk, palette):
    come_up(desk, palette)
    palette.field.setText("full screen")
    view = palette.list
    desk.qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center()
    )
    assert desk.window.isFullScreen()
    desk.press("fullscreen")
    come_up(desk, palette)
    desk.qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not palette.isVisible()


@pytest.mark.parametrize("size", [(1024, 640), (1700, 1000)])
def test_it_stays_inside_the_window_in_its_upper_part(new_desk, write_fake, tmp_path, size):
    desk = new_desk(size)
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    palette = desk.window.desks.guidance.palette
    come_up(desk, palette)
    room, panel = desk.window.rect(), palette.panel.geometry()
    assert room.contains(panel)
    assert abs(panel.center().x() - room.center().x()) <= 1
    assert panel.top() < room.height() / 3
    desk.window.resize(size[0] - 200, size[1] - 40)
    assert desk.window.rect().contains(palette.panel.geometry())


def test_the_button_in_the_top_bar_opens_it(desk, palette):
    button = next(child for child in desk.window.top_bar.children() if child.property("search"))
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert palette.isVisible()
    assert button.toolTip() == "Search for anything (Ctrl+K)"


def test_a_provider_more_is_an_object_more(desk, qtbot):
    done = []

    class Pins:
        def entries(self) -> list[Entry]:
            return [Entry("pin:1", "Go to the green one", "pin", lambda: done.append("green"))]

    palette = Palette([Pins()], Settings(), desk.window)
    palette.toggle()
    qtbot.keyClicks(palette.field, "green")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["green"]


def test_what_is_chosen_is_read_out(desk, palette, monkeypatch):
    said = []
    monkeypatch.setattr("dinoexplorer.ui.palette.palette.announce", lambda _widget, text: said.append(text))
    come_up(desk, palette)
    type_in(desk, palette, "whole")
    assert said[-1] == "Whole map. Show the whole latent map. A double click does the same. H"
