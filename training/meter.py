"""What happened between two records of the metrics."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import psutil
import torch
from torch import Tensor

from training.session import DivergedError, Session, diverged

_MIB = float(1 << 20)


class Meter:
    """Averages what the steps tell between two records, and tells the speed of training itself.

    Nothing is read back from the device before `record`: a step is only queued there.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._steps = 0
        self._since = time.perf_counter()
        self._process = psutil.Process()

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Values of one step; one that is there only now and then is averaged over the steps that had it."""
        for name, value in values.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
            self._counts[name] = self._counts.get(name, 0) + 1
        self._steps += 1

    def restart(self) -> None:
        """Leave out of the speed what was done beside training since the last record, when nothing was trained."""
        if not self._steps:
            self._since = time.perf_counter()

    def record(self) -> dict[str, float]:
        """The record for `metrics.jsonl`, and a fresh start.

        Raises
        ------
        DivergedError
            A part of the loss is not a finite number.
        """
        session, steps = self._session, self._steps
        values = {name: float(value) / self._counts[name] for name, value in self._sums.items()}  # waits for the device
        seconds = time.perf_counter() - self._since
        session.seconds += seconds
        self._sums, self._counts, self._steps = {}, {}, 0
        self._since = time.perf_counter()
        for name, value in values.items():
            if not math.isfinite(value) and not name.startswith("gradient/"):
                raise DivergedError(diverged(session, f"{name} is {value}"))
        rate = steps / max(seconds, 1e-9)
        return {
            "step": session.step,
            "time": round(session.seconds, 3),
            "images_seen": session.images_seen,
            # With fp16 a gradient may overflow now and then; the scaler leaves that step out.
            **{name: value for name, value in values.items() if math.isfinite(value)},
            "lr": session.phases[0].lr(session.rate),
            "images_per_second": rate * session.images_per_step,
            "seconds_left": (session.config.steps - session.step) / rate,
            **self._memory(),
            **self._changes(),
        }

    def _changes(self) -> dict[str, float]:
        """What is no longer as the configuration says."""
        session = self._session
        changes: dict[str, float] = {}
        if session.parts != session.config.accumulate:
            changes |= {"batch_size": session.pictures_at_once, "accumulate": session.parts}
        if session.rate_scale != 1:
            changes["rate_scale"] = session.rate_scale
        return changes

    def _memory(self) -> dict[str, float]:
        """In MiB: what the process holds, and the most that the GPU held at a time."""
        memory = {"memory/process": self._process.memory_info().rss / _MIB}
        if self._session.device.type == "cuda":
            memory["memory/gpu_peak"] = torch.cuda.max_memory_allocated(self._session.device) / _MIB
        return memory
