"""How fast a stage of long work goes, and how long it will take."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

_OF_IMAGES = {"encoding", "decoding", "reading pictures", "resizing pictures", "drawing dinosaurs"}
_LEAST_SECONDS = 0.5  # before that a rate is a guess


@dataclass(frozen=True, slots=True)
class Step:
    """Where a stage is: ``share`` from 0 to 1, images a second and seconds left, NaN where they are not known."""

    stage: str
    share: float
    rate: float = math.nan
    seconds_left: float = math.nan


class StageClock:
    """Makes steps of what a `Progress` is told; what was done before a stage began counts as none of its speed."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stage = ""
        self._began, self._done = 0.0, 0

    def step(self, stage: str, done: int, total: int) -> Step:
        """What is told next."""
        now = self._now()
        if stage != self._stage or done < self._done:
            self._stage, self._began, self._done = stage, now, done
        share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
        seconds, more = now - self._began, done - self._done
        if seconds < _LEAST_SECONDS or more <= 0:
            return Step(stage, share)
        rate = more / seconds
        return Step(stage, share, rate if stage in _OF_IMAGES else math.nan, max(total - done, 0) / rate)
