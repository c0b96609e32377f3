"""The place Train in the whole window: launched from the form, told at the bottom, asked about at the end, followed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from dinoexplorer.runs import launching
from dinoexplorer.runs.keeper import Keeper
from dinoexplorer.runs.views import Order, RunRow
from dinoexplorer.ui.train.training_desk import ended_text, line_of
from training.run import read_run

FAKE = (sys.executable, str(Path(__file__).parents[2] / "runs" / "fake_child.py"))
_PATIENCE = 60_000


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot) -> Iterator[Path]:
    """Where the window keeps its runs, which a stand-in trains; whatever it trains is ended."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("DINOEXPLORER_RUNS", str(folder))
    monkeypatch.setattr(launching, "DINOTRAIN", FAKE)
    monkeypatch.setattr(launching, "give_way", lambda _pid: None)
    yield folder
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may be ending just now
            if "fake_child.py" in " ".join(child.cmdline()):
                child.kill()
    qtbot.waitUntil(no_children_left, timeout=_PATIENCE)


def no_children_left() -> bool:
    launching.reap()
    return not launching._left


@pytest.fixture
def trained(home: Path) -> Callable[..., Path]:
    """Starts a run before there is a window."""

    def start(behaviour: str, title: str) -> Path:
        settings = {"name": behaviour, "latent.dim": 2, "image.size": 16, "steps": 6, "batch_size": 4}
        keeper = Keeper(home, command=FAKE)
        folder = keeper.start(Order("vae-fc", "builtin:dinosaurs", title, settings))
        while not any(row.step for row in keeper.rows()):
            keeper.tick()
        keeper.close(stop=False)
        return folder

    return start


def place_of(desk):
    return desk.window.places.training().place()


def wait(desk, condition) -> None:
    desk.qtbot.waitUntil(condition, timeout=_PATIENCE)


def test_a_run_is_launched_from_the_form_told_at_the_bottom_and_stopped(home, desk) -> None:
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    place = place_of(desk)
    assert not desk.window.places.exploring
    assert place.stack.currentWidget() is place.form
    wait(desk, lambda: place.form.start_bar.ready)
    place.form.name_field.setFocus()
    desk.qtbot.keyClicks(place.form.name_field, "patient")
    desk.qtbot.keyClick(place.form.name_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(desk, lambda: desk.window.status_line.run_text.startswith('run "patient": '))
    assert place.stack.currentWidget() is place.run
    wait(desk, lambda: place.run.detail is not None and place.run.detail.row.state == "running")
    assert (home / "patient" / "config.toml").is_file()
    place.run.command_wanted.emit(home / "patient", "stop")
    wait(desk, lambda: place.run.detail.row.state == "stopped")
    wait(desk, lambda: not desk.window.status_line.run_text)
    assert desk.window.status_line.message.startswith('The run "patient" was stopped')


def test_keys_of_the_explorer_rest_while_it_is_hidden(home, desk) -> None:
    before = desk.latent
    desk.press("train")
    assert desk.window.actions_by_name["train"].isChecked()
    assert not desk.window.actions_by_name["random"].isEnabled()
    desk.press("random")
    assert desk.latent is before
    desk.press("explore")
    assert desk.window.places.exploring
    assert desk.window.actions_by_name["random"].isEnabled()
    desk.press("random")
    assert desk.latent is not before


def test_closing_while_a_run_trains_asks_once_and_a_new_window_finds_the_run(
    home, trained, new_desk, write_fake, tmp_path
):
    folder = trained("patient", "Night's work")
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=20))
    wait(desk, lambda: 'run "Night\'s work": ' in desk.window.status_line.run_text)
    training = desk.window.places.training()
    desk.window.close()
    question = training._question
    assert desk.window.isVisible()
    assert question.box.text() == '"Night\'s work" is still training.'
    question.cancel.click()
    assert desk.window.isVisible()
    desk.window.close()
    question.keep.click()
    wait(desk, lambda: not desk.window.isVisible())
    desk.window.close_down()

    later = new_desk()
    later.open(tmp_path / "disc.safetensors")
    wait(later, lambda: 'run "Night\'s work": ' in later.window.status_line.run_text)
    later.window.close()
    later.window.places.training()._question.stop.click()
    wait(later, lambda: not later.window.isVisible())
    later.window.close_down()
    wait(later, lambda: read_run(folder).state == "stopped")


def test_a_run_that_is_to_be_kept_outlives_the_window_whatever_becomes_of_runs_in_a_crash(home, desk) -> None:
    desk.window.settings.runs_outlive = False
    desk.press("train")
    settings = {"name": "patient", "latent.dim": 2, "image.size": 16, "steps": 6, "batch_size": 4}
    desk.window.places.training()._worker.ask("start", Order("vae-fc", "builtin:dinosaurs", "Rex", settings))
    wait(desk, lambda: [row.state for row in place_of(desk)._rows] == ["running"])
    desk.window.close()
    desk.window.places.training()._question.keep.click()
    wait(desk, lambda: not desk.window.isVisible())
    desk.window.close_down()
    assert json.loads((home / "rex" / "control.json").read_text())["command"] == "outlive"


def test_runs_are_looked_after_even_if_nothing_can_be_opened(home, trained, new_desk, tmp_path) -> None:
    trained("patient", "Rex")
    desk = new_desk()
    with desk.qtbot.waitSignal(desk.window.failed, timeout=_PATIENCE):
        desk.window.open(tmp_path / "nowhere.safetensors")
    wait(desk, lambda: 'run "Rex": ' in desk.window.status_line.run_text)


