"""Choosing the device: what stays, what comes back when it fails, and the ways out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup

from dinoexplorer.generators import devices


@pytest.fixture
def cards(monkeypatch):
    """A machine with two graphics cards; on the second one nothing opens."""
    monkeypatch.setattr(devices, "available_devices", lambda: ["cuda:0", "cuda:1", "cpu"])
    monkeypatch.setattr(devices, "describe_device", str.upper)


def entry(desk, name):
    """The entry of the device menu, once it is there."""

    def found():
        return [action for action in desk.window.top_bar.device.choices().actions() if action.data() == name]

    desk.qtbot.waitUntil(lambda: bool(found()), timeout=20_000)
    return found()[0]


def test_a_device_that_is_not_there_is_explained(new_desk, write_fake, tmp_path, settings):
    settings.device = "mps"
    desk = new_desk()
    desk.open(write_fake(tmp_path / "any.safetensors"))
    assert "mps is not there" in desk.window.status_line.message
    entry(desk, "cpu")
    texts = [action.text() for action in desk.window.top_bar.device.choices().actions()]
    assert texts[:1] == ["Automatic"]
    assert "CPU" in texts


def test_another_device_leaves_us_where_we_stand(cards, desk):
    desk.click_map(1.0, -0.5)
    desk.wait_for_picture()
    desk.explorer.document.set_locked(0, True)
    document, view = desk.explorer.document, desk.canvas.view_transform
    before, generation = desk.latent, desk.explorer.opened.generation
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        entry(desk, "cuda:0").trigger()
    desk.qtbot.waitUntil(lambda: desk.view.frame.request.generation > generation, timeout=20_000)
    desk.wait_for_picture()
    assert desk.generator.device == desk.window.settings.device == "cuda:0"
    assert desk.explorer.document is document
    assert desk.latent is before
    assert desk.canvas.view_transform == view
    assert desk.undo_steps() == 2


def test_the_device_that_is_in_use_opens_nothing_again(cards, desk):
    generation = desk.explorer.opened.generation
    entry(desk, "cuda:0")
    entry(desk, "cpu").trigger()
    assert not desk.window.opening.busy
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        entry(desk, "auto").trigger()
    assert desk.explorer.opened.generation == generation + 1
    entry(desk, "cuda:0").trigger()
    assert not desk.window.opening.busy
    assert desk.window.settings.device == "cuda:0"


def test_a_device_that_fails_is_taken_back_and_another_one_is_offered(cards, desk):
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        entry(desk, "cuda:1").trigger()
    assert desk.window.settings.device == "cpu"
    assert desk.window.top_bar.device.text() == "CPU"
    assert entry(desk, "cpu").isChecked()
    assert [button.objectName() for button in desk.explorer.stage.notice._buttons] == ["open", "device"]


@pytest.mark.qt_log_ignore("does not support (propagate|raise|grabbing)")
def test_an_unknown_first_device_can_be_changed_for_one_that_is_there(cards, new_desk, write_fake, tmp_path, settings):
    settings.device = "tpu"
    desk = new_desk()
    path = write_fake(tmp_path / "any.safetensors")
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        desk.window.open(path)
    buttons = {button.objectName(): button for button in desk.explorer.stage.notice._buttons}
    menu = desk.window.top_bar.device.choices()
    cpu = entry(desk, "cpu")
    menu.aboutToShow.connect(menu.close, Qt.ConnectionType.QueuedConnection)
    with desk.qtbot.waitSignal(menu.aboutToShow, timeout=5_000):
        desk.qtbot.mouseClick(buttons["device"], Qt.MouseButton.LeftButton)
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        cpu.trigger()
    assert desk.generator.info.path == path


def test_a_file_that_failed_is_tried_on_the_other_device_unless_it_was_put_away(cards, desk, tmp_path):
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    good = desk.generator.info.path
    entry(desk, "cuda:0")
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        desk.window.open(tmp_path / "notes.txt")
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000) as failed:
        entry(desk, "cuda:0").trigger()
    assert failed.args[0].startswith("notes.txt")
    desk.press("back")
    with desk.qtbot.waitSignal(desk.window.ready, timeout=20_000):
        entry(desk, "cuda:0").trigger()
    assert desk.generator.info.path == good


def test_devices_that_were_found_for_an_earlier_opening_are_not_taken(cards, desk):
    from dinoexplorer.ui.device_choice import DeviceNames

    entry(desk, "cuda:0")
    desk.window.opening._device._on_background_finished("devices", DeviceNames(0, ["mps"], "OLD"))
    assert "OLD" not in desk.window.status_line.figures
    assert entry(desk, "cuda:0")


def test_the_menu_of_devices_leaves_no_groups_behind(desk):
    bar = desk.window.top_bar
    for number in range(5):
        bar.set_devices(["auto", f"cuda:{number}"], "auto")
        desk.qtbot.wait(1)
    groups = [*bar.device.findChildren(QActionGroup), *bar.findChildren(QActionGroup, options=_DIRECT)]
    assert len(groups) == 1
    np.testing.assert_array_equal([action.data() for action in bar.device.choices().actions()], ["auto", "cuda:4"])


_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
