"""BigGAN's generator with the names that BigGAN-PyTorch gives its tensors, at any size, with and without classes.

Spectral normalisation is worked into the weights when they are read (`normalised`), so the network itself is plain.

Brock, Donahue, Simonyan, Large Scale GAN Training for High Fidelity Natural Image Synthesis, 2019.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.networks.loading import numbered

_EPS = 1e-5
_SN_EPS = 1e-12
_SN_BUFFERS = ("u", "sv")
_WITHOUT_CLASSES = 1


def normalised(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors as `BigGAN` takes them: weights divided by their spectral norm, statistics under one name.

    A weight's largest singular value is estimated as the original does in evaluation: one step of the power iteration
    from the stored vector.
    """
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        parent, _, leaf = name.rpartition(".")
        if leaf.rstrip("0123456789") in _SN_BUFFERS or leaf in {"accumulation_counter", "num_batches_tracked"}:
            continue
        if leaf == "weight" and f"{parent}.u0" in tensors:
            made[name] = tensor.float() / _largest(tensor.float().flatten(1), tensors[f"{parent}.u0"].float())
        elif leaf in {"stored_mean", "stored_var", "running_mean", "running_var"}:
            own = parent.removesuffix(".bn")
            made[f"{own}.{leaf.replace('running', 'stored')}"] = tensor.float() / _accumulated(tensors, parent)
        else:
            made[name] = tensor
    if "shared.weight" not in made:  # gains and biases of each class in a table, which is a transposed linear layer
        tables = (".bn1.gain.weight", ".bn1.bias.weight", ".bn2.gain.weight", ".bn2.bias.weight")
        made = {name: tensor.T if name.endswith(tables) else tensor for name, tensor in made.items()}
    return made


def _largest(matrix: Tensor, left: Tensor) -> Tensor:
    right = functional.normalize(left @ matrix, eps=_SN_EPS)
    again = functional.normalize(right @ matrix.T, eps=_SN_EPS)
    return (right @ matrix.T @ again.T).squeeze()


def _accumulated(tensors: Mapping[str, Tensor], norm: str) -> Tensor | float:
    """How many batches were summed up in standing statistics; 1 where they are averages already."""
    counter = tensors.get(f"{norm}.accumulation_counter")
    return 1.0 if counter is None else counter.float().clamp_min(1.0)


class Norm(nn.Module):
    """A batch normalisation with a gain and a bias of its own."""

    given = 0

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def forward(self, maps: Tensor, _condition: Tensor | None = None) -> Tensor:
        mean, var = self.get_buffer("stored_mean"), self.get_buffer("stored_var")
        return functional.batch_norm(maps, mean, var, self.gain, self.bias, eps=_EPS)


class ConditionalNorm(nn.Module):
    """A batch normalisation whose gain, on top of 1, and bias are made of the condition's ``given`` numbers."""

    def __init__(self, channels: int, given: int) -> None:
        super().__init__()
        self.given = given
        self.gain, self.bias = (nn.Linear(given, channels, bias=False) for _ in range(2))
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def forward(self, maps: Tensor, condition: Tensor) -> Tensor:
        maps = functional.batch_norm(maps, self.get_buffer("stored_mean"), self.get_buffer("stored_var"), eps=_EPS)
        made: Tensor = maps * (1 + self.gain(condition))[..., None, None] + self.bias(condition)[..., None, None]
        return made


class Block(nn.Module):
    """Doubles the size: two normalised convolutions beside a shortcut of one place."""

    def __init__(self, tensors: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        channels_out, channels_in = tensors[f"{name}.conv1.weight"].shape[:2]
        self.bn1, self.bn2 = (_norm(tensors, f"{name}.{norm}") for norm in ("bn1", "bn2"))
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.conv_sc = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, maps: Tensor, condition: Tensor) -> Tensor:
        inside = functional.interpolate(torch.relu(self.bn1(maps, condition)), scale_factor=2.0)
        inside = self.conv2(torch.relu(self.bn2(self.conv1(inside), condition)))
        made: Tensor = inside + self.conv_sc(functional.interpolate(maps, scale_factor=2.0))
        return made


