"""Pictures sent through an autoencoder in the window: one with a divider between before and after, or a folder."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QWheelEvent

from dinoexplorer.generators import open_generator
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.restoration.restoring import noisy, restored
from dinoexplorer.resources import resource_path


@pytest.fixture
def denoiser(make_checkpoint):
    return make_checkpoint("clean", size=32, dim=5, family="autoencoder", config={"objective": {"gaussian": 0.2}})


@pytest.fixture
def desk(new_desk, denoiser, tmp_path, monkeypatch):
    """A window in which a denoising autoencoder is open."""
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))
    desk = new_desk()
    desk.renderer._open = open_generator
    desk.open(denoiser)
    return desk


@pytest.fixture
def photo(tmp_path):
    """A picture of another shape than the model's."""
    pixels = np.random.default_rng(3).integers(0, 256, (50, 90, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def drop(panel, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def shown(desk):
    desk.press("restore")
    return desk.explorer.desks.restoring.panel


def wait_for_pair(desk, panel):
    room = desk.explorer.desks.restoring
    desk.qtbot.waitUntil(
        lambda: panel.pair is not None and not room.work.working and not room._tick.isActive(), timeout=60_000
    )
    return panel.pair


def brought(desk, path):
    panel = shown(desk)
    drop(panel, path)
    wait_for_pair(desk, panel)
    return panel


def answer(desk, path):
    dialog = desk.explorer.desks.restoring.chooser.dialog
    dialog.fileSelected.emit(str(path))
    dialog.close()


def pixels_of(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_dropped_picture_is_restored_at_its_own_size_and_saved(desk, photo, denoiser, tmp_path):
    panel = brought(desk, photo)
    wanted = restored(open_generator(denoiser), pixels_of(photo), "tiles")
    assert panel.way == "tiles"
    assert np.abs(panel.pair.pixels.astype(int) - wanted).max() <= 1
    assert panel.about == "clean.safetensors was trained to take noise of 26 grey levels out of pictures of 32 pixels."
    desk.qtbot.keyClick(panel, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert desk.explorer.desks.restoring.chooser.dialog.selectedFiles()[0].endswith("photo-restored.png")
    answer(desk, tmp_path / "mine.png")
    desk.qtbot.waitUntil(lambda: panel.sentence == f"Saved {tmp_path / 'mine.png'}.", timeout=20_000)
    assert np.array_equal(pixels_of(tmp_path / "mine.png"), panel.pair.pixels)


def test_the_divider_is_dragged_and_moved_by_keys(desk, tmp_path):
    Image.new("RGB", (32, 32), (255, 0, 0)).save(tmp_path / "red.png")
    panel = brought(desk, tmp_path / "red.png")
    view = panel.view
    room = view.room()
    middle = round(room.top() + 0.75 * room.height())
    after = view.after.pixelColor(24, 24).name()

    def colours():
        image = view.grab().toImage()
        return [image.pixelColor(round(room.left() + share * room.width()), middle).name() for share in (0.25, 0.75)]

    assert colours()[0] == "#ff0000"
    assert colours()[1] != "#ff0000"
    desk.drag(view, [QPoint(round(room.center().x()), middle), QPoint(round(room.left()), middle)])
    assert view.share == pytest.approx(0, abs=0.01)
    assert colours()[0] != "#ff0000"
    desk.qtbot.keyClick(view, Qt.Key.Key_End)
    assert colours() == ["#ff0000", "#ff0000"]
    desk.qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.share == pytest.approx(0.98)
    desk.qtbot.keyClick(view, Qt.Key.Key_D)
    assert panel.views.buttons["difference"].isChecked()
    assert "#ff0000" not in colours()
    assert after != "#ff0000"


def test_the_wheel_zooms_to_what_is_under_it_and_the_right_button_moves_it(desk, photo):
    view = brought(desk, photo).view
    whole = view.room()
    at = QPointF(whole.left() + 0.25 * whole.width(), whole.top() + 0.25 * whole.height())
    none = Qt.KeyboardModifier.NoModifier

    def turn(notches):
        phase = Qt.ScrollPhase.NoScrollPhase
        view.wheelEvent(
            QWheelEvent(at, at, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, none, phase, False)
        )

    turn(2)
    room = view.room()
    assert room.width() == pytest.approx(1.25**2 * whole.width())
    assert (at.x() - room.left()) / room.width() == pytest.approx(0.25)
    desk.qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    desk.qtbot.mouseMove(view, QPoint(90, 95))
    desk.qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=QPoint(90, 95))
    assert view.room().topLeft() == room.topLeft() + QPointF(-10, -5)
    assert view.share == 0.5  # the divider stays
    turn(-9)
    assert view.room() == whole  # no less than all
    desk.qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.room().width() == pytest.approx(1.25 * whole.width())
    desk.qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.room() == whole


def test_noise_can_be_added_to_try_it_and_the_gain_is_said(desk, photo, denoiser):
    panel = brought(desk, photo)
    assert panel.figures == ""
    panel.noise.box.value_typed.emit(30.0)
    wait_for_pair(desk, panel)
    desk.qtbot.waitUntil(lambda: panel.pair.gains is not None, timeout=20_000)
    clean = pixels_of(photo)
    wanted = restored(open_generator(denoiser), noisy(clean, 30), "tiles")
    assert np.abs(panel.pair.pixels.astype(int) - wanted).max() <= 1
    assert panel.pair.gains[0] == pytest.approx(psnr(clean, noisy(clean, 30)), abs=0.01)
    assert panel.pair.gains[1] == pytest.approx(psnr(clean, wanted), abs=0.1)
    assert panel.figures == "PSNR {:.1f} dB, after {:.1f} dB".format(*panel.pair.gains)


def test_a_picture_as_one_is_another_than_in_tiles(desk, photo, denoiser):
    panel = brought(desk, photo)
    tiles = panel.pair
    desk.qtbot.keyClick(panel, Qt.Key.Key_T)
    wait_for_pair(desk, panel)
    desk.qtbot.waitUntil(lambda: panel.pair is not tiles, timeout=20_000)
    wanted = restored(open_generator(denoiser), pixels_of(photo), "whole")
    assert np.abs(panel.pair.pixels.astype(int) - wanted).max() <= 1


def test_a_pasted_picture_is_restored(desk, photo):
    panel = shown(desk)
    QGuiApplication.clipboard().setImage(QImage(str(photo)))
    desk.qtbot.keyClick(panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert wait_for_pair(desk, panel).pixels.shape == (50, 90, 3)


@pytest.mark.parametrize("words", ["words", ""])
def test_nothing_to_paste_is_said(desk, words):
    data = QMimeData()
    data.setText(words)
    QGuiApplication.clipboard().clear()
    if words:
        QGuiApplication.clipboard().setMimeData(data)
    panel = shown(desk)
    desk.qtbot.keyClick(panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.sentence == "There is no picture to paste; copy one first."


def test_an_autoencoder_that_is_no_denoiser_works_and_says_what_it_is(desk, deep_checkpoint, photo):
    desk.open(deep_checkpoint)
    panel = brought(desk, photo)
    assert panel.way == "whole"
    assert panel.about == (
        "deep.safetensors was not trained on damaged pictures: it brings each to the nearest one that it knows, at 32 "
        "pixels."
    )


def test_tiny_and_transparent_pictures_are_remarked_on(desk, tmp_path):
    Image.fromarray(np.full((6, 9, 4), (9, 9, 9, 0), np.uint8)).save(tmp_path / "glass.png")
    panel = brought(desk, tmp_path / "glass.png")
    assert panel.about.endswith(
        "What is transparent lies on white. It has only 9 x 6 pixels, so it is enlarged to 32 first."
    )
    assert panel.pair.pixels.shape == (6, 9, 3)


def test_a_damaged_picture_is_one_sentence_and_the_next_one_works(desk, photo, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"nothing")
    panel = shown(desk)
    drop(panel, tmp_path / "broken.png")
    desk.qtbot.waitUntil(lambda: panel.sentence.startswith("broken.png is not a picture"), timeout=20_000)
    assert not panel.save.isEnabled()
    assert not panel.cancel.isVisible()
    drop(panel, photo)
    wait_for_pair(desk, panel)


def test_a_folder_is_restored_into_another_and_nothing_is_written_over(desk, denoiser, save_pictures, tmp_path):
    paths = save_pictures(tmp_path / "in", 3)
    (tmp_path / "in" / "broken.png").write_bytes(b"nothing")
    out = tmp_path / "out"
    out.mkdir()
    (out / "picture-0.png").write_text("was there")
    panel = shown(desk)
    drop(panel, tmp_path / "in")
    answer(desk, out)
    work = desk.explorer.desks.restoring.work
    desk.qtbot.waitUntil(lambda: not work.working, timeout=60_000)
    said = f"3 pictures written to {out}; 1 could not be read, such as this: broken.png is not a picture"
    assert panel.sentence == f"{said} in a known format."
    assert sorted(path.name for path in out.iterdir()) == [
        "picture-0-2.png", "picture-0.png", "picture-1.png", "picture-2.png",
    ]  # fmt: skip
    assert (out / "picture-0.png").read_text() == "was there"
    wanted = restored(open_generator(denoiser), pixels_of(paths[1]), "tiles")
    assert np.abs(pixels_of(out / "picture-1.png").astype(int) - wanted).max() <= 1
    assert not panel.view.after.isNull()
    assert desk.window.status_line.message == panel.sentence.rstrip(".")


def test_cancel_keeps_what_was_written(desk, save_pictures, tmp_path):
    save_pictures(tmp_path / "in", 60, side=200)
    panel = shown(desk)
    drop(panel, tmp_path / "in")
    answer(desk, tmp_path / "out")
    desk.qtbot.waitUntil(lambda: "pictures/s" in panel.sentence, timeout=60_000)
    panel.cancel.click()
    said = panel.sentence
    assert said.startswith("Stopped: ")
    assert said.endswith(f" of 60 pictures written to {tmp_path / 'out'}.")
    assert len(list((tmp_path / "out").iterdir())) >= int(said.split()[1])


def test_closing_the_window_ends_the_work(desk, save_pictures, tmp_path):
    save_pictures(tmp_path / "in", 60, side=200)
    panel = shown(desk)
    drop(panel, tmp_path / "in")
    answer(desk, tmp_path / "out")
    desk.qtbot.waitUntil(lambda: "pictures/s" in panel.sentence, timeout=60_000)
    desk.window.close()  # the fixture looks for threads that were left


def test_another_model_begins_anew(desk, photo, deep_checkpoint):
    panel = brought(desk, photo)
    desk.open(deep_checkpoint)
    desk.qtbot.waitUntil(lambda: panel.pair is None, timeout=20_000)
    assert panel.about == "Another model is open now; choose a picture to send it through that."


def test_a_generator_without_an_encoder_says_so(desk):
    desk.open(resource_path("checkpoints", "drawings.safetensors"))
    desk.press("restore")
    assert desk.explorer.stage.notice.sentence == (
        "drawings.safetensors has no encoder, so no picture can go through it; open an autoencoder, such as one of the "
        "recipe denoising-autoencoder."
    )
