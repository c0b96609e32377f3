"""Inception v3 as of 2015-12-05, the network that FID, KID and the Inception score are defined by.

The network is built here (see `inception_network`): the libraries that hold it (torchvision, torch-fidelity,
torchmetrics, pytorch-fid, clean-fid) all need torchvision, which does not load beside a CPU build of torch.
"""

from __future__ import annotations

import numpy as np
import torch

from training.evaluation.features import Features
from training.evaluation.features.inception_network import Inception
from training.evaluation.features.pixels import resized
from training.evaluation.features.weights import WeightsFile
from training.evaluation.material import Material
from training.evaluation.subject import Bytes, Floats

_NAME = "pt_inception-2015-12-05-6726825d.pth"
FILE = WeightsFile(
    "Inception's weights (92 MB)",
    (_NAME, "weights-inception-2015-12-05-6726825d.pth", "pt_inception-2015-12-05.safetensors"),
    f"https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/{_NAME}",
)
_SIDE, _AT_ONCE = 299, 16


def load(material: Material) -> Features:
    """See `training.evaluation.features`."""
    network = Inception()
    digest = FILE.fill(network, material.settings.features)

    @torch.no_grad()
    def embed(pictures: Bytes) -> Floats:
        return np.concatenate([network(block).numpy() for block in _blocks(pictures)])

    @torch.no_grad()
    def probabilities(pictures: Bytes) -> Floats:
        return np.concatenate([network.logits(network(block)).softmax(1).numpy() for block in _blocks(pictures)])

    return Features("Inception v3 (2015-12-05)", f"inception {digest}", embed, probabilities)


def _blocks(pictures: Bytes) -> list[torch.Tensor]:
    return [
        resized(pictures[start : start + _AT_ONCE], _SIDE) / 127.5 - 1 for start in range(0, len(pictures), _AT_ONCE)
    ]
