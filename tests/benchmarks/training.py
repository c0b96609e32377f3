"""Images per second of the training loop, data included, against bare steps and against what people use instead.

All contenders take turns, a few steps each, so that whatever else the machine does falls on all of them alike; the
ratio is the median over the rounds. Bare: forward, backward and optimiser step of the same model on one batch that
lies ready. Examples: PyTorch's own example programs for a VAE and a DCGAN, written again from their description with
the same layers, size and batch (their data loader, Adam, one read of every loss per step).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor, nn

from tests.benchmarks import Bar, Report
from training.batches import Batches
from training.config import RunConfig, resolve
from training.data.images import open_images
from training.device import choose_device, choose_precision, limit_threads
from training.loop import fit
from training.models import family_named
from training.models.family import Moment
from training.phases import PhaseOptimizer
from training.reporting import Reporter
from training.run import RunWriter

_BARE_BAR, _EXAMPLE_BAR = 0.95, 1.0
Steps = Callable[[int], None]
"""Does so many steps."""


@dataclass(frozen=True)
class Contest:
    """A model to train in turns: its settings, steps a turn, and the example program with the same layers if any."""

    name: str
    recipe: str
    settings: tuple[str, ...]
    steps: int
    example: Callable[[RunConfig, np.ndarray, torch.device], Steps] | None = None
    bare_bar: bool = True


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", help="of the contests, those whose name contains this")
    parser.add_argument("--device", default="cpu")


def measure(options: argparse.Namespace) -> Report:
    report = Report("training")
    limit_threads()
    report.figures["threads"] = torch.get_num_threads()
    for contest in CONTESTS:
        if options.only and options.only not in contest.name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.environ["DINOEXPLORER_CACHE"] = folder
            _compete(contest, Path(folder), options, report)
    return report


def _compete(contest: Contest, folder: Path, options: argparse.Namespace, report: Report) -> None:
    # One round more: the first warms up.
    rounds = options.rounds + 1
    settings = [*contest.settings, f"data.source={json.dumps(str(folder / 'data.npz'))}", f"device={options.device}",
                f"steps={(rounds + 1) * contest.steps}", f"log.every={contest.steps}", "data.held_out=0",
                *(f"{name}.every=1000000" for name in ("samples", "evaluate", "checkpoint"))]  # fmt: skip
    config = resolve(contest.recipe, settings)
    size, channels = config.image.size, config.image.channels
    shape = (2048, size, size, channels)
    pictures = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.savez(folder / "data.npz", x_train=pictures)
    rivals = {"bare": _bare_steps(config, folder / "data.npz")}
    if contest.example is not None:
        rivals["example"] = contest.example(config, pictures, choose_device(config.device))
    turns = _Turns(rivals, contest.steps, rounds)
    run = RunWriter.create(folder / "run", config)
    fit(run, turns)
    images = contest.steps * config.batch_size
    report.figures[f"{contest.name}, loop (images/s)"] = images / statistics.median(turns.seconds["loop"][1:])
    for rival in rivals:
        report.figures[f"{contest.name}, {rival} (images/s)"] = images / statistics.median(turns.seconds[rival][1:])
        pairs = zip(turns.seconds[rival][1:], turns.seconds["loop"][1:], strict=True)
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        name = f"{contest.name}, loop / {rival}"
        if rival == "bare" and not contest.bare_bar:
            report.figures[name] = ratio
        else:
            bar = _BARE_BAR if rival == "bare" else _EXAMPLE_BAR
            report.bars.append(Bar(name, ratio, bar, at_most=False))


class _Turns(Reporter):
    """A reporter: after each record of the loop the rivals have their turn."""

    def __init__(self, rivals: dict[str, Steps], steps: int, rounds: int) -> None:
        super().__init__()
        self.seconds: dict[str, list[float]] = {name: [] for name in ("loop", *rivals)}
        self._rivals, self._steps, self._rounds = rivals, steps, rounds
        self._left: float | None = None

    def line(self, text: str) -> None:
        pass

    def step(self, _step: int, _total: int, _record: object) -> None:
        arrived = time.perf_counter()
        if self._left is not None and len(self.seconds["loop"]) < self._rounds:
            self.seconds["loop"].append(arrived - self._left)
            for name, do_steps in self._rivals.items():
                began = time.perf_counter()
                do_steps(self._steps)
                self.seconds[name].append(time.perf_counter() - began)
        self._left = time.perf_counter()


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _bare_steps(config: RunConfig, data: Path) -> Steps:
    device = choose_device(config.device)
    precision = choose_precision(config.precision, device)
    images = open_images(data, size=config.image.size, channels=config.image.channels)
    family = family_named(config.family)
    model = family.build(config, len(images.classes)).to(device).to(memory_format=torch.channels_last)
    objective = family.objective(config.objective, config, len(images.classes), str(device))
    phases = [PhaseOptimizer(phase, model, config, device) for phase in objective.phases]
    rows = np.arange(len(images))
    batch = Batches(images.images, images.labels, rows, seed=0, flip=False, device=device).at(0, config.batch_size)
    scaler = torch.amp.GradScaler(device.type, enabled=precision == torch.float16)
    moment = Moment(1, 0.5)

    def do_steps(count: int) -> None:
        for _ in range(count):
            for phase in phases:
                phase.begin()
                with torch.autocast(device.type, precision, enabled=precision != torch.float32):
                    losses = objective.loss(phase.name, model, batch, moment)
                scaler.scale(losses.total).backward()
                phase.step(scaler, 1.0, measured=False)
            scaler.update()
        _wait(device)

    return do_steps


class _Items(torch.utils.data.Dataset):
    """One picture at a time, as torchvision's data sets give them: bytes to float (c, h, w), then normalised or not."""

    def __init__(self, pictures: np.ndarray, *, normalised: bool) -> None:
        self._pictures, self._normalised = pictures, normalised

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        tensor = torch.from_numpy(self._pictures[index]).permute(2, 0, 1).contiguous().float().div(255)
        return (tensor - 0.5) / 0.5 if self._normalised else tensor, 0


