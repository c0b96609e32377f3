"""What the worker thread tells the window: frozen values, safe to hand from thread to thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.config import EvaluateSection
from training.evaluation.direction import higher_is_better
from training.run import State

JUDGED: str = EvaluateSection().best
"""What decides which checkpoint of a run is best where the run does not say (`evaluate.best`)."""

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Pictures seen and the value there, both ``(n,)``, in the order of training."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in one line.

    Attributes
    ----------
    title
        What the user calls it; the name of the folder until it was renamed.
    data
        Where the pictures come from, as a person reads it (`built-in dinosaurs`, the name of a folder).
    rate, seconds_left
        Pictures a second, time to the end; NaN when unknown.
    judged, best
        The figure by which the run itself judges (`evaluate.best`), and its best value; NaN when unknown.
    started
        Unix time at which the run was made, seconds.
    thumbnail, checkpoint
        Newest sample sheet and newest checkpoint, if any.
    queue_place
        1 for the next one to start; 0 for a run that does not wait.
    reason
        Why it ended, in one sentence, for a run that failed or was interrupted; else empty.
    """

    folder: Path
    title: str
    recipe: str
    family: str
    data: str
    state: State
    phase: str = ""
    message: str = ""
    step: int = 0
    total_steps: int = 0
    images_seen: int = 0
    rate: float = float("nan")
    seconds_left: float = float("nan")
    judged: str = JUDGED
    best: float = float("nan")
    started: float = 0.0
    thumbnail: Path | None = None
    checkpoint: Path | None = None
    queue_place: int = 0
    reason: str = ""

    @property
    def badness(self) -> float:
        """How bad `best` is: less is better, whatever it is judged by."""
        return -self.best if higher_is_better(self.judged) else self.best


@dataclass(frozen=True, slots=True)
class RunDetail:
    """The run that is being watched, whole.

    Attributes
    ----------
    settings
        The configuration, flat: dotted key to value.
    curves
        Every scalar metric by name; an array is never changed once it was handed over.
    samples, checkpoints
        Oldest first: steps and files.
    log
        The end of `log.txt`, at most 64 KiB of text.
    problems
        Lines of the log that tell of an error or a warning, oldest first.
    environment
        `environment.json`: versions, device.
    """

    row: RunRow
    settings: Mapping[str, Any]
    curves: Mapping[str, Curve] = field(default_factory=dict)
    samples: tuple[tuple[int, Path], ...] = ()
    checkpoints: tuple[tuple[int, Path], ...] = ()
    log: str = ""
    problems: tuple[str, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained: a recipe, where its pictures come from, what the run is called, and what differs.

    Attributes
    ----------
    changes
        Dotted keys of the configuration that differ from the recipe, such as ``{"latent.dim": 2}``.
    data
        A folder, an .npz file, or ``builtin:dinosaurs``.
    """

    recipe: str
    data: str
    title: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was found where the pictures come from.

    Attributes
    ----------
    problems
        Why it cannot be used, each a sentence; warnings do not hinder.
    examples
        A few pictures ``(n, 64, 64, 3)`` uint8.
    """

    source: str
    count: int
    classes: tuple[str, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    examples: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will take. NaN or 0 where nothing is known; ``basis`` says in words what the time is based on."""

    steps: int
    images: int
    parameters: int
    seconds: float
    memory_bytes: int
    disk_bytes: int
    free_memory_bytes: int
    free_disk_bytes: int
    device: str
    basis: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hardware:
    """How busy the machine is: shares 0 to 1, bytes; GPU figures only where NVML tells them."""

    processor: float
    memory_used: int
    memory_total: int
    gpu_name: str = ""
    gpu: float = float("nan")
    gpu_memory_used: int = 0
    gpu_memory_total: int = 0
