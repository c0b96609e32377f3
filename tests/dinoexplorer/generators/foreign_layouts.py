"""State dicts in the layouts of other programs, and what those programs make of them.

``layouts.json`` has the names and shapes of small networks that the originals were asked for, and numbers from pictures
that the originals then drew with the weights of `weights_for`. The recipe: for every name and shape of
``original.state_dict()`` call `weights_for`, load the result strictly, set evaluation mode, decode `codes_for`, and
keep `fingerprint`. Labels, where there are classes, are 1 and 2; of autoencoders the drawn grid is followed by the
encoded ``tanh(codes_for((2, 3, 32, 32)))``. The originals: ajbrock/BigGAN-PyTorch 9845943,
facebookresearch/pytorch_GAN_zoo b75dee4, lucidrains/lightweight-gan efbec45, kwotsin/mimicry a7fda06,
huggingface/diffusers 58eb52c.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

LAYOUTS = Path(__file__).parent / "layouts.json"


def weights_for(name: str, shape: list[int]) -> Tensor:
    """Values that the name alone decides; a network of them has pictures that differ from place to place."""
    leaf = name.rpartition(".")[2]
    if leaf in {"num_batches_tracked", "accumulation_counter"}:
        return torch.zeros(shape, dtype=torch.int64 if leaf.startswith("num") else torch.float32)
    if leaf == "f":
        return torch.tensor([1.0, 2.0, 1.0])
    if shape == [1]:  # the strength of noise, and what spectral normalisation writes down
        return torch.zeros(shape)
    values = np.random.default_rng(list(name.encode())).standard_normal(shape)
    if leaf.endswith("var"):
        values = np.abs(values) + 0.5
    elif len(shape) > 1:
        values *= 1.2 / math.sqrt(math.prod(shape[1:]))
    else:
        values *= 0.4
    return torch.tensor(values, dtype=torch.float32)


def codes_for(shape: tuple[int, ...]) -> Tensor:
    return torch.tensor(np.random.default_rng(1).standard_normal(shape), dtype=torch.float32)


def fingerprint(pictures: Tensor) -> list[float]:
    """Mean, deviation, and twelve values spread evenly over all."""
    flat = pictures.flatten().double()
    places = torch.linspace(0, len(flat) - 1, 12).long()
    return [float(flat.mean()), float(flat.std()), *map(float, flat[places])]


def layout(name: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """A case by name: its state dict, and the rest of what is kept of it."""
    case = json.loads(LAYOUTS.read_text(encoding="utf-8"))[name]
    return {key: weights_for(key, shape) for key, shape in case["tensors"].items()}, case
