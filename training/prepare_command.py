"""`dinotrain prepare`: what it takes, what it says while it works, and what it came to."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, get_args

from training.data.workshop.preparation import Crop, Preparation, Prepared
from training.reporting import Reporter

if TYPE_CHECKING:
    from training.data.images import Progress

DONE, INTERRUPTED = 0, 130
_SHOWN_SECONDS = 0.05
_PLAIN_SECONDS = 5.0
_USUAL = Preparation((), Path())


def add_options(sub: argparse.ArgumentParser) -> None:
    """The options of `dinotrain prepare`, one for each field of `Preparation`."""
    sub.add_argument("sources", metavar="SOURCE", nargs="+",
                     help="a folder, an archive, a table of paths (.csv, .jsonl), .npz or IDX arrays, a list of"
                     " addresses, kaggle:OWNER/NAME, huggingface:NAME, search:WORDS, reference-dinosaurs")  # fmt: skip
    sub.add_argument("--out", metavar="DATASET", type=Path, required=True, help="the folder of the dataset")
    sub.add_argument(
        "--size", type=int, default=_USUAL.size, help="side of the pictures in pixels (default %(default)s)"
    )
    sub.add_argument("--crop", choices=get_args(Crop), default=_USUAL.crop,
                     help="cut the middle, show the whole on the background, squeeze to a square, cut around marked"
                     " boxes, or keep the proportions (default %(default)s)")  # fmt: skip
    sub.add_argument("--labels", metavar="folder|none|FILE.csv", default=_USUAL.labels,
                     help="where the classes come from (default %(default)s)")  # fmt: skip
    sub.add_argument("--background", metavar="#RRGGBB", default=_USUAL.background,
                     help="colour under transparency and around --crop fit (default %(default)s)")  # fmt: skip
    sub.add_argument("--grey", action="store_true", help="one channel instead of three")
    sub.add_argument(
        "--linear-light", action="store_true", help="resize in linear light: slower, thin lines stay bright"
    )
    sub.add_argument("--all-frames", action="store_true", help="take every frame of an animation, not only the first")
    sub.add_argument("--smallest", metavar="PIXELS", type=int, default=_USUAL.smallest,
                     help="leave out what has a shorter side than this (default %(default)s)")  # fmt: skip
    sub.add_argument("--widest", metavar="TIMES", type=float, default=_USUAL.widest,
                     help="leave out what is this many times as long as wide (default %(default)s)")  # fmt: skip
    sub.add_argument("--near", metavar="BITS", type=int, default=_USUAL.near,
                     help="pictures that differ in so few of 64 bits are the same; --near=-1 keeps all"
                     " (default %(default)s)")  # fmt: skip
    sub.add_argument("--jpeg", metavar="QUALITY", type=int, default=_USUAL.quality,
                     help="write JPEG of this quality (1 to 100) instead of PNG")  # fmt: skip
    sub.add_argument("--held-out", metavar="SHARE", type=float, default=_USUAL.held_out,
                     help="share of the pictures that training does not see (default %(default)s)")  # fmt: skip
    sub.add_argument("--yes-network", action="store_true", help="sources on the network may be asked")
    sub.add_argument("--plan", action="store_true", help="say what would be done, and write nothing")
    sub.add_argument("--json", action="store_true", help="print what it came to as one JSON object")
    sub.add_argument("--progress", choices=("text", "json"), default="text", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Prepare what the command line asks for; returns the exit code."""
    from training.data.workshop.preparing_sets import prepare

    preparation = _asked_for(arguments)
    if arguments.plan:
        return _plan(preparation, as_json=arguments.json)
    lines = arguments.progress == "json"
    with _Teller(lines=lines) as teller:
        try:
            prepared = prepare(preparation, teller.progress)
        except KeyboardInterrupt:
            return _interrupted(preparation.out, lines=lines)
    if lines:
        _line({"prepared": asdict(prepared)})
    elif arguments.json:
        print(json.dumps({"folder": str(preparation.out), **asdict(prepared)}))
    else:
        print(_table(preparation, prepared))
    return DONE


