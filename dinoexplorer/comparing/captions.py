"""What a checkpoint is called beside others: whose it is, how many numbers it takes, how far it was trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from dinoexplorer.generators.generator import GeneratorInfo

_OF_RUN = "checkpoints"  # the folder of a run in which its checkpoints lie
_STEP = "step-"
_OTHERS = {"last", "best"}


@dataclass(frozen=True, slots=True)
class Caption:
    """Two lines of text: a name, and what there is to know besides."""

    title: str
    line: str = ""

    @property
    def text(self) -> str:
        """Both in one line."""
        return f"{self.title}, {self.line}" if self.line else self.title


def caption_of(info: GeneratorInfo) -> Caption:
    """The run or the file, and below it the numbers of a code, the step and the epoch."""
    parts = [f"z {info.latent.dim}"]
    if in_run(info.path) and not info.path.stem.startswith(_STEP):
        parts.insert(0, info.path.stem)
    if (step := step_of(info)) is not None:
        parts.append(f"step {step:,}")
    if epoch := epoch_text(info):
        parts.append(epoch)
    return Caption(name_of(info.path), " · ".join(parts))


def name_of(path: Path) -> str:
    """The name of the run that a checkpoint lies in; of any other file its own."""
    return path.parent.parent.name if in_run(path) else path.stem


def in_run(path: Path) -> bool:
    """Whether a checkpoint lies where runs keep theirs, and is called as they call them; no disk is asked."""
    named = path.stem.startswith(_STEP) or path.stem in _OTHERS
    return named and path.parent.name == _OF_RUN and bool(path.parent.parent.name)


def step_of(info: GeneratorInfo) -> int | None:
    """The step of the training at which it was written, where the file says so."""
    step = info.training.get("step")
    return step if isinstance(step, int) and not isinstance(step, bool) and step >= 0 else None


def epoch_text(info: GeneratorInfo) -> str:
    """How often it has seen each picture of its training set: "epoch 12"; empty where the file does not say so."""
    dataset, seen = info.training.get("dataset"), info.training.get("images_seen")
    count = dataset.get("count") if isinstance(dataset, dict) else None
    if not (isinstance(seen, int | float) and isinstance(count, int | float)) or count <= 0 or not math.isfinite(seen):
        return ""
    epoch = seen / count
    return f"epoch {epoch:.0f}" if epoch >= 10 or epoch == round(epoch) else f"epoch {epoch:.1f}"
