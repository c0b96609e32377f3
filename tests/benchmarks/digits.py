"""How well a VAE of MNIST keeps its digits: the question that the digits project asked of its 900 pictures.

A classifier of real digits, trained here in a minute, names what is decoded at the places of encoded test digits, and
what lies on the 30 x 30 grid over [-1.5, 1.5]. On the grid there is no right answer, so it is told how many digits
occur and how sure the classifier is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.generators.generator import ByteArray
from tests.benchmarks import Bar, Report
from tests.benchmarks._shipped import say
from training.device import limit_threads

_SIDE, _BATCH, _AT_ONCE = 28, 128, 500
_CLASSIFIER_PERCENT = 97.0
_BARS = {2: 75.0, 16: 95.0}  # percent of decoded test digits named as what they were, by latent dimensions
_GRID, _REACH = 30, 1.5
_SURE = 0.8
Labels = NDArray[np.int64]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoints", type=Path, nargs="+", help="VAEs of MNIST")
    parser.add_argument("--data", type=Path, required=True, help="mnist.npz, with x_test and y_test")
    parser.add_argument("--epochs", type=int, default=2, help="of the classifier's training")


def measure(options: argparse.Namespace) -> Report:
    limit_threads()
    with np.load(options.data, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    report = Report("digits", {"test digits": len(arrays["y_test"])})
    network = _trained(arrays["x_train"], arrays["y_train"].astype(np.int64), options.epochs)
    tests, labels = arrays["x_test"], arrays["y_test"].astype(np.int64)
    reached = _percent(network, tests, labels)
    report.bars.append(Bar("classifier right on real test digits", reached, _CLASSIFIER_PERCENT, "%", at_most=False))
    for path in options.checkpoints:
        _measure_checkpoint(_opened(path), network, tests, labels, report)
    return report


def _opened(path: Path) -> Generator:
    try:
        generator = open_generator(path)
    except GeneratorError as error:
        sys.exit(str(error))
    info = generator.info
    if not info.encoder or info.image_size != _SIDE or info.channels != 1:
        sys.exit(f"{path.name} is no grey autoencoder of {_SIDE} pixels; train one with the recipe mnist-2d.")
    return generator


def _measure_checkpoint(
    generator: Generator, network: nn.Module, tests: ByteArray, labels: Labels, report: Report
) -> None:
    info = generator.info
    name, dim = f"{info.path.parent.parent.name}/{info.name}", info.latent.dim
    codes = generator.encode(np.repeat(tests[..., None], 3, axis=3))
    kept = _percent(network, generator.decode(codes)[..., 0], labels)
    title = f"{name}, z = {dim}: decoded test digits named right"
    if dim in _BARS:
        report.bars.append(Bar(title, kept, _BARS[dim], "%", at_most=False))
    else:
        report.figures[f"{title} (%)"] = kept
    if dim == 2:
        report.figures[f"{name}: nearest encoded neighbour is the same digit (%)"] = _same_neighbour(codes, labels)
        steps = np.linspace(-_REACH, _REACH, _GRID, dtype=np.float32)
        places = np.stack(np.meshgrid(steps, steps[::-1]), axis=-1).reshape(-1, 2)
        chances = _logits(network, generator.decode(places)[..., 0]).softmax(dim=1)
        named = chances.argmax(dim=1)
        report.figures[f"{name}: digits on the 30 x 30 grid"] = len(named.unique())
        report.figures[f"{name}: of the grid named with {_SURE:g} confidence (%)"] = (
            100 * (chances.amax(dim=1) >= _SURE).double().mean().item()
        )


def _trained(images: ByteArray, labels: Labels, epochs: int) -> nn.Module:
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 7 * 7, 96), nn.ReLU(), nn.Dropout(0.3), nn.Linear(96, 10),
    )  # fmt: skip
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    rng, steps = np.random.default_rng(0), len(images) // _BATCH
    for epoch in range(epochs):
        order, total = rng.permutation(len(images)), 0.0
        for step in range(steps):
            rows = order[step * _BATCH : (step + 1) * _BATCH]
            loss = functional.cross_entropy(network(_as_input(images[rows])), torch.from_numpy(labels[rows]))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item()
        say(f"digit classifier: epoch {epoch + 1} of {epochs}, loss {total / max(steps, 1):.3f}")
    return network.eval()


def _as_input(images: ByteArray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(images)).float()[:, None] / 127.5 - 1.0


def _logits(network: nn.Module, images: ByteArray) -> Tensor:
    with torch.inference_mode():
        blocks = range(0, len(images), _AT_ONCE)
        return torch.cat([network(_as_input(images[start : start + _AT_ONCE])) for start in blocks])


def _percent(network: nn.Module, images: ByteArray, labels: Labels) -> float:
    return 100 * float((_logits(network, images).argmax(dim=1).numpy() == labels).mean())


def _same_neighbour(codes: NDArray[np.float32], labels: Labels) -> float:
    same = 0
    for start in range(0, len(codes), _AT_ONCE):
        block = codes[start : start + _AT_ONCE]
        distances = ((block[:, None] - codes[None]) ** 2).sum(axis=2)
        distances[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        same += int((labels[distances.argmin(axis=1)] == labels[start : start + len(block)]).sum())
    return 100 * same / len(codes)
