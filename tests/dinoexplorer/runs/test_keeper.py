"""Runs as a person has them: started, queued, steered, ended in every way, found again."""

from __future__ import annotations

import json
import math
import os
import signal
from pathlib import Path

import psutil
import pytest

from dinoexplorer.runs import launching
from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.keeper import Keeper
from dinoexplorer.runs.queue_file import Entry, QueueFile
from dinoexplorer.runs.row_reading import RowReader, entry_row
from dinoexplorer.runs.views import Order, RunRow
from training.config import ConfigError, RunConfig
from training.run import COMPANION_VARIABLE, RunWriter, read_run


def test_a_run_is_queued_started_watched_and_finishes(home):
    folder = home.start("well", "My first run!")
    assert folder == home.folder / "my-first-run"
    assert [(row.state, row.queue_place, row.title) for row in home.keeper.rows()] == []
    home.keeper.tick()
    row = home.until_state(folder, "finished")
    assert (row.title, row.recipe, row.data) == ("My first run!", "vae-fc", "built-in dinosaurs")
    assert (row.step, row.total_steps, row.images_seen, row.best) == (6, 6, 24, pytest.approx(0.5))
    assert row.rate == 8
    assert row.thumbnail == folder / "samples" / "step-000001.png"
    assert row.checkpoint == folder / "checkpoints" / "step-000001.safetensors"
    detail = home.keeper.detail(folder)
    images, values = detail.curves["loss/total"]
    assert images.tolist() == [4, 8, 12, 16, 20, 24]
    assert values[1] == 0.5
    assert detail.settings["latent.dim"] == 2
    assert detail.samples == ((1, folder / "samples" / "step-000001.png"),)
    assert "step 6" in detail.log
    home.until(lambda: not list(home.folder.glob("*.launch.*")), "for the launch files to go")


def test_one_run_at_a_time_trains_on_a_device_and_the_next_follows(home):
    first, second = home.start("patient", "first"), home.start("well", "second")
    home.until_state(first, "running")
    row = home.row(second)
    assert row is not None
    assert (row.state, row.queue_place, row.total_steps) == ("queued", 1, 6)
    assert not second.exists()
    home.keeper.send(first, "stop")
    home.until_state(first, "stopped")
    home.until_state(second, "finished")


def test_the_queue_can_be_reordered_and_shortened(home):
    busy = home.start("patient", "busy")
    home.until_state(busy, "running")
    a, b, c = (home.start("well", title) for title in "abc")
    home.keeper.move_in_queue(c, 1)
    home.keeper.tick()
    assert [home.row(folder).queue_place for folder in (c, a, b)] == [1, 2, 3]
    home.keeper.unqueue(a)
    home.keeper.tick()
    assert home.row(a) is None
    with pytest.raises(KeeperError, match="'a' is not in the queue"):
        home.keeper.unqueue(a)
    with pytest.raises(KeeperError, match="'b' still waits for its turn; take it out of the queue instead"):
        home.keeper.send(b, "stop")
    home.keeper.send(busy, "stop")
    home.until_state(busy, "stopped")


def test_a_sweep_queues_one_run_for_each_value_or_none(home):
    order = home.order("patient", "z")
    with pytest.raises(ConfigError, match=r"latent\.dim = 0"):
        home.keeper.start_sweep(order, "latent.dim", [2, 0])
    with pytest.raises(KeeperError, match=r"there is no value to train latent\.dim with"):
        home.keeper.start_sweep(order, "latent.dim", [])
    assert home.keeper.tick() is False
    folders = home.keeper.start_sweep(order, "latent.dim", [2, 5])
    assert [folder.name for folder in folders] == ["z-latent.dim=2", "z-latent.dim=5"]
    home.until_state(folders[0], "running")
    assert home.row(folders[1]).title == "z latent.dim=5"
    assert read_run(folders[0]).config.latent.dim == 2
    home.keeper.unqueue(folders[1])
    home.keeper.send(folders[0], "stop")
    home.until_state(folders[0], "stopped")


def test_pause_resume_sample_save_and_stop_are_heard(home):
    folder = home.start("patient")
    home.until_state(folder, "running", step=2)
    home.keeper.send(folder, "pause")
    home.until_state(folder, "paused")
    home.keeper.resume(folder)
    home.until_state(folder, "running")
    home.keeper.send(folder, "sample")
    home.until(lambda: len(home.keeper.detail(folder).samples) > 1, "for a sheet")
    home.keeper.send(folder, "save")
    home.until(lambda: len(home.keeper.detail(folder).checkpoints) > 1, "for a checkpoint")
    home.keeper.send(folder, "stop")
    row = home.until_state(folder, "stopped")
    assert row.reason == ""
    with pytest.raises(Exception, match="is stopped: nothing trains there that could pause"):
        home.keeper.send(folder, "pause")


