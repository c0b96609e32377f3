"""Preparing pictures: sources, the preview, the work in a process of its own, and how it ends."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from dinoexplorer.datasets.orders import Outcome, Step
from dinoexplorer.ui.dataset.course_page import CoursePage
from dinoexplorer.ui.dataset.prepare_panel import PreparePanel
from training.data.dataset import is_dataset, read_about

_PATIENCE = 60_000


@pytest.fixture
def panel(window, tmp_path, qtbot):
    panel = PreparePanel(tmp_path / "sets", window)
    panel.show_panel()
    yield panel
    panel.close_down()


def previewed(panel, qtbot) -> None:
    qtbot.waitUntil(lambda: not panel._pause.isActive() and not panel.preview.working, timeout=_PATIENCE)


def press(panel, qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def fake(code: str) -> list[str]:
    """A stand-in for `dinotrain` that tells what the code prints."""
    return [
        sys.executable,
        "-c",
        f"import json, time, signal, sys\ndef tell(**told): print(json.dumps(told), flush=True)\n"
        f"signal.signal(signal.SIGTERM, signal.default_int_handler)\n{code}",
    ]


def test_the_preview_shows_before_and_after_and_why_some_are_left_out(panel, pictures, qtbot):
    panel.form.sources.add([str(pictures)])
    panel.form.side.setText("16")
    panel.form.side.edited.emit("16")
    previewed(panel, qtbot)
    looks = {Path(look.name).name: look for look in panel.grid.looks}
    assert len(looks) == 14
    assert looks["trex-1.png"].after.shape == (16, 16, 3)
    assert looks["trex-1.png"].before.shape == (128, 192, 3)
    assert "only 9 x 9 pixels" in looks["tiny.png"].reason
    assert looks["broken.png"].reason
    assert panel.sentence == "12 of 14 pictures would be taken."
    assert not (Path(panel.form.out.path)).exists()


def test_a_change_of_the_crop_changes_what_is_shown(panel, pictures, qtbot):
    panel.form.sources.add([str(pictures / "Trex")])
    previewed(panel, qtbot)
    middle = panel.grid.looks[1].after
    panel.form.background.show_text("#ff0000")
    press(panel, qtbot, panel.form.crop.buttons["fit"])
    previewed(panel, qtbot)
    whole = panel.grid.looks[1].after
    assert not np.array_equal(middle, whole)
    assert whole[0, 0].tolist() == [255, 0, 0]


def test_sources_are_typed_dropped_and_taken_off_again(panel, pictures, qtbot):
    sources = panel.form.sources
    assert panel.sentence == ""
    qtbot.keyClicks(sources.field, "search:red dinosaur")
    qtbot.keyClick(sources.field, Qt.Key.Key_Return)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(pictures))])
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                               Qt.KeyboardModifier.NoModifier))  # fmt: skip
    assert sources.sources == ("search:red dinosaur", str(pictures))
    assert not sources.network.isHidden()
    previewed(panel, qtbot)
    assert panel.sentence == (
        "Search:red dinosaur is on the network: tick that it may be asked, or take it off the list."
    )
    assert not panel.start.isEnabled()
    sources.list.setCurrentRow(0)
    qtbot.keyClick(sources.list, Qt.Key.Key_Delete)
    assert sources.sources == (str(pictures),)
    assert sources.network.isHidden()
    previewed(panel, qtbot)
    assert panel.start.isEnabled()


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("side", "0", "Side of the pictures: a whole number from 8 to 4096."),
        ("held_out", "80", "Share held out in percent: a whole number from 0 to 50."),
        ("background", "reddish", "Background: a name such as black, or a number such as #1d3c2f."),
    ],
)
def test_what_is_typed_wrong_is_said_and_nothing_can_start(panel, pictures, field, text, sentence):
    panel.form.sources.add([str(pictures)])
    control = getattr(panel.form, field)
    control.setText(text)
    control.edited.emit(text)
    assert panel.sentence == sentence
    assert not panel.start.isEnabled()


def test_a_folder_without_pictures_says_so(panel, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    panel.form.sources.add([str(tmp_path / "empty")])
    previewed(panel, qtbot)
    assert "empty" in panel.sentence
    assert not panel.start.isEnabled()


def test_it_is_prepared_in_a_process_of_its_own_and_the_end_says_what_came_of_it(panel, pictures, qtbot):
    panel.form.sources.add([str(pictures)])
    previewed(panel, qtbot)
    out = panel.form.out.path
    assert out.name == "pictures-128"
    with qtbot.waitSignal(panel.prepared, timeout=_PATIENCE) as prepared:
        qtbot.keyClick(panel.start, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert prepared.args[0] == out
    assert is_dataset(out)
    assert read_about(out).count == 12
    text = panel.course.text
    assert "12 of 14 pictures are taken." in text
    assert "1  too small" in text
    assert "1  cannot be read" in text
    with qtbot.waitSignal(panel.way_chosen) as way:
        press(panel, qtbot, panel.course.ways["look"])
    assert way.args == ["look", out]
    assert panel.isHidden()


def test_it_goes_on_while_the_panel_is_away_and_again_it_reads_nothing_twice(panel, pictures, qtbot):
    panel.form.sources.add([str(pictures)])
    previewed(panel, qtbot)
    with qtbot.waitSignal(panel.prepared, timeout=_PATIENCE):
        press(panel, qtbot, panel.start)
        qtbot.keyClick(panel.course.cancel, Qt.Key.Key_Escape)
        assert panel.isHidden()
    panel.show_panel()
    press(panel, qtbot, panel.course.again)
    previewed(panel, qtbot)
    with qtbot.waitSignal(panel.prepared, timeout=_PATIENCE) as prepared:
        press(panel, qtbot, panel.start)
    assert prepared.args[1].new <= 1  # what cannot be read is tried again


def test_cancel_is_answered_at_once_and_what_is_done_is_told(window, tmp_path, pictures, qtbot):
    code = (
        "try:\n tell(progress={'what': 'preparing pictures', 'done': 3, 'total': 10})\n"
        " signal.pause()\nexcept KeyboardInterrupt:\n"
        " tell(prepared={'looked_at': 3, 'taken': 3, 'new': 3, 'left_out': {}, 'interrupted': True}); sys.exit(130)"
    )
    panel = PreparePanel(tmp_path / "sets", window, fake(code))
    panel.show_panel([str(pictures)])
    previewed(panel, qtbot)
    press(panel, qtbot, panel.start)
    qtbot.waitUntil(lambda: "3 of 10" in panel.course.text, timeout=_PATIENCE)
    press(panel, qtbot, panel.course.cancel)
    assert panel.course.heading.text() == "Cancelled: keeping what is done…"
    qtbot.waitUntil(lambda: not panel.working, timeout=_PATIENCE)
    assert panel.course.heading.text() == "Stopped: 3 of 3 pictures are taken so far."
    press(panel, qtbot, panel.course.go_on)
    assert panel.working
    qtbot.waitUntil(lambda: "3 of 10" in panel.course.text, timeout=_PATIENCE)
    assert not panel.course.go_on.isVisible()
    panel.close_down()


def test_a_process_that_does_not_end_is_killed_at_the_second_press(window, tmp_path, pictures, qtbot):
    code = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntell(progress={'what': 'x', 'done': 1, 'total': 2})\n"
        "while True: signal.pause()"
    )
    panel = PreparePanel(tmp_path / "sets", window, fake(code))
    panel.show_panel([str(pictures)])
    previewed(panel, qtbot)
    press(panel, qtbot, panel.start)
    qtbot.waitUntil(lambda: "1 of 2" in panel.course.text, timeout=_PATIENCE)
    press(panel, qtbot, panel.course.cancel)
    press(panel, qtbot, panel.course.cancel)
    qtbot.waitUntil(lambda: not panel.working, timeout=_PATIENCE)
    assert panel.course.text == ("Cancelled.\nWhat was done is kept: Go on begins from there.")
    panel.close_down()


def test_a_failure_stands_where_the_result_would_have_been(window, tmp_path, pictures, qtbot):
    panel = PreparePanel(
        tmp_path / "sets", window, fake("print('dinotrain: the disk is full; make room', file=sys.stderr); sys.exit(1)")
    )
    panel.show_panel([str(pictures)])
    previewed(panel, qtbot)
    with qtbot.waitSignal(panel.ended, timeout=_PATIENCE):
        press(panel, qtbot, panel.start)
    assert panel.course.text == "The dataset could not be prepared.\nThe disk is full; make room."
    assert not panel.course.ways["look"].isVisible()
    panel.close_down()


def test_the_course_tells_rate_and_time_left(qtbot):
    now = [0.0]
    page = CoursePage(clock=lambda: now[0])
    qtbot.addWidget(page)
    page.begin()
    page.show_step(Step("preparing pictures", 0, 1000))
    now[0] = 10.0
    page.show_step(Step("preparing pictures", 500, 1000, 490, 10))
    assert page.lines.text() == "Preparing pictures: 500 of 1,000\n490 taken, 10 left out\n50 a second, 10 s left"
    assert page.bar.share == 0.5
    page.show_outcome(Outcome(1000, 990, 400, {"small": 4, "odd": 6}))
    assert page.text == ("990 of 1,000 pictures are taken.\n600 were known already.\nLeft out:\n6  odd\n4  too small")


@pytest.mark.parametrize("size", [(1024, 640), (3840, 2160)])
def test_the_panel_fits_its_window(panel, window, pictures, qtbot, size):
    window.resize(*size)
    panel.form.sources.add([str(pictures)])
    previewed(panel, qtbot)
    assert window.rect().contains(panel.panel.geometry())
    assert panel.form.out.isVisible()
    assert panel.panel.minimumSizeHint().width() <= panel.panel.width()
    assert panel.panel.minimumSizeHint().height() <= panel.panel.height()
