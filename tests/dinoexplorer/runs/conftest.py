"""A keeper over a stand-in for `dinotrain`, and a way to wait for what it sees."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dinoexplorer.runs import launching
from dinoexplorer.runs.keeper import Keeper
from dinoexplorer.runs.views import Order, RunRow

FAKE = (sys.executable, str(Path(__file__).with_name("fake_child.py")))
_PATIENCE = 60.0


class Home:
    """A home folder with its keeper, and what a person would do with it."""

    def __init__(self, folder: Path, command: tuple[str, ...] | None = FAKE) -> None:
        self.folder, self.command = folder, command
        self.keeper = Keeper(folder, command=command)
        self.give_way: Callable[[int], None]

    def order(self, behaviour: str, title: str = "", **changes: object) -> Order:
        settings = {"name": behaviour, "latent.dim": 2, "image.size": 16, "steps": 6, "batch_size": 4}
        settings |= {key.replace("__", "."): value for key, value in changes.items()}
        return Order("vae-fc", "builtin:dinosaurs", title or behaviour, settings)

    def start(self, behaviour: str, title: str = "", **changes: object) -> Path:
        return self.keeper.start(self.order(behaviour, title, **changes))

    def row(self, folder: Path) -> RunRow | None:
        return next((row for row in self.keeper.rows() if row.folder == folder), None)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Tick until it is so."""
        deadline = time.monotonic() + _PATIENCE
        pause = threading.Event()
        while True:
            self.keeper.tick()
            if condition():
                return
            states = {row.folder.name: (row.state, row.step, row.reason) for row in self.keeper.rows()}
            assert time.monotonic() < deadline, f"waited in vain {what}: {states}"
            pause.wait(0.02)

    def until_state(self, folder: Path, *states: str, step: int = 0) -> RunRow:
        def reached() -> bool:
            row = self.row(folder)
            return row is not None and row.state in states and row.step >= step

        self.until(reached, f"for {folder.name} to be {states}")
        row = self.row(folder)
        assert row is not None
        return row

    def reopened(self) -> Home:
        """As after a restart of the program."""
        self.keeper.close(stop=False)
        self.keeper = Keeper(self.folder, command=self.command)
        return self


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Its children do not give way: on a busy machine that takes minutes, which one test is enough for."""
    home = Home(tmp_path / "runs")
    home.give_way = launching.give_way
    monkeypatch.setattr(launching, "give_way", lambda _pid: None)
    yield home
    home.keeper.close(stop=False)
    end_children()


def end_children() -> None:
    """End what a test left running on purpose."""
    children = psutil.Process().children(recursive=True)
    for child in children:
        if any("fake_child" in part or part == "training" for part in _words(child)):
            child.kill()
    deadline = time.monotonic() + 20
    while launching._left and time.monotonic() < deadline:
        launching.reap()
        threading.Event().wait(0.02)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
