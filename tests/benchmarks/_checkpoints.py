"""Which checkpoint a benchmark runs on, and how fast the bare model decodes."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from dinoexplorer.resources import resource_path

_WARM_UP, _TIMED = 30, 150


def chosen_checkpoint(asked: Path | None, folder: Path) -> Path:
    """The one that was asked for, the shipped one, or a fake of its kind (128 px, 32 dimensions) in ``folder``."""
    shipped = resource_path("checkpoints", "dinosaurs.safetensors")
    if asked is not None:
        return asked
    return shipped if shipped.is_file() else _fake_checkpoint(folder)


def bare_decode_ms(path: Path) -> float:
    """Median milliseconds of the model as it was trained: eager, nothing folded, contiguous, one code at a time."""
    import torch

    from dinoexplorer.generators import read_info
    from training.checkpoint import read_header, read_tensors
    from training.models import rebuild

    decoder = rebuild(read_header(path), read_tensors(path)).decoder.eval()
    codes = [torch.from_numpy(code[None]) for code in read_info(path).latent.sample(16, 0)]
    times = []
    with torch.inference_mode():
        for number in range(_WARM_UP + _TIMED):
            started = time.perf_counter()
            decoder(codes[number % len(codes)])
            times.append(time.perf_counter() - started)
    return statistics.median(times[_WARM_UP:]) * 1e3


def _fake_checkpoint(folder: Path) -> Path:
    import numpy as np
    import torch

    from dinoexplorer.generators import read_info
    from dinoexplorer.latent.latent_map import LatentMap, map_path, write_map
    from dinoexplorer.latent.projections import find_projection
    from training.checkpoint import CheckpointHeader, write_checkpoint
    from training.config import ModelConfig
    from training.models import family_named

    dim, count = 32, 3000
    torch.manual_seed(0)
    config = ModelConfig.model_validate({"family": "vae", "image": {"size": 128}, "latent": {"dim": dim}})
    tensors = dict(family_named("vae").build(config, 0).eval().state_dict())
    tensors |= {"latent.mean": torch.zeros(dim), "latent.std": torch.ones(dim)}
    path = folder / "fake.safetensors"
    write_checkpoint(path, tensors, CheckpointHeader(config.model_dump(mode="json"), {"dim": dim, "prior": "normal"}))
    codes = np.random.default_rng(0).normal(size=(count, dim)).astype(np.float32)
    projected = find_projection("pca").project(codes, 0)
    labels, classes = (np.arange(count) % 6).astype(np.int32), tuple("abcdef")
    thumbnails = np.random.default_rng(0).integers(0, 256, (count, 48, 48, 3), dtype=np.uint8)
    sha256 = read_info(path).sha256
    write_map(
        map_path(path), LatentMap(codes, projected.xy, labels, classes, thumbnails, "pca", sha256, projected.inverse)
    )
    return path