def test_a_run_that_ignores_stop_is_ended_by_force_and_can_be_resumed(home):
    folder = home.start("deaf")
    home.until_state(folder, "running", step=2)
    home.keeper.send(folder, "stop")
    pid = read_run(folder).status.pid
    home.keeper.kill(folder)
    row = home.until_state(folder, "interrupted")
    home.until(lambda: not psutil.pid_exists(pid), "for the process to be gone, not a zombie")
    assert row.reason.startswith("It was ended by force at step ")
    assert row.reason.endswith("Resume goes on from the last saved state.")
    with pytest.raises(KeeperError, match="'deaf' is interrupted: there is no process to end"):
        home.keeper.kill(folder)
    home.keeper.resume(folder)
    home.until_state(folder, "running", step=row.step + 1)
    home.keeper.kill(folder)
    home.until_state(folder, "interrupted")


def test_a_stopped_run_is_extended_and_its_repeated_steps_replace_the_old_ones(home):
    folder = home.start("well")
    home.until_state(folder, "finished")
    with pytest.raises(KeeperError, match="'well' is finished at step 6; give a larger number of steps to extend it"):
        home.keeper.resume(folder)
    with pytest.raises(KeeperError, match="'well' has already done 6 steps; give a larger number to go on"):
        home.keeper.resume(folder, 6)
    before = home.keeper.detail(folder).curves["loss/total"]
    home.keeper.resume(folder, 9)
    home.keeper.tick()
    with pytest.raises(KeeperError, match="'well' is already in the queue"):
        home.keeper.resume(folder, 12)
    row = home.until_state(folder, "finished", step=9)
    assert row.total_steps == 9
    assert home.keeper.detail(folder).curves["loss/total"][0].tolist() == [4 * step for step in range(1, 10)]
    assert before[0].tolist() == [4, 8, 12, 16, 20, 24]


@pytest.mark.parametrize(
    ("behaviour", "state", "reason"),
    [
        ("raises", "failed", "RuntimeError: a hand-made failure."),
        ("vanishes", "interrupted", "The process ended without a word at step 3: killed, or the machine was switched"
                                    " off. Resume goes on from the last saved state."),
        ("shot", "interrupted", "The system ended the process at step 3 (SIGKILL), which it does when memory runs out."
                                " A batch_size of 2 would fit (accumulate=2 keeps the step as it is)."),
    ],
)  # fmt: skip
def test_a_run_that_ends_badly_says_why_in_a_sentence(home, behaviour, state, reason):
    folder = home.start(behaviour)
    row = home.until_state(folder, state)
    home.until(lambda: home.row(folder).reason == reason, f"for {reason!r}")
    if behaviour == "raises":
        assert any("RuntimeError: a hand-made failure" in line for line in home.keeper.detail(folder).problems)
    assert row.phase != "starting"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("unborn", "The training could not begin: ImportError: libcudart.so.12: cannot open shared object file."),
        ("mute", "The training process ended without a word before it began. Start it again, or run its command in a"
                 " terminal."),
    ],
)  # fmt: skip
def test_a_process_that_dies_before_it_has_a_folder_is_shown_with_its_reason(home, behaviour, reason):
    folder = home.start(behaviour)
    row = home.until_state(folder, "failed")
    assert row.reason == reason
    assert not folder.exists()
    detail = home.keeper.detail(folder)
    assert detail.settings["image.size"] == 16
    assert ("ImportError" in detail.log) == (behaviour == "unborn")
    home.reopened()
    assert home.row(folder).reason == reason
    home.keeper.resume(folder)
    home.until_state(folder, "failed")
    home.keeper.unqueue(folder)
    home.keeper.tick()
    assert home.keeper.rows() == ()
    assert [path.name for path in home.folder.iterdir() if not path.name.startswith(".")] == ["queue.json"]


