"""The strip of all places where we stood."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinoexplorer.ui.code_mime import codes_of
from dinoexplorer.ui.strip.tile_delegate import WIDTH, picture_rect


@pytest.fixture
def strip(desk):
    """The strip, opened by its key."""
    desk.press("history")
    follow(desk)
    return desk.explorer.history.strip


def follow(desk):
    desk.qtbot.waitUntil(lambda: not desk.explorer._turn.isActive(), timeout=10_000)


def whats(strip):
    return [tile.name for tile in strip.tiles.tiles]


def test_every_step_has_a_picture_and_the_present_one_is_marked(desk, strip):
    assert whats(strip) == ["opened"]
    desk.press("random")
    desk.press("reset")
    follow(desk)
    assert whats(strip) == ["opened", "seed 7", "moved"]
    assert strip.tiles.marked == {2}
    assert strip.tiles.tiles[2].code is desk.latent
    desk.press("undo")
    follow(desk)
    assert strip.tiles.marked == {1}


def test_a_click_jumps_and_nothing_is_lost(desk, strip):
    for _ in range(4):
        desk.press("random")
    follow(desk)
    place = picture_rect(strip.visualRect(strip.tiles.index(1, 0))).center()
    desk.qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    follow(desk)
    assert desk.latent is strip.tiles.tiles[1].code
    desk.press("reset")  # a new branch
    follow(desk)
    assert whats(strip) == ["opened", "seed 7", "seed 8", "seed 9", "seed 10", "moved"]
    strengths = [tile.strength for tile in strip.tiles.tiles]
    assert strengths == [1, 1, 0.35, 0.35, 0.35, 1]
    assert "on another branch" in strip.tiles.tiles[3].tip
    strip.go_wanted.emit(4)
    follow(desk)
    assert desk.latent is strip.tiles.tiles[4].code
    assert [tile.strength for tile in strip.tiles.tiles] == [1, 1, 1, 1, 1, 0.35]


def test_what_was_undone_is_paler_and_says_so(desk, strip):
    desk.press("random")
    follow(desk)
    desk.press("undo")
    follow(desk)
    tile = strip.tiles.tiles[1]
    assert tile.strength == 0.6
    assert tile.tip.startswith("seed 7, undone, ")
    assert strip.tiles.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("you are here")


def test_arrows_and_enter_go_to_a_step(desk, strip):
    for _ in range(3):
        desk.press("random")
    follow(desk)
    assert strip.hasFocus()
    for _ in range(2):
        desk.qtbot.keyClick(strip, Qt.Key.Key_Left)
    desk.qtbot.keyClick(strip, Qt.Key.Key_Return)
    follow(desk)
    assert strip.tiles.marked == {1}
    assert desk.latent is strip.tiles.tiles[1].code


def test_it_follows_only_while_it_is_seen_and_catches_up(desk, strip):
    desk.press("pins")
    desk.press("random")
    follow(desk)
    assert whats(strip) == ["opened"]
    desk.press("history")
    assert whats(strip) == ["opened", "seed 7"]


def test_a_thousand_steps_are_followed_and_only_those_that_are_seen_are_drawn(desk, strip, monkeypatch):
    document = desk.explorer.document
    for code in document.spec.sample(1100, 3):
        document.set_latent(code)
    follow(desk)
    assert len(strip.tiles.tiles) == 1001
    assert strip.visualRect(strip.tiles.index(1000, 0)).right() <= strip.viewport().width()
    asked = set()
    picture = desk.explorer.thumbnailer.picture
    monkeypatch.setattr(
        desk.explorer.thumbnailer, "picture", lambda code, side: asked.add(code.tobytes()) or picture(code, side)
    )
    strip.grab()
    assert 5 < len(asked) <= strip.viewport().width() // WIDTH + 2


def test_a_step_is_dragged_as_a_code(desk, strip):
    desk.press("random")
    follow(desk)
    ((name, code),) = codes_of(strip.new_drag().mimeData(), 2)
    assert name == "Step 1"
    np.testing.assert_array_equal(code, desk.latent)


def test_a_jump_ends_a_walk(desk, strip):
    desk.press("random")
    desk.press("walk")
    strip.go_wanted.emit(0)
    assert not desk.explorer.walker.walking
    np.testing.assert_array_equal(desk.latent, desk.explorer.document.entries[0].state.latent)
