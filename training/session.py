"""One training in memory: model, averaged weights, optimisers, data and the place in it."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.batches import Batches, mixed_seed, split_evenly
from training.checkpoint import CheckpointHeader, write_checkpoint
from training.config import RunConfig
from training.data.images import ImageSet
from training.device import choose_device, choose_precision
from training.distributed import Group
from training.ema import Ema
from training.environment import code_version
from training.errors import TrainingError
from training.evaluation.direction import higher_is_better
from training.latent_statistics import encoded_statistics, prior_statistics
from training.models import family_named, kept_state
from training.models.family import Batch, Moment
from training.phases import PhaseOptimizer, rate_at
from training.sheets import COLUMNS, PAIR_ROWS, SAMPLE_ROWS, draw_sheet, save_png

Tick = Callable[[str, int, int], None]
_EVALUATED = 2048
_EVALUATED_PIXELS = 64 * 64 * 64
# Streams of random numbers, so that none depends on how often another was used.
_INITIAL, _NOISE, _EVALUATION, _CODES = range(4)


class DivergedError(TrainingError):
    """Training produced numbers that are no numbers."""


class Session:
    """What a step needs and what a checkpoint keeps.

    Attributes
    ----------
    step, images_seen
        Finished steps, and the pictures seen in them (by all processes).
    parts
        How many pieces a step's pictures are computed in; `accumulate`, or more after the device ran out of memory.
    rate_scale, retries
        Factor of the learning rate and number of times that training went back after it had diverged.
    stale
        Evaluations since the best one.
    due
        What comes after the last step and is not done yet: `evaluate`, `sample`, `save`.
    notices
        What changed by itself and someone should hear of.
    unmeasured
        Metrics of `evaluate.metrics` that cannot be measured here.
    """

    def __init__(self, config: RunConfig, images: ImageSet, group: Group | None = None) -> None:
        self.config = config
        self.images = images
        self.group = group or Group()
        self.device = choose_device(config.device)
        self.precision = choose_precision(config.precision, self.device)
        self.family = family_named(config.family)
        train_rows, held_rows = images.split(config.data.held_out)
        self.batches = Batches(
            images.images, images.labels, train_rows, seed=config.seed, flip=config.data.flip, device=self.device
        )
        self.train_rows, self.held_rows = torch.from_numpy(train_rows), torch.from_numpy(held_rows)
        self.begin()

    def begin(self) -> None:
        """Fresh weights, before the first step."""
        config, classes = self.config, len(self.images.classes)
        torch.manual_seed(mixed_seed(config.seed, _INITIAL))
        model = self.family.build(config, classes).to(self.device)
        if self.group.size > 1 and self.device.type == "cuda":
            model = nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]
        self.model: nn.Module = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs
        self.objective = self.family.objective(config.objective, config, classes, str(self.device))
        self.ema = Ema(self.model, config.ema.decay, self.family.kept)
        self.phases = [PhaseOptimizer(phase, self.model, config, self.device) for phase in self.objective.phases]
        self._moves_kept = [bool({*phase.modules} & {*self.family.kept}) for phase in self.objective.phases]
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == torch.float16)
        self.step = self.images_seen = self.stale = self.retries = 0
        self.seconds, self.best_loss, self.rate_scale = 0.0, math.inf, 1.0
        self.parts = config.accumulate
        self.last_metrics: dict[str, float] = {}
        self.notices: list[str] = []
        self.due: list[str] = []
        self.unmeasured: set[str] = set()

    def close(self) -> None:
        """End what runs beside."""
        self.batches.close()

    @property
    def images_per_step(self) -> int:
        """Pictures of one step, of all processes together."""
        return self.config.images_per_step * self.group.size

    @property
    def rate(self) -> float:
        """Factor of the learning rate now."""
        return rate_at(self.step, self.config) * self.rate_scale

    @property
    def best(self) -> float:
        """The best value of `evaluate.best` so far."""
        return -self.best_loss if higher_is_better(self.config.evaluate.best) else self.best_loss

    def train_step(self, *, measured: bool = False) -> dict[str, Tensor]:
        """One step of every phase.

        Parameters
        ----------
        measured
            Whether the norms of the gradients are wanted; where gradients are clipped they are there anyway.

        Returns
        -------
        dict of scalar tensors
            By their names in the metrics: `loss/...`, `gradient/...`, and what the objective names itself.
        """
        own = self.config.images_per_step
        place = self.images_seen + self.group.rank * own
        batch = self.batches.at(place, own, ahead=place + self.images_per_step)
        values: dict[str, Tensor] = {}
        stepped = moved = False
        for index, phase in enumerate(self.phases):
            parts = self._gradients(index, batch)
            if parts is None:
                continue
            values |= parts
            self.group.average_gradients(phase.parameters)
            norm = phase.step(self.scaler, self.rate, measured=measured)
            if norm is not None:
                values[f"gradient/{phase.name}"] = norm
            stepped, moved = True, moved or self._moves_kept[index]
        if stepped:
            self.scaler.update()
        if moved:
            self.ema.update(self.step)
        self.step += 1
        self.images_seen += self.images_per_step
        return values

    def _gradients(self, index: int, batch: Batch) -> dict[str, Tensor] | None:
        """The gradients of a phase, in more and smaller parts when the device runs out of memory."""
        while True:
            try:
                return self._accumulate(index, batch)
            except RuntimeError as error:
                if not _out_of_memory(error) or self.parts >= self.config.images_per_step:
                    raise
                text = str(error).partition("\n")[0]
            # Not in the handler: there the traceback still holds what the failed attempt had allocated.
            gc.collect()
            if self.device.type == "cuda":
                torch.cuda.empty_cache()
            self.parts = min(2 * self.parts, self.config.images_per_step)
            self.notices.append(
                f"out of memory at step {self.step} ({text}); from here {self.pictures_at_once} pictures at a time and"
                f" {self.parts} times a step (batch_size={self.pictures_at_once}, accumulate={self.parts})"
            )

    @property
    def pictures_at_once(self) -> int:
        """How many pictures go through the model together."""
        return -(-self.config.images_per_step // self.parts)

    def _accumulate(self, index: int, batch: Batch) -> dict[str, Tensor] | None:
        phase, config = self.phases[index], self.config
        moment = Moment(self.step, min(1.0, self.step / config.steps))
        phase.begin()
        values: dict[str, Tensor] = {}
        for number, part in enumerate(split_evenly(batch, self.parts)):
            # A resumed run draws the same noise; every part of every process draws its own.
            piece = self.group.rank * self.parts + number
            seed_everything(mixed_seed(config.seed, _NOISE, self.step, index, piece, self.retries), self.device)
            with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
                losses = self.objective.loss(phase.name, self.model, part, moment)
            if losses is None:
                return None
            share = len(part.images) / len(batch.images)
            total = losses.total if share == 1 else losses.total * share
            self.scaler.scale(total).backward()  # type: ignore[no-untyped-call]
            own_name = phase.name if len(self.phases) > 1 else "total"
            for name, value in {own_name: losses.total.detach(), **losses.parts}.items():
                name = name if "/" in name else f"loss/{name}"  # noqa: PLW2901
                weighted = value if share == 1 else value * share
                values[name] = values[name] + weighted if name in values else weighted
        return values

    @torch.no_grad()
    def evaluate(self, tick: Tick) -> dict[str, Any]:
        """The objective's figures for the averaged weights on held-out pictures; empty without any."""
        rows = self.held_rows[:_EVALUATED]
        if not len(rows):
            return {}
        size = max(8, min(64, _EVALUATED_PIXELS // self.config.image.size**2))
        torch.manual_seed(mixed_seed(self.config.seed, _EVALUATION))
        sums: dict[str, Tensor] = {}
        with self.ema.evaluating() as model:
            for start in range(0, len(rows), size):
                batch = self.batches.take(rows[start : start + size])
                for name, value in self.objective.evaluate(model, batch).items():
                    weighted = value.detach().double() * len(batch.images)
                    sums[name] = sums[name] + weighted if name in sums else weighted
                tick("evaluating", start + len(batch.images), len(rows))
        return {f"held_out/{name}": (value / len(rows)).tolist() for name, value in sums.items()}

    def badness(self, figures: Mapping[str, Any]) -> float:
        """How bad these figures are by `evaluate.best`, less is better; infinite without that one."""
        name = self.config.evaluate.best
        value = float(figures.get(name, math.inf))
        return -value if higher_is_better(name) and math.isfinite(value) else value

    def codes(self, count: int, *, seed: int) -> Tensor:
        """Codes from the prior, always the same ones."""
        generator = torch.Generator().manual_seed(seed)
        return self.family.draw_codes(self.config, len(self.images.classes), count, generator).to(self.device)

    def save_sheet(self, path: Path) -> None:
        """Fixed codes decoded, and fixed pictures with their reconstructions, by the averaged weights."""
        pairs = COLUMNS * PAIR_ROWS if "encoder" in self.family.kept else 0
        codes = self.codes(COLUMNS * SAMPLE_ROWS, seed=mixed_seed(self.config.seed, _CODES))
        rows = self.held_rows if len(self.held_rows) >= COLUMNS else self.train_rows
        wanted = np.unique(np.linspace(0, len(rows) - 1, pairs, dtype=int))
        originals = self.batches.take(rows[torch.from_numpy(wanted)]).images
        with self.ema.evaluating() as model:
            save_png(draw_sheet(model, codes, originals), path)

    def save_checkpoint(self, path: Path, *, described_by: int, tick: Tick) -> None:
        """Write the averaged weights with statistics of the latent space from at most `described_by` pictures.

        Raises
        ------
        DivergedError
            A weight is not a finite number; nothing is written.
        """
        self._refuse_bad_numbers(self.model.state_dict())
        tensors = kept_state(self.ema.module, self.family.kept)
        self._refuse_bad_numbers(tensors)
        statistics = self.statistics(described_by, tick)
        write_checkpoint(path, {**tensors, **statistics}, self._header(), dtype=self.config.checkpoint.dtype)

    def statistics(self, described_by: int, tick: Tick) -> dict[str, Tensor]:
        """What the latent space looks like now, from at most `described_by` pictures: `latent.*` of a checkpoint."""
        seed = self.config.seed
        with self.ema.evaluating() as model:
            if "encoder" in self.family.kept:
                spread = np.unique(np.linspace(0, len(self.train_rows) - 1, described_by, dtype=int))
                rows = self.train_rows[torch.from_numpy(spread)]
                return encoded_statistics(model, self.batches, rows, seed=seed, tick=tick)
            codes = self.codes(described_by, seed=mixed_seed(seed, _CODES, 1))
            extra = codes.shape[1] - self.config.latent.dim
            return prior_statistics(model, codes, classes=extra, tick=tick)

    def _refuse_bad_numbers(self, tensors: Mapping[str, Tensor]) -> None:
        for name, tensor in tensors.items():
            if not bool(torch.isfinite(tensor).all()):
                raise DivergedError(diverged(self, f"the weight {name} is not a number"))

    def _header(self) -> CheckpointHeader:
        config = self.config
        kept = config.model_dump(include={"family", "recipe", "image", "latent", "model", "objective"})
        if kept["objective"].get("perceptual_weights"):  # a path of this machine is nobody else's business
            kept["objective"]["perceptual_weights"] = Path(kept["objective"]["perceptual_weights"]).name
        names = list(self.family.latent_names(config, self.images.classes))
        latent = {"dim": len(names), "prior": "normal", "names": names, "spaces": ["z"]}
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
                "held_out": config.data.held_out,
                "variation": config.data.variation if config.data.source.startswith("builtin:") else None,
                "fingerprint": self.images.fingerprint,
                "licence": config.data.licence or ("MIT" if config.data.source.startswith("builtin:") else None),
                "credit": config.data.credit or None,
            },
        }
        return CheckpointHeader(kept, latent, training, self.images.classes)


def seed_everything(seed: int, device: torch.device) -> None:
    """Seed the generators that a step draws from.

    `torch.manual_seed` also seeds every kind of device there might be; where CUDA is not in use yet that writes down
    the call stack each time, a tenth of a millisecond (torch 2.13).
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed_all(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)


def diverged(session: Session, sign: str) -> str:
    """What to tell about a training that went wrong."""
    lr = session.config.optimizer.lr * session.rate_scale
    again = "again, after it had gone back once, " if session.retries else ""
    return (
        f"training diverged {again}by step {session.step}: {sign}; the last checkpoint is kept."
        f" Try a smaller optimizer.lr than {lr:g} or optimizer.clip=1"
    )


def _out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)