def test_bad_bytes_and_broken_records_are_survived(home):
    folder = home.start("garbled")
    home.until_state(folder, "running", step=4)
    detail = home.keeper.detail(folder)
    assert "odd picture caf\ufffd.png" in detail.log
    assert "\x00" not in detail.log
    assert any(line.startswith("warning: ") for line in detail.problems)
    assert all(math.isfinite(value) for _, values in detail.curves.values() for value in values)
    home.keeper.send(folder, "stop")
    home.until_state(folder, "stopped")


def test_files_may_go_missing_at_any_moment(home):
    folder = home.start("well")
    home.until_state(folder, "finished")
    for name in ("log.txt", "metrics.jsonl", "environment.json", "status.json"):
        (folder / name).unlink()
        home.keeper.tick()
        home.keeper.detail(folder)
    (folder / "status.json").write_bytes(b"\xff{")
    home.keeper.tick()
    assert home.row(folder).state == "interrupted"
    (folder / "config.toml").write_text("not toml")
    assert home.keeper.tick()
    assert home.keeper.rows() == ()
    with pytest.raises(KeeperError, match=r"there is no run .*; it was moved or deleted"):
        home.keeper.detail(folder)


def test_a_run_survives_the_window_and_is_found_again_and_the_queue_goes_on(home):
    first, second = home.start("patient", "Old one"), home.start("well", "new")
    home.until_state(first, "running", step=1)
    home.reopened()
    assert (home.row(first).state, home.row(first).title) == ("running", "Old one")
    assert home.row(second).queue_place == 1
    home.keeper.send(first, "stop")
    home.until_state(first, "stopped")
    home.until_state(second, "finished")


def test_runs_that_were_found_again_are_stopped_too_when_the_answer_is_to_stop(home):
    folder = home.start("patient")
    home.until_state(folder, "running", step=1)
    home.reopened().keeper.close(stop=True)
    home.reopened()
    assert home.until_state(folder, "stopped").step >= 1


def test_runs_that_would_end_with_the_window_are_told_to_outlive_it_when_the_answer_is_to_keep_them(home):
    home.keeper.set_outlives(False)
    folder = home.start("patient")
    home.until_state(folder, "running", step=1)
    companion = psutil.Process(read_run(folder).status.pid).environ()[COMPANION_VARIABLE]
    assert companion.partition(":")[0] == str(os.getpid())
    home.keeper.close(keep=True)
    assert json.loads((folder / "control.json").read_text())["command"] == "outlive"
    home.reopened().keeper.close(keep=True)  # of this window it was never a part
    home.reopened().until(lambda: read_run(folder).status.handled_control == 1, "for it to be heard")
    assert home.row(folder).state == "running"
    home.keeper.send(folder, "stop")
    home.until_state(folder, "stopped")


def test_a_run_that_is_just_being_started_hears_what_it_was_told_when_it_has_begun(home):
    folder = home.start("patient")
    home.keeper.tick()
    assert home.row(folder).state == "preparing"
    home.keeper.send(folder, "stop")
    home.keeper.send(folder, "pause")  # a stop is final
    home.until_state(folder, "stopped")
    home.keeper.resume(folder)
    home.keeper.tick()
    home.keeper.send(folder, "stop")
    home.until(lambda: not home.keeper._queue.entries, "for it to begin")
    home.until_state(folder, "stopped")
    assert not json.loads((home.folder / "queue.json").read_text())["entries"]


@pytest.mark.parametrize("kind", ["fit", "resume"])
def test_what_was_started_by_a_window_that_had_no_time_to_note_it_is_not_started_again(home, kind):
    folder = home.start("patient", "Rex")
    if kind == "resume":
        home.until_state(folder, "running", step=1)
        home.keeper.send(folder, "stop")
        home.until_state(folder, "stopped")
        home.keeper.resume(folder)
    text = (home.folder / "queue.json").read_text()
    home.until_state(folder, "running", step=1)
    pid = read_run(folder).status.pid
    home.keeper.close()
    (home.folder / "queue.json").write_text(text)
    home.reopened().keeper.tick()
    assert [(row.state, row.title, row.queue_place) for row in home.keeper.rows()] == [("running", "Rex", 0)]
    home.keeper.send(folder, "stop")
    home.until_state(folder, "stopped")
    assert read_run(folder).status.pid == pid