def test_what_was_on_its_way_when_another_run_was_chosen_is_not_shown(home, trained, desk) -> None:
    first, second = trained("well", "First"), trained("well", "Second")
    desk.press("train")
    place = place_of(desk)
    shown: list[Path] = []
    for folder in (first, second):
        place.show_run(folder)
        wait(desk, lambda folder=folder: place.run.detail is not None and place.run.detail.row.folder == folder)
        shown.append(place.run.detail)
    place._worker.detail_changed.emit(shown[0])
    assert place.run.detail is shown[1]


def test_a_run_that_was_interrupted_is_told_at_the_next_start_with_a_way_to_it(
    home, trained, new_desk, write_fake, tmp_path
):
    folder = trained("patient", "Rex")
    for child in psutil.Process().children(recursive=True):
        child.kill()
    psutil.wait_procs(psutil.Process().children(recursive=True), timeout=10)
    launching.reap()
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=20))
    wait(desk, lambda: desk.window.status_line.run_text == 'run "Rex" was interrupted')
    desk.window.status_line._run.click()
    place = place_of(desk)
    wait(desk, lambda: place.run.detail is not None and place.run.detail.row.folder == folder)
    assert place.stack.currentWidget() is place.run
    place.run.resume_wanted.emit(folder, None)
    wait(desk, lambda: place.run.detail.row.state == "running")
    desk.window.places.training()._worker.ask("send", folder, "stop")
    wait(desk, lambda: place.run.detail.row.state == "stopped")


def test_runs_are_compared_and_run_again_with_changes(home, trained, desk) -> None:
    first, second = trained("well", "First"), trained("well", "Second")
    desk.press("train")
    place = place_of(desk)
    wait(desk, lambda: [row.state for row in place._rows] == ["finished", "finished"])
    place.runs.select((first, second))
    place.runs.compare.click()
    wait(desk, lambda: place._comparison is not None and place._comparison.folders == (second, first))
    assert place.stack.currentWidget() is place._comparison
    place.table_button.click()
    assert not place.runs.isVisible()
    place.table.select((first,))
    assert place.table.do("open")
    wait(desk, lambda: place.run.detail is not None and place.run.detail.row.folder == first)
    place.run.rerun_wanted.emit(first)
    wait(desk, lambda: place.stack.currentWidget() is place.form)
    wait(desk, lambda: place.form.start_bar.ready)
    order = place.form.order()
    assert (order.recipe, order.title) == ("vae-fc", "First")
    assert order.changes["latent.dim"] == 2
    assert order.changes["image.size"] == 16


def test_a_new_run_is_one_key_away(home, desk) -> None:
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    place = place_of(desk)
    assert place.stack.currentWidget() is place.form
    assert desk.window.actions_by_name["train"].isChecked()


def test_a_followed_checkpoint_replaces_the_model_and_the_place_stays(home, desk, write_fake, tmp_path) -> None:
    desk.click_map(0.5, -0.5)
    desk.wait_for_picture()
    document, before = desk.explorer.document, desk.latent.copy()
    later = write_fake(tmp_path / "later.safetensors", 2, points=20, hue=0.4)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        desk.window.places.open_wanted.emit(later, True)
    desk.wait_for_picture()
    assert desk.generator.info.path == later
    assert desk.explorer.document is document
    assert np.array_equal(desk.latent, before)
    assert desk.undo_steps() == 1
    assert str(later) not in desk.window.settings.recent


def test_opening_something_by_hand_ends_the_following(home, desk, write_fake, tmp_path) -> None:
    folder, mine = home / "rex", write_fake(tmp_path / "mine.safetensors", 2, points=20)
    training = desk.window.places.training()
    place_of(desk).follow_toggled.emit(folder, True)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=_PATIENCE):
        desk.window.chooser.file_chosen.emit(mine)
    training._worker.checkpoint_written.emit(folder, tmp_path / "later.safetensors", 7)
    assert desk.window.opening.wanted == mine
    assert str(mine) in desk.window.settings.recent


def test_a_folder_dropped_on_the_place_train_is_trained_on(home, desk, tmp_path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    desk.press("train")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    desk.window.dropEvent(event)
    assert place_of(desk).form.order().data == str(pictures)
    wait(desk, lambda: place_of(desk).form.data_view.text == "No pictures")
    assert not place_of(desk).form.start_bar.ready


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"state": "running", "step": 41, "total_steps": 100, "seconds_left": 720.0}, 'run "Rex": 41 %, 12 min left'),
        ({"state": "paused", "step": 5, "total_steps": 10, "seconds_left": 9.0}, 'run "Rex": paused, 50 %'),
        ({"state": "interrupted"}, 'run "Rex" was interrupted'),
    ],
)
def test_how_a_run_is_told_at_the_bottom(row, line) -> None:
    assert line_of(RunRow(Path("rex"), "Rex", "vae", "vae", "dinosaurs", **row)) == line


def test_how_an_end_is_told() -> None:
    made = {"folder": Path("rex"), "title": "Rex", "recipe": "vae", "family": "vae", "data": "dinosaurs"}
    assert ended_text(RunRow(**made, state="finished")) == 'The run "Rex" is finished.'
    assert ended_text(RunRow(**made, state="failed", reason="The disk is full.")) == (
        'The run "Rex" has failed: The disk is full.'
    )


def test_what_is_loaded_after_the_window_has_closed_begins_nothing(home, new_desk) -> None:
    desk = new_desk()
    desk.window.close_down()
    desk.window._on_background_finished("training", None)
    assert desk.window.places._desk is None
