"""Pictures without a place: dropped, pasted or chosen, cut, searched for, and taken or left."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage

from dinoexplorer.generators.differentiable import no_gradients
from dinoexplorer.resources import resource_path


@pytest.fixture
def desk(deep_desk):
    """A window in which a small network of ours is open, with an encoder and gradients."""
    return deep_desk


@pytest.fixture
def photo(desk, tmp_path):
    """A wide picture; in its middle is one that the network can make."""
    code = desk.generator.info.latent.sample(1, 3)
    picture = np.full((32, 64, 3), 90, np.uint8)
    picture[:, 16:48] = desk.generator.decode(code)[0]
    Image.fromarray(picture).save(tmp_path / "my photo.png")
    return tmp_path / "my photo.png"


def drop(desk, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    desk.window.dropEvent(event)


def panel_of(desk):
    return desk.explorer.desks.embedding.panel


def brought(desk, path):
    """The panel, once the picture is there."""
    drop(desk, path)
    wait_for(desk, "ready")
    panel_of(desk).fitting.box.setChecked(False)
    return panel_of(desk)


def wait_for(desk, phase):
    desk.qtbot.waitUntil(
        lambda: desk.explorer.desks.made("embedding") and panel_of(desk).isVisible() and panel_of(desk).phase == phase,
        timeout=60_000,
    )


def searched(desk, panel):
    desk.qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    wait_for(desk, "found")


def slow(monkeypatch):
    """A search that has more steps than anybody waits for."""
    from dinoexplorer.latent.inversion.asking import Course

    monkeypatch.setattr("dinoexplorer.latent.inversion.embedding.usual_course", lambda _: Course(steps=100_000))


def test_a_dropped_picture_is_found_and_taken_in_one_step_with_a_pin_of_its_name(desk, photo):
    before, steps = desk.latent, desk.undo_steps()
    panel = brought(desk, photo)
    assert not panel.take.isVisible()
    assert panel.seen.picture.shape == (32, 32, 3)
    searched(desk, panel)
    assert np.array_equal(desk.latent, before)
    assert panel.sentence.startswith("Done after 100 steps, from the encoder")
    assert "PSNR" in panel.figures
    assert "SSIM" in panel.figures
    found = desk.explorer.desks.embedding._best.reached.search
    assert found.best_psnr > 20
    assert np.array_equal(panel.best.picture, found.best_picture)
    desk.qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert not panel.isVisible()
    (pin,) = desk.explorer.document.pins
    assert pin.name == "my photo"
    assert np.array_equal(pin.latent, desk.latent)
    assert np.array_equal(desk.latent, found.best_code)
    assert desk.undo_steps() == steps + 1
    assert desk.window.status_line.message == "brought in my photo, and kept it as a pin"
    desk.wait_for_picture()
    desk.press("undo")
    assert np.array_equal(desk.latent, before)
    assert desk.explorer.document.pins == ()


def test_stop_keeps_the_best_and_says_at_which_step(desk, photo, monkeypatch):
    slow(monkeypatch)
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(lambda: "steps/s" in panel.sentence, timeout=60_000)
    assert "of 100000" in panel.sentence
    assert "left" in panel.sentence
    assert panel.stop.isVisible()
    panel.stop.click()
    wait_for(desk, "found")
    assert panel.sentence.startswith("Stopped at step ")
    panel.take.click()
    assert [pin.name for pin in desk.explorer.document.pins] == ["my photo"]


def test_without_an_encoder_several_starts_are_tried(desk, photo):
    desk.open(resource_path("checkpoints", "drawings.safetensors"))
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(panel.take.isEnabled, timeout=60_000)
    assert re.search(r"of 250 .*from (the nearest of the data|the mean|a random code)$", panel.sentence)
    panel.stop.click()
    wait_for(desk, "found")


def test_what_is_found_so_far_can_be_taken_while_it_is_searched(desk, photo, monkeypatch):
    slow(monkeypatch)
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(panel.take.isEnabled, timeout=60_000)
    panel.take.click()
    assert np.array_equal(desk.explorer.document.pins[0].latent, desk.latent)
    assert not desk.explorer.desks.embedding.work.working


@pytest.mark.parametrize("way", ["cancel", "close", "escape"])
def test_cancel_leaves_everything_as_it_was(desk, photo, monkeypatch, way):
    slow(monkeypatch)
    before, steps = desk.latent, desk.undo_steps()
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(panel.take.isEnabled, timeout=60_000)
    if way == "escape":
        desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    else:
        (panel.cancel if way == "cancel" else panel.close_button).click()
    assert not panel.isVisible()
    assert not desk.explorer.desks.embedding.work.working
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == steps
    assert desk.explorer.document.pins == ()


def test_a_click_beside_the_panel_loses_nothing(desk, photo):
    panel = brought(desk, photo)
    desk.qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=panel.rect().bottomRight())
    assert panel.isVisible()


def test_a_window_that_is_closed_ends_the_search(desk, photo, monkeypatch):
    slow(monkeypatch)
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(panel.take.isEnabled, timeout=60_000)
    desk.window.close()  # the fixture looks for threads that were left


def test_the_arrow_keys_move_the_square_and_what_the_model_sees(desk, photo):
    panel = brought(desk, photo)
    assert panel.crop.hasFocus()
    seen = panel.seen.picture
    assert panel.crop.crop == (16, 0, 48, 32)
    desk.qtbot.keyClick(panel.crop, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    wait_for(desk, "ready")
    assert panel.crop.crop[0] < 16
    assert not np.array_equal(panel.seen.picture, seen)
    for _ in range(12):
        desk.qtbot.keyClick(panel.crop, Qt.Key.Key_Left)
    wait_for(desk, "ready")
    assert panel.crop.crop[0] == 0
    assert np.array_equal(panel.seen.picture[:, :16], np.full((32, 16, 3), 90))
    assert panel.crop.hasFocus()  # so that Return starts and does not cancel
    desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Return)
    wait_for(desk, "found")


def test_moving_the_square_forgets_what_was_found(desk, photo):
    panel = brought(desk, photo)
    searched(desk, panel)
    desk.qtbot.keyClick(panel.crop, Qt.Key.Key_Left)
    wait_for(desk, "ready")
    assert panel.best.picture is None
    assert panel.figures == ""
    assert panel.start.isVisible()
    assert not panel.take.isVisible()


def test_a_pasted_picture_is_brought_in(desk, photo):
    QGuiApplication.clipboard().setImage(QImage(str(photo)))
    desk.press("paste")
    wait_for(desk, "ready")
    panel = panel_of(desk)
    assert panel._title.text() == "Bring in the pasted picture"
    assert panel.crop.crop == (16, 0, 48, 32)
    panel.fitting.box.setChecked(False)
    searched(desk, panel)
    panel.take.click()
    assert [pin.name for pin in desk.explorer.document.pins] == ["Pasted picture"]


def test_a_pasted_file_is_brought_in(desk, photo):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    QGuiApplication.clipboard().setMimeData(data)
    desk.press("paste")
    wait_for(desk, "ready")


def test_numbers_that_bring_a_picture_are_pasted_as_numbers(desk):
    data = QMimeData()
    data.setText("1,2,0,0,1")
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    QGuiApplication.clipboard().setMimeData(data)
    desk.press("paste")
    desk.qtbot.waitUntil(lambda: len(desk.explorer.document.pins) == 1, timeout=10_000)
    assert not desk.explorer.desks.made("embedding")


def test_the_command_asks_for_a_file(desk, photo):
    desk.press("bring_in")
    dialog = desk.window.chooser.dialog
    assert dialog.windowTitle() == "Bring in a picture"
    dialog.fileSelected.emit(str(photo))
    dialog.close()
    wait_for(desk, "ready")


def test_a_damaged_picture_is_one_sentence_and_cannot_be_searched(desk, tmp_path):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(200))
    drop(desk, path)
    wait_for(desk, "failed")
    panel = panel_of(desk)
    assert panel.sentence.startswith("broken.jpg ")
    assert not panel.start.isEnabled()


@pytest.mark.parametrize("ending", ["bmp", "gif", "jpg", "tif", "webp"])
def test_pictures_of_every_kind_are_brought_in(desk, photo, ending):
    other = photo.with_suffix(f".{ending}")
    with Image.open(photo) as picture:
        picture.save(other)
    panel = brought(desk, other)
    assert panel.phase == "ready"


def test_a_tiny_transparent_picture_says_what_to_expect(desk, tmp_path):
    Image.fromarray(np.full((6, 6, 4), (200, 30, 30, 0), np.uint8)).save(tmp_path / "dot.png")
    panel = brought(desk, tmp_path / "dot.png")
    assert panel.sentence == (
        "Only 6 x 6 pixels of dot.png are shown at 32, so it is blurred. "
        "dot.png is nearly one colour, so many codes fit it equally well."
    )
    assert (panel.seen.picture == 255).all()


def test_a_film_without_a_place_is_still_refused(desk, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        drop(desk, path)
    assert not desk.explorer.desks.made("embedding")


def test_another_document_ends_the_search(desk, photo, monkeypatch):
    slow(monkeypatch)
    panel = brought(desk, photo)
    panel.start.click()
    desk.qtbot.waitUntil(panel.take.isEnabled, timeout=60_000)
    desk.press("new")
    desk.qtbot.waitUntil(lambda: not panel.isVisible(), timeout=10_000)
    assert not desk.explorer.desks.embedding.work.working
    assert desk.window.status_line.message == "another model or document is open, so the search has ended"


def test_a_generator_without_gradients_says_so_of_what_is_pasted(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=20))
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB32))
    desk.press("paste")
    assert desk.explorer.stage.notice.sentence == no_gradients(desk.generator.info)
    assert "gives no gradients" in desk.explorer.stage.notice.sentence


def test_locked_values_stay_and_that_is_said(desk, photo):
    desk.explorer.document.set_locked(0, locked=True)
    before = desk.latent[0]
    panel = brought(desk, photo)
    searched(desk, panel)
    panel.take.click()
    assert desk.latent[0] == before
    assert desk.window.status_line.message.endswith("; locked values stayed where they were")
