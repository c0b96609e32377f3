"""Pins, history and files on their way to the timeline."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from dinoexplorer.ui.morph import lanes
from dinoexplorer.ui.saving import save_picture

MIDDLE = lanes.KEYS_TOP + lanes.PICTURE // 2
LEFT, NONE, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


def drop(person, data, seconds):
    at = QPointF(person.x(seconds), MIDDLE)
    enter = QDragEnterEvent(at.toPoint(), COPY, data, LEFT, NONE)
    drops = person.view.drops  # an event that is sent would go on to the window, which takes any file
    drops.eventFilter(person.view, enter)
    if enter.isAccepted():
        drops.eventFilter(person.view, QDropEvent(at, COPY, data, LEFT, NONE))
        assert drops.insertion is None
    return enter.isAccepted()


def files(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_the_tray_is_there_in_morph_and_opened_apart_from_explore(person):
    tray = person.desk.explorer.tray
    assert (tray.isVisible(), tray.opened) == (True, False)
    person.desk.press("pins")
    assert (tray.opened, tray.current) == (True, "pins")
    assert person.desk.window.minimumSizeHint().height() <= 640 - 32
    person.desk.press("explore")
    assert not tray.opened
    assert tray.state == "closed"
    person.desk.press("history")
    person.desk.press("morph")
    assert (tray.opened, tray.current, tray.state) == (True, "pins", "history")
    person.desk.press("pins")
    person.desk.press("explore")
    assert (tray.opened, tray.current) == (True, "history")


def test_a_pin_is_dropped_at_a_time(filled):
    pins = filled.document.add_pins([("kept", np.float32([1, 0])), ("other", np.float32([0, 1]))])
    gallery = filled.desk.explorer.pins.gallery
    filled.desk.press("pins")
    filled.qtbot.waitUntil(lambda: gallery.tiles.rowCount() == 2)
    gallery.setCurrentIndex(gallery.tiles.index_of(pins[1].key))
    drag = gallery.new_drag()
    assert drop(filled, drag.mimeData(), 1.0)
    assert filled.timeline.keyframes[1].name == "other"
    assert filled.times == [0, pytest.approx(1, abs=0.05), 2, 4]


def test_points_of_the_map_are_dropped(filled):
    tools = filled.desk.explorer.map_panel.tools
    latent_map = filled.desk.explorer.map_panel.steering.map
    assert tools.drags[0].new_drag() is None  # none is chosen
    tools.choose_group(1)
    filled.qtbot.waitUntil(lambda: len(tools.selection) > 0)
    chosen = tools.selection
    place, taken = filled.desk.latent, []
    tools.drags[0]._drag = lambda: taken.append(tools.drags[0].new_drag())  # a real one waits for its end
    filled.desk.drag(tools.chosen, [QPoint(4, 4), QPoint(6, 6), QPoint(40, 30)])
    assert filled.desk.latent is place  # the map below was not steered
    (drag,) = taken
    assert drop(filled, drag.mimeData(), 9.0)
    assert np.array_equal(filled.timeline.codes[3:], latent_map.latents[chosen])
    assert {key.name for key in filled.timeline.keyframes[3:]} == {"Brachiosaurus"}
    tools.near.click()
    filled.qtbot.waitUntil(lambda: not tools.working and bool(tools.neighbours.indices))
    nearest = tools.neighbours.indices[1]
    drag = tools.drags[2].new_drag()
    assert drop(filled, drag.mimeData(), 1.0)
    assert np.array_equal(filled.timeline.keyframes[1].code, latent_map.latents[nearest])


def test_a_picture_that_was_saved_here_is_dropped_with_its_place(filled, tmp_path):
    path = tmp_path / "a place.png"
    save_picture(filled.desk.generator, filled.document.standing, path)
    place = filled.desk.latent
    filled.desk.click_map(0.7, 0.2)
    assert drop(filled, files(path), 9.0)
    filled.qtbot.waitUntil(lambda: len(filled.timeline.keyframes) == 4, timeout=10_000)
    assert filled.timeline.keyframes[3].name == "a place"
    assert np.array_equal(filled.timeline.keyframes[3].code, place)


def test_tables_of_codes_and_several_files_are_dropped_in_one_step(filled, tmp_path):
    one, two = tmp_path / "one.npy", tmp_path / "two.npy"
    np.save(one, np.float32([[1, 2]]))
    np.save(two, np.float32([[3, 4], [5, 6]]))
    steps = filled.desk.undo_steps()
    assert drop(filled, files(one, two), 9.0)
    filled.qtbot.waitUntil(lambda: len(filled.timeline.keyframes) == 6, timeout=10_000)
    assert [key.name for key in filled.timeline.keyframes[3:]] == ["one", "two 1", "two 2"]
    assert filled.desk.undo_steps() == steps + 1


def test_any_picture_is_encoded_where_there_is_an_encoder(person, write_fake, tmp_path):
    person.desk.open(write_fake(tmp_path / "with.safetensors", 2, encoder=True))
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((64, 64, 3), 200, np.uint8)).save(path)
    assert drop(person, files(path), 0.0)
    person.qtbot.waitUntil(lambda: person.timeline is not None, timeout=10_000)
    assert person.timeline.keyframes[0].code == pytest.approx([200 / 128 - 1] * 2, abs=0.02)
    assert person.timeline.keyframes[0].name == "photo"


def test_a_picture_without_a_place_says_why_nothing_comes_of_it(filled, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)
    assert drop(filled, files(path), 1.0)
    sentence = (
        "photo.png carries no place, and disc has no encoder that would find one; drop a picture that was saved here."
    )
    filled.qtbot.waitUntil(lambda: filled.panel.problem.text() == sentence, timeout=10_000)
    assert len(filled.timeline.keyframes) == 3
    gone = tmp_path / "gone.npy"
    assert drop(filled, files(gone), 1.0)
    there_is_none = f"There is no file {gone}; check the name, or whether it was moved."
    filled.qtbot.waitUntil(lambda: filled.panel.problem.text() == there_is_none, timeout=10_000)


def test_a_checkpoint_is_left_to_the_window(filled, tmp_path):
    assert not drop(filled, files(tmp_path / "other.safetensors"), 1.0)


def test_what_is_read_can_be_stopped(filled, tmp_path):
    path = tmp_path / "codes.npy"
    np.save(path, np.float32([[1, 2]]))
    assert drop(filled, files(path), 1.0)
    filled.panel.reading.cancelled.emit()
    filled.morph.wishes.files.close()
    assert len(filled.timeline.keyframes) == 3
