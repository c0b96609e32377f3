"""How far held-out pictures are from their reconstructions to the eye."""

from __future__ import annotations

import numpy as np
import torch

from training.evaluation.features.alexnet import ALEXNET, LINEAR, Lpips
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome

_BATCH = 32


@torch.no_grad()
def measure(material: Material) -> Outcome:
    """LPIPS of version 0.1 with AlexNet, where a person has fetched its weights."""
    material.need_encoder()
    network = Lpips().eval()
    folder = material.settings.features
    LINEAR.fill(network.linear, folder)
    ALEXNET.fill(network.trunk, folder)
    found = []
    for start in range(0, len(material.held_out), _BATCH):
        a, b = (
            torch.from_numpy(some[start : start + _BATCH]).permute(0, 3, 1, 2).float() / 127.5 - 1
            for some in (material.held_out, material.rebuilt)
        )
        found.append(network(a, b).double().numpy())
        material.tick("looking closely", min(start + _BATCH, len(material.held_out)), len(material.held_out))
    values = np.concatenate(found)
    text = "How far a reconstruction is from its held-out picture to the eye (LPIPS 0.1, AlexNet); 0 is the same."
    over = f"{RESAMPLES} bootstrap resamples"
    return Outcome([Figure("lpips", *bootstrap_mean(values, material.seed(22)), over, len(values), "lower", text)])


METRIC = Metric(
    "Perceptual distance", 1, measure, files=(ALEXNET, LINEAR), place=11,
    question="How far are pictures from what comes back of them, to the eye?",
    effort="a minute",
    needs=("encoder", "held_out", "weights"),
)  # fmt: skip
