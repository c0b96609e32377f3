"""Progress on a terminal, and in plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

Told = Callable[[int, int], None]
StagesTold = Callable[[str, int, int], None]
_PLAIN_SECONDS = 5.0
_OF_IMAGES = {"reading", "encoding", "decoding", "filming"}


@contextmanager
def progress_bar(what: str) -> Iterator[Told]:
    """Progress of work that has one stage."""
    with stage_bar() as progress:
        yield lambda done, total: progress(what, done, total)


@contextmanager
def stage_bar() -> Iterator[StagesTold]:
    """A bar with rate and time left on a terminal, anew for each stage; otherwise a plain line every few seconds."""
    if not sys.stderr.isatty():
        told = time.monotonic()

        def line(what: str, done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > _PLAIN_SECONDS:
                told = time.monotonic()
                print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)

        yield line
        return
    bar: tqdm[NoReturn] | None = None
    stage = ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal bar, stage
        if bar is None or what != stage:
            if bar is not None:
                bar.close()
            bar, stage = tqdm(desc=what, total=total, unit="image" if what in _OF_IMAGES else "step", leave=False), what
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield step
    finally:
        if bar is not None:
            bar.close()
