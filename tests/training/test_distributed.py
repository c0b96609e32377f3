"""Two processes on this machine (gloo), started as a user would: `torchrun --nproc-per-node 2 -m training ...`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from training.config import RunConfig, to_toml
from training.distributed import Group, Word
from training.loop import fit
from training.run import RunWriter, read_metrics, read_run, send

ROOT = Path(__file__).parents[2]
_DEADLINE = 200.0


def _torchrun(*arguments: str) -> subprocess.Popen[str]:
    # What --standalone does, without the name "localhost": a bare system may not know it.
    here = ["--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1", "--nproc-per-node=2"]
    command = [sys.executable, "-m", "torch.distributed.run", *here, "-m", "training", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def _wait_for_steps(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _DEADLINE
    while len(read_metrics(folder)[0]) < count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue


def test_two_processes_train_as_one_with_twice_the_pictures_through_a_stop_and_a_resume(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], silent: type
) -> None:
    settings = ("batch_size=5", "data.flip=true", "optimizer.clip=100", "optimizer.schedule=constant")
    config = tiny_config("steps=100000", *settings, recipe="vae-fc")
    (tmp_path / "config.toml").write_text(to_toml(config))
    folder = tmp_path / "two"
    with _torchrun("fit", str(tmp_path / "config.toml"), "--out", str(folder)) as processes:
        _wait_for_steps(folder, 3, processes)
        send(folder, "stop")
        said = processes.communicate(timeout=_DEADLINE)[1]
    assert processes.returncode == 0, said
    assert "2 processes, 10 pictures a step together" in said
    stopped = read_run(folder)
    assert stopped.state == "stopped"
    assert stopped.status.images_seen == 10 * stopped.status.step
    steps = stopped.status.step + 3
    with _torchrun("resume", str(folder), "--steps", str(steps)) as processes:
        said = processes.communicate(timeout=_DEADLINE)[1]
    assert processes.returncode == 0, said
    assert read_run(folder).state == "finished"

    alone = RunWriter.create(
        tmp_path / "one", tiny_config(f"steps={steps}", "accumulate=2", *settings, recipe="vae-fc")
    )
    fit(alone, silent())
    ours = torch.load(folder / "checkpoints" / "state.pt", weights_only=True)["model"]
    theirs = torch.load(alone.state_file, weights_only=True)["model"]
    for name, tensor in theirs.items():
        assert (ours[name] - tensor).abs().mean() < 1e-5, name


def test_under_torchrun_a_process_ends_without_the_shutdown_that_gloo_may_crash_in() -> None:
    program = (
        "import atexit, sys; from training.__main__ import main;"
        "atexit.register(print, 'shut down'); sys.argv[1:] = ['recipes']; sys.exit(main())"
    )
    said = {}
    for size in ("1", "2"):
        command = [sys.executable, "-c", program]
        environment = os.environ | {"WORLD_SIZE": size}
        said[size] = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=_DEADLINE
        ).stdout
    assert "dinosaurs" in said["2"]
    assert said["1"] == said["2"] + "shut down\n"


def test_alone_a_group_changes_nothing() -> None:
    group = Group.join()
    assert group.size == 1
    assert group.say(Word.STEP) == Word.STEP
    assert group.share(b"state") == b"state"
    weight = torch.ones(3, requires_grad=True)
    weight.sum().backward()
    group.average_gradients([weight])
    assert weight.grad is not None
    assert weight.grad.tolist() == [1, 1, 1]
    group.close()