def test_what_a_window_queued_that_is_closed_now_is_not_lost(home):
    busy = home.start("patient", "busy")
    home.until_state(busy, "running")
    other = Keeper(home.folder, command=home.command)
    first = home.start("well", "first")
    home.keeper.close()
    second = other.start(home.order("well", "second"))  # it has not looked in between
    third = other.start(home.order("well", "first"))
    assert third.name == "first-2"
    other.close()
    queue = QueueFile(home.folder)
    queue.reload()
    assert [entry.folder for entry in queue.entries] == [first.name, second.name, third.name]
    home.reopened().keeper.send(busy, "stop")
    for folder in (busy, first, second, third):
        home.until_state(folder, "stopped" if folder is busy else "finished")


def test_what_a_run_printed_is_dropped_that_ended_while_no_window_was_there(home):
    folder = home.start("well")
    home.until_state(folder, "running", "finished")
    home.keeper.close()
    home.until(lambda: read_run(folder).state == "finished", "for its end")
    (home.folder / "well.launch.log").write_text("loading")
    home.reopened()
    assert not list(home.folder.glob("*.launch.*"))


def test_why_a_resume_did_not_begin_is_forgotten_when_it_trains_after_all(home):
    folder = home.start("vanishes")
    home.until_state(folder, "interrupted")
    (folder / "config.toml").write_text((folder / "config.toml").read_text().replace("vanishes", "patient"))
    home.keeper._launcher.reasons["vanishes"] = "It could not begin."
    home.keeper.tick()
    assert home.row(folder).reason == "It could not begin."
    home.keeper.tick()
    run = RunWriter.reopen(folder)  # someone typed the command
    home.until_state(folder, "preparing")
    run.update(state="failed", message="The disk is full.")
    assert home.until_state(folder, "failed").reason == "The disk is full."


def test_a_child_gives_way_to_everything_else(home, monkeypatch):
    monkeypatch.setattr(launching, "give_way", home.give_way)
    folder = home.start("patient")
    home.until_state(folder, "running")
    process = psutil.Process(read_run(folder).status.pid)
    if os.name != "nt":
        assert process.nice() == 19
        assert os.getpgid(process.pid) == process.pid
    group = Path(f"/proc/{process.pid}/autogroup")
    if group.exists():
        assert group.read_text().split()[-1] == "19"
    home.keeper.close(stop=True)
    process.wait(30)
    assert read_run(folder).state == "stopped"
    home.keeper = Keeper(home.folder, command=home.command)


def test_a_second_window_shows_the_queue_but_does_not_touch_it(home):
    busy = home.start("patient", "busy")
    home.until_state(busy, "running")
    waiting = home.start("well", "waiting")
    home.keeper.tick()
    other = Keeper(home.folder, command=home.command)
    try:
        other.tick()
        assert [row.state for row in other.rows()] == [home.row(row.folder).state for row in other.rows()]
        with pytest.raises(KeeperError, match="another DinoExplorer keeps the queue of"):
            other.unqueue(waiting)
    finally:
        other.close(stop=False)
    home.keeper.unqueue(waiting)
    home.keeper.send(busy, "stop")
    home.until_state(busy, "stopped")


def test_a_title_is_kept_beside_the_run_and_the_folder_keeps_its_name(home):
    folder = home.start("well", "first")
    home.until_state(folder, "finished")
    made = home.row(folder).started
    home.keeper.rename(folder, "  Rex,  at last ")
    assert home.keeper.tick()
    assert home.row(folder).title == "Rex, at last"
    assert home.row(folder).started == made
    home.reopened()
    assert home.row(folder).title == "Rex, at last"
    home.keeper.rename(folder, "")
    home.keeper.tick()
    assert home.row(folder).title == "first"
    with pytest.raises(KeeperError, match=r"there is no run .*nowhere; it was moved or deleted"):
        home.keeper.rename(home.folder / "nowhere", "x")


def test_what_cannot_be_trained_is_refused_before_it_is_queued(home):
    with pytest.raises(ConfigError, match="unknown recipe 'vae-fx'"):
        home.keeper.start(Order("vae-fx", "builtin:dinosaurs", "t"))
    with pytest.raises(KeeperError, match=r"the data '/nowhere/at/all' is not there; choose a folder of pictures"):
        home.keeper.start(Order("vae-fc", "/nowhere/at/all", "t"))
    with pytest.raises(ConfigError, match=r"batch_size = 0"):
        home.start("well", batch_size=0)
    assert not home.folder.exists()


def test_names_of_folders_are_free_and_usable_anywhere(home):
    busy = home.start("patient", "Con")
    names = [home.start("well", title).name for title in ("con", "a/b:c?", "...", "Größe z=5")]
    assert [busy.name, *names] == ["run-con", "run-con-2", "a-b-c", "vae-fc", "größe-z=5"]


