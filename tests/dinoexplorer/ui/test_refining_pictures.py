"""A search that is gone on with, watched beside the sliders, nudged by them, and ended with a fitted model."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from dinoexplorer.generators import read_info
from dinoexplorer.latent.inversion.asking import Course
from dinoexplorer.resources import resource_path
from dinoexplorer.settings import runs_home
from dinoexplorer.ui.embedding.fitting_row import FittingRow
from dinoexplorer.ui.train.amounts import size_text


@pytest.fixture
def desk(deep_desk, tmp_path, monkeypatch):
    """A window in which a small network of ours is open; its runs lie in a folder of their own."""
    monkeypatch.setenv("DINOEXPLORER_RUNS", str(tmp_path / "runs"))
    return deep_desk


@pytest.fixture
def photo(desk, tmp_path):
    """A picture that the network can nearly make."""
    picture = desk.generator.decode(desk.generator.info.latent.sample(1, 3))[0].copy()
    picture[10:20, 10:20] = (250, 20, 20)
    Image.fromarray(picture).save(tmp_path / "my photo.png")
    return tmp_path / "my photo.png"


def steps_of(monkeypatch, steps):
    for module in ("embedding", "pursuit"):
        monkeypatch.setattr(f"dinoexplorer.latent.inversion.{module}.usual_course", lambda _: Course(steps=steps))


def brought(desk, path, *, fits):
    embedding = desk.explorer.desks.embedding
    embedding.bring(path)
    wait_for(desk, "ready")
    embedding.panel.fitting.box.setChecked(fits)
    return embedding


def wait_for(desk, phase):
    desk.qtbot.waitUntil(lambda: desk.explorer.desks.embedding.panel.phase == phase, timeout=60_000)


def started(desk, embedding):
    embedding.panel.start.click()
    desk.qtbot.waitUntil(embedding.panel.take.isEnabled, timeout=60_000)


def test_it_goes_on_from_where_it_was_stopped(desk, photo, monkeypatch):
    steps_of(monkeypatch, 100_000)
    embedding = brought(desk, photo, fits=False)
    started(desk, embedding)
    desk.qtbot.keyClick(embedding.panel.stop, Qt.Key.Key_Space)
    wait_for(desk, "found")
    stopped = embedding._best.reached.search
    assert embedding.panel.again.isVisible()
    desk.qtbot.keyClick(embedding.panel, Qt.Key.Key_G)
    assert embedding.panel.phase == "searching"
    desk.qtbot.waitUntil(lambda: embedding._best.reached.search.step > stopped.step, timeout=60_000)
    assert embedding._best.reached.search.best_loss <= stopped.best_loss
    embedding.panel.stop.click()
    wait_for(desk, "found")


def test_after_the_end_it_goes_on_with_as_many_steps_more(desk, photo, monkeypatch):
    steps_of(monkeypatch, 5)
    embedding = brought(desk, photo, fits=False)
    embedding.panel.start.click()
    wait_for(desk, "found")
    assert embedding.panel.sentence.startswith("Done after 5 steps, from the encoder")
    embedding.panel.again.click()
    wait_for(desk, "found")
    assert embedding.panel.sentence.startswith("Done after 10 steps, from the encoder")


def test_the_difference_is_grey_where_there_is_none(desk, photo, monkeypatch):
    steps_of(monkeypatch, 5)
    embedding = brought(desk, photo, fits=False)
    embedding.panel.start.click()
    wait_for(desk, "found")
    panel = embedding.panel
    picture = panel.best.picture
    desk.qtbot.keyClick(panel, Qt.Key.Key_D)
    shown = panel.best.picture.astype(int)
    offsets = picture.astype(int) - panel.seen.picture
    assert np.abs(shown - np.clip(128 + 2 * offsets, 0, 255)).max() <= 1
    desk.qtbot.keyClick(panel, Qt.Key.Key_D)
    assert np.array_equal(panel.best.picture, picture)


def test_the_fitted_model_opens_where_we_stand_with_the_pins_and_comes_nearer(desk, photo, monkeypatch):
    steps_of(monkeypatch, 20)
    monkeypatch.setattr("dinoexplorer.latent.inversion.pursuit._FITTING_RATE", 2e-3)
    desk.press("pin")
    document, original = desk.explorer.document, desk.generator.info
    embedding = brought(desk, photo, fits=True)
    assert size_text(original.path.stat().st_size) in embedding.panel.fitting.price.text()
    embedding.panel.start.click()
    wait_for(desk, "found")
    assert embedding.panel.sentence.startswith("Done after 20 steps and 45 of fitting, from the encoder")
    reached = embedding._best.reached
    assert reached.psnr > reached.search.best_psnr + 0.3
    with desk.qtbot.waitSignal(desk.window.ready, timeout=60_000):
        embedding.panel.take.click()
    opened = desk.explorer.opened.generator
    assert (
        opened.info.path == runs_home() / "fitted" / "checkpoints" / f"{original.name} fitted to my photo.safetensors"
    )
    assert desk.window.settings.recent[:2] == [str(opened.info.path), str(original.path)]
    assert desk.window.status_line.message == (
        f"my photo is a pin in a copy of {original.name} now; undo stays in the copy, the list at the upper left opens"
        f" {original.name} again"
    )
    assert desk.explorer.document is document
    assert [pin.name for pin in document.pins] == ["Pin 1", "my photo"]
    assert np.array_equal(document.latent, reached.code)
    assert np.abs(opened.decode(document.latent[None])[0].astype(int) - reached.picture).max() <= 1
    assert read_info(original.path).sha256 == original.sha256


def fitted(desk, photo, monkeypatch):
    steps_of(monkeypatch, 5)
    monkeypatch.setattr("dinoexplorer.latent.inversion.pursuit.FITTING_STEPS", 3)
    embedding = brought(desk, photo, fits=True)
    embedding.panel.start.click()
    wait_for(desk, "found")
    return embedding


def test_between_search_and_fitting_it_says_what_it_waits_for_and_then_that_the_stage_is_not_fitted(
    desk, photo, monkeypatch
):
    steps_of(monkeypatch, 5)
    monkeypatch.setattr("dinoexplorer.latent.inversion.pursuit.FITTING_STEPS", 3)
    embedding, said = brought(desk, photo, fits=True), []
    embedding.work.went.connect(lambda _: said.append(embedding.panel.sentence))
    embedding.panel.start.click()
    wait_for(desk, "found")
    assert "The place is found; getting ready to fit the model…" in said
    desk.qtbot.keyClick(embedding.panel, Qt.Key.Key_L)
    assert embedding.strip.sentence == (
        "Done after 5 steps and 3 of fitting. The large picture is not fitted yet. Move a slider and go on, or take it."
    )


def test_a_fitting_that_is_not_wanted_after_all_leaves_the_model_as_it_is(desk, photo, monkeypatch):
    embedding, path = fitted(desk, photo, monkeypatch), desk.generator.info.path
    embedding.panel.fitting.box.click()
    embedding.panel.take.click()
    assert [pin.name for pin in desk.explorer.document.pins] == ["my photo"]
    assert desk.explorer.opened.generator.info.path == path
    assert not runs_home().exists()


def test_a_fitted_model_that_cannot_be_written_is_said_and_still_there(desk, photo, monkeypatch):
    embedding = fitted(desk, photo, monkeypatch)
    runs_home().write_text("a file where the folder should be")
    embedding.panel.take.click()
    desk.qtbot.waitUntil(lambda: "could not be written" in embedding.panel.sentence, timeout=60_000)
    assert embedding.panel.phase == "found"
    assert embedding.panel.take.isEnabled()
    assert desk.explorer.document.pins == ()


def test_a_model_of_another_program_says_that_it_cannot_be_fitted_and_the_choice_stays(qtbot):
    row = FittingRow()
    qtbot.addWidget(row)
    assert row.box.isChecked()
    row.offer(10, "disc.onnx is no checkpoint of this program, so it cannot be tuned; embed only.")
    assert not row.box.isEnabled()
    assert not row.box.isChecked()
    assert row.price.text().startswith("disc.onnx is no checkpoint")
    row.offer(11_400_000, "")
    assert row.box.isChecked()
    assert "11 MB" in row.price.text()
    row.box.click()
    row.offer(10, "")
    assert not row.box.isChecked()


def beside_the_sliders(desk, photo, monkeypatch):
    steps_of(monkeypatch, 100_000)
    embedding = brought(desk, photo, fits=False)
    started(desk, embedding)
    desk.qtbot.keyClick(embedding.panel, Qt.Key.Key_L)
    assert not embedding.panel.isVisible()
    assert embedding.strip.isVisible()
    return embedding


def test_the_document_goes_along_and_a_slider_nudges_the_search(desk, photo, monkeypatch):
    before = desk.latent
    embedding = beside_the_sliders(desk, photo, monkeypatch)
    desk.qtbot.waitUntil(lambda: not np.array_equal(desk.latent, before), timeout=60_000)
    nudges = embedding.work.nudges
    desk.explorer.latent_panel.value_edited.emit(0, 2.5)
    assert desk.latent[0] == 2.5
    desk.qtbot.waitUntil(lambda: embedding.work.nudges == nudges + 1, timeout=60_000)
    heard = []
    embedding.work.went.connect(heard.append)
    desk.qtbot.waitUntil(lambda: any(progress.nudges > nudges for progress in heard), timeout=60_000)
    first = next(progress for progress in heard if progress.nudges > nudges)
    assert abs(first.reached.search.code[0] - 2.5) < 1  # it has gone on from there
    embedding.strip.stop.click()
    wait_for(desk, "found")
    assert not desk.explorer.document.in_gesture
    assert np.array_equal(desk.latent, embedding._best.reached.code)
    assert embedding.strip.again.isVisible()


def test_a_slider_after_stop_is_where_it_goes_on(desk, photo, monkeypatch):
    embedding = beside_the_sliders(desk, photo, monkeypatch)
    embedding.strip.stop.click()
    wait_for(desk, "found")
    desk.explorer.latent_panel.value_edited.emit(1, -2.0)
    desk.qtbot.waitUntil(lambda: embedding.work.nudges == 1, timeout=60_000)
    heard = []
    embedding.work.went.connect(heard.append)
    embedding.strip.again.click()
    desk.qtbot.waitUntil(lambda: bool(heard), timeout=60_000)
    assert abs(heard[0].reached.search.code[1] + 2.0) < 1
    embedding.strip.stop.click()
    wait_for(desk, "found")


def test_what_was_found_beside_the_sliders_is_taken(desk, photo, monkeypatch):
    embedding = beside_the_sliders(desk, photo, monkeypatch)
    embedding.strip.stop.click()
    wait_for(desk, "found")
    code = embedding._best.reached.code
    embedding.strip.take.click()
    assert [pin.name for pin in desk.explorer.document.pins] == ["my photo"]
    assert np.array_equal(desk.latent, code)
    assert not embedding.strip.isVisible()


def test_cancel_beside_the_sliders_goes_back_to_where_we_stood(desk, photo, monkeypatch):
    before = desk.latent
    embedding = beside_the_sliders(desk, photo, monkeypatch)
    desk.qtbot.waitUntil(lambda: not np.array_equal(desk.latent, before), timeout=60_000)
    embedding.strip.cancel.click()
    assert np.array_equal(desk.latent, before)
    assert not desk.explorer.document.in_gesture
    assert not embedding.work.working
    assert not embedding.strip.isVisible()


@pytest.mark.parametrize("way", ["button", "escape"])
def test_the_large_panel_comes_back_with_what_was_found(desk, photo, monkeypatch, way):
    before = desk.latent
    embedding = beside_the_sliders(desk, photo, monkeypatch)
    if way == "button":
        embedding.strip.large.click()
    else:
        desk.press("back")
    assert embedding.panel.isVisible()
    assert not embedding.strip.isVisible()
    assert np.array_equal(desk.latent, before)
    embedding.panel.stop.click()
    wait_for(desk, "found")


def test_a_picture_of_something_else_is_said_to_be_none_of_its_kind(desk, tmp_path):
    desk.open(resource_path("checkpoints", "dinosaurs.safetensors"))
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    embedding = brought(desk, tmp_path / "noise.png", fits=False)
    started(desk, embedding)
    embedding.panel.stop.click()
    wait_for(desk, "found")
    assert "Farther off than all 2,400 pictures of the map" in embedding.panel.sentence
    assert embedding.panel.sentence.endswith("this model does not know such pictures.")
