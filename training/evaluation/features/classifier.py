"""A small classifier of the data set itself: it knows what tells these pictures apart, and nothing else.

It is trained on the pictures that the model was trained on, with their classes, and kept in the cache under the
fingerprint of the set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from training.batches import mixed_seed
from training.data.cache import cache_file
from training.evaluation.features import Features
from training.evaluation.features.pixels import resized
from training.evaluation.material import Material, UnavailableError
from training.evaluation.subject import Bytes, Floats
from training.files import replace_file

REVISION = 1
"""Goes up with every change of the network or of its training: what is in the caches is trained anew."""
_BATCH, _AT_ONCE = 64, 64
_EPOCHS, _MOST_SEEN = 25, 60_000
_PEAK_RATE, _WEIGHT_DECAY, _SMOOTHING = 4e-3, 0.02, 0.05
_FEWEST = 4
"""Pictures of a class, below which it cannot be learnt."""


class Classifier(nn.Module):
    """Pictures (n, 3, side, side) in [-1, 1] to logits; `features` are what the last layer sees, (n, 160)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        widths = (24, 48, 96, 160)
        layers: list[nn.Module] = []
        for inputs, outputs in zip((3, *widths), widths, strict=False):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
            layers += [nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.trunk(images))
        return logits


def load(material: Material) -> Features:
    """See `training.evaluation.features`."""
    images = material.images
    rows = material.train_rows[images.labels[material.train_rows] >= 0]
    counts = np.bincount(images.labels[rows], minlength=len(images.classes))
    if len(images.classes) < 2 or counts.min() < _FEWEST:
        raise UnavailableError(
            f"needs pictures with at least two classes of {_FEWEST} or more; put them into one folder per class"
        )
    side = 32 if material.subject.size <= 32 else 64
    key = (REVISION, images.fingerprint, material.subject.size, side, round(material.settings.held_out, 6))
    path = cache_file("evaluation-classifier", *key).with_suffix(".safetensors")
    network = _kept(path, len(images.classes))
    if network is None:
        network = _trained(material, rows, side)
        _keep(path, network)

    @torch.no_grad()
    def embed(pictures: Bytes) -> Floats:
        return np.concatenate([network.trunk(block).numpy() for block in _blocks(pictures, side)])

    @torch.no_grad()
    def probabilities(pictures: Bytes) -> Floats:
        return np.concatenate([network(block).softmax(1).numpy() for block in _blocks(pictures, side)])

    return Features("a classifier trained on these pictures", f"classifier {key}", embed, probabilities)


def _blocks(pictures: Bytes, side: int) -> Sequence[Tensor]:
    return [_as_input(pictures[start : start + _AT_ONCE], side) for start in range(0, len(pictures), _AT_ONCE)]


def _as_input(pictures: Bytes, side: int) -> Tensor:
    return resized(pictures, side) / 127.5 - 1


def _trained(material: Material, rows: NDArray[np.int64], side: int) -> Classifier:
    network = _fresh(len(material.images.classes))
    labels = torch.from_numpy(material.images.labels.astype(np.int64))
    optimizer = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, weight_decay=_WEIGHT_DECAY)
    rng = np.random.default_rng(REVISION)
    batch = min(_BATCH, len(rows))
    steps = max(1, min(_MOST_SEEN, _EPOCHS * len(rows)) // batch)
    order = np.empty(0, np.int64)
    with torch.enable_grad():
        for step in range(steps):
            if len(order) < batch:
                order = rng.permutation(rows)
            chosen, order = order[:batch], order[batch:]
            images = _shifted(_as_input(material.pictures_at(chosen), side), rng)
            for group in optimizer.param_groups:
                group["lr"] = _rate((step + 0.5) / steps)
            loss = F.cross_entropy(network(images), labels[chosen], label_smoothing=_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            material.tick("training a classifier", step + 1, steps)
    return _settled(network, material, rows, side).eval().requires_grad_(False)


def _fresh(classes: int) -> Classifier:
    with torch.random.fork_rng(devices=[]):  # a training that evaluates on its way draws on as if nothing had been
        torch.manual_seed(mixed_seed(REVISION))
        return Classifier(classes)


def _rate(share: float) -> float:
    return _PEAK_RATE * min(share / 0.1, 1.0) * 0.5 * (1 + math.cos(math.pi * share))


def _shifted(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Moved by up to a sixteenth: mirrored pictures may be of another class (digits, letters), moved ones are not."""
    reach = images.shape[-1] // 16
    down, across = rng.integers(0, 2 * reach + 1, 2)
    padded = F.pad(images, (reach, reach, reach, reach), mode="replicate")
    return padded[..., down : down + images.shape[-2], across : across + images.shape[-1]]


@torch.no_grad()
def _settled(network: Classifier, material: Material, rows: NDArray[np.int64], side: int) -> Classifier:
    """With the statistics of batch norm taken anew by the final weights: after few steps the running ones lag."""
    rows = np.random.default_rng(REVISION).permutation(rows)  # they may lie class by class
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    network.train()
    for start in range(0, min(len(rows), 16 * _BATCH), _BATCH):
        block = rows[start : start + _BATCH]
        if len(block) > 1:
            network(_as_input(material.pictures_at(block), side))
    return network


def _keep(path: Path, network: Classifier) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as file:
        file.write(save(network.state_dict()))


def _kept(path: Path, classes: int) -> Classifier | None:
    """None when it is absent, damaged or another network's."""
    network = _fresh(classes)
    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError):
        return None
    return network.eval().requires_grad_(False)
