"""Keeping places: the gallery of pins, by mouse and by keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from dinoexplorer.ui.code_mime import codes_of, mime_of
from dinoexplorer.ui.pins.drop_place import DropPlace, drop_place
from dinoexplorer.ui.strip.tile_delegate import PICTURE, WIDTH, picture_rect

NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Drop(QDropEvent):
    """A drop as the drag manager would tell it; made by hand it knows no source."""

    def __init__(self, at, data, source=None):
        super().__init__(QPointF(at), _ALL, data, Qt.MouseButton.LeftButton, NONE)
        self.data, self._source = data, source

    def source(self):
        return self._source


_ALL = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


@pytest.fixture
def gallery(desk):
    return desk.explorer.pins.gallery


@pytest.fixture
def keep(desk, gallery):
    """Keeps so many random places and waits until they are seen."""

    def keep(count):
        for _ in range(count):
            desk.press("random")
            desk.press("pin")
        follow(desk)
        return desk.explorer.document.pins

    return keep


def follow(desk):
    """Wait until the panels show what the document says."""
    desk.qtbot.waitUntil(lambda: not desk.explorer._turn.isActive(), timeout=10_000)


def names(gallery):
    return [tile.name for tile in gallery.tiles.tiles]


def centre(gallery, row):
    return picture_rect(gallery.visualRect(gallery.tiles.index(row, 0))).center()


def click(desk, gallery, row, held=NONE):
    desk.qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, held, centre(gallery, row))
    follow(desk)


def test_the_first_pin_opens_the_tray_and_shows_its_picture(desk, gallery, keep):
    tray = desk.explorer.tray
    assert not tray.opened
    assert desk.explorer.pins.panel.empty.text() == (
        "No pins yet: K keeps the place where you stand. Codes and files of codes can be dropped here."
    )
    (pin,) = keep(1)
    assert (tray.opened, tray.current, tray.tabs.buttons["pins"].text()) == (True, "pins", "Pins 1")
    assert not desk.explorer.pins.panel.empty.isVisible()
    assert desk.window.status_line.message == "kept as Pin 1"
    gallery.grab()  # asks for the picture
    thumbnailer = desk.explorer.thumbnailer
    desk.qtbot.waitUntil(lambda: not thumbnailer.busy, timeout=10_000)
    place = picture_rect(gallery.visualRect(gallery.tiles.index(0, 0)))
    image = gallery.viewport().grab(place.adjusted(8, 8, -8, -8)).toImage().convertToFormat(QImage.Format.Format_RGB888)
    side = PICTURE - 16
    shown = np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())[:, : 3 * side]
    made = thumbnailer.picture(pin.latent, PICTURE)
    assert made is not None
    np.testing.assert_array_equal(shown.reshape(side, side, 3), made[8:-8, 8:-8])


def test_a_click_on_a_pin_goes_there_in_one_step(desk, gallery, keep):
    pins, steps = keep(3), desk.undo_steps()
    click(desk, gallery, 0)
    np.testing.assert_array_equal(desk.latent, pins[0].latent)
    assert desk.undo_steps() == steps + 1
    assert gallery.tiles.marked == {pins[0].key}
    desk.press("undo")
    np.testing.assert_array_equal(desk.latent, pins[2].latent)


def test_with_shift_and_ctrl_a_click_only_selects(desk, gallery, keep):
    pins = keep(5)
    click(desk, gallery, 0, CONTROL)
    click(desk, gallery, 2, CONTROL)
    assert [tile.name for tile in gallery.chosen()] == ["Pin 1", "Pin 3"]
    click(desk, gallery, 3, SHIFT)
    assert [tile.name for tile in gallery.chosen()] == ["Pin 1", "Pin 3", "Pin 4"]
    np.testing.assert_array_equal(desk.latent, pins[4].latent)


def test_the_keys_go_from_pin_to_pin_and_round(desk, keep):
    pins = keep(3)
    seen = []
    for name in ("next_pin", "next_pin", "previous_pin", "previous_pin"):
        desk.press(name)
        seen.append(next(pin.name for pin in pins if np.array_equal(pin.latent, desk.latent)))
    assert seen == ["Pin 1", "Pin 2", "Pin 1", "Pin 3"]
    desk.press("random")
    desk.press("next_pin")  # from somewhere else: on from the one where we were last
    np.testing.assert_array_equal(desk.latent, pins[0].latent)


def test_next_pin_without_pins_does_nothing(desk):
    before = desk.latent
    desk.press("next_pin")
    assert desk.latent is before


def test_a_double_click_renames_in_place(desk, gallery, keep):
    keep(2)
    click(desk, gallery, 1)
    desk.qtbot.mouseDClick(gallery.viewport(), Qt.MouseButton.LeftButton, NONE, centre(gallery, 1))
    editor = gallery.findChild(QLineEdit)
    assert editor.text() == "Pin 2"
    desk.qtbot.keyClicks(editor, "horn")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: names(gallery) == ["Pin 1", "horn"], timeout=10_000)


def test_f2_renames_and_escape_leaves_the_name(desk, gallery, keep):
    keep(2)
    click(desk, gallery, 0)
    gallery.setFocus()
    desk.qtbot.keyClick(gallery, Qt.Key.Key_F2)
    editor = gallery.findChild(QLineEdit)
    desk.qtbot.keyClicks(editor, "horn")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Escape)
    follow(desk)
    assert names(gallery) == ["Pin 1", "Pin 2"]


def test_delete_removes_the_selected_pins_in_one_step_and_selects_the_next(desk, gallery, keep):
    keep(4)
    click(desk, gallery, 1, CONTROL)
    click(desk, gallery, 2, CONTROL)
    gallery.setFocus()
    desk.qtbot.keyClick(gallery, Qt.Key.Key_Delete)
    follow(desk)
    assert names(gallery) == ["Pin 1", "Pin 4"]
    assert [tile.name for tile in gallery.chosen()] == ["Pin 4"]
    desk.press("undo")
    follow(desk)
    assert names(gallery) == ["Pin 1", "Pin 2", "Pin 3", "Pin 4"]


def test_ctrl_and_arrows_reorder_and_the_selection_goes_along(desk, gallery, keep):
    keep(3)
    click(desk, gallery, 0)
    gallery.setFocus()
    for _ in range(2):
        desk.qtbot.keyClick(gallery, Qt.Key.Key_Right, CONTROL)
        follow(desk)
    assert names(gallery) == ["Pin 2", "Pin 3", "Pin 1"]
    desk.qtbot.keyClick(gallery, Qt.Key.Key_Left, CONTROL)
    follow(desk)
    assert names(gallery) == ["Pin 2", "Pin 1", "Pin 3"]
    assert [tile.name for tile in gallery.chosen()] == ["Pin 1"]


def test_enter_goes_to_the_current_pin_and_home_stays_in_the_gallery(desk, gallery, keep):
    pins = keep(3)
    desk.window.activateWindow()
    gallery.setFocus()
    gallery.setCurrentIndex(gallery.tiles.index(2, 0))
    desk.qtbot.keyClick(gallery, Qt.Key.Key_Home)
    np.testing.assert_array_equal(desk.latent, pins[2].latent)  # and not the mean
    desk.qtbot.keyClick(gallery, Qt.Key.Key_Return)
    np.testing.assert_array_equal(desk.latent, pins[0].latent)


def test_a_letter_in_the_gallery_is_the_windows(desk, gallery, keep):
    pins = keep(2)
    desk.window.activateWindow()
    gallery.setFocus()
    desk.qtbot.keyClick(gallery, Qt.Key.Key_R)
    assert not any(np.array_equal(pin.latent, desk.latent) for pin in pins)


def test_a_pin_that_is_dropped_between_others_goes_there(desk, gallery, keep):
    keep(4)
    click(desk, gallery, 0)
    drag = gallery.new_drag()
    gap = gallery.visualRect(gallery.tiles.index(2, 0)).topRight() + QPoint(-2, 20)
    move = QDragMoveEvent(gap, _ALL, drag.mimeData(), Qt.MouseButton.LeftButton, NONE)
    gallery.dragMoveEvent(move)
    assert move.isAccepted()
    gallery.dropEvent(Drop(gap, drag.mimeData(), gallery))
    follow(desk)
    assert names(gallery) == ["Pin 2", "Pin 3", "Pin 1", "Pin 4"]
    assert desk.explorer.document.entries[-1].what == "reordered Pin 1"


def test_a_pin_that_is_dropped_on_another_is_mixed_with_it_half_way(desk, gallery, keep):
    pins = keep(3)
    click(desk, gallery, 2)
    gallery.dropEvent(Drop(centre(gallery, 0), gallery.new_drag().mimeData(), gallery))
    follow(desk)
    assert names(gallery) == ["Pin 1", "Pin 3 + Pin 1", "Pin 2", "Pin 3"]
    mixed = desk.explorer.document.pins[1]
    np.testing.assert_allclose(mixed.latent, (pins[0].latent + pins[2].latent) / 2, rtol=1e-6)
    np.testing.assert_array_equal(desk.latent, pins[2].latent)


def test_a_pin_that_is_dropped_on_itself_stays_alone(desk, gallery, keep):
    keep(2)
    click(desk, gallery, 0)
    gallery.dropEvent(Drop(centre(gallery, 0), gallery.new_drag().mimeData(), gallery))
    follow(desk)
    assert names(gallery) == ["Pin 1", "Pin 2"]


def test_codes_from_elsewhere_become_pins_where_they_are_dropped(desk, gallery, keep):
    keep(2)
    code = np.array([0.25, -0.5], np.float32)
    at = gallery.visualRect(gallery.tiles.index(0, 0)).topRight() + QPoint(-1, 20)
    gallery.dropEvent(Drop(at, mime_of([("child", code)])))
    follow(desk)
    assert names(gallery) == ["Pin 1", "child", "Pin 2"]
    np.testing.assert_array_equal(desk.explorer.document.pins[1].latent, code)


def test_codes_of_another_model_are_refused_in_the_tray(desk, gallery):
    gallery.dropEvent(Drop(QPoint(5, 5), mime_of([("child", np.zeros(7, np.float32))])))
    assert desk.explorer.pins.panel.notice.sentence == (
        "What was dropped are no codes of 2 numbers, which this generator takes; "
        "open the checkpoint that they belong to."
    )
    assert desk.explorer.tray.opened
    desk.press("back")
    assert desk.explorer.pins.panel.notice.sentence == ""


def test_what_is_no_code_is_left_to_the_window(gallery):
    data = QMimeData()
    data.setText("hello")
    move = QDragMoveEvent(QPoint(5, 5), _ALL, data, Qt.MouseButton.LeftButton, NONE)
    gallery.dragMoveEvent(move)
    assert not move.isAccepted()


def test_a_drag_carries_names_and_codes(desk, gallery, keep):
    pins = keep(2)
    gallery.selectAll()
    named = codes_of(gallery.new_drag().mimeData(), 2)
    assert [name for name, _ in named] == ["Pin 1", "Pin 2"]
    np.testing.assert_array_equal([code for _, code in named], [pin.latent for pin in pins])


def test_a_place_is_kept_during_a_walk_which_goes_on(desk, gallery):
    walker, document = desk.explorer.walker, desk.explorer.document
    desk.press("walk")
    with desk.qtbot.waitSignal(desk.explorer.document_changed):
        pass
    desk.press("pin")
    assert walker.walking
    (pin,) = document.pins
    with desk.qtbot.waitSignal(desk.explorer.document_changed):
        pass
    walker.stop()
    assert "pinned Pin 1" in [entry.what for entry in document.entries]
    document.undo()  # the rest of the walk; the pin stays
    assert document.pins == (pin,)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_offers_what_fits_and_comes_by_keyboard(desk, gallery, keep):
    keep(3)
    gallery.selectAll()
    gallery.setFocus()
    at = gallery.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, gallery.mapToGlobal(at))
    QApplication.sendEvent(gallery.viewport(), event)
    menu = gallery.findChild(QMenu)
    offered = {action.objectName(): action for action in menu.actions()}
    assert {"mix", "plane", "copy", "export", "export_all", "import", "remove"} <= set(offered)
    assert "rename" not in offered
    planes = []
    desk.explorer.pins.edits.plane_wanted.connect(planes.append)
    offered["plane"].trigger()
    np.testing.assert_array_equal(planes[0], [pin.latent for pin in desk.explorer.document.pins])
    offered["mix"].trigger()
    follow(desk)
    assert names(gallery)[-1] == "Pin 1 + Pin 2 + Pin 3"
    menu.close()


def test_more_offers_the_same_and_without_pins_only_what_brings_some(desk):
    panel = desk.explorer.pins.panel
    menu = panel.more.choices()
    menu.aboutToShow.emit()
    assert [action.objectName() for action in menu.actions() if not action.isSeparator()] == ["paste", "import"]


def test_of_a_thousand_pins_only_those_that_are_seen_are_drawn(desk, gallery, monkeypatch):
    document = desk.explorer.document
    document.add_pins([("", code) for code in document.spec.sample(1000, 3)])
    desk.explorer.tray.show_tab("pins")
    follow(desk)
    asked = set()
    picture = desk.explorer.thumbnailer.picture
    monkeypatch.setattr(
        desk.explorer.thumbnailer, "picture", lambda code, side: asked.add(code.tobytes()) or picture(code, side)
    )
    gallery.grab()
    assert 5 < len(asked) <= gallery.viewport().width() // WIDTH + 2
    asked.clear()
    gallery.show_key(document.pins[-1].key)
    gallery.grab()
    assert document.pins[-1].latent.tobytes() in asked


def test_the_tray_comes_back_as_it_was_left(new_desk, settings, write_fake, tmp_path):
    path = write_fake(tmp_path / "disc.safetensors", 2, points=20)
    desk = new_desk()
    desk.open(path)
    desk.window.remember()
    assert settings.tray == ""
    desk.press("history")
    desk.window.remember()
    assert settings.tray == "history"
    again = new_desk()
    assert (again.explorer.tray.opened, again.explorer.tray.current) == (True, "history")
    again.press("history")
    again.window.remember()
    assert settings.tray == "closed"
    third = new_desk()
    third.open(path)
    third.press("pin")  # who closed it wants it closed
    assert not third.explorer.tray.opened


def test_pins_of_another_checkpoint_are_not_shown(desk, gallery, keep, write_fake, tmp_path):
    keep(3)
    desk.open(write_fake(tmp_path / "wide.safetensors", 8, points=40))
    follow(desk)
    assert names(gallery) == []
    assert desk.explorer.tray.tabs.buttons["pins"].text() == "Pins"
    assert desk.explorer.pins.panel.empty.isVisible()


def test_the_window_fits_a_small_screen_with_the_tray_open(desk, keep):
    keep(3)
    hint = desk.window.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 640


def test_only_the_picture_means_no_tray(desk, keep):
    keep(1)
    desk.press("bare")
    assert not desk.explorer.tray.isVisible()
    desk.press("bare")
    assert desk.explorer.tray.isVisible()


@pytest.mark.parametrize(
    ("x", "place"),
    [
        (-5, DropPlace(0, onto=False)),
        (10, DropPlace(0, onto=False)),
        (50, DropPlace(0, onto=True)),
        (95, DropPlace(1, onto=False)),
        (150, DropPlace(1, onto=True)),
        (290, DropPlace(3, onto=False)),
        (999, DropPlace(3, onto=False)),
    ],
)
def test_a_drop_means_the_gap_or_the_pin_that_is_nearest(x, place):
    assert drop_place(x, 100, 3) == place
