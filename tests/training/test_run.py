import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from training.config import RunConfig
from training.run import RunError, RunWriter, find_runs, latest_course, read_metrics, read_run, send

Start = Callable[..., RunWriter]


def test_a_fresh_run_folder_holds_what_the_contract_says(start: Start) -> None:
    run = start("steps=5")
    assert {path.name for path in run.folder.iterdir()} == {"config.toml", "status.json", "samples", "checkpoints"}
    status = json.loads((run.folder / "status.json").read_text())
    assert status["state"] == "preparing"
    assert status["total_steps"] == 5
    assert status["pid"] == os.getpid()
    assert status["process_create_time"] == psutil.Process().create_time()
    assert abs(status["heartbeat"] - time.time()) < 30
    assert read_run(run.folder).config == run.config
    assert run.checkpoint_file(120).name == "step-000120.safetensors"
    assert run.sample_file(120).name == "step-000120.png"


def test_a_folder_is_never_used_twice(start: Start) -> None:
    assert [start(name="a").folder.name for _ in range(3)] == ["a", "a-2", "a-3"]
    assert [start(name="b-1").folder.name for _ in range(2)] == ["b-1", "b-2"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, tiny_config: Callable[..., RunConfig]) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunError, match=r"cannot make the run folder .*file/run"):
        RunWriter.create(tmp_path / "file" / "run", tiny_config())


def test_a_run_whose_process_is_gone_is_interrupted(start: Start) -> None:
    run = start()
    run.update(state="running", step=3)
    assert read_run(run.folder).state == "running"
    run.update(process_create_time=psutil.Process().create_time() - 100)  # the number went to another process
    assert read_run(run.folder).state == "interrupted"
    assert read_run(run.folder).status.step == 3


def test_the_last_word_of_a_process_counts_even_if_it_was_said_while_one_looked(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start()
    run.update(state="running", step=3)

    def gone(_pid: int, _create_time: float) -> bool:
        run.update(state="finished", step=4)
        return False

    monkeypatch.setattr("training.run.reading.process_lives", gone)
    assert (read_run(run.folder).state, read_run(run.folder).status.step) == ("finished", 4)


def test_a_run_on_another_machine_lives_by_its_heartbeat(start: Start) -> None:
    run = start()
    run.update(state="running", host=f"not-{socket.gethostname()}", pid=1)
    assert read_run(run.folder).state == "running"
    status = json.loads((run.folder / "status.json").read_text())
    (run.folder / "status.json").write_text(json.dumps({**status, "heartbeat": time.time() - 1000}))
    assert read_run(run.folder).state == "interrupted"


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"state": "flying", "step": "x", "pid": null}', "{" * 50, f'{{"heartbeat": 1{"0" * 400}}}',
     '{"state": "running", "heartbeat": NaN}'],
)  # fmt: skip
def test_a_damaged_status_is_no_crash(start: Start, text: str) -> None:
    run = start()
    (run.folder / "status.json").write_text(text)
    assert read_run(run.folder).state == "interrupted"


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"is not a run folder: it has no readable config\.toml"):
        read_run(tmp_path)
    (tmp_path / "config.toml").write_text("stepps = 3")
    with pytest.raises(RunError, match=r"the configuration of the run .* cannot be used: stepps"):
        read_run(tmp_path)


def test_commands_arrive_once_and_in_order(start: Start) -> None:
    run = start()
    run.update(state="running")
    assert run.poll() is None
    first = send(run.folder, "pause")
    assert run.poll() == "pause"
    assert run.poll() is None
    assert read_run(run.folder).status.handled_control == first
    assert send(run.folder, "stop") == first + 1
    assert run.poll() == "stop"


@pytest.mark.parametrize("text", ["", "[1]", '{"command": "explode", "id": 5}', '{"command": "stop"}'])
def test_a_damaged_control_file_is_ignored(start: Start, text: str) -> None:
    run = start()
    (run.folder / "control.json").write_text(text)
    assert run.poll() is None


def test_a_command_that_could_not_be_read_is_read_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start()
    run.update(state="running")
    send(run.folder, "stop")
    with monkeypatch.context() as patch:  # as on Windows, while the file is being replaced
        patch.setattr("training.run.writing.read_json", lambda _path: {})
        assert run.poll() is None
    assert run.poll() == "stop"


def test_a_full_disk_keeps_nobody_from_stopping(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    run = start()
    run.update(state="running")
    send(run.folder, "stop")
    monkeypatch.setattr("training.run.writing.replace_text", refuse)
    assert run.poll() == "stop"
    monkeypatch.setattr("training.run.reading.replace_text", refuse)
    (run.folder / "control.json").unlink()
    with pytest.raises(RunError, match=r"cannot tell the run .* to stop: No space left on device; make room, or see"):
        send(run.folder, "stop")
    with pytest.raises(RunError, match="No space left on device"):
        RunWriter.create(run.folder.parent / "other", run.config)


def test_nobody_can_steer_a_run_that_has_ended(start: Start) -> None:
    run = start()
    run.update(state="finished")
    with pytest.raises(RunError, match="is finished: nothing trains there that could stop"):
        send(run.folder, "stop")


def test_an_old_command_is_not_obeyed_by_the_resumed_process(start: Start) -> None:
    run = start()
    run.update(state="running")
    send(run.folder, "stop")
    run.update(state="stopped")
    assert RunWriter.reopen(run.folder).poll() is None


def test_a_live_run_cannot_be_taken_over(start: Start) -> None:
    run = start()
    run.update(state="running")
    with pytest.raises(RunError, match=f"is running in process {os.getpid()}; stop it first"):
        RunWriter.reopen(run.folder)


def test_metrics_are_read_bit_by_bit_and_half_lines_wait(start: Start) -> None:
    run = start()
    run.add_metrics({"step": 1, "time": 0.5})
    records, offset = read_metrics(run.folder)
    assert records == [{"step": 1, "time": 0.5}]
    with (run.folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "ti')
    assert read_metrics(run.folder, offset) == ([], offset)
    run.add_metrics({"step": 2, "time": 1.0})  # what a resumed process writes after the cut
    assert read_metrics(run.folder, offset)[0] == [{"step": 2, "time": 1.0}]


def test_steps_trained_again_replace_the_lost_ones() -> None:
    records = [{"step": step, "n": n} for n, steps in enumerate([(1, 2, 3, 4), (3, 4, 5)]) for step in steps]
    assert [(r["step"], r["n"]) for r in latest_course(records)] == [(1, 0), (2, 0), (3, 1), (4, 1), (5, 1)]


def test_runs_are_found_newest_first(start: Start, tmp_path: Path) -> None:
    a, b = start(name="a"), start(name="b")
    os.utime(a.folder / "config.toml", (1, 1))
    (tmp_path / "c").mkdir()
    assert [run.folder for run in find_runs(tmp_path)] == [b.folder, a.folder]
    assert find_runs(tmp_path / "nowhere") == ()


def test_only_the_newest_step_checkpoints_are_kept(start: Start) -> None:
    run = start("checkpoint.keep=2")
    for name in (10, 200, 3000, "last", "best"):
        run.checkpoint_file(name).write_bytes(b"x")
    run.drop_old_checkpoints()
    assert [path.stem for path in read_run(run.folder).checkpoints] == ["step-000200", "step-003000"]
    assert read_run(run.folder).last_checkpoint
    assert read_run(run.folder).best_checkpoint
