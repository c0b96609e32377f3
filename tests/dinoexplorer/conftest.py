from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory):
    """Writes tiny checkpoints: seeded weights, and batch norms whose statistics are far from 0 and 1."""
    import torch

    from training.checkpoint import CheckpointHeader, write_checkpoint
    from training.config import ModelConfig
    from training.models import family_named

    def make(
        name="tiny", *, size=16, dim=2, channels=3, family="vae", folder=None, change=None, config=None, latent=None,
        training=None, classes=(), seed=0, dtype="float32",
    ) -> Path:  # fmt: skip
        model = {"hidden": [12]} if family == "vae-fc" else {"width": 4, "widest": 8}
        values = {
            "family": family,
            "image": {"size": size, "channels": channels},
            "latent": {"dim": dim},
            "model": model,
        }
        parsed = ModelConfig.model_validate(values)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            module = family_named(family).build(parsed, 0).eval()
            for layer in module.modules():
                if isinstance(layer, torch.nn.BatchNorm2d):
                    layer.running_mean.normal_(0, 0.5)
                    layer.running_var.uniform_(0.3, 3)
                    torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
                    torch.nn.init.normal_(layer.bias, 0, 0.3)
        tensors = dict(module.state_dict()) | {"latent.mean": torch.zeros(dim), "latent.std": torch.ones(dim)}
        if change is not None:
            change(tensors)
        header = CheckpointHeader(
            parsed.model_dump(mode="json") | (config or {}),
            {"dim": dim, "prior": "normal"} | (latent or {}),
            training or {"step": 120, "seed": 7},
            classes,
        )
        path = (folder or tmp_path_factory.mktemp("checkpoint")) / f"{name}.safetensors"
        write_checkpoint(path, tensors, header, dtype=dtype)
        return path

    return make


@pytest.fixture(scope="session")
def plane_checkpoint(make_checkpoint) -> Path:
    return make_checkpoint("plane", dim=2)


@pytest.fixture(scope="session")
def deep_checkpoint(make_checkpoint) -> Path:
    return make_checkpoint("deep", size=32, dim=5, classes=("long neck", "horned"))


@pytest.fixture(scope="session")
def grey_checkpoint(make_checkpoint) -> Path:
    return make_checkpoint("grey", dim=2, channels=1, family="vae-fc")


@pytest.fixture
def make_map():
    """Latent maps of random codes; ``method`` lays them out as `build_map` would."""
    from dinoexplorer.latent.latent_map import LatentMap
    from dinoexplorer.latent.projections import find_projection

    def make(count=40, dim=5, method="pca", *, seed=0, side=0, xy=None, codes=None, sha256="0" * 64):
        rng = np.random.default_rng(seed)
        codes = rng.normal(0, 1, (count, dim)).astype(np.float32) if codes is None else codes
        inverse = {}
        if xy is None:
            projected = find_projection(method).project(codes, 0)
            xy, inverse = projected.xy, projected.inverse
        labels = (np.arange(len(codes)) % 3 - 1).astype(np.int32)
        thumbnails = np.zeros((0, 1, 1, 3), np.uint8)
        if side:
            colours = rng.integers(40, 216, (len(codes), 1, 1, 3))
            thumbnails = np.broadcast_to(colours, (len(codes), side, side, 3)).astype(np.uint8)
        return LatentMap(codes, xy, labels, ("long neck", "horned"), thumbnails, method, sha256, inverse)

    return make


@pytest.fixture
def save_pictures():
    """Writes seeded colour pictures as PNG and returns their paths."""
    from PIL import Image

    def save(folder: Path, count=3, side=40) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(0)
        paths = []
        for number in range(count):
            pixels = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
            paths.append(folder / f"picture-{number}.png")
            Image.fromarray(pixels).resize((side, side + number)).save(paths[-1])
        return paths

    return save


@pytest.fixture
def write_drums(tmp_path):
    """Writes a WAV file of drums that are struck at these times, over silence or noise."""
    import wave

    def write(times, seconds=8.0, name="drums.wav", noise=0.0, rate=22_050) -> Path:
        samples = noise * np.random.default_rng(0).standard_normal(round(seconds * rate))
        for time in times:
            start = round(time * rate)
            since = np.arange(min(len(samples) - start, rate // 2)) / rate
            samples[start : start + len(since)] += 0.7 * np.sin(2 * np.pi * 60 * since) * np.exp(-16 * since)
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * 32_000).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def run(capsys):
    """Runs one command and returns its exit code, stdout and stderr."""

    from dinoexplorer.cli import main

    def run_command(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command
