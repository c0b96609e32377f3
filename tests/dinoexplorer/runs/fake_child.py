"""Stands in for `dinotrain` in a process of its own; the name in the configuration says how it behaves.

well          trains a few steps and finishes
patient       trains until it is told to stop, and answers every command
deaf          trains and ignores every command
garbled       as patient, with bad bytes in its log and broken lines in its metrics
raises        fails with a traceback, and says so in its status
vanishes      ends without a word
shot          is killed by SIGKILL
unborn        dies before it has a folder, with a traceback
mute          dies before it has a folder, without a word
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from training.config import from_toml
from training.run import RunWriter

_LONGEST = 90.0
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def main() -> None:
    kind, place, *rest = sys.argv[1:]
    if kind == "fit":
        config = from_toml(Path(place).read_text("utf-8"))
        if config.name == "mute":
            os._exit(7)
        if config.name == "unborn":
            raise ImportError("libcudart.so.12: cannot open shared object file")
        print("loading", flush=True)  # noqa: T201  what `dinotrain` prints before it has a log
        run = RunWriter.create(Path(rest[rest.index("--out") + 1]), config)
    else:
        steps = int(rest[rest.index("--steps") + 1]) if "--steps" in rest else None
        run = RunWriter.reopen(Path(place), steps=steps)
    run.log(f"run folder: {run.folder}")
    run.write_environment({"device": "cpu (stand-in)", "host": run.status.host})
    train(run)


def train(run: RunWriter) -> None:
    name, step, paused = run.config.name, run.status.step, False
    run.update(state="running", phase="training")
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline and (name != "well" or step < run.config.steps):
        command = None if name == "deaf" else run.poll({"stop": {"state": "stopping"}})
        if command == "stop":
            run.update(state="stopped", message=f"stopped at step {step}")
            return
        if command in {"pause", "resume"}:
            paused = command == "pause"
            run.update(state="paused" if paused else "running")
        if command == "sample":
            run.sample_file(step).write_bytes(_PNG)
        if command == "save":
            run.checkpoint_file(step).write_bytes(b"weights")
        if not paused:
            step += 1
            one_step(run, step)
        time.sleep(0.01 if name == "well" else 0.05)
    run.update(state="finished", message="")


def one_step(run: RunWriter, step: int) -> None:
    name, images = run.config.name, step * run.config.batch_size
    run.update(step=step, images_seen=images)
    run.add_metrics({"step": step, "images_seen": images, "time": step * 0.5, "loss/total": 1 / step,
                     "images_per_second": 2 * run.config.batch_size, "seconds_left": 1.0})  # fmt: skip
    run.log(f"step {step}")
    if step == 1:
        run.sample_file(step).write_bytes(_PNG)
        run.checkpoint_file(step).write_bytes(b"weights")
    if step % 2 == 0:
        total = (1 + run.config.latent.dim) / step
        run.add_metrics({"step": step, "images_seen": images, "time": step * 0.5, "held_out/total": total})
    if name == "garbled":
        with (run.folder / "log.txt").open("ab") as file:
            file.write(b"warning: \xff\xfe\x00 odd picture caf\xe9.png\n")
        with (run.folder / "metrics.jsonl").open("ab") as file:
            file.write(b'{"step": 3, "loss/total": \xff\n[1, 2]\n\n{"step": true}\n{"step": 99, "loss/total": NaN}\n')
    if step < 3:
        return
    if name == "raises":
        run.log("Traceback (most recent call last):\nRuntimeError: a hand-made failure")
        run.update(state="failed", message="RuntimeError: a hand-made failure")
        raise RuntimeError("a hand-made failure")
    if name == "vanishes":
        os._exit(5)
    if name == "shot":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    try:
        main()
    except (json.JSONDecodeError, KeyError):
        sys.exit(9)
