"""A model of our own as the subject of an evaluation."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.batches import mixed_seed
from training.checkpoint import CheckpointHeader, read_header, read_tensors
from training.config import ModelConfig
from training.evaluation.subject import Bytes, Floats, Judge, LogWeights
from training.latent_statistics import draw_codes
from training.models import family_named, rebuild
from training.models.blocks import GaussianHead
from training.objectives.reconstruction import reconstruction_nats

_PIXELS_AT_ONCE = 64 * 64 * 64


@dataclass(frozen=True)
class Identity:
    """What a `NativeSubject` is called and what decides its results."""

    name: str
    sha256: str


class NativeSubject:
    """See `training.evaluation.subject.Subject`.

    Parameters
    ----------
    model
        With `decoder` and perhaps `encoder`, in evaluation mode, on `device`.
    statistics
        `latent.*` of a checkpoint; random codes come from there.
    objective
        The options it was trained with; they say what a pixel's likelihood is.
    """

    def __init__(
        self,
        identity: Identity,
        model: nn.Module,
        config: ModelConfig,
        classes: tuple[str, ...],
        *,
        statistics: Mapping[str, Tensor],
        objective: Mapping[str, Any],
    ) -> None:
        self.name, self.sha256 = identity.name, identity.sha256
        self.size, self.grey = config.image.size, config.image.channels == 1
        names = family_named(config.family).latent_names(config, classes)
        self.dim = len(names)
        self.classes = tuple(names[config.latent.dim :])
        self.has_encoder = hasattr(model, "encoder")
        self.floats: Callable[[Floats], Floats] | None = self._floats
        self.judge: Judge | None = None
        self._model, self._statistics, self._objective = model, statistics, objective
        self._device = next(model.get_submodule("decoder").parameters()).device
        self._at_once = max(4, min(64, _PIXELS_AT_ONCE // self.size**2))
        bounded = self.has_encoder and "beta" in objective and _spreads(model)
        self.log_weights: LogWeights | None = self._log_weights if bounded else None
        self.likelihood = _in_words(objective) if bounded else ""

    def sample(self, count: int, seed: int) -> Floats:
        """See `Subject`."""
        return np.asarray(draw_codes(self._statistics, count, seed=seed).numpy(), np.float32)

    def decode(self, codes: Floats) -> Bytes:
        """See `Subject`."""
        return np.asarray(np.round(self._floats(codes)), np.uint8)

    @torch.no_grad()
    def encode(self, pictures: Bytes) -> Floats:
        """See `Subject`."""
        return np.concatenate([self._posterior(block)[0].cpu().numpy() for block in self._blocks(pictures)])

    @torch.no_grad()
    def _floats(self, codes: Floats) -> Floats:
        decoder = self._model.get_submodule("decoder")
        blocks = []
        for block in self._blocks(codes):
            pictures = decoder(torch.from_numpy(np.ascontiguousarray(block)).to(self._device)).float()
            levels = pictures.clamp(-1, 1).add(1).mul(127.5).permute(0, 2, 3, 1)
            blocks.append(levels.expand(-1, -1, -1, 3).cpu().numpy())
        return np.concatenate(blocks)

    def _blocks(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        return [values[start : start + self._at_once] for start in range(0, len(values), self._at_once)]

    def _images(self, pictures: Bytes) -> Tensor:
        images = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
        if self.grey:
            images = images.mean(1, keepdim=True)
        return images.to(self._device).mul(1 / 127.5).sub(1.0)

    def _posterior(self, pictures: Bytes) -> tuple[Tensor, Tensor]:
        mean, log_variance = self._model.get_submodule("encoder")(self._images(pictures))
        return mean.float(), log_variance.float()

    @torch.no_grad()
    def _log_weights(self, pictures: Bytes, draws: int, seed: int) -> NDArray[np.float64]:
        found = []
        for number, block in enumerate(self._blocks(pictures)):
            generator = torch.Generator().manual_seed(mixed_seed(seed, number))
            images, (mean, log_variance) = self._images(block), self._posterior(block)
            columns = []
            for _ in range(draws):
                noise = torch.randn(mean.shape, generator=generator).to(mean)
                codes = mean + noise * (0.5 * log_variance).exp()
                likelihood = self._log_likelihood(images, self._model.get_submodule("decoder")(codes).float())
                # The constants of prior and posterior are the same.
                ratio = -0.5 * (codes.square() - noise.square() - log_variance).double().sum(1)
                columns.append(likelihood + ratio)
            found.append(torch.stack(columns, 1).cpu().numpy())
        return np.concatenate(found)

    def _log_likelihood(self, images: Tensor, decoded: Tensor) -> Tensor:
        kind, scale = _likelihood(self._objective)
        nats = reconstruction_nats(images.double(), decoded.double(), kind)
        pixels = images[0].numel()
        if kind == "gaussian":
            return -nats / scale - 0.5 * pixels * math.log(2 * math.pi * scale)
        if kind == "laplace":
            return -nats / scale - pixels * math.log(2 * scale)
        return -nats


def _likelihood(objective: Mapping[str, Any]) -> tuple[str, float]:
    """The kind, and the variance (gaussian) or scale (laplace) at which the objective is the bound of that model."""
    kind, beta = str(objective.get("likelihood", "gaussian")), float(objective.get("beta", 1.0))
    charged_fully = kind == "bernoulli" or beta <= 0 or objective.get("capacity")
    return kind, 1.0 if charged_fully else beta


def _in_words(objective: Mapping[str, Any]) -> str:
    kind, scale = _likelihood(objective)
    if kind == "bernoulli":
        return "pixels as probabilities"
    return f"{kind} pixels of {'variance' if kind == 'gaussian' else 'scale'} {scale:g}, from -1 to 1"


def _spreads(model: nn.Module) -> bool:
    return any(isinstance(module, GaussianHead) for module in model.get_submodule("encoder").modules())


def open_checkpoint(path: Path) -> tuple[NativeSubject, CheckpointHeader]:
    """The model of a checkpoint file, and what the file says of itself.

    Raises
    ------
    training.checkpoint.CheckpointError
        The file cannot be used.
    """
    header, tensors = read_header(path), read_tensors(path)
    model = rebuild(header, tensors)
    config = ModelConfig.model_validate({k: v for k, v in header.config.items() if k in ModelConfig.model_fields})
    statistics = {name: tensor for name, tensor in tensors.items() if name.startswith("latent.")}
    objective = header.config.get("objective", {})
    with path.open("rb") as file:
        identity = Identity(path.stem, hashlib.file_digest(file, "sha256").hexdigest())
    return NativeSubject(identity, model, config, header.classes, statistics=statistics, objective=objective), header