class _Teller:
    """Tells how far it is: a bar on a terminal, lines elsewhere, JSON for a program. Ctrl+C ends at the next word."""

    def __init__(self, *, lines: bool) -> None:
        self._reporter = Reporter()
        self._plain = not lines and not sys.stderr.isatty()
        self._show: Progress = _told if lines else self._reporter.progress
        self._every = _PLAIN_SECONDS if self._plain else _SHOWN_SECONDS
        self._what, self._total, self._last = "", 0, 0.0
        self._interrupted = False
        self._old: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last one is Windows' own
            if (number := getattr(signal, name, None)) is not None:
                self._old[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._reporter.close()

    def progress(self, what: str, done: int, total: int) -> None:
        """See `training.data.images.Progress`; a total of 0 is not known yet."""
        if self._interrupted:
            self._interrupted = False  # what is done is still to be put away
            raise KeyboardInterrupt
        now = time.monotonic()
        if self._plain and not 0 < done <= total:
            return  # nothing to say in a line of its own
        at_its_end = done == total == self._total  # of a listing the total grows as it goes on
        if what != self._what or now - self._last > self._every or at_its_end:
            self._what, self._last = what, now
            self._show(what, done, total)
        self._total = total

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._interrupted = True
        signal.signal(number, signal.default_int_handler)  # asked twice: do not even put it away


def _asked_for(arguments: argparse.Namespace) -> Preparation:
    labels = arguments.labels if arguments.labels in {"folder", "none"} else _absolute(arguments.labels)
    return Preparation(
        tuple(_absolute(source) for source in arguments.sources), arguments.out, arguments.size,
        1 if arguments.grey else 3, arguments.crop, labels, arguments.background, arguments.linear_light,
        arguments.all_frames, arguments.smallest, arguments.widest, arguments.near, arguments.jpeg, arguments.held_out,
        arguments.yes_network,
    )  # fmt: skip


def _absolute(source: str) -> str:
    """A path of this machine, so that a second run from another folder knows its pictures again."""
    path = Path(source).expanduser()
    return str(path.absolute()) if path.exists() else source


def _plan(preparation: Preparation, *, as_json: bool) -> int:
    from training.data.workshop.previewing import plan

    with _Teller(lines=False) as teller:
        planned = plan(preparation, teller.progress)
    if as_json:
        print(json.dumps({"folder": str(preparation.out), **asdict(planned)}))
        return DONE
    how = "keeping their proportions" if preparation.crop == "none" else f"by {preparation.crop!r}"
    print(f"{preparation.out}: {preparation.size} pixels, {how}; nothing is written yet")
    print(f"{'pictures in the sources':28}{planned.pictures:>10,}")
    print(f"{'to be read':28}{planned.to_do:>10,}")
    print(f"{'known and unchanged':28}{planned.pictures - planned.to_do:>10,}")
    print(f"{'refused before reading':28}{planned.refused:>10,}")
    print(f"{'gone from the sources':28}{planned.gone:>10,}")
    if planned.remakes:
        print("the options are not those of the finished dataset, so all of its pictures are made again")
    return DONE


def _interrupted(folder: Path, *, lines: bool) -> int:
    from training.data.dataset import is_dataset, read_about

    about = read_about(folder) if is_dataset(folder) else None
    if about is None:
        said = "no picture was done yet"
    elif about.complete:
        said = f"{folder} is as it was, and what is done is kept beside it"
    else:
        said = f"{folder} holds the {about.count:,} pictures that are done"
    print(f"stopped: {said}; the same command goes on from there", file=sys.stderr)
    if lines and about is not None and not about.complete:
        _line({"prepared": {"looked_at": about.count, "taken": about.count, "interrupted": True}})
    return INTERRUPTED


def _table(preparation: Preparation, prepared: Prepared) -> str:
    from training.data.dataset import read_about
    from training.data.workshop.settling import LEFT_OUT_FOR

    about = read_about(preparation.out)
    classes = f" in {len(about.classes)} classes" if about.classes else ""
    rows = [("looked at", prepared.looked_at), ("taken", prepared.taken), ("read this time", prepared.new)]
    rows += [("left out", sum(prepared.left_out.values()))]
    rows += [(f"  {LEFT_OUT_FOR[code]}", count) for code, count in prepared.left_out.items()]
    lines = [f"{name:32}{count:>10,}" for name, count in rows]
    return "\n".join((f"{preparation.out}: {prepared.taken:,} pictures{classes}", *lines))


def _told(what: str, done: int, total: int) -> None:
    _line({"progress": {"what": what, "done": done, "total": total}})


def _line(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)
