"""A folder of pictures: chosen or dropped, searched for, kept in a file, stopped, gone on with, and made pins."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from dinoexplorer.latent.inversion.asking import Course


@pytest.fixture
def desk(deep_desk, monkeypatch):
    monkeypatch.setattr("dinoexplorer.latent.inversion.embedding.usual_course", lambda _: Course(steps=4))
    return deep_desk


@pytest.fixture
def photos(desk, tmp_path):
    """Three pictures, and a file that only looks like one."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, picture in enumerate(desk.generator.decode(desk.generator.info.latent.sample(3, 3))):
        Image.fromarray(picture).save(folder / f"photo {number}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def begun(desk, folder):
    """The desk, with the folder and the proposed place chosen as in the dialogs."""
    batch = desk.explorer.desks.batch
    batch.chooser.folder_chosen.emit(folder)
    dialog = batch.chooser.dialog
    assert dialog.windowTitle() == "Keep the codes of the pictures"
    out = folder.parent / "codes.npz"
    dialog.fileSelected.emit(str(out))
    dialog.close()
    return batch, out


def ended(desk, batch):
    desk.qtbot.waitUntil(lambda: batch.panel.phase == "ended", timeout=60_000)


def test_the_command_asks_for_a_folder_and_where_the_codes_go(desk, photos):
    desk.press("bring_in_folder")
    dialog = desk.explorer.desks.batch.chooser.dialog
    assert dialog.windowTitle() == "Bring in a folder of pictures"
    dialog.fileSelected.emit(str(photos))
    dialog.close()
    dialog = desk.explorer.desks.batch.chooser.dialog
    assert dialog.selectedFiles()[0].endswith(f"/photos in {desk.generator.info.name}.npz")
    dialog.close()


def test_all_pictures_are_in_the_file_and_can_be_kept_as_pins(desk, photos):
    steps = desk.undo_steps()
    batch, out = begun(desk, photos)
    ended(desk, batch)
    assert batch.panel.sentence.startswith(f"3 of 4 pictures are in {out}. PSNR ")
    assert "on average. broken.png " in batch.panel.sentence
    with np.load(out) as file:
        assert [name.rpartition("/")[2] for name in file["names"]] == [f"photo {number}.png" for number in range(3)]
        latents = file["latents"]
    desk.qtbot.keyClick(batch.panel.pins, Qt.Key.Key_Return)
    assert not batch.panel.isVisible()
    pins = desk.explorer.document.pins
    assert [pin.name for pin in pins] == ["photo 0", "photo 1", "photo 2"]
    assert np.array_equal(np.stack([pin.latent for pin in pins]), latents)
    assert desk.undo_steps() == steps + 1
    assert desk.window.status_line.message == "kept 3 pictures as pins"


def test_stop_keeps_what_is_done_and_the_next_time_goes_on(desk, photos, monkeypatch):
    batch, out = begun(desk, photos)
    ended(desk, batch)
    batch.panel.close_button.click()
    Image.fromarray(np.full((32, 32, 3), 90, np.uint8)).save(photos / "zebra.png")
    monkeypatch.setattr("dinoexplorer.latent.inversion.embedding.Embedding.step", _never_ends(batch))
    monkeypatch.setattr("dinoexplorer.latent.inversion.embedding.Embedding.done", False)
    batch, out = begun(desk, photos)
    ended(desk, batch)
    assert batch.panel.sentence.startswith(f"3 of 5 pictures are in {out}.")
    with np.load(out) as file:
        assert len(file["names"]) == 3


def _never_ends(batch):
    """A step that a person stops."""

    def step(_search):
        batch.work._stopped.set()

    return step


def test_a_folder_without_pictures_is_one_sentence(desk, tmp_path):
    (tmp_path / "empty").mkdir()
    batch, _ = begun(desk, tmp_path / "empty")
    ended(desk, batch)
    assert batch.panel.sentence == (
        f"{tmp_path / 'empty'} holds no pictures; name a folder of PNG, JPEG or other picture files."
    )


def test_a_folder_dropped_on_the_panel_is_brought_in_as_a_whole(desk, photos):
    desk.explorer.desks.embedding.bring(photos / "photo 0.png")
    panel = desk.explorer.desks.embedding.panel
    desk.qtbot.waitUntil(lambda: panel.phase == "ready", timeout=60_000)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos))])
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))
    assert not panel.isVisible()
    dialog = desk.explorer.desks.batch.chooser.dialog
    assert dialog.windowTitle() == "Keep the codes of the pictures"
    dialog.close()