class Attention(nn.Module):
    """Every place looks at the places of the map at half its size (self-attention GAN)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.theta = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.phi = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.g = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.o = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, maps: Tensor, _condition: Tensor) -> Tensor:
        asked = self.theta(maps).flatten(2)
        keys = functional.max_pool2d(self.phi(maps), 2).flatten(2)
        values = functional.max_pool2d(self.g(maps), 2).flatten(2)
        weights = torch.softmax(asked.transpose(1, 2) @ keys, dim=-1)
        seen = (values @ weights.transpose(1, 2)).reshape(len(maps), -1, *maps.shape[2:])
        made: Tensor = self.gamma * self.o(seen) + maps
        return made


class BigGAN(nn.Module):
    """Codes ``(n, latent + classes)`` to pictures in [-1, 1]; the weights of the classes mix their embeddings.

    Parameters
    ----------
    tensors
        What `normalised` made of the file's.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        stages = [numbered(tensors, name) for name in numbered(tensors, "blocks")]
        features, given = tensors["linear.weight"].shape
        channels = tensors["blocks.0.0.conv1.weight"].shape[1]
        self.bottom = math.isqrt(features // channels)
        self.linear = nn.Linear(given, features)
        self.blocks = nn.ModuleList(nn.ModuleList(_layer(tensors, name) for name in stage) for stage in stages)
        last = tensors["output_layer.2.weight"]
        self.output_layer = nn.ModuleDict(
            {"0": Norm(last.shape[1]), "2": nn.Conv2d(last.shape[1], last.shape[0], 3, padding=1)}
        )
        shared = tensors.get("shared.weight")
        self.shared = None if shared is None else nn.Embedding(*shared.shape)
        self._count(given, next(layer.bn1.given for layer in self.blocks.modules() if isinstance(layer, Block)))

    def _count(self, given: int, condition: int) -> None:
        """Latent numbers and classes, and how many of the numbers go to each stage of the network."""
        embedded = condition if self.shared is None else self.shared.embedding_dim
        self.chunk = condition - embedded
        if self.chunk not in {0, given}:
            raise GeneratorError(
                f"The tensors look like BigGAN's, but its stages take {self.chunk} numbers of a code where the first"
                f" layer takes {given}."
            )
        self.latent = given * (len(self.blocks) + 1) if self.chunk else given
        known = condition if self.shared is None else self.shared.num_embeddings
        self.classes = known if known > _WITHOUT_CLASSES else 0

    def forward(self, codes: Tensor) -> Tensor:
        code, weights = codes[:, : self.latent], codes[:, self.latent :]
        if not self.classes:
            weights = code.new_ones(len(code), 1)
        condition = weights if self.shared is None else weights @ self.shared.weight
        chunks = torch.split(code, self.chunk, dim=1) if self.chunk else (code,)
        maps = self.linear(chunks[0]).reshape(len(code), -1, self.bottom, self.bottom)
        for number, stage in enumerate(self.blocks, 1):
            own = torch.cat([condition, chunks[number]], dim=1) if self.chunk else condition
            for layer in stage.children():
                maps = layer(maps, own)
        return torch.tanh(self.output_layer["2"](torch.relu(self.output_layer["0"](maps))))


def _layer(tensors: Mapping[str, Tensor], name: str) -> Block | Attention:
    theta = tensors.get(f"{name}.theta.weight")
    return Block(tensors, name) if theta is None else Attention(theta.shape[1])


def _norm(tensors: Mapping[str, Tensor], name: str) -> Norm | ConditionalNorm:
    own = tensors.get(f"{name}.gain")
    return ConditionalNorm(*tensors[f"{name}.gain.weight"].shape) if own is None else Norm(len(own))
