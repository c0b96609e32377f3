"""The commands for a run: they answer at once, and Kill waits its time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinoexplorer.runs.views import RunDetail, RunRow
from dinoexplorer.ui.train.asked import PATIENCE
from dinoexplorer.ui.train.steering_bar import KILL_AFTER, SteeringBar


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def detail(state: str = "running", **changes) -> RunDetail:
    row = RunRow(Path("/runs/a"), "A", "vae", "vae", "built-in dinosaurs", state, step=10, total_steps=100)
    curves = {"loss/total": (np.arange(3), np.ones(3))}
    return RunDetail(replace(row, **changes.pop("row", {})), {}, curves, **changes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bar(qtbot, clock) -> SteeringBar:
    bar = SteeringBar(clock=clock)
    qtbot.addWidget(bar)
    bar.resize(900, 60)
    bar.set_detail(detail())
    bar.show()
    return bar


def shown(bar: SteeringBar) -> dict[str, bool]:
    """The buttons that are seen, and whether they can be pressed."""
    others = {"kill": bar.kill, "start": bar.start, "longer": bar.longer}
    return {name: b.isEnabled() for name, b in (bar.buttons | others).items() if not b.isHidden()}


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("preparing", {"pause": True, "sample": False, "save": False, "stop": True}),
        ("running", {"pause": True, "sample": True, "save": True, "stop": True}),
        ("paused", {"resume": True, "sample": False, "save": False, "stop": True}),
        ("stopping", {"pause": False, "sample": False, "save": False, "stop": False, "kill": False}),
        ("finished", {"longer": True}),
        ("stopped", {"start": True}),
        ("failed", {"start": True}),
        ("interrupted", {"start": True}),
    ],
)
def test_each_state_offers_what_can_be_done(bar, state, expected):
    bar.set_detail(detail(state))
    assert shown(bar) == expected


def test_a_run_in_the_queue_has_no_commands(bar):
    bar.set_detail(detail("queued"))
    assert bar.isHidden()


@pytest.mark.parametrize(
    ("command", "words", "effect"),
    [
        ("pause", "Pausing…", detail("paused")),
        ("sample", "Sampling…", detail(samples=((5, Path("5.png")),))),
        ("save", "Saving…", detail(checkpoints=((5, Path("5.safetensors")),))),
        ("stop", "Stopping…", detail("stopped")),
    ],
)
def test_a_button_answers_at_once_and_waits_for_the_effect(qtbot, bar, command, words, effect):
    button = bar.buttons[command]
    before = button.text()
    with qtbot.waitSignal(bar.command_wanted) as asked:
        click(qtbot, button)
    assert asked.args == [command]
    assert (button.text(), button.isEnabled()) == (words, False)
    bar.set_detail(detail())
    assert button.text() == words
    bar.set_detail(effect)
    bar.set_detail(replace(effect, row=replace(effect.row, state="running")))
    assert (button.text(), button.isEnabled()) == (before, True)


def test_a_command_that_nobody_answers_is_offered_again(qtbot, bar, clock):
    click(qtbot, bar.buttons["save"])
    clock.now += PATIENCE + 1
    bar.tick()
    assert shown(bar)["save"]


def test_a_command_that_could_not_be_given_is_offered_again(qtbot, bar):
    click(qtbot, bar.buttons["stop"])
    bar.forget("stop", Path("/runs/a"))
    assert shown(bar) == {"pause": True, "sample": True, "save": True, "stop": True}


def test_kill_is_counted_down_and_then_takes_one_click(qtbot, bar, clock):
    assert "kill" not in shown(bar)
    click(qtbot, bar.buttons["stop"])
    assert (bar.kill.text(), shown(bar)["kill"]) == ("Kill in 30 s", False)
    bar.set_detail(detail("stopping"))
    clock.now += 12.5
    bar.tick()
    assert (bar.kill.text(), shown(bar)["kill"]) == ("Kill in 18 s", False)
    clock.now += KILL_AFTER
    bar.tick()
    assert (bar.kill.text(), shown(bar)["kill"]) == ("Kill", True)
    with qtbot.waitSignal(bar.kill_wanted):
        click(qtbot, bar.kill)
    assert (bar.kill.text(), shown(bar)["kill"]) == ("Killing…", False)
    bar.set_detail(detail("interrupted"))
    assert shown(bar) == {"start": True}


def test_the_countdown_moves_by_itself_and_ends_with_the_run(qtbot, bar, clock):
    click(qtbot, bar.buttons["stop"])
    clock.now += 3
    qtbot.waitUntil(lambda: bar.kill.text() == "Kill in 27 s", timeout=20_000)
    bar.set_detail(detail("stopped"))
    assert "kill" not in shown(bar)
    assert not bar._timer.isActive()


def test_a_stop_that_somebody_else_asked_for_is_counted_too(bar, clock):
    bar.set_detail(detail("stopping"))
    clock.now += 31
    bar.tick()
    assert shown(bar)["kill"]


def test_another_run_knows_nothing_of_what_was_asked(qtbot, bar):
    click(qtbot, bar.buttons["stop"])
    bar.set_detail(detail(row={"folder": Path("/runs/b")}))
    assert shown(bar) == {"pause": True, "sample": True, "save": True, "stop": True}


def test_resume_goes_on_with_what_is_left(qtbot, bar):
    bar.set_detail(detail("interrupted"))
    with qtbot.waitSignal(bar.resume_wanted) as wanted:
        click(qtbot, bar.start)
    assert wanted.args == [None]
    assert (bar.start.text(), bar.start.isEnabled()) == ("Resuming…", False)
    bar.set_detail(detail("preparing"))
    bar.set_detail(detail("failed"))
    assert (bar.start.text(), bar.start.isEnabled()) == ("Resume", True)


def test_a_finished_run_can_be_trained_longer(qtbot, bar):
    bar.set_detail(detail("finished"))
    actions = bar.longer.choices().actions()
    assert [action.text() for action in actions] == [
        "A quarter longer: to 125 steps",
        "A half longer: to 150 steps",
        "Twice as long: to 200 steps",
    ]
    with qtbot.waitSignal(bar.resume_wanted) as wanted:
        actions[1].trigger()
    assert wanted.args == [150]
