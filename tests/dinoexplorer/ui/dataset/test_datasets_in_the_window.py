"""Datasets in the whole window: the ways to them, and from the map to a dataset and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from dinoexplorer.datasets.whereabouts import dataset_of, names_of, points_of
from dinoexplorer.generators import open_generator
from dinoexplorer.latent.latent_map import LatentMap
from training.data.dataset import read_manifest
from training.data.images import DataError

_PATIENCE = 30_000


def drop(desk, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    desk.window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                   Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip


def named_map(names: tuple[str, ...]) -> LatentMap:
    count = len(names)
    latents = np.stack([np.linspace(-1, 1, count), np.zeros(count)], axis=1).astype(np.float32)
    return LatentMap(latents, latents.copy(), np.zeros(count, np.int32), ("all",), np.zeros((0, 8, 8, 3), np.uint8),
                     "pca", "", {}, names=names)  # fmt: skip


def test_its_key_brings_up_the_panel_with_the_pictures_that_are_chosen_in_train(desk, pictures):
    desk.press("train")
    place = desk.window.places.training().place()
    place.form.data.choose(str(pictures))
    place.form.data_view.prepare_button.click()
    panel = desk.window.desks.datasets.prepare
    assert panel.isVisible()
    assert panel.form.sources.sources == (str(pictures),)
    desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Escape)
    assert not panel.isVisible()
    desk.qtbot.keyClick(
        desk.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert panel.isVisible()


def test_an_archive_dropped_on_train_is_offered_to_be_prepared(desk, tmp_path):
    desk.press("train")
    (tmp_path / "dinos.zip").write_bytes(b"PK")
    drop(desk, tmp_path / "dinos.zip")
    assert desk.window.desks.datasets.prepare.isVisible()
    assert desk.window.desks.datasets.prepare.form.sources.sources == (str(tmp_path / "dinos.zip"),)


def test_the_dataset_of_last_time_is_opened_and_trained_on(desk, dataset):
    desk.window.settings.remember_dataset(dataset)
    desk.press("dataset")
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.collection is not None, timeout=_PATIENCE)
    desk.qtbot.mouseClick(browser.train, Qt.MouseButton.LeftButton)
    assert not browser.isVisible()
    assert not desk.window.places.exploring
    assert desk.window.places.training().place().form.data.source == str(dataset)


def test_a_decision_is_taken_back_and_not_a_step_of_the_document(desk, dataset):
    desk.explorer.document.go_to_seed(3)
    before = desk.latent
    desk.window.desks.datasets.look_through(dataset)
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.view.pictures.rowCount() == 14, timeout=_PATIENCE)
    browser.view.select(np.array([0], np.intp))
    desk.qtbot.keyClick(browser.view, Qt.Key.Key_Delete)
    assert not browser.collection.record(0).taken
    desk.qtbot.keyClick(browser.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert browser.collection.record(0).taken
    assert desk.latent is before


def test_prepare_again_makes_the_dataset_with_what_was_decided(desk, dataset):
    desk.window.desks.datasets.look_through(dataset)
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.view.pictures.rowCount() == 14, timeout=_PATIENCE)
    tiny = browser.collection.find(["Raptor/tiny.png"])
    browser.view.select(np.array(tiny, np.intp))
    desk.qtbot.keyClick(browser.view, Qt.Key.Key_Insert)
    with desk.qtbot.waitSignal(desk.window.desks.datasets.prepare.prepared, timeout=60_000):
        desk.qtbot.mouseClick(browser.again, Qt.MouseButton.LeftButton)
    assert {record.name for record in read_manifest(dataset) if record.taken} >= {"Raptor/tiny.png"}
    desk.qtbot.waitUntil(lambda: browser.figures.text().startswith("13 taken"), timeout=_PATIENCE)
    assert browser.collection.waiting == 0


def test_pictures_are_shown_on_the_map_that_knows_them(desk, dataset, monkeypatch):
    desk.window.desks.datasets.look_through(dataset)
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.view.pictures.rowCount() == 14, timeout=_PATIENCE)
    browser.view.select(np.array([0], np.intp))
    desk.qtbot.mouseClick(browser.deciding.map_button, Qt.MouseButton.LeftButton)
    said = "The map that is shown was made of other pictures; open a checkpoint trained on this dataset."
    desk.qtbot.waitUntil(lambda: browser.notice.text() == said, timeout=_PATIENCE)
    monkeypatch.setattr("dinoexplorer.ui.dataset.dataset_desk.points_of", lambda _map, _names: [7])
    desk.qtbot.mouseClick(browser.deciding.map_button, Qt.MouseButton.LeftButton)
    panel = desk.explorer.map_panel
    desk.qtbot.waitUntil(lambda: panel.selection.tolist() == [7], timeout=_PATIENCE)
    assert not browser.isVisible()
    np.testing.assert_allclose(desk.latent, panel.steering.map.latents[7])


def test_the_place_of_a_picture_is_searched_for_in_what_is_open(desk, dataset, deep_checkpoint):
    desk.window.desks.datasets.look_through(dataset)
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.view.pictures.rowCount() == 14, timeout=_PATIENCE)
    browser.view.select(np.array(browser.collection.find(["Trex/trex-0.png"]), np.intp))
    browser.deciding.place_button.click()
    assert "gives no gradients" in browser.notice.text()
    browser.go_away()
    desk.renderer._open = open_generator
    desk.open(deep_checkpoint)
    desk.window.desks.datasets.look_through(dataset)
    desk.qtbot.waitUntil(lambda: browser.view.pictures.rowCount() == 14, timeout=_PATIENCE)
    browser.view.select(np.array(browser.collection.find(["Trex/trex-0.png"]), np.intp))
    browser.deciding.place_button.click()
    assert not browser.isVisible()
    panel = desk.explorer.desks.embedding.panel
    desk.qtbot.waitUntil(lambda: panel.phase == "ready", timeout=_PATIENCE)
    assert panel.seen.picture.shape == (32, 32, 3)


def test_a_point_of_the_map_is_shown_in_its_dataset(desk, dataset, monkeypatch):
    monkeypatch.setattr("dinoexplorer.ui.dataset.dataset_desk.dataset_of", lambda _info: dataset)
    monkeypatch.setattr("dinoexplorer.ui.dataset.dataset_desk.names_of", lambda *_: ("Trex/trex-2.png",))
    desk.press("in_dataset")
    desk.qtbot.waitUntil(lambda: desk.window.desks.datasets._browser is not None, timeout=_PATIENCE)
    browser = desk.window.desks.datasets.browser
    desk.qtbot.waitUntil(lambda: browser.view.chosen_count() == 1, timeout=_PATIENCE)
    assert browser.collection.original(int(browser.view.chosen()[0])).name == "Trex/trex-2.png"


def test_where_there_is_no_dataset_the_line_at_the_bottom_says_why(desk):
    desk.press("in_dataset")
    said = "What disc was trained on is not known, or not on this machine."
    desk.qtbot.waitUntil(lambda: desk.window.status_line.message == said, timeout=_PATIENCE)


def test_the_dataset_of_a_checkpoint_is_the_one_its_run_names(dataset, pictures, make_checkpoint, tmp_path):
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    checkpoint = make_checkpoint(folder=run / "checkpoints")
    info = open_generator(checkpoint, "cpu").info
    for source, why in ((dataset, ""), (pictures, "was not trained on a prepared dataset but on the pictures in")):
        (run / "config.toml").write_text(f'[data]\nsource = "{source}"\n')
        if why:
            with pytest.raises(DataError, match=why):
                dataset_of(info)
        else:
            assert dataset_of(info) == dataset


def test_names_are_those_of_the_chosen_points_or_of_the_nearest():
    latent_map = named_map(("a", "b", "c"))
    assert names_of(latent_map, np.array([0, 2], np.intp), np.zeros(2, np.float32)) == ("a", "c")
    assert names_of(latent_map, np.zeros(0, np.intp), np.array([0.1, 0], np.float32)) == ("b",)
    assert points_of(latent_map, ["c", "a", "nobody"]) == [0, 2]
    with pytest.raises(DataError, match="the map does not know the names of its images; make it anew"):
        names_of(named_map(()), np.zeros(0, np.intp), np.zeros(2, np.float32))
