"""A small run that was trained on a folder of pictures, and a report of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.config import resolve
from training.loop import fit
from training.reporting import Reporter
from training.run import RunWriter

_TINY = (
    "image.size=16", "latent.dim=3", "model.width=4", "model.widest=16", "batch_size=8", "device=cpu", "steps=3",
    "evaluate.every=3", "data.held_out=0.25", "optimizer.warm_up=2",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path / "cache"))


class _Silent(Reporter):
    def line(self, text: str) -> None:
        pass

    def step(self, step: int, total: int, record: object) -> None:
        pass


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run; its pictures lie beside it."""
    folder, random = tmp_path_factory.mktemp("report"), np.random.default_rng(2)
    for label in ("dark", "light"):
        (folder / "pictures" / label).mkdir(parents=True)
        for number in range(16):
            low = 0 if label == "dark" else 160
            pixels = random.integers(low, low + 90, (16, 16, 3), np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / label / f"{number}.png")
    config = resolve("vae", [*_TINY, f"data.source={json.dumps(str(folder / 'pictures'))}"])
    writer = RunWriter.create(folder / "tiny", config)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    fit(writer, _Silent())
    torch.set_num_threads(before)
    return writer.folder


@pytest.fixture
def best(trained: Path) -> Path:
    """Its best checkpoint."""
    return trained / "checkpoints" / "best.safetensors"


@pytest.fixture
def kept(best: Path, tmp_path: Path) -> Path:
    """A report of three metrics in the cache."""
    from training.cli import main

    data = ["--data", str(best.parents[2] / "pictures"), "--metrics", "pictures,recon,memorisation,classes,lpips"]
    assert main(["evaluate", str(best), *data, "--samples", "20", "--out", str(tmp_path / "whole")]) == 0
    return next((tmp_path / "cache" / "reports").iterdir())
