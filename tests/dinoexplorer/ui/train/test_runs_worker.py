"""The worker: everything is asked for in the window's thread and answered there; nothing waits, nothing is left."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QThread

from dinoexplorer.runs import launching
from dinoexplorer.runs.views import DataReport, Estimate, Order
from dinoexplorer.ui.train.runs_worker import RunsWorker
from training.config import RunConfig
from training.run import RunWriter

FAKE = (sys.executable, str(Path(__file__).parents[2] / "runs" / "fake_child.py"))
_PATIENCE = 60_000


def order(behaviour: str, title: str = "", **changes: object) -> Order:
    settings = {"name": behaviour, "latent.dim": 2, "image.size": 16, "steps": 6, "batch_size": 4}
    return Order("vae-fc", "builtin:dinosaurs", title or behaviour, {**settings, **changes})


class Listener:
    """Keeps what the worker says, and in which thread it was heard."""

    def __init__(self, worker: RunsWorker) -> None:
        self.worker = worker
        self.said: dict[str, list[tuple[object, ...]]] = {}
        self.threads: set[QThread] = set()
        for name in ("rows_changed", "detail_changed", "compared", "queued", "recipes_found", "fields_found", "checked",
                     "command_line_made", "estimated", "inspected", "hardware_changed", "failed", "run_ended",
                     "checkpoint_written"):  # fmt: skip
            self.said[name] = []
            getattr(worker, name).connect(self._keeper_of(name))

    def _keeper_of(self, name):
        def keep(*values: object) -> None:
            self.threads.add(QThread.currentThread())
            self.said[name].append(values)

        return keep

    def states(self) -> dict[str, str]:
        rows = self.said["rows_changed"][-1][0] if self.said["rows_changed"] else ()
        return {row.folder.name: row.state for row in rows}


@pytest.fixture
def listener(qtbot, tmp_path, monkeypatch) -> Iterator[Listener]:
    monkeypatch.setattr(launching, "give_way", lambda _pid: None)
    worker = RunsWorker(tmp_path / "runs", command=FAKE)
    listener = Listener(worker)
    yield listener
    worker.close(stop=True)
    qtbot.waitUntil(no_children_left, timeout=_PATIENCE)


def no_children_left() -> bool:
    launching.reap()
    return not launching._left


def test_a_run_is_started_watched_paused_and_stopped(listener, qtbot):
    worker, said = listener.worker, listener.said
    worker.ask("set_active", True)
    worker.ask("start", order("patient", "Rex"))
    qtbot.waitUntil(lambda: bool(said["queued"]), timeout=_PATIENCE)
    folder = said["queued"][0][0]
    worker.ask("watch", folder)
    qtbot.waitUntil(lambda: bool(said["detail_changed"]) and bool(said["detail_changed"][-1][0].curves),
                    timeout=_PATIENCE)  # fmt: skip
    qtbot.waitUntil(lambda: bool(said["checkpoint_written"]), timeout=_PATIENCE)
    assert said["checkpoint_written"][0] == (folder, folder / "checkpoints" / "step-000001.safetensors", 1)
    for command, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        worker.ask("send", folder, command)
        qtbot.waitUntil(lambda state=state: listener.states()["rex"] == state, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: bool(said["run_ended"]), timeout=_PATIENCE)
    assert said["run_ended"][0][0].title == "Rex"
    assert said["hardware_changed"][0][0].memory_total > 0
    assert said["failed"] == []
    assert listener.threads == {worker.thread()}


def test_what_cannot_be_done_is_told_in_a_sentence(listener, qtbot, tmp_path):
    worker, said = listener.worker, listener.said
    worker.ask("start", Order("vae-fx", "builtin:dinosaurs", "t"))
    worker.ask("watch", tmp_path / "nowhere")
    worker.ask("send", tmp_path / "nowhere", "stop")
    worker.ask("fly")
    qtbot.waitUntil(lambda: len(said["failed"]) == 4, timeout=_PATIENCE)
    assert said["failed"][0] == (
        "start", "Unknown recipe 'vae-fx': did you mean 'vae-fc'?; 'dinotrain recipes' lists them",
    )  # fmt: skip
    assert said["failed"][1] == ("watch", f"There is no run {tmp_path / 'nowhere'}; it was moved or deleted")
    assert said["failed"][3][0] == "fly"


def test_orders_and_data_are_studied(listener, qtbot, tmp_path):
    worker, said = listener.worker, listener.said
    worker.ask("recipes")
    worker.ask("fields", "vae-fc")
    worker.ask("inspect", str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: bool(said["inspected"]), timeout=_PATIENCE)
    assert "vae-fc" in [name for name, _, _ in said["recipes_found"][0][0]]
    assert said["fields_found"][0][0] == "vae-fc"
    report = said["inspected"][0][0]
    assert isinstance(report, DataReport)
    assert report.problems[0].startswith("There is nothing at ")
    wanted = order("well")
    worker.ask("estimate", order("well", **{"latent.dim": 0}))
    qtbot.waitUntil(lambda: bool(said["estimated"]), timeout=_PATIENCE)
    assert said["estimated"][0][1] == "Latent size must be at least 1, and 0 is not."
    assert said["checked"][0][0] == {"latent.dim": "Latent size must be at least 1, and 0 is not."}
    worker.ask("estimate", wanted)
    qtbot.waitUntil(lambda: len(said["estimated"]) == 2, timeout=_PATIENCE)
    assert said["estimated"][1][0] is wanted
    assert isinstance(said["estimated"][1][1], Estimate)
    assert said["checked"][1][0] == {}
    assert said["command_line_made"][1][1].startswith("dinotrain fit vae-fc --data builtin:dinosaurs --out ")


def test_of_many_questions_only_the_newest_is_answered(listener, qtbot):
    worker, said = listener.worker, listener.said
    worker.ask("fields", "vae-fc")  # takes a while: torch is loaded for it
    orders = [order("well", f"number {number}") for number in range(50)]
    for one in orders:
        worker.ask("check", one)
    qtbot.waitUntil(lambda: bool(said["command_line_made"]) and said["command_line_made"][-1][0] is orders[-1],
                    timeout=_PATIENCE)  # fmt: skip
    assert len(said["command_line_made"]) < len(orders)


def test_asking_never_keeps_the_window_waiting(listener, qtbot):
    worker = listener.worker
    worker.ask("start", order("patient"))
    slowest = 0.0
    for _ in range(200):
        start = time.perf_counter()
        worker.ask("watch", None)
        slowest = max(slowest, time.perf_counter() - start)
    assert slowest < 0.1
    qtbot.waitUntil(lambda: listener.states() == {"patient": "running"}, timeout=_PATIENCE)


def long_run(folder: Path, count: int = 30_000) -> Path:
    """A run with many records, which has ended."""
    run = RunWriter.create(folder, RunConfig(steps=count))
    record = {"time": 1.5, "loss/total": 0.25, "loss/generator": 1.19, "lr": 0.0002, "images_per_second": 384.77}
    lines = (json.dumps({"step": step, "images_seen": 32 * step, **record}) for step in range(count))
    (run.folder / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    run.update(state="stopped", step=count, images_seen=32 * count)
    return run.folder


def test_long_curves_come_in_parts_and_commands_are_heard_between_them(listener, qtbot, tmp_path):
    worker, said, count = listener.worker, listener.said, 30_000
    folder = long_run(tmp_path / "runs" / "long", count)
    worker.ask("set_active", True)
    worker.ask("watch", folder)
    worker.ask("rename", folder, "Heard")
    lengths = lambda: [len(detail.curves["lr"][0]) for (detail,) in said["detail_changed"]]  # noqa: E731
    qtbot.waitUntil(lambda: "Heard" in [row.title for (rows,) in said["rows_changed"] for row in rows],
                    timeout=_PATIENCE)  # fmt: skip
    assert max(lengths(), default=0) < count
    qtbot.waitUntil(lambda: bool(lengths()) and lengths()[-1] == count, timeout=_PATIENCE)
    assert lengths() == sorted(lengths())
    assert 0 < lengths()[0] < count
    told = len(lengths())
    worker.ask("compare", (folder, long_run(tmp_path / "runs" / "other", count)))
    qtbot.waitUntil(lambda: bool(said["compared"]), timeout=_PATIENCE)
    (details,) = said["compared"][0]
    assert [len(detail.curves["lr"][0]) for detail in details] == [count, count]
    assert len(lengths()) == told  # of what is watched there was nothing new
    assert said["failed"] == []


def test_a_comparison_with_a_run_that_is_gone_says_so(listener, qtbot, tmp_path):
    worker, said = listener.worker, listener.said
    worker.ask("compare", (long_run(tmp_path / "runs" / "a", 10), tmp_path / "runs" / "gone"))
    qtbot.waitUntil(lambda: bool(said["failed"]), timeout=_PATIENCE)
    assert said["failed"] == [("compare", f"There is no run {tmp_path / 'runs' / 'gone'}; it was moved or deleted")]
    assert said["compared"] == []


def test_what_nobody_sees_is_not_told_until_it_is_shown_again(listener, qtbot):
    worker, said = listener.worker, listener.said
    worker.ask("set_active", True)
    worker.ask("start", order("patient"))
    qtbot.waitUntil(lambda: listener.states() == {"patient": "running"}, timeout=_PATIENCE)
    folder = said["queued"][0][0]
    worker.ask("watch", folder)
    qtbot.waitUntil(lambda: bool(said["detail_changed"]) and bool(said["hardware_changed"]), timeout=_PATIENCE)
    worker.ask("set_active", False)
    worker.ask("rename", folder, "Hidden")
    qtbot.waitUntil(lambda: said["rows_changed"][-1][0][0].title == "Hidden", timeout=_PATIENCE)
    rows = len(said["rows_changed"])
    qtbot.waitUntil(lambda: len(said["rows_changed"]) > rows + 1, timeout=_PATIENCE)  # what was on its way is there now
    details, figures, rows = (len(said[name]) for name in ("detail_changed", "hardware_changed", "rows_changed"))
    qtbot.waitUntil(lambda: len(said["rows_changed"]) > rows + 2, timeout=_PATIENCE)
    assert len(said["hardware_changed"]) == figures
    assert len(said["detail_changed"]) == details
    worker.ask("set_active", True)
    qtbot.waitUntil(lambda: said["detail_changed"][-1][0].row.title == "Hidden", timeout=_PATIENCE)
    qtbot.waitUntil(lambda: len(said["hardware_changed"]) > figures, timeout=_PATIENCE)


def test_a_home_that_cannot_be_read_at_all_is_told_for_everything_that_is_asked(qtbot, tmp_path, monkeypatch):
    def broken(_home: Path, **_named: object) -> None:
        raise OSError("the drive is gone")

    monkeypatch.setattr("dinoexplorer.ui.train.runs_watch.Keeper", broken)
    worker = RunsWorker(tmp_path / "runs", command=FAKE)
    said = Listener(worker).said
    worker.ask("start", order("well"))
    qtbot.waitUntil(lambda: len(said["failed"]) == 2, timeout=_PATIENCE)
    assert [name for name, _ in said["failed"]] == ["begin", "start"]
    assert said["failed"][1][1].endswith("cannot be read; see to the folder, then start again")
    worker.close(stop=True)


def test_trouble_that_lasts_is_told_once(listener, qtbot, monkeypatch):
    worker, said = listener.worker, listener.said
    qtbot.waitUntil(lambda: bool(said["rows_changed"]), timeout=_PATIENCE)
    looks: list[int] = []

    def broken() -> bool:
        looks.append(1)
        raise OSError("the drive is gone")

    monkeypatch.setattr(worker._watch._keeper, "tick", broken)
    worker.ask("set_active", True)
    qtbot.waitUntil(lambda: len(looks) > 3, timeout=_PATIENCE)
    assert [name for name, _ in said["failed"]] == ["watch"]
    assert said["failed"][0][1].endswith("cannot be read: the drive is gone; it is tried again")


def test_a_home_without_runs_is_not_looked_at(listener, qtbot):
    worker, said = listener.worker, listener.said
    worker.ask("watch", None)
    qtbot.waitUntil(lambda: said["rows_changed"] == [((),)], timeout=_PATIENCE)
    qtbot.waitUntil(lambda: worker._watch._timer is not None, timeout=_PATIENCE)
    worker.ask("recipes")
    qtbot.waitUntil(lambda: bool(said["recipes_found"]), timeout=_PATIENCE)
    assert not worker._watch._timer.isActive()
    worker.ask("set_active", True)
    qtbot.waitUntil(lambda: len(said["hardware_changed"]) > 1, timeout=_PATIENCE)
    assert worker._watch._timer.interval() == 250


def test_ten_runs_in_a_row_leave_nothing_behind(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "give_way", lambda _pid: None)
    me = psutil.Process()
    warm = RunsWorker(tmp_path / "warm", command=FAKE)
    with qtbot.waitSignal(warm.estimated, timeout=_PATIENCE):  # torch, Qt and NVML load what stays
        warm.ask("estimate", order("well"))
    warm.close()
    qtbot.waitUntil(no_children_left, timeout=_PATIENCE)
    before = _resources(me)
    worker = RunsWorker(tmp_path / "runs", command=FAKE)
    listener = Listener(worker)
    worker.ask("set_active", True)
    for number in range(10):
        name = f"run-{number}"
        worker.ask("start", order("patient", name))
        worker.ask("watch", tmp_path / "runs" / name)
        qtbot.waitUntil(lambda name=name: listener.states().get(name) == "running", timeout=_PATIENCE)
        worker.ask("send", tmp_path / "runs" / name, "stop")
        qtbot.waitUntil(lambda name=name: listener.states()[name] == "stopped", timeout=_PATIENCE)
    qtbot.waitUntil(lambda: len(listener.said["run_ended"]) == 10, timeout=_PATIENCE)
    worker.close()
    worker.close()
    worker.ask("start", order("well"))
    assert not any(thread.isRunning() for thread in worker._threads)
    qtbot.waitUntil(no_children_left, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: all(now <= then for now, then in zip(_resources(me), before, strict=True)),
                    timeout=_PATIENCE)  # fmt: skip


def _resources(me: psutil.Process) -> tuple[int, int, int]:
    threads = [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]
    return len(threads), len(me.children()), me.num_fds() if os.name != "nt" else 0
