"""The discriminator of a run, from its saved state."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray

from training.config import ModelConfig
from training.ema import Ema
from training.errors import TrainingError
from training.evaluation.subject import Bytes, Judge
from training.models import family_named
from training.models.family import Batch, TrainingObjective
from training.run import Run
from training.state import read_weights


def open_judge(run: Run, classes: int) -> Judge | None:
    """The discriminator as it stood when the run was last saved; None where the run has none or its state is gone."""
    config = run.config
    path = run.folder / "checkpoints" / "state.pt"
    try:
        family = family_named(config.family)
        model = family.build(config, classes)
        if not hasattr(model, "discriminator") or not path.is_file():
            return None
        objective = family.objective(config.objective, config, classes, "cpu")
        weights, averaged = read_weights(path)
        model.load_state_dict(weights)
        ema = Ema(model, config.ema.decay, family.kept)
        ema.load_state_dict(averaged)
    except (TrainingError, RuntimeError):
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return make_judge(digest, objective, ema, config)


def make_judge(sha256: str, objective: TrainingObjective, ema: Ema, config: ModelConfig) -> Judge:
    """The discriminator beside averaged weights; where the objective tells its accuracies."""
    device = next(ema.module.parameters()).device

    @torch.no_grad()
    def ask(pictures: Bytes, labels: NDArray[np.int64], seed: int) -> tuple[float, float]:
        images = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().mul(1 / 127.5).sub(1.0)
        if config.image.channels == 1:
            images = images.mean(1, keepdim=True)
        with torch.random.fork_rng(devices=[]), ema.evaluating() as judged:
            torch.manual_seed(seed)
            figures = objective.evaluate(judged, Batch(images.to(device), torch.from_numpy(labels).to(device)))
        return float(figures["accuracy/real"]), float(figures["accuracy/fake"])

    return Judge(sha256, ask)
