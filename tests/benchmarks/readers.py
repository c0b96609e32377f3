"""Damages small files of every kind, opens them all, and times how long real files take to open."""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from dinoexplorer.generators import GeneratorError, open_generator
from tests.benchmarks import Bar, Report
from tests.benchmarks._damage import damaged, outcome, samples

WHOLE_EVERY = 50
"""Of so many damaged files one is opened up to its pictures, which takes a hundred times as long as reading it."""
SHARED = Path(__file__).parents[3] / "shared/checkpoints"
_DATA = (".json", ".npz", ".index", ".md")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=10_000, help="damaged files; 1000000 takes about an hour")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=Path, default=SHARED, help="folder of real files to time")
    parser.add_argument("--keep", type=Path, help="folder for damaged files that went wrong")


def measure(options: argparse.Namespace) -> Report:
    files = samples()
    report = Report("readers")
    found: Counter[str] = Counter()
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "damaged.bin")
        for data in files.values():  # everything that reading imports
            path.write_bytes(data)
            outcome(path, whole=True)
        before = _peak_mb()
        for number, data in enumerate(damaged(list(files.values()), options.count, options.seed)):
            path.write_bytes(data)
            begun = time.perf_counter()
            result = outcome(path, whole=number % WHOLE_EVERY == 0)
            seconds.append(time.perf_counter() - begun)
            found[result] += 1
            if result not in {"opened", "refused"} and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}.bin").write_bytes(data)
            if number % 10_000 == 9_999:
                print(f"{number + 1:,} files, {sum(seconds):.0f} s", file=sys.stderr)
        taken = _peak_mb() - before
    wrong = {result: times for result, times in found.items() if result not in {"opened", "refused"}}
    report.figures = {
        "damaged files": options.count,
        "refused": found["refused"],
        "opened all the same": found["opened"],
        "median ms": statistics.median(seconds) * 1e3,
        **{f"wrong: {result}": times for result, times in itertools.islice(wrong.items(), 20)},
        **_opening_times(options.files),
    }
    report.bars = [
        Bar("files that end in anything but a sentence", sum(wrong.values()), 0),
        Bar("slowest damaged file", max(seconds), 5.0, "s"),
        Bar("memory beyond the start", taken, 512.0, "MB"),
    ]
    return report


def _opening_times(folder: Path) -> dict[str, object]:
    figures: dict[str, object] = {}
    for path in sorted(folder.glob("*/*")):
        if path.suffix in _DATA or not path.is_file():
            continue
        begun = time.perf_counter()
        try:
            open_generator(path)
        except GeneratorError as error:
            figures[f"{path.parent.name}/{path.name}"] = f"refused: {str(error)[:80]}"
        else:
            figures[f"{path.parent.name}/{path.name}, s"] = time.perf_counter() - begun
    return figures


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
