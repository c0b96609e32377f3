"""The window as a whole: keys, looks, sizes, names, saving."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QStandardPaths, Qt
from PySide6.QtGui import QColor, QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from dinoexplorer.latent.map_figures import BY_CLASS
from dinoexplorer.ui import icons
from dinoexplorer.ui.colours import DARK, LIGHT, class_colour
from dinoexplorer.ui.latent_map_view import sprites
from dinoexplorer.ui.theme import make_palette, make_style_sheet


def test_every_action_has_a_shortcut_of_its_own(desk):
    keys = [key.toString() for action in desk.window.actions_by_name.values() for key in action.shortcuts()]
    assert all(action.shortcuts() for action in desk.window.actions_by_name.values())
    assert len(keys) == len(set(keys))
    assert "" not in keys


@pytest.mark.parametrize("key", ["R", "Home"])
def test_a_key_does_what_its_button_does(desk, key):
    desk.click_map(1.4, 1.0)
    before = desk.wait_for_picture()
    desk.window.activateWindow()
    desk.qtbot.keyClick(desk.window, Qt.Key(QKeySequence(key)[0].key()))
    assert not np.array_equal(desk.wait_for_picture(), before)


def test_space_hides_everything_but_the_picture_and_escape_brings_it_back(desk):
    small = desk.view.side()
    desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_Space)
    others = [desk.window.top_bar, desk.window.status_line, desk.explorer.map_panel, desk.explorer.latent_panel]
    assert not any(widget.isVisible() for widget in others)
    desk.qtbot.waitUntil(lambda: desk.view.side() > small, timeout=20_000)
    desk.wait_for_picture()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_Escape)
    assert all(widget.isVisible() for widget in others)


def test_space_on_a_focused_button_presses_the_button(desk):
    lock = desk.explorer.latent_panel.rows.visible_rows()[0].lock
    lock.setFocus()
    desk.qtbot.keyClick(lock, Qt.Key.Key_Space)
    assert lock.isChecked()
    assert desk.window.top_bar.isVisible()


def test_full_screen_and_back(desk):
    desk.press("fullscreen")
    assert desk.window.isFullScreen()
    desk.press("back")
    assert not desk.window.isFullScreen()


def test_a_click_on_the_picture_shows_whole_pixels(desk):
    desk.qtbot.mouseClick(desk.view, Qt.MouseButton.LeftButton, pos=desk.view.rect().center())
    desk.wait_for_picture()
    assert desk.view.side() % desk.generator.info.image_size == 0
    assert desk.view.frame.request.smooth is False
    assert desk.window.settings.pixels
    desk.press("pixels")
    desk.wait_for_picture()
    assert desk.view.frame.request.smooth is True


def test_a_resized_window_asks_for_the_picture_of_the_new_size(desk):
    desk.window.resize(1300, 900)
    desk.qtbot.waitUntil(desk.settled, timeout=20_000)
    assert desk.view.frame.image.shape[0] == desk.view.side()


def test_the_window_fits_a_small_screen(desk):
    hint = desk.window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 640


def test_opening_moves_nothing_in_the_layout(new_desk, write_fake, tmp_path):
    desk = new_desk()
    QApplication.sendPostedEvents()
    before = desk.view.geometry()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    assert desk.view.geometry() == before


def test_every_control_has_an_accessible_name(desk):
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in desk.window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and not widget.objectName().startswith("qt_")
    ]
    assert unnamed == []


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_enough_contrast(colours):
    palette, role = make_palette(colours), QPalette.ColorRole
    grounds = [palette.color(ground) for ground in (role.Window, role.Base, role.Button)]
    for text in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.Accent, role.BrightText):
        for ground in grounds:
            assert contrast(palette.color(text), ground) >= 4.5, (text, ground.name())
    assert contrast(palette.color(role.HighlightedText), palette.color(role.Highlight)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_classes_are_seen_on_the_map(colours):
    seen = [class_colour(index, dark=colours is DARK).name() for index in range(16)]
    assert len(set(seen)) == 16  # as many as there are built-in species
    for index in range(-1, 16):
        colour = class_colour(index, dark=colours is DARK)
        assert contrast(colour, QColor(colours.panel)) >= 2.9, index


def test_light_and_dark_change_what_is_seen(desk):
    shades = {}
    for choice in ("light", "dark"):
        desk.window._on_theme_chosen(choice)
        shades[choice] = desk.window.grab().toImage().pixelColor(3, 3).lightness()
        assert desk.window.settings.theme == choice
    assert shades["light"] > 200
    assert shades["dark"] < 50


def test_the_style_sheet_leaves_no_gap(qapp):
    assert "$" not in make_style_sheet(DARK, qapp.font())


def test_a_saved_picture_has_the_generators_own_pixels(desk, tmp_path):
    desk.press("random")
    desk.press("export")
    dialog = desk.window.chooser.dialog
    assert dialog.selectedFiles()[0].endswith("disc-0001.png")
    dialog.selectFile(str(tmp_path / "kept.png"))
    with desk.qtbot.waitSignal(desk.window.pictures.saved, timeout=10_000):
        dialog.accept()
    with Image.open(tmp_path / "kept.png") as image:
        np.testing.assert_array_equal(np.asarray(image), desk.generator.decode(desk.latent[None])[0])
    assert "kept.png" in desk.window.status_line.message
    assert [name for name in os.listdir(tmp_path) if name.endswith(".part")] == []  # noqa: PTH208


def test_a_picture_that_cannot_be_saved_says_why(desk, tmp_path):
    (tmp_path / "file").write_text("in the way")
    desk.window.pictures.save(tmp_path / "file" / "kept.png")
    desk.qtbot.waitUntil(desk.explorer.stage.notice.isVisible, timeout=20_000)
    assert "could not be written: File exists; choose another place." in desk.explorer.stage.notice.sentence


def test_the_layout_is_remembered(new_desk, settings):
    first = new_desk((1200, 720))
    first.explorer.splitter.setSizes([300, 600, 280])
    sizes = first.explorer.splitter.sizes()
    first.window.close()
    second = new_desk((1200, 720))
    assert second.explorer.splitter.sizes() == sizes


def test_a_screen_of_another_scale_asks_for_another_picture_and_draws_the_legend_anew(desk, monkeypatch):
    side = desk.view.side()
    toggle = desk.explorer.map_panel.legend.toggles()[0]
    for widget in (desk.view, desk.explorer.map_panel.legend):
        monkeypatch.setattr(type(widget), "devicePixelRatioF", lambda _self: 2.0)
        QApplication.sendEvent(widget, QEvent(QEvent.Type.DevicePixelRatioChange))
    desk.qtbot.waitUntil(lambda: desk.view.frame.request.side == 2 * side, timeout=20_000)
    assert toggle.icon().availableSizes()[0].width() == 24


def test_a_picture_is_proposed_where_one_was_saved_last_and_never_with_the_program(desk, tmp_path):
    desk.press("export")
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    assert desk.window.chooser.dialog.selectedFiles()[0].startswith(pictures)
    desk.window.chooser.dialog.reject()
    (tmp_path / "mine").mkdir()
    with desk.qtbot.waitSignal(desk.window.pictures.saved, timeout=10_000):
        desk.window.pictures.save(tmp_path / "mine" / "one.png")
    assert desk.window.settings.save_folder == str(tmp_path / "mine")
    desk.press("export")
    assert desk.window.chooser.dialog.selectedFiles()[0].startswith(str(tmp_path / "mine"))


def test_a_theme_that_was_used_before_draws_no_icon_again(desk):
    for choice in ("light", "dark"):
        desk.window._on_theme_chosen(choice)
        desk.window.grab()
    drawn = icons._picture.cache_info().misses
    for choice in ("light", "dark"):
        desk.window._on_theme_chosen(choice)
        desk.window.grab()
    assert icons._picture.cache_info().misses == drawn


def test_the_marks_of_a_thousand_classes_fit_into_what_qt_can_paint(qapp):
    for classes in (0, 1, 7, 1000):
        sheet = sprites._sprites(BY_CLASS, classes + 1, 4.5, dark=True)  # one for no class
        assert max(sheet.pixmap.width(), sheet.pixmap.height()) < 1000
        assert sheet.columns * (sheet.pixmap.height() // sheet.side) >= classes + 1


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
