"""Our own checkpoints: one ``.safetensors`` file that says everything about itself."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dinoexplorer.generators.class_codes import OneClassEach
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo, LatentSpec, Mixture
from training.checkpoint import (
    FORMAT,
    CheckpointError,
    CheckpointHeader,
    read_header,
    read_shapes,
    read_statistics,
    read_tensors,
)

if TYPE_CHECKING:
    from dinoexplorer.generators.torch_generator import TorchGenerator


_NAMED = FORMAT.encode()
_LONGEST_LOOK = 2**20


class NativeReader:
    """Reads what ``dinotrain fit`` writes."""

    title = "DinoExplorer checkpoint"

    def recognises(self, head: bytes, path: Path) -> bool:
        """A safetensors file whose header names our format, whatever else is wrong with it."""
        if len(head) <= 8 or head[8:9] != b"{":
            return False
        if _NAMED in head:
            return True
        length = min(int.from_bytes(head[:8], "little"), _LONGEST_LOOK)
        with path.open("rb") as file:
            return _NAMED in file.read(8 + length)

    def read_info(self, path: Path) -> GeneratorInfo:
        try:
            header = read_header(path)
            shapes, statistics = read_shapes(path), read_statistics(path)
            return _info(path, header, shapes, statistics)
        except (CheckpointError, OSError) as error:
            raise GeneratorError(_sentence(path, error)) from None

    def open(self, path: Path, device: str) -> TorchGenerator:
        from dinoexplorer.generators.torch_generator import Means, TorchGenerator  # noqa: PLC0415  imports torch
        from training.models import rebuild  # noqa: PLC0415

        info = self.read_info(path)
        try:
            module = rebuild(read_header(path), read_tensors(path))
        except CheckpointError as error:
            raise GeneratorError(_sentence(path, error)) from None
        encoder: Any = getattr(module, "encoder", None)
        encode = None if encoder is None else Means(encoder).to(device)
        decoder: Any = module.decoder
        return TorchGenerator(info, decoder, encode, device)


READER = NativeReader()


def _sentence(path: Path, error: CheckpointError | OSError) -> str:
    """The one sentence for a file that does not open; it names the file once."""
    if not path.exists():
        return f"{path} is not there any more; check whether it was moved."
    if isinstance(error, OSError):
        return f"{path} could not be read: {error.strerror or error}; check its permissions."
    text = " ".join(str(error).split())
    if path.name not in text:
        return f"{path.name} could not be opened: {text}."
    return f"{text}." if text.startswith(path.name) else f"{text[:1].upper()}{text[1:]}."


def _info(
    path: Path,
    header: CheckpointHeader,
    shapes: Mapping[str, tuple[int, ...]],
    statistics: Mapping[str, FloatArray],
) -> GeneratorInfo:
    try:
        image = header.config["image"]
        size, channels = int(image["size"]), int(image["channels"])
        spec = _latent_spec(header, statistics)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise GeneratorError(
            f"The header of {path.name} is incomplete or contradicts itself ({error}); the file is damaged."
        ) from None
    modules = [name for name in shapes if not name.startswith("latent.")]
    return GeneratorInfo(
        path=path,
        format="dinoexplorer.checkpoint",
        family=header.family,
        latent=spec,
        image_size=size,
        channels=channels,
        classes=header.classes,
        parameters=sum(math.prod(shapes[name]) for name in modules if not _is_buffer(name)),
        encoder=any(name.startswith("encoder.") for name in modules),
        sha256=_sha256(path),
        training=_training(header),
    )


def _training(header: CheckpointHeader) -> dict[str, Any]:
    """What the header says of the training, and which recipe it was."""
    recipe = header.config.get("recipe")
    return ({"recipe": recipe} if isinstance(recipe, str) and recipe else {}) | dict(header.training)


def _latent_spec(header: CheckpointHeader, statistics: Mapping[str, FloatArray]) -> LatentSpec:
    latent = header.latent
    dim, built = int(latent["dim"]), int(header.config["latent"]["dim"])
    if dim not in {built, built + len(header.classes)}:  # a class-conditional decoder takes the classes' weights too
        raise ValueError(f"it speaks of {dim} and of {built} latent dimensions")

    def vector(name: str, default: float) -> FloatArray:
        found = statistics.get(f"latent.{name}")
        if found is None or found.shape != (dim,) or not np.isfinite(found).all():
            return np.full(dim, default, np.float32)
        return found

    importance, mixture = vector("importance", -1.0), _mixture(dim, statistics)
    prior: Literal["normal", "uniform"] = "uniform" if latent.get("prior") == "uniform" else "normal"
    pure = OneClassEach(built, dim - built, prior) if dim > built and mixture is None else None
    return LatentSpec(
        dim=dim,
        mean=vector("mean", 0.0),
        std=np.maximum(vector("std", 1.0), 1e-3),
        prior=prior,
        importance=importance if (importance >= 0).all() else None,
        mixture=mixture,
        names=tuple(map(str, latent.get("names") or ())),
        spaces=tuple(map(str, latent.get("spaces") or ("z",))),
        draw=pure,
    )


def _mixture(dim: int, statistics: Mapping[str, FloatArray]) -> Mixture | None:
    try:
        weights, means, scales = (statistics[f"latent.mixture.{part}"] for part in ("weights", "means", "scales"))
    except KeyError:
        return None
    fits = weights.ndim == 1 and means.shape == (len(weights), dim)
    fits = fits and scales.shape in {(len(weights), dim), (len(weights), dim, dim)}
    usable = fits and all(np.isfinite(part).all() for part in (weights, means, scales))
    if not usable or (weights < 0).any() or weights.sum() <= 0:
        return None
    return Mixture(weights, means, scales)


def _is_buffer(name: str) -> bool:
    """Running statistics of normalisations: stored, but not parameters."""
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
