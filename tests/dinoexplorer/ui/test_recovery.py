"""Nothing is lost: what a crash, a closed window or another document left behind is offered and comes back."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinoexplorer.document import autosave as autosave_module
from dinoexplorer.document.autosave import Autosave, Offer
from dinoexplorer.document.document import Document
from dinoexplorer.document.opening import open_document
from dinoexplorer.document.snapshot import Snapshot
from dinoexplorer.ui.documents import autosaver as autosaver_module
from dinoexplorer.ui.documents.recovery_bar import described

# A window in which somebody pins a place; it says so once that is kept, and is killed then.
CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
sys.path.insert(0, sys.argv[1])
import fakes
from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.settings import Settings
from dinoexplorer.ui.documents import autosaver
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.theme import Theme
autosaver.QUIET = 50
application = QApplication([])
window = MainWindow(Renderer(open_function=fakes.open_fake), Theme(application, "dark"), Settings(device="cpu"))
window.show()
def work():
    document = window.explorer.document
    document.go_to_seed(5)
    document.add_pin("horn")
def told(task, result):
    print(task, result, flush=True)
window.ready.connect(work)
window.documents._work.finished.connect(told)
window.open(Path(sys.argv[2]))
QTimer.singleShot(60_000, application.quit)  # nobody has killed it
application.exec()
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A folder of autosaves for each test, and a person who pauses for a moment only."""
    monkeypatch.setenv("DINOEXPLORER_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(autosaver_module, "QUIET", 30)
    return tmp_path / "state" / "autosave"


def kept(home: Path) -> list[Path]:
    return sorted(home.glob("*.dino.json"))


def settle(desk) -> None:
    """Until what has changed is on the disk."""
    documents = desk.window.documents
    desk.qtbot.waitUntil(lambda: not desk.explorer._turn.isActive(), timeout=10_000)
    desk.qtbot.waitUntil(lambda: not documents.autosaver.waiting, timeout=20_000)
    all_written(desk)


def all_written(desk) -> None:
    """Until everything that was asked for is done."""
    done = []
    desk.window.documents._work.finished.connect(lambda task, _result: done.append(task))
    desk.window.documents._work.start("barrier", lambda: None)
    desk.qtbot.waitUntil(lambda: "barrier" in done, timeout=20_000)


def look_back(desk):
    bar = desk.window.documents.bar
    desk.window.documents.look_back()
    desk.qtbot.waitUntil(bar.isVisible, timeout=20_000)
    return bar


def press(desk, button) -> None:
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def bring_back(desk) -> None:
    before = desk.explorer.document
    desk.press("bring_back")
    desk.qtbot.waitUntil(lambda: desk.explorer.document is not before, timeout=20_000)
    desk.wait_for_picture()


def test_what_a_killed_process_had_open_comes_back(new_desk, write_fake, home, tmp_path):
    checkpoint = write_fake(tmp_path / "disc.safetensors", 2, points=60)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(checkpoint)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    with child:
        assert child.stdout.readline() == "autosave None\n"
        os.kill(child.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    desk = new_desk()
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    bar = look_back(desk)
    clock = time.strftime("%H:", time.localtime())
    assert re.fullmatch(rf"Not saved: disc, {clock}\d\d, 1 pin", bar.text), bar.text
    bring_back(desk)
    assert desk.generator.info.path == checkpoint
    np.testing.assert_array_equal(desk.latent, desk.generator.info.latent.sample(1, 5)[0])
    assert [pin.name for pin in desk.explorer.document.pins] == ["horn"]
    assert bar.isHidden()
    desk.qtbot.waitUntil(desk.window.isWindowModified, timeout=10_000)
    desk.qtbot.waitUntil(lambda: len(kept(home)) == 1 and "~document." in kept(home)[0].name, timeout=10_000)


def test_while_nothing_changes_nothing_is_written(desk, home):
    documents = desk.window.documents
    assert not documents.autosaver.waiting
    desk.explorer.document.add_pin("horn")
    settle(desk)
    (file,) = kept(home)
    stamp = file.stat()
    desk.explorer.document_changed.emit()
    desk.explorer.map_panel.canvas.look_at(1, 1, 500)
    desk.wait_for_picture()
    assert not documents.autosaver.waiting
    all_written(desk)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


def test_moving_on_without_a_pause_is_kept_all_the_same(desk, home, monkeypatch):
    monkeypatch.setattr(autosaver_module, "LONGEST", 100)
    desk.window.documents.autosaver._timer.setInterval(2000)
    deadline = time.monotonic() + 20
    while not kept(home):
        desk.press("random")
        desk.wait_for_picture()
        assert time.monotonic() < deadline
    assert open_document(kept(home)[0]).checkpoint.absolute == str(desk.generator.info.path)


def test_what_is_saved_or_undone_needs_no_autosave(desk, home, tmp_path):
    desk.explorer.document.add_pin("horn")
    settle(desk)
    assert len(kept(home)) == 1
    with desk.qtbot.waitSignal(desk.window.documents.saved, timeout=10_000):
        desk.window.documents.save_to(tmp_path / "walk.dino.json")
    desk.qtbot.waitUntil(lambda: kept(home) == [], timeout=10_000)
    desk.explorer.document.add_pin("other")
    settle(desk)
    assert len(kept(home)) == 1
    desk.press("undo")
    settle(desk)
    assert kept(home) == []


@pytest.mark.parametrize("work", ["pin", "saved", "walk"])
def test_a_closed_window_leaves_behind_what_somebody_would_miss(new_desk, write_fake, home, tmp_path, work):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    document = desk.explorer.document
    document.go_to_seed(3)
    if work != "walk":
        document.add_pin("horn")
    if work == "saved":
        with desk.qtbot.waitSignal(desk.window.documents.saved, timeout=10_000):
            desk.window.documents.save_to(tmp_path / "walk.dino.json")
    settle(desk)
    desk.window.close()
    desk.window.close_down()
    assert len(kept(home)) == (1 if work == "pin" else 0)


def test_a_change_of_the_last_moment_is_left_behind_too(new_desk, write_fake, home, tmp_path, monkeypatch):
    monkeypatch.setattr(autosaver_module, "QUIET", 60_000)
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    desk.explorer.document.add_pin("horn")
    desk.window.close()
    desk.window.close_down()
    assert [pin.name for pin in open_document(kept(home)[0]).parts.pins] == ["horn"]


def test_another_checkpoint_takes_the_place_of_unsaved_work_which_comes_back(desk, write_fake, home, tmp_path):
    first = desk.explorer.document
    first.add_pin("horn")
    code = desk.latent
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    bar = desk.window.documents.bar
    desk.qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert re.fullmatch(r"Not saved: disc, \d\d:\d\d, 1 pin", bar.text)
    desk.explorer.document.add_pin("second")
    settle(desk)
    assert len(kept(home)) == 2
    bring_back(desk)
    np.testing.assert_array_equal(desk.latent, code)
    assert [pin.name for pin in desk.explorer.document.pins] == ["horn"]
    desk.qtbot.waitUntil(lambda: "other" in bar.text, timeout=20_000)  # which was not saved either


def test_wandering_about_is_no_work_that_is_offered_back(desk, write_fake, home, tmp_path):
    desk.press("random")
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    settle(desk)
    all_written(desk)
    assert desk.window.documents.bar.isHidden()
    assert kept(home) == []


def crashed(desk, home, monkeypatch, *pins: int) -> None:
    """Several processes that are gone had so many pins each."""
    info = desk.generator.info
    home.mkdir(parents=True)
    for created, count in enumerate(pins):
        document = Document(info.latent)
        document.add_pins([("", document.latent)] * count)
        with monkeypatch.context() as patch:
            patch.setattr(autosave_module, "_created", lambda _pid, created=created: created)
            Autosave(home).write(Snapshot(document.standing, info).compose(None, private=True))
        os.utime(max(home.iterdir()), (1000 + created, 1000 + created))


def test_several_are_offered_one_after_the_other_and_can_be_forgotten(desk, home, monkeypatch):
    crashed(desk, home, monkeypatch, 1, 2, 3)
    bar, action = look_back(desk), desk.window.actions_by_name["bring_back"]
    assert bar.text.endswith(", 3 pins   (and 2 more)")
    press(desk, bar.forget)
    assert bar.text.endswith(", 2 pins   (and 1 more)")
    press(desk, bar.forget)
    assert bar.text.endswith(", 1 pin")
    assert action.isEnabled()
    press(desk, bar.forget)
    assert bar.isHidden()
    assert not action.isEnabled()
    all_written(desk)
    assert kept(home) == []


def test_an_offer_whose_checkpoint_is_missing_stays(desk, write_fake, home, tmp_path):
    desk.explorer.document.add_pin("horn")
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40, hue=1.0))
    bar = desk.window.documents.bar
    desk.qtbot.waitUntil(bar.isVisible, timeout=20_000)
    (tmp_path / "disc.safetensors").unlink()
    desk.window.settings.recent = []
    with desk.qtbot.waitSignal(desk.window.failed, timeout=20_000):
        press(desk, bar.bring_back)
    assert desk.explorer.stage.notice.sentence.startswith("disc.safetensors is not where it was (")
    assert bar.isVisible()
    assert len(kept(home)) == 1


