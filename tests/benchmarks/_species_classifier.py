"""A small network that names the species in a picture: the judge of what a checkpoint makes of them.

It is trained here on drawings that neither the checkpoint nor the benchmark has seen, and kept in the user's cache
folder. Half of its training pictures are blends of two (mixup, Zhang et al. 2018), so that a creature between two
species gets a confidence between them; one temperature, fitted on pictures and blends it was not trained on, then makes
that confidence honest (Guo et al. 2017).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from numpy.typing import NDArray
from torch import Tensor, nn

from training.files import replace_file

SIDE = 64
_BATCH, _JUDGED_AT_ONCE, _RESIZED_AT_ONCE = 64, 32, 256
_EPOCHS = 4
_PEAK_RATE, _WEIGHT_DECAY = 4e-3, 0.02
_MIXUP = 0.4
_HELD_OUT = 0.1
_REVISION = 1
"""Goes up with every change of the network or of its training: what is in the caches is trained anew."""
KEY = (_REVISION, SIDE)
Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Judge:
    """A trained classifier; ``temperature`` divides its logits."""

    network: nn.Module
    temperature: float

    def probabilities(self, pictures: Bytes) -> NDArray[np.float64]:
        """Pictures (n, 64, 64, 3) to the probability of each species, (n, species)."""
        return (_logits(self.network, pictures) / self.temperature).softmax(dim=1).numpy()


def resized(pictures: Bytes, side: int) -> Bytes:
    """Pictures (n, h, w, c) at another size, bilinear with antialiasing."""
    found = np.empty((len(pictures), side, side, pictures.shape[-1]), np.uint8)
    for start in range(0, len(pictures), _RESIZED_AT_ONCE):
        block = torch.from_numpy(np.array(pictures[start : start + _RESIZED_AT_ONCE])).permute(0, 3, 1, 2).float()
        block = F.interpolate(block, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
        found[start : start + len(block)] = block.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return found


def train_judge(
    pictures: Bytes, labels: Labels, species: int, *, enough: Callable[[Judge], bool], seconds: float, tell: Tell
) -> Judge:
    """Train in whole rounds, each with its own cosine of the learning rate, until ``enough`` or the time is over.

    Parameters
    ----------
    pictures, labels
        (n, 64, 64, 3) and (n,); every tenth is held out for the temperature.
    """
    torch.manual_seed(0)
    held = np.arange(len(pictures)) % round(1 / _HELD_OUT) == 0
    network = _network(species)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, weight_decay=_WEIGHT_DECAY)
    learner = _Learner(network, optimizer, pictures[~held], labels[~held])
    began = time.monotonic()
    while True:
        learner.round(tell)
        judge = Judge(network, _best_temperature(network, pictures[held], labels[held]))
        if enough(judge) or time.monotonic() - began > seconds:
            return judge


def save_judge(path: Path, judge: Judge) -> None:
    arrays = {name: tensor.numpy() for name, tensor in judge.network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as file:
        np.savez(file, temperature=np.float64(judge.temperature), **arrays)


def load_judge(path: Path, species: int) -> Judge | None:
    """The judge kept in a file; None when it is absent, damaged or another network's."""
    network = _network(species)
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        temperature = float(arrays.pop("temperature"))
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    except (OSError, ValueError, EOFError, KeyError, RuntimeError):
        return None
    return Judge(network.eval(), temperature)


class _Learner:
    """The network, its optimiser and the order of its pictures."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, pictures: Bytes, labels: Labels) -> None:
        self._network, self._optimizer = network, optimizer
        self._pictures, self._labels = pictures, torch.from_numpy(labels.astype(np.int64))
        self._rng = np.random.default_rng(0)

    def round(self, tell: Tell) -> None:
        steps = len(self._pictures) // _BATCH
        self._network.train()
        for epoch in range(_EPOCHS):
            order, total = self._rng.permutation(len(self._pictures)), 0.0
            for step in range(steps):
                self._set_rate((epoch * steps + step + 0.5) / (_EPOCHS * steps))
                total += self._step(np.sort(order[step * _BATCH : (step + 1) * _BATCH]))
            tell(f"species classifier: epoch {epoch + 1} of {_EPOCHS}, loss {total / max(steps, 1):.3f}")
        self._network.eval()

    def _set_rate(self, share: float) -> None:
        warm_up = min(share / 0.1, 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = _PEAK_RATE * warm_up * 0.5 * (1 + math.cos(math.pi * share))

    def _step(self, rows: NDArray[np.intp]) -> float:
        x, y = _as_input(self._pictures[rows]), self._labels[torch.from_numpy(rows)]
        mirrored = torch.from_numpy(self._rng.random(len(rows)) < 0.5)
        x = torch.where(mirrored[:, None, None, None], x.flip(-1), x)
        share = torch.from_numpy(self._rng.beta(_MIXUP, _MIXUP, len(rows)).astype(np.float32))
        share = torch.where(torch.from_numpy(self._rng.random(len(rows)) < 0.5), share, 1.0)
        other = torch.from_numpy(self._rng.permutation(len(rows)))
        x = torch.lerp(x[other], x, share[:, None, None, None])
        logits = self._network(x.contiguous(memory_format=torch.channels_last))
        first, second = (F.cross_entropy(logits, labels, reduction="none") for labels in (y, y[other]))
        loss = torch.lerp(second, first, share).mean()
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return loss.item()


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(_convolution(width, width), _convolution(width, width))

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = x + self.inner(x)
        return result


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def _network(species: int) -> nn.Sequential:
    network = nn.Sequential(
        _convolution(3, 24, 2), _convolution(24, 48, 2), _Residual(48), _convolution(48, 96, 2), _Residual(96),
        _convolution(96, 160, 2), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.2), nn.Linear(640, species),
    )  # fmt: skip
    # torch's own annotation of Module.to lacks memory_format
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _as_input(pictures: Bytes) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)  # channels_last as it lies
    return tensor.float() / 127.5 - 1.0


def _logits(network: nn.Module, pictures: Bytes) -> Tensor:
    with torch.inference_mode():
        blocks = range(0, len(pictures), _JUDGED_AT_ONCE)
        return torch.cat([network(_as_input(pictures[start : start + _JUDGED_AT_ONCE])) for start in blocks]).double()


def _best_temperature(network: nn.Module, pictures: Bytes, labels: Labels) -> float:
    """The one of a fine grid with the least cross-entropy on the pictures and on as many blends of two of them.

    Without the blends there may be no mistake at all, and any confidence would do.
    """
    rng = np.random.default_rng(0)
    other, share = rng.permutation(len(pictures)), rng.random(len(pictures), np.float32)
    blends = pictures[other] + (pictures.astype(np.float32) - pictures[other]) * share[:, None, None, None]
    logits = _logits(network, np.concatenate([pictures, blends.round().astype(np.uint8)]))
    first = torch.from_numpy(np.concatenate([labels, labels]).astype(np.int64))
    second = torch.from_numpy(np.concatenate([labels, labels[other]]).astype(np.int64))
    shares = torch.from_numpy(np.concatenate([np.ones_like(share), share])).double()

    def loss(temperature: float) -> float:
        log = (logits / temperature).log_softmax(dim=1)
        of_first, of_second = (log.gather(1, labels[:, None])[:, 0] for labels in (first, second))
        return -torch.lerp(of_second, of_first, shares).mean().item()

    return float(min(np.geomspace(0.1, 10.0, 201), key=loss))
