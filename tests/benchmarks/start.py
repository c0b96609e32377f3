"""Starts the window in fresh processes: time to the first paint and to the first dinosaur, cold and warm."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from tests.benchmarks import Bar, Report
from tests.benchmarks._checkpoints import chosen_checkpoint

ROOT = Path(__file__).parents[2]
PATIENCE = 300


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, help="default: the shipped one, else a fake of its kind")
    parser.add_argument("--repeats", type=int, default=5, help="warm starts")


def measure(options: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = chosen_checkpoint(options.checkpoint, Path(folder)).resolve()
        environment = dict(os.environ, DINOEXPLORER_CONFIG=folder, DINOEXPLORER_CACHE=folder, PYTHONUTF8="1")
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in {"win32", "darwin"}):
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        forgotten = _forget_files()
        cold = _start(path, environment)
        warm = [_start(path, environment) for _ in range(options.repeats)]
        torch = [_bare("import torch", environment) for _ in range(3)]
        qt = [_bare("import PySide6.QtWidgets", environment) for _ in range(3)]
    starts = [cold, *warm]
    report = Report("start")
    window, picture, torch_alone = (
        statistics.median(start["window"] for start in warm),
        statistics.median(start["picture"] for start in warm),
        statistics.median(torch),
    )
    report.figures = {
        "checkpoint": path.name,
        "platform": environment.get("QT_QPA_PLATFORM", "display"),
        "file cache": f"{forgotten} MB of files asked to leave it before the cold start",
        "cold: window after s": cold["window"],
        "cold: first dinosaur after s": cold["picture"],
        "warm: window after s, median": window,
        "warm: first dinosaur after s, median": picture,
        "warm starts": len(warm),
        "bare import of torch, s": torch_alone,
        "bare import of PySide6.QtWidgets, s": statistics.median(qt),
        "window / bare PySide6": window / statistics.median(qt),
        "first dinosaur / bare torch": picture / torch_alone,
    }
    loaded = sum(bool(start["torch before the first paint"]) for start in starts)
    report.bars = [Bar("starts with torch loaded before the first paint", loaded, 0)]
    return report


def _start(path: Path, environment: dict[str, str]) -> dict[str, float]:
    """Seconds from the start of the process to what the runner saw."""
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks._start_runner", str(path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the window did not start: {done.stderr.strip()}")
    found = json.loads(done.stdout.splitlines()[-1])
    if found.get("error") or "picture" not in found:
        raise RuntimeError(f"the window showed no picture: {found.get('error')}")
    return {name: value - begun if name in {"window", "picture"} else value for name, value in found.items()}


def _bare(program: str, environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    return time.perf_counter() - begun


def _forget_files() -> int:
    """Ask the system to drop what we start from out of its file cache; how many megabytes were asked for."""
    if not hasattr(os, "posix_fadvise"):
        return 0
    packages = Path(sysconfig.get_paths()["purelib"])
    names = ("torch", "PySide6", "shiboken6", "numpy", "pydantic", "pydantic_core", "pyqtgraph", "PIL")
    total = 0
    for folder in (*(packages / name for name in names), ROOT / "dinoexplorer", ROOT / "training", ROOT / "resources"):
        for root, _, files in os.walk(folder):
            for name in files:
                total += _forget_file(Path(root) / name)
    return total // 2**20


def _forget_file(path: Path) -> int:
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:
        return 0
    try:
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        return os.fstat(number).st_size
    finally:
        os.close(number)