def test_a_disk_that_refuses_is_told_once(desk, home, tmp_path):
    (tmp_path / "state").write_text("in the way")
    desk.explorer.document.add_pin("horn")
    settle(desk)
    assert "could not be written" in desk.window.status_line.message
    desk.window.status_line.tell("")
    desk.explorer.document.add_pin("other")
    settle(desk)
    assert desk.window.status_line.message == ""
    (tmp_path / "state").unlink()


def test_the_bar_hides_with_everything_else(desk, write_fake, tmp_path):
    desk.explorer.document.add_pin("horn")
    desk.open(write_fake(tmp_path / "other.safetensors", 3, points=40))
    bar = desk.window.documents.bar
    desk.qtbot.waitUntil(bar.isVisible, timeout=20_000)
    desk.press("bare")
    assert bar.isHidden()
    desk.press("bare")
    assert bar.isVisible()
    assert desk.window.minimumSizeHint().width() <= 1024


def test_an_older_offer_names_its_day(tmp_path):
    now = time.localtime()
    offer = Offer(tmp_path, "walk.dino.json", None, time.mktime((now.tm_year - 1, 3, 9, 14, 3, 0, 0, 0, -1)), 2, 0)
    assert described(offer) == f"walk, 09 Mar {now.tm_year - 1} 14:03, no pins"
