"""SqueezeNet of ImageNet: small, and another network than Inception, so its distances are no FID."""

from __future__ import annotations

import numpy as np
import torch

from training.evaluation.features import Features
from training.evaluation.features.pixels import resized
from training.evaluation.features.weights import WeightsFile
from training.evaluation.material import Material
from training.evaluation.subject import Bytes, Floats
from training.objectives.perceptual import PerceptualDistance

FILE = WeightsFile(
    "SqueezeNet's weights (5 MB)",
    ("squeezenet1_0-b66bff10.pth", "squeezenet1_0.safetensors"),
    "https://download.pytorch.org/models/squeezenet1_0-b66bff10.pth",
)
_SMALLEST, _AT_ONCE = 128, 32
"""Pictures below that side are enlarged: the network halves them four times."""


def load_network(material: Material) -> tuple[PerceptualDistance, str]:
    """The network, and the SHA-256 of its file.

    Raises
    ------
    UnavailableError
        The file is not there.
    """
    network = PerceptualDistance()
    tensors, digest = FILE.read(material.settings.features)
    wanted = {name: one.shape for name, one in network.state_dict().items() if name.startswith("features.")}
    if not all(name in tensors and tensors[name].shape == shape for name, shape in wanted.items()):
        raise FILE.foreign(material.settings.features / FILE.names[0])
    network.load_state_dict({name: tensors[name] for name in wanted}, strict=False)
    return network.eval().requires_grad_(False), digest


def load(material: Material) -> Features:
    """See `training.evaluation.features`."""
    network, digest = load_network(material)

    @torch.no_grad()
    def embed(pictures: Bytes) -> Floats:
        blocks = [pictures[start : start + _AT_ONCE] for start in range(0, len(pictures), _AT_ONCE)]
        return np.concatenate([network.summary(prepared(block)).numpy() for block in blocks])

    return Features("SqueezeNet 1.0 (ImageNet)", f"squeezenet {digest}", embed)


def prepared(pictures: Bytes) -> torch.Tensor:
    """Float (n, 3, side, side) in [-1, 1], large enough for the network."""
    return resized(pictures, max(_SMALLEST, pictures.shape[1])) / 127.5 - 1