def _batches(pictures: np.ndarray, batch_size: int, *, normalised: bool) -> Iterator[Tensor]:
    items = _Items(pictures, normalised=normalised)
    loader = torch.utils.data.DataLoader(items, batch_size=batch_size, shuffle=True, drop_last=True)
    while True:
        for images, _labels in loader:
            yield images


class _ExampleVae(nn.Module):
    """Pixels - 400 - z - 400 - pixels."""

    def __init__(self, pixels: int, hidden: int, dim: int) -> None:
        super().__init__()
        self.first = nn.Linear(pixels, hidden)
        self.mean, self.log_variance = nn.Linear(hidden, dim), nn.Linear(hidden, dim)
        self.third, self.last = nn.Linear(dim, hidden), nn.Linear(hidden, pixels)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = F.relu(self.first(x))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return torch.sigmoid(self.last(F.relu(self.third(z)))), mean, log_variance


def _example_vae(config: RunConfig, pictures: np.ndarray, device: torch.device) -> Steps:
    pixels = config.image.size**2 * config.image.channels
    model = _ExampleVae(pixels, config.model["hidden"][0], config.latent.dim).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = _batches(pictures, config.batch_size, normalised=False)

    def do_steps(count: int) -> None:
        total = 0.0
        for _ in range(count):
            x = next(batches).to(device).view(-1, pixels)
            optimizer.zero_grad()
            out, mean, log_variance = model(x)
            entropy = F.binary_cross_entropy(out, x, reduction="sum")
            loss = entropy - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
            loss.backward()
            total += loss.item()
            optimizer.step()

    return do_steps


def _weights_of_the_paper(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


def _example_generator(dim: int, widths: Sequence[int], channels: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.ConvTranspose2d(dim, widths[0], 4, 1, 0, bias=False)]
    for inputs, outputs in pairwise(widths):
        layers += [nn.BatchNorm2d(inputs), nn.ReLU(True), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)]
    last = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False)
    return nn.Sequential(*layers, nn.BatchNorm2d(widths[-1]), nn.ReLU(True), last, nn.Tanh())


def _example_discriminator(widths: Sequence[int], channels: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(channels, widths[-1], 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    rising = list(reversed(widths))
    for inputs, outputs in pairwise(rising):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(widths[0], 1, 4, 1, 0, bias=False), nn.Flatten(0), nn.Sigmoid())


def _example_dcgan(config: RunConfig, pictures: np.ndarray, device: torch.device) -> Steps:
    width, dim, n = config.model["width"], config.latent.dim, config.batch_size
    widths = [width * 8, width * 4, width * 2, width]
    generator = _example_generator(dim, widths, config.image.channels).to(device).apply(_weights_of_the_paper)
    discriminator = _example_discriminator(widths, config.image.channels).to(device).apply(_weights_of_the_paper)
    d_step = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    g_step = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    batches = _batches(pictures, n, normalised=True)
    ones, zeros = torch.ones(n, device=device), torch.zeros(n, device=device)

    def do_steps(count: int) -> None:
        for _ in range(count):
            discriminator.zero_grad()
            of_real = discriminator(next(batches).to(device))
            F.binary_cross_entropy(of_real, ones).backward()
            fake = generator(torch.randn(n, dim, 1, 1, device=device))
            of_fake = discriminator(fake.detach())
            F.binary_cross_entropy(of_fake, zeros).backward()
            of_real.mean().item(), of_fake.mean().item()
            d_step.step()
            generator.zero_grad()
            loss: Any = F.binary_cross_entropy(discriminator(fake), ones)
            loss.backward()
            loss.item()
            g_step.step()

    return do_steps


_DCGAN = ("image.size=64", "latent.dim=100", "batch_size=64", "model.width=64", "data.flip=false")
_MNIST = ("image.size=28", "image.channels=1", "latent.dim=20", "batch_size=128", "model.hidden=[400]")
CONTESTS = (
    Contest("vae 64 px", "vae", ("batch_size=64",), 2),
    Contest("dcgan 64 px", "dogs-dcgan-64", _DCGAN, 1, _example_dcgan),
    Contest("vae 784-400-20", "vae-fc", _MNIST, 40, _example_vae, bare_bar=False),
)