def test_a_broken_queue_is_put_aside(home):
    home.folder.mkdir()
    (home.folder / "queue.json").write_text("[" * 100_000)
    assert home.reopened().keeper.rows() == ()
    assert (home.folder / "queue.broken.json").exists()
    odd = {"folder": "../../x", "kind": "fit"}
    (home.folder / "queue.json").write_text(json.dumps({"entries": [odd, 3, {"folder": "y", "kind": "rm"}]}))
    home.keeper.tick()
    assert home.keeper.rows() == ()


def test_three_runs_leave_no_child_and_no_file_open(home):
    me = psutil.Process()
    home.until_state(home.start("well", "warm"), "finished")
    home.until(lambda: not me.children(), "for the child to be gone")
    files = me.num_fds() if os.name != "nt" else 0
    for number in range(3):
        folder = home.start("patient", f"run {number}")
        home.until_state(folder, "running", step=1)
        home.keeper.detail(folder)
        home.keeper.send(folder, "stop")
        home.until_state(folder, "stopped")
    home.until(lambda: not me.children(), "for the children to be gone")
    if os.name != "nt":
        assert me.num_fds() <= files


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
def test_a_segmentation_fault_is_named(home):
    folder = home.start("patient")
    home.until_state(folder, "running", step=1)
    os.kill(read_run(folder).status.pid, signal.SIGSEGV)
    row = home.until_state(folder, "interrupted")
    home.until(lambda: "SIGSEGV" in home.row(folder).reason, "for the signal")
    assert home.row(folder).reason.startswith(f"It crashed in native code at step {row.step} (SIGSEGV).")


def test_a_folder_that_its_process_has_not_taken_over_yet_does_not_look_interrupted(tmp_path):
    known = RunRow(tmp_path / "x", "x", "vae", "vae", "data", "interrupted", reason="gone")
    for kind in ("fit", "resume"):
        started = entry_row(Entry("x", "x", kind, pid=12, create_time=1.0), known, tmp_path, 0)
        assert (started.state, started.phase, started.reason) == ("preparing", "starting", "")
    failed = entry_row(Entry("x", "x", problem="No room."), known, tmp_path, 0)
    assert (failed.state, failed.reason) == ("failed", "No room.")
    assert entry_row(Entry("x", "x", config="no toml"), None, tmp_path, 1) is None


def test_the_speed_of_a_run_is_known_after_an_evaluation_too(tmp_path):
    run = RunWriter.create(tmp_path / "x", RunConfig(steps=100))
    run.update(state="running", step=10, images_seen=640)
    for step in (5, 10):
        run.add_metrics({"step": step, "images_seen": 64 * step, "time": 2.0 * step, "images_per_second": 32.0})
    run.add_metrics({"step": 10, "images_seen": 640, "time": 20.0, "held_out/total": 3.0})
    reader = RowReader(run.folder)
    assert reader.refresh()
    assert (reader.row.rate, reader.speed, reader.row.best) == (32.0, 32.0, 3.0)
    assert reader.row.seconds_left == 90 * 64 / 32
    run.add_metrics({"step": 5, "images_seen": 320, "time": 10.0, "held_out/total": 9.0})
    run.add_metrics({"step": 6, "images_seen": 384, "time": 12.0, "held_out/total": 10**400, "text": "odd"})
    assert reader.refresh()
    assert reader.row.best == 9.0
    assert reader.refresh() is False
    run.update(state="stopped")


def test_a_run_is_ranked_by_what_it_judges_itself_by(tmp_path):
    for name, judged, values, best in (
        ("psnr", "evaluate/psnr", (20.0, 28.0, 25.0), 28.0),
        ("kernel", "evaluate/kernel[encoder]", (0.5, 0.2, 0.3), 0.2),
    ):
        run = RunWriter.create(tmp_path / name, RunConfig(steps=100, evaluate={"metrics": "recon", "best": judged}))
        for step, value in enumerate(values, 1):
            run.add_metrics({"step": step, "images_seen": step, "held_out/total": 9.0 - step, judged: value})
            run.add_metrics({"step": step, "images_seen": step, "loss/total": 1.0})
        reader = RowReader(run.folder)
        assert reader.refresh()
        assert (reader.row.judged, reader.row.best) == (judged, best)
        assert reader.row.badness == (-best if name == "psnr" else best)
