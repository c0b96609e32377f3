"""A file that can be read in several ways, or in none: chosen by pictures, described by hand, and opened."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, Qt, QUrl

from dinoexplorer.generators import open_generator
from dinoexplorer.ui.dropping import dropped_path, meant
from dinoexplorer.ui.icon_button import IconButton


@pytest.fixture
def desk(new_desk, tmp_path, monkeypatch):
    """A window that opens real files."""
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))
    desk = new_desk()
    desk.renderer._open = open_generator
    return desk


@pytest.fixture
def doubtful(tmp_path) -> Path:
    """A small network beside a layer that no reading of it takes."""
    torch.manual_seed(0)
    path = tmp_path / "doubtful.pt"
    network = {
        "b.1.weight": torch.randn(32, 16, 4, 4) * 0.1, "b.1.bias": torch.zeros(16),
        "b.3.weight": torch.randn(16, 3, 4, 4) * 0.1, "b.3.bias": torch.zeros(3),
    }  # fmt: skip
    torch.save({"mix.weight": torch.randn(2, 3, 4), **network}, path)
    return path


@pytest.fixture
def unknown(tmp_path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "unknown.pt"
    tensors = {"l.weight": torch.randn(160, 5), "odd.x": torch.randn(2, 3, 4), "c.weight": torch.randn(10, 3, 4, 4)}
    torch.save(tensors, path)
    return path


def refused(desk, path: Path) -> str:
    with desk.qtbot.waitSignal(desk.window.failed, timeout=60_000):
        desk.window.open(path)
    return desk.explorer.stage.notice.sentence


def ways(desk) -> list[str]:
    notice = desk.explorer.stage.notice
    return [button.text() for button in notice.findChildren(IconButton) if button.text() and not button.isHidden()]


def all_pictured(choice) -> bool:
    return bool(choice.cards) and not choice.sentence


def test_a_doubtful_file_shows_its_readings_and_the_one_that_is_used_is_remembered(desk, doubtful):
    sentence = refused(desk, doubtful)
    assert re.match(r"doubtful\.pt can be read as .*, but then .*takes? no part", sentence)
    assert ways(desk) == ["Choose by pictures…", "Open another…"]
    choice = desk.window.desks.readings.choice
    assert choice.isVisible()
    desk.qtbot.waitUntil(lambda: all_pictured(choice), timeout=60_000)
    assert len(choice.cards) > 1
    assert choice.cards[0].isChecked()
    assert "agrees to" in choice.cards[0].accessibleDescription()
    assert "8 x 8 px, 32 numbers" in choice.cards[0].accessibleDescription()
    grabbed = choice.cards[0].grab().toImage()
    colours = {grabbed.pixel(x, y) for x in range(20, 180, 4) for y in range(20, 180, 4)}
    assert len(colours) > 50  # pictures, not the ground
    desk.qtbot.keyClick(choice.cards[0], Qt.Key.Key_Right)
    assert [card.isChecked() for card in choice.cards[:2]] == [False, True]
    wanted = choice.cards[1].accessibleName().partition(", ")[2]
    with desk.qtbot.waitSignal(desk.window.ready, timeout=60_000):
        desk.qtbot.keyClick(choice.cards[1], Qt.Key.Key_Return)
    assert not choice.isVisible()
    assert desk.generator.info.reading == f"{wanted}; chosen by you"
    assert open_generator(doubtful).info.reading == desk.generator.info.reading
    read_as = f"Read as {desk.generator.info.family}, {wanted}; chosen by you"
    assert desk.window.status_line.message == f"{read_as}."
    button = desk.window.top_bar.checkpoint
    assert button.toolTip().endswith(f"(Ctrl+Shift+O)\n{read_as} (Ctrl+Shift+R to read it differently)")
    desk.press("read_differently")
    desk.qtbot.waitUntil(lambda: all_pictured(choice), timeout=60_000)
    assert [card.isChecked() for card in choice.cards[:2]] == [False, True]  # the one in use


def test_escape_leaves_the_file_closed_and_the_key_brings_the_choice_back(desk, doubtful):
    refused(desk, doubtful)
    choice = desk.window.desks.readings.choice
    desk.qtbot.keyClick(choice, Qt.Key.Key_Escape)
    assert not choice.isVisible()
    assert desk.explorer.opened is None
    assert not desk.window.desks.readings.work.working
    desk.press("read_differently")
    desk.qtbot.waitUntil(lambda: all_pictured(choice), timeout=60_000)
    assert choice.use.isEnabled()


def test_an_unknown_network_is_described_checked_and_opened(desk, unknown):
    sentence = refused(desk, unknown)
    assert sentence.startswith("unknown.pt is a PyTorch checkpoint of 3 tensors")
    assert ways(desk) == ["Describe its layers…", "Open another…"]
    button = next(one for one in desk.explorer.stage.notice.findChildren(IconButton) if one.text().startswith("Desc"))
    button.click()
    panel = desk.window.desks.readings.description
    assert panel.isVisible()
    desk.qtbot.waitUntil(lambda: panel.sheet.pictures is not None, timeout=60_000)
    assert panel.sentence == "All 4 layers fit: codes of 5 numbers to colour pictures of 8 x 8 pixels."
    assert list(panel.editor.shapes.values()) == ["160", "160", "10 x 4 x 4", "3 x 8 x 8"]
    good = panel.editor.toPlainText()
    line = next(number for number, text in enumerate(good.splitlines(), 1) if '"l"' in text)
    panel.editor.setPlainText(good.replace('"l"', '"wrong"'))
    assert not panel.use.isEnabled()
    desk.qtbot.waitUntil(lambda: panel.editor.wrong_line == line, timeout=60_000)
    assert panel.sentence == "layer 1 (linear wrong): it has no tensor 'weight' (found: none of that name)"
    assert panel.sheet.pictures is None
    panel.editor.setPlainText(good.replace('"tanh"', '"sigmoid"'))
    desk.qtbot.waitUntil(panel.use.isEnabled, timeout=60_000)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=60_000):
        desk.qtbot.keyClick(panel.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not panel.isVisible()
    assert desk.generator.info.reading == "described by you"
    pictures = desk.generator.decode(np.zeros((1, 5), np.float32))
    assert (pictures == 128).all()  # a sigmoid of nothing


def test_what_was_written_is_there_again_after_escape(desk, unknown):
    refused(desk, unknown)
    desk.press("describe")
    panel = desk.window.desks.readings.description
    desk.qtbot.waitUntil(lambda: panel.sheet.pictures is not None, timeout=60_000)
    panel.editor.setPlainText("# not finished\n")
    desk.qtbot.keyClick(panel.editor, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    desk.press("describe")
    desk.qtbot.waitUntil(lambda: not panel.editor.isReadOnly(), timeout=60_000)
    assert panel.editor.toPlainText() == "# not finished\n"
    desk.qtbot.waitUntil(lambda: not panel.busy, timeout=60_000)
    assert panel.sentence.startswith("a description needs 'latent'")


def test_a_checkpoint_of_ours_says_that_there_is_nothing_to_choose(desk, tmp_path, make_checkpoint):
    path = make_checkpoint("ours", folder=tmp_path)
    desk.open(path)
    desk.press("read_differently")
    choice = desk.window.desks.readings.choice
    wanted = "ours.safetensors says itself how it is read, so there is nothing to choose."
    desk.qtbot.waitUntil(lambda: choice.sentence == wanted, timeout=60_000)
    assert not choice.use.isEnabled()
    menu = desk.window.top_bar.checkpoint.choices()
    menu.aboutToShow.emit()
    assert "Read differently…" in [action.text() for action in menu.actions()]


def test_a_folder_may_be_dropped_and_its_configuration_stands_for_it(tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert dropped_path(data) == tmp_path
    assert meant(tmp_path / "config.json") == tmp_path
    assert meant(tmp_path / "model.pt") == tmp_path / "model.pt"
