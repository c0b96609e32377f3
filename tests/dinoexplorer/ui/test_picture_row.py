"""The row below the picture: what a newcomer finds there without knowing a key."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from dinoexplorer.ui.picture_stage import TOOLS


def test_a_menu_offers_what_can_be_done_to_pictures_of_ones_own_with_its_keys(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=20))
    button = next(
        one for one in desk.explorer.stage.findChildren(QToolButton) if one.accessibleName().startswith("Your own")
    )
    shown = [(action.text(), action.shortcut().toString()) for action in button.menu().actions() if action.text()]
    assert ("Bring in a picture…", "Ctrl+I") in shown
    assert ("Fill a hole…", "Ctrl+Shift+I") in shown
    assert len(shown) == len([name for name in TOOLS if name])
    pixels = next(action for action in button.menu().actions() if action.text() == "Pixels or smooth")
    before = desk.window.settings.pixels
    pixels.trigger()
    assert desk.window.settings.pixels != before
