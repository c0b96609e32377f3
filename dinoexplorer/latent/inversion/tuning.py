"""Pivotal tuning: a generator that is bent a little, so that codes give exactly the pictures they stand for.

A code alone cannot hold what the generator has never learned. Roich et al. 2021 keep the code that was found (the
pivot) and move the weights instead; a second term holds all other pictures where they were, so that the sliders, the
map and morphs between the tuned pictures go on as before. The result is a checkpoint of its own. Imports torch: import
it late.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.latent.inversion.asking import TuningState, no_tuning
from dinoexplorer.latent.inversion.embedding import check_target
from dinoexplorer.latent.inversion.likeness import as_bytes
from training.checkpoint import CheckpointError, read_header, read_tensors, write_checkpoint
from training.models import rebuild
from training.objectives.edges import edge_distance

_EDGES = 0.02
_OTHERS, _HELD_SHARE = 64, 2  # random codes whose pictures are held, and how many of them at each step
_STEPS, _MOST_STEPS = 80, 2000
_AT_ONCE = 8  # pictures of each step
_LEAST_ERROR = 1e-10


def usual_steps(pictures: int) -> int:
    """How many steps so many pictures need: each is seen as often, up to a point."""
    return max(_STEPS, min(_STEPS * pictures // _AT_ONCE, _MOST_STEPS))


class Tuning:
    """Bends a copy of a generator to pictures, step by step; see `Embedding` for how to run it.

    Parameters
    ----------
    generator : Generator
        From a checkpoint of ours.
    codes : float32 (n, dim)
        As `Embedding` found them.
    targets : uint8 (n, size, size, 3)
    steps : int
    rate : float
        Of Adam, for the weights.
    hold : float
        How much other pictures are held where they are.
    kept : float32 (k, dim) or None
        Codes whose pictures are held before all others, such as pins.

    Raises
    ------
    GeneratorError
        If the checkpoint is another program's, cannot be read any more, or the pictures do not fit.
    """

    def __init__(
        self, generator: Generator, codes: FloatArray, targets: ByteArray, *, steps: int = _STEPS, rate: float = 2e-4,
        hold: float = 1.0, seed: int = 0, kept: FloatArray | None = None,
    ) -> None:  # fmt: skip
        info = generator.info
        if refusal := no_tuning(info):
            raise GeneratorError(refusal)
        for target in targets:
            check_target(generator, target)
        codes = info.latent.check(codes)
        if len(codes) != len(targets) or not len(codes):
            raise GeneratorError(f"{len(codes)} codes and {len(targets)} pictures are no pairs; give as many of each.")
        try:
            self._header, self._tensors = read_header(info.path), read_tensors(info.path)
            module = rebuild(self._header, self._tensors)
        except CheckpointError as error:
            raise GeneratorError(f"{str(error).rstrip('.')}.") from None
        device = torch.device(generator.device)
        decoder = module.decoder
        assert isinstance(decoder, nn.Module)  # noqa: S101  of every family
        self._decoder = decoder.to(device).eval()
        self._codes = torch.from_numpy(codes).to(device)
        grey = targets.mean(axis=3, keepdims=True) if info.channels == 1 else targets  # aligned ones are alike in all
        self._targets = torch.from_numpy(np.array(grey, np.float32)).permute(0, 3, 1, 2).to(device) / 127.5 - 1
        with torch.inference_mode():
            others = info.latent.sample(_OTHERS, seed)
            self._kept = 0 if kept is None else len(kept)
            if kept is not None and self._kept:
                others = np.concatenate([info.latent.check(kept), others])
            self._others = torch.from_numpy(others).to(device)
            self._held = torch.cat([self._decoder(some) for some in torch.split(self._others, _AT_ONCE)])
        self._others, self._held = self._others.clone(), self._held.clone()
        self._weights = [weight.requires_grad_() for weight in self._decoder.parameters()]
        self._optimiser = torch.optim.Adam(self._weights, lr=rate, betas=(0.9, 0.99))
        self._rate, self._steps, self._hold = rate, steps, hold
        self._step, self._since, self._seconds, self._path = 0, 0, 0.0, info.path

    def __iter__(self) -> Iterator[TuningState]:
        """A state for each step until all are done."""
        while self._step < self._steps:
            yield self.step()

    def step(self) -> TuningState:
        """Bend once; for a 128-pixel decoder about a tenth of a second on one core."""
        began = time.perf_counter()
        rows = self._rows(len(self._codes), _AT_ONCE)
        others = self._kept + self._rows(_OTHERS, _HELD_SHARE)
        if self._kept:
            others = torch.cat([self._rows(self._kept, 1), others])
        wanted, held = self._targets[rows], self._held[others]
        for group in self._optimiser.param_groups:
            done = (self._step - self._since) / (self._steps - self._since)
            group["lr"] = self._rate * 0.5 * (1 + math.cos(math.pi * done))
        with torch.enable_grad():
            made = self._decoder(torch.cat([self._codes[rows], self._others[others]]))
            pictures, rest = made[: len(rows)], made[len(rows) :]
            error, moved = (pictures - wanted).square().mean(), (rest - held).square().flatten(1).mean(dim=1)
            drift = moved[-_HELD_SHARE:].mean()
            kept = moved[:-_HELD_SHARE].sum()  # counts as much as all others
            edges = edge_distance(wanted, pictures).mean() / wanted[0].numel()
            self._optimiser.zero_grad()
            (error + _EDGES * edges + self._hold * (drift + kept)).backward()
        self._optimiser.step()
        self._step += 1
        self._seconds += time.perf_counter() - began
        decibels = -10 * math.log10(max(float(error.detach()) / 4, _LEAST_ERROR))
        levels = 127.5 * math.sqrt(float(drift.detach()))
        return TuningState(self._step, self._steps, as_bytes(pictures[:1])[0], decibels, levels, self._seconds)

    @property
    def done(self) -> bool:
        """Whether all steps are done."""
        return self._step >= self._steps

    def go_on(self, steps: int) -> None:
        """Add steps after the last."""
        self._since, self._steps = self._step, self._step + steps

    def pictures(self) -> ByteArray:
        """Of the codes as the generator is bent now, ``(n, size, size, 3)``."""
        with torch.inference_mode():
            return np.concatenate([as_bytes(self._decoder(some)) for some in torch.split(self._codes, _AT_ONCE)])

    def save(self, path: Path) -> None:
        """Write the tuned checkpoint; the encoder and the statistics of the space are those of the original.

        Raises
        ------
        GeneratorError
            If that is the original's place, or cannot be written.
        """
        if path.resolve() == self._path.resolve():
            raise GeneratorError(f"{path} is the checkpoint that is tuned; choose another name for the result.")
        bent = {f"decoder.{name}": tensor.detach().cpu() for name, tensor in self._decoder.state_dict().items()}
        training = {**self._header.training, "tuned": {"pictures": len(self._codes), "steps": self._step}}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_checkpoint(path, {**self._tensors, **bent}, replace(self._header, training=training))
        except OSError as error:
            raise GeneratorError(
                f"{path} could not be written: {error.strerror or error}; choose another place."
            ) from None

    def _rows(self, count: int, most: int) -> Tensor:
        """The next of so many, in turn."""
        return torch.arange(self._step * most, self._step * most + min(count, most)) % count
