"""One training in memory: model, averaged weights, optimiser, data and the place in it."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.batches import Batches, mixed_seed
from training.checkpoint import CheckpointHeader, write_checkpoint
from training.config import RunConfig
from training.data.images import ImageSet
from training.device import choose_device, choose_precision
from training.ema import Ema
from training.environment import code_version
from training.errors import TrainingError
from training.files import replace_file
from training.latent_statistics import latent_statistics
from training.models import family_named
from training.sheets import COLUMNS, PAIR_ROWS, SAMPLE_ROWS, draw_sheet, save_png

Tick = Callable[[str, int, int], None]
_FINAL_RATE = 0.01
"""Share of the learning rate that is left at the end of the cosine."""
_EVALUATED = 2048
_EVALUATION_BATCH = 64
# Streams of random numbers, so that none depends on how often another was used.
_INITIAL, _NOISE, _EVALUATION, _CODES = range(4)


_UNREADABLE = (
    OSError, RuntimeError, LookupError, ValueError, EOFError, TypeError, AttributeError, pickle.UnpicklingError,
)  # fmt: skip
"""What `torch.load` and `load_state_dict` raise on damaged files."""


class DivergedError(TrainingError):
    """Training produced numbers that are no numbers."""


class Session:
    """What a step needs and what a checkpoint keeps. `step` counts finished steps."""

    def __init__(self, config: RunConfig, images: ImageSet) -> None:
        self.config = config
        self.images = images
        self.device = choose_device(config.device)
        self.precision = choose_precision(config.precision, self.device)
        family = family_named(config.family)
        torch.manual_seed(mixed_seed(config.seed, _INITIAL))
        model = family.build(config).to(self.device)
        self.model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        self.objective = family.objective(config.objective, str(self.device))
        self.ema = Ema(self.model, config.ema.decay)
        self.optimizer = self._make_optimizer()
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == torch.float16)
        train_rows, held_rows = images.split(config.data.held_out)
        self.batches = Batches(
            images.images, train_rows, batch_size=config.batch_size, seed=config.seed, flip=config.data.flip,
            device=self.device,
        )  # fmt: skip
        self.train_rows, self.held_rows = torch.from_numpy(train_rows), torch.from_numpy(held_rows)
        self.step = 0
        self.seconds = 0.0
        self.best_loss = math.inf
        self.last_metrics: dict[str, float] = {}

    def _make_optimizer(self) -> torch.optim.Optimizer:
        options = self.config.optimizer
        return torch.optim.AdamW(
            self.model.parameters(), lr=options.lr, betas=(options.beta1, options.beta2),
            weight_decay=options.weight_decay, fused=self.device.type in {"cpu", "cuda"},
        )  # fmt: skip

    @property
    def images_seen(self) -> int:
        return self.step * self.config.batch_size

    def train_step(self) -> dict[str, Tensor]:
        """One step of the optimiser; returns the detached parts of the loss, `total` among them."""
        config = self.config
        batch = self.batches.at(self.step)
        torch.manual_seed(mixed_seed(config.seed, _NOISE, self.step))  # a resumed run draws the same noise
        for group in self.optimizer.param_groups:
            group["lr"] = config.optimizer.lr * rate_at(self.step, config)
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            losses = self.objective(self.model, batch, progress=self.step / config.steps)
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(losses.total).backward()  # type: ignore[no-untyped-call]
        if config.optimizer.clip:
            self.scaler.unscale_(self.optimizer)
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), config.optimizer.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.ema.update(self.step)
        self.step += 1
        return {"total": losses.total.detach(), **losses.parts}

    @torch.no_grad()
    def evaluate(self, tick: Tick) -> dict[str, float]:
        """The objective of the averaged weights on held-out pictures, `beta` at its full value; empty without any."""
        rows = self.held_rows[:_EVALUATED]
        if not len(rows):
            return {}
        torch.manual_seed(mixed_seed(self.config.seed, _EVALUATION))
        sums: dict[str, float] = {}
        for start in range(0, len(rows), _EVALUATION_BATCH):
            batch = self.batches.take(rows[start : start + _EVALUATION_BATCH])
            losses = self.objective(self.ema.module, batch, progress=1.0)
            for name, value in {"total": losses.total, **losses.parts}.items():
                sums[name] = sums.get(name, 0.0) + float(value) * len(batch)
            tick("evaluating", start + len(batch), len(rows))
        return {f"held_out/{name}": value / len(rows) for name, value in sums.items()}

    def save_sheet(self, path: Path) -> None:
        """Fixed codes decoded, and fixed pictures with their reconstructions, by the averaged weights."""
        generator = torch.Generator().manual_seed(mixed_seed(self.config.seed, _CODES))
        codes = torch.randn(COLUMNS * SAMPLE_ROWS, self.config.latent.dim, generator=generator).to(self.device)
        rows = self.held_rows if len(self.held_rows) >= COLUMNS else self.train_rows
        wanted = np.unique(np.linspace(0, len(rows) - 1, COLUMNS * PAIR_ROWS, dtype=int))
        originals = self.batches.take(rows[torch.from_numpy(wanted)])
        save_png(draw_sheet(self.ema.module, codes, originals), path)

    def save_checkpoint(self, path: Path, *, described_by: int, tick: Tick) -> None:
        """Write the averaged weights with statistics of the latent space from at most `described_by` pictures.

        Raises
        ------
        DivergedError
            A weight is not a finite number; nothing is written.
        """
        tensors = self.ema.module.state_dict()
        self._refuse_bad_numbers(tensors)
        spread = np.unique(np.linspace(0, len(self.train_rows) - 1, described_by, dtype=int))
        rows = self.train_rows[torch.from_numpy(spread)]
        statistics = latent_statistics(self.ema.module, self.batches, rows, seed=self.config.seed, tick=tick)
        write_checkpoint(path, {**tensors, **statistics}, self._header(), dtype=self.config.checkpoint.dtype)

    def _refuse_bad_numbers(self, tensors: Mapping[str, Tensor]) -> None:
        for name, tensor in tensors.items():
            if not bool(torch.isfinite(tensor).all()):
                raise DivergedError(diverged(self.config, self.step, f"the weight {name} is not a number"))

    def _header(self) -> CheckpointHeader:
        config, dim = self.config, self.config.latent.dim
        kept = config.model_dump(include={"family", "recipe", "image", "latent", "model", "objective"})
        if kept["objective"].get("perceptual_weights"):  # a path of this machine is nobody else's business
            kept["objective"]["perceptual_weights"] = Path(kept["objective"]["perceptual_weights"]).name
        latent = {"dim": dim, "prior": "normal", "names": [f"z{i}" for i in range(dim)], "spaces": ["z"]}
        training = {
            "step": self.step,
            "images_seen": self.images_seen,
            "seconds": round(self.seconds, 1),
            "seed": config.seed,
            "metrics": self.last_metrics,
            "code_version": code_version(),
            "dataset": {
                "source": config.data.source if config.data.source.startswith("builtin:") else "folder",
                "count": len(self.images),
                "fit": config.data.fit,
                "fingerprint": self.images.fingerprint,
                "licence": "MIT" if config.data.source.startswith("builtin:") else None,
            },
        }
        return CheckpointHeader(kept, latent, training, self.images.classes)

    def save_state(self, path: Path) -> None:
        """Everything a resumed run needs and a checkpoint must not hold."""
        state = {
            "step": self.step,
            "seed": self.config.seed,
            "seconds": self.seconds,
            "best_loss": self.best_loss,
            "fingerprint": self.images.fingerprint,
            "model": self.model.state_dict(),
            "ema": self.ema.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
        }
        with replace_file(path) as file:
            torch.save(state, file)

    def load_state(self, path: Path) -> None:
        """Go on where `save_state` was called.

        Raises
        ------
        TrainingError
            The file is damaged, belongs to another model, or the pictures have changed since.
        """
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            self._check_data(state)
            self.model.load_state_dict(state["model"])
            self.ema.module.load_state_dict(state["ema"])
            self.optimizer.load_state_dict(copy.copy(state["optimizer"]))
            self.scaler.load_state_dict(state["scaler"])
            self.step, self.seconds, self.best_loss = state["step"], state["seconds"], state["best_loss"]
        except _UNREADABLE as error:
            raise TrainingError(f"cannot resume from {path}: it is damaged or of another model ({error})") from error

    def _check_data(self, state: dict[str, Any]) -> None:
        if state["fingerprint"] != self.images.fingerprint:
            raise TrainingError(
                f"the pictures of {self.config.data.source} are not those this run began with; put them back, or start"
                " a new run with 'dinotrain fit'"
            )


def diverged(config: RunConfig, step: int, sign: str) -> str:
    """What to tell about a training that went wrong."""
    return (
        f"training diverged by step {step}: {sign}; the last checkpoint is kept."
        f" Try a smaller optimizer.lr than {config.optimizer.lr:g} or optimizer.clip=1"
    )


def rate_at(step: int, config: RunConfig) -> float:
    """Factor of the learning rate: a linear warm-up, then half a cosine to a hundredth, or constant."""
    options = config.optimizer
    if step < options.warm_up:
        return (step + 1) / options.warm_up
    if options.schedule == "constant":
        return 1.0
    progress = (step - options.warm_up) / max(1, config.steps - options.warm_up)
    return _FINAL_RATE + (1 - _FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
