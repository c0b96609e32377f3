"""One run, watched: every state, every wish, its log and its head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from dinoexplorer.runs.views import Hardware, RunDetail, RunRow
from dinoexplorer.ui.train.run_header import machine_of, state_text
from dinoexplorer.ui.train.run_view import RunView

FOLDER = Path("/runs/a")
ROW = RunRow(
    FOLDER,
    "My <b>dinosaurs</b> & co",
    "vae",
    "vae",
    "built-in dinosaurs",
    "running",
    phase="training",
    step=250,
    total_steps=1000,
    images_seen=16_000,
    rate=123.4,
    seconds_left=700,
    best=0.25,
    checkpoint=FOLDER / "checkpoints" / "last.safetensors",
)
DETAIL = RunDetail(
    ROW,
    {"latent.dim": 2},
    {
        "loss/total": (np.arange(1, 50, dtype=np.int64) * 64, np.linspace(2, 1, 49)),
        "memory/process": (np.array([64]), np.array([400.0])),
    },
    log="begin\nwarning: two\nfine\nerror: three\nend\n",
    problems=("warning: two", "error: three"),
    environment={"device": "cpu (x86_64)", "precision": "float32"},
)


@pytest.fixture
def view(qtbot) -> Iterator[RunView]:
    view = RunView(clock=lambda: 0.0)
    qtbot.addWidget(view)
    view.resize(1100, 640)
    view.show()
    view.set_detail(DETAIL)
    qtbot.waitUntil(lambda: view.curves is not None, timeout=30_000)
    yield view
    view.close_down()


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def in_state(state: str, **changes) -> RunDetail:
    return replace(DETAIL, row=replace(ROW, state=state, **changes))


def test_the_head_says_what_how_far_how_fast_and_on_what(view):
    view.set_hardware(Hardware(0.5, 4_000_000_000, 8_000_000_000, "RTX", 0.9, 6_100_000_000, 12_000_000_000))
    head = view.header
    assert head.title.text() == ROW.title
    assert head.state.text() == "Running"
    assert head.figures.text() == (
        "25 %  ·  step 250 of 1,000  ·  16,000 images seen  ·  123 images/s  ·  12 min left  ·  best held-out loss 0.25"
    )
    assert head.machine.text() == (
        "trains on cpu (x86_64)  ·  float32  ·  the run takes 419 MB  ·  processor 50 %"
        "  ·  memory 4.0 GB of 8.0 GB  ·  RTX 90 %, 6.1 GB of 12 GB"
    )
    assert head.bar.value() == 250
    assert head.bar.accessibleDescription() == "25 %, Running"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "queued", "queue_place": 2}, "Waits as number 2 in the queue"),
        ({"state": "preparing", "phase": "reading pictures"}, "Preparing: reading pictures"),
        ({"state": "running", "phase": "evaluating"}, "Running: evaluating"),
        ({"state": "paused"}, "Paused"),
        ({"state": "stopping", "phase": "saving"}, "Stopping: saving"),
        ({"state": "finished"}, "Finished"),
        ({"state": "stopped"}, "Stopped"),
        ({"state": "failed"}, "Failed"),
        ({"state": "interrupted"}, "Interrupted"),
    ],
)
def test_every_state_has_its_words_and_fits(view, changes, words):
    row = replace(ROW, **changes)
    assert state_text(row) == words
    view.set_detail(replace(DETAIL, row=row))
    assert view.header.state.text() == words
    view.grab()


def test_an_ended_run_shows_no_load_of_the_machine():
    hardware = Hardware(0.5, 4, 8)
    assert machine_of(in_state("finished"), hardware) == ["trained on cpu (x86_64)", "float32"]


@pytest.mark.parametrize("state", ["failed", "interrupted"])
def test_a_run_that_broke_says_why_and_has_one_button(qtbot, view, state):
    reason = "Out of memory: a batch of 256 does not fit; a batch of 96 would."
    view.set_detail(in_state(state, reason=reason))
    assert view.reason == reason
    with qtbot.waitSignal(view.resume_wanted) as wanted:
        click(qtbot, view.steering.start)
    assert wanted.args == [FOLDER, None]
    view.set_detail(in_state("running"))
    assert view.reason == ""


def test_every_wish_leaves_with_the_folder(qtbot, view):
    with qtbot.waitSignal(view.command_wanted) as wanted:
        click(qtbot, view.steering.buttons["sample"])
    assert wanted.args == [FOLDER, "sample"]
    with qtbot.waitSignal(view.explore_wanted) as wanted:
        click(qtbot, view.header.explore)
    assert wanted.args == [ROW.checkpoint]
    with qtbot.waitSignal(view.follow_toggled) as wanted:
        click(qtbot, view.header.follow)
    assert wanted.args == [FOLDER, True]
    with qtbot.waitSignal(view.rerun_wanted) as wanted:
        click(qtbot, view.header.again)
    assert wanted.args == [FOLDER]
    with qtbot.waitSignal(view.open_folder_wanted) as wanted:
        click(qtbot, view.header.folder)
    assert wanted.args == [FOLDER]


def test_a_stop_that_is_not_obeyed_leads_to_kill(qtbot):
    now = [0.0]
    view = RunView(clock=lambda: now[0])
    qtbot.addWidget(view)
    view.set_detail(in_state("stopping"))
    now[0] = 30.0
    view.steering.tick()
    with qtbot.waitSignal(view.kill_wanted) as wanted:
        view.steering.kill.click()
    assert wanted.args == [FOLDER]
    view.close_down()


def test_without_a_checkpoint_there_is_nothing_to_explore(view):
    view.set_detail(in_state("running", checkpoint=None))
    assert not view.header.explore.isEnabled()
    assert view.header.explore.toolTip() == "There is no checkpoint yet; Save writes one"
    assert not view.header.follow.isEnabled()


def test_following_ends_with_the_run_that_was_followed(qtbot, view):
    click(qtbot, view.header.follow)
    view.set_detail(in_state("running", folder=Path("/runs/b")))
    assert not view.header.follow.isChecked()


def test_the_curves_come_when_the_module_is_there(view):
    assert [panel.name for panel in view.curves.plot.panels] == ["loss"]


def test_the_parts_are_shown_and_hidden_and_one_always_stays(qtbot, view):
    parts = {"curves": view.curves, "samples": view.samples, "log": view.log}

    def seen() -> set[str]:
        return {name for name, widget in parts.items() if widget.isVisible()}

    assert seen() == {"curves", "samples"}
    click(qtbot, view.toggles["log"])
    assert seen() == {"curves", "samples", "log"}
    for name in ("curves", "samples", "log"):
        click(qtbot, view.toggles[name])
    assert seen() == {"log"}
    view.resize(640, 500)
    click(qtbot, view.toggles["samples"])
    assert seen() == {"samples"}
    view.resize(1100, 640)
    assert seen() == {"log"}


def test_it_fits_a_small_window(view):
    small = view.minimumSizeHint()
    assert small.boundedTo(QSize(1000, 500)) == small


def test_every_control_has_an_accessible_name(view):
    view.toggles["log"].click()
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and not widget.objectName().startswith("qt_")
    ]
    assert unnamed == []


def test_the_log_finds_its_problems_one_after_the_other(qtbot, view):
    assert view.toggles["log"].text() == "Log (2)"
    log = view.log
    assert log.label == "2 problems found in the log"
    found = []
    for _ in range(3):
        log.show_next_problem()
        found.append((log.text.textCursor().selectedText(), log.label))
    assert found == [
        ("warning: two", "Problem 1 of 2"),
        ("error: three", "Problem 2 of 2"),
        ("warning: two", "Problem 1 of 2"),
    ]


def test_the_log_grows_at_its_end_even_when_its_beginning_was_cut(view):
    lines = [f"line {number} with some words" for number in range(200)]
    view.set_detail(replace(DETAIL, log="\n".join(lines[:100])))
    view.log.text.verticalScrollBar().setValue(0)
    view.set_detail(replace(DETAIL, log="\n".join(lines[50:])))
    assert view.log.text.toPlainText() == "\n".join(lines)
    assert view.log.text.verticalScrollBar().value() == 0
    view.set_detail(replace(DETAIL, log="something else"))
    assert view.log.text.toPlainText() == "something else"


def test_text_of_others_is_shown_as_it_is(view):
    view.set_detail(replace(DETAIL, log="<b>bold</b>\n<img src=x>"))
    assert view.log.text.toPlainText() == "<b>bold</b>\n<img src=x>"


def test_the_report_holds_the_sentence_the_lines_and_the_machine(view):
    view.set_detail(in_state("failed", reason="The data are gone."))
    view.log.copy_report()
    text = QGuiApplication.clipboard().text()
    assert view.log.label == "The report is on the clipboard"
    for part in ("State: failed: The data are gone.", "error: three\nend", 'device = "cpu (x86_64)"', "latent.dim = 2"):
        assert part in text


def test_no_run_is_chosen(view):
    view.set_detail(None)
    assert not view.header.isVisible()
    view.set_detail(DETAIL)
    assert view.header.isVisible()


def test_pyqtgraph_is_not_loaded_with_the_view(qtbot):
    import subprocess
    import sys

    program = "import sys, dinoexplorer.ui.train.run_view; print('pyqtgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
