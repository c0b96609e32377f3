"""What goes into a model and what comes out of it: numbers in [-1, 1] that use that range."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import bars
from training.data.checks.finding import Check, Finding, Level, Missed
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Input and output range"
_NUMBER, _CODES, _BINS = 64, 16, 32
_NARROW, _VERY_NARROW = 0.5, 0.1
"""Share of the range from -1 to 1 between the 1st and the 99th hundredth of all values."""


def _look(subject: Subject, _progress: Progress) -> Finding | Missed:
    inputs = _inputs(subject)
    low, high = float(inputs.min()), float(inputs.max())
    used = float(np.subtract(*np.quantile(inputs, [0.99, 0.01]))) / 2
    figures = {"smallest input": low, "largest input": high, "share of the range in use": used}
    shown = {"values": bars(np.histogram(inputs, _BINS, (-1, 1))[0].tolist())}
    sentence = f"A model gets values from {low:.2f} to {high:.2f} and {used:.0%} of the range from -1 to 1 is in use"
    inside = np.isfinite(inputs).all() and low >= -1 and high <= 1
    if subject.config is not None:
        outputs = _outputs(subject)
        figures |= {"smallest output": float(outputs.min()), "largest output": float(outputs.max())}
        inside = bool(inside and np.isfinite(outputs).all() and outputs.min() >= -1 and outputs.max() <= 1)
        sentence += f"; the untrained model answers with {outputs.min():.2f} to {outputs.max():.2f}"
    if not inside:
        advice = "Report this as a fault of the program: pictures inside a model lie in [-1, 1]."
        return Finding(_NAME, "red", f"{sentence}.", advice, figures, shown)
    level: Level = "red" if used < _VERY_NARROW else "amber" if used < _NARROW else "green"
    advice = "Stretch the pictures to the whole range from black to white; were they scaled to 0 to 1 once too often?"
    return Finding(_NAME, level, f"{sentence}.", advice, figures, shown)


def _inputs(subject: Subject) -> np.ndarray:
    """What the trainer's loader gives to a model, float32 (n, c, h, w)."""
    import torch  # noqa: PLC0415  only the checks that ask the loader or a recipe load it

    from training.batches import Batches  # noqa: PLC0415  loads torch

    images, count = subject.images, len(subject.images)
    batches = Batches(images.images, images.labels, np.arange(count), seed=0, flip=False, device=torch.device("cpu"))
    try:
        return np.asarray(batches.at(0, min(_NUMBER, count)).images.numpy())
    finally:
        batches.close()


def _outputs(subject: Subject) -> np.ndarray:
    """What the recipe's untrained decoder makes of codes from the prior."""
    import torch  # noqa: PLC0415  as above

    from training.models import family_named  # noqa: PLC0415  loads torch

    assert subject.config is not None  # noqa: S101  for the type checker; see `_look`
    config, classes = subject.config, len(subject.images.classes)
    family = family_named(config.family)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.default_generator.manual_seed(config.seed)
        model = family.build(config, classes)
        codes = family.draw_codes(config, classes, _CODES, torch.Generator().manual_seed(config.seed))
        return np.asarray(model.get_submodule("decoder")(codes).float().numpy())


CHECK = Check(130, _NAME, _look)
