"""Small pictures and small runs, all below pytest's temporary folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.config import RunConfig, resolve
from training.reporting import Reporter
from training.run import RunWriter

TINY = (
    "image.size=16",
    "latent.dim=3",
    "model.width=4",
    "model.widest=16",
    "batch_size=8",
    "device=cpu",
    "checkpoint.every=1000",
    "samples.every=1000",
    "evaluate.every=1000",
    "log.every=1",
    "data.held_out=0.2",
    "optimizer.warm_up=2",
)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models this small are faster on one thread, and far faster when something else is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(folder))
    return folder


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Forty pictures in two class folders: bright discs on dark ground, and the reverse."""
    folder = tmp_path / "pictures"
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:24, :24]
    for index in range(40):
        cx, cy, radius = rng.uniform((8, 8, 4), (16, 16, 8)).tolist()
        disc = ((x - cx) ** 2 + (y - cy) ** 2 < radius**2)[..., None]
        bright, dark = rng.integers(160, 255, 3), rng.integers(0, 90, 3)
        kind = "light" if index % 2 else "dark"
        picture = np.where(disc, bright, dark) if kind == "light" else np.where(disc, dark, bright)
        (folder / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.astype(np.uint8)).save(folder / kind / f"{index:02}.png")
    return folder


@pytest.fixture
def tiny_config(pictures: Path) -> Callable[..., RunConfig]:
    """A configuration that trains in moments; further `key=value` settings are arguments."""

    def make(*settings: str, recipe: str = "vae") -> RunConfig:
        tiny = [s for s in TINY if recipe == "vae" or not s.startswith("model.")]
        return resolve(recipe, [*tiny, f"data.source={json.dumps(str(pictures))}", *settings])

    return make


@pytest.fixture
def start(tmp_path: Path, tiny_config: Callable[..., RunConfig]) -> Callable[..., RunWriter]:
    """A fresh run folder for a tiny configuration."""

    def make(*settings: str, name: str = "run", recipe: str = "vae") -> RunWriter:
        return RunWriter.create(tmp_path / name, tiny_config(*settings, recipe=recipe))

    return make


class SilentReporter(Reporter):
    """Keeps the lines; calls `on_step` after each record."""

    def __init__(self, on_step: Callable[[int], object] = lambda _step: None) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.on_step = on_step

    def line(self, text: str) -> None:
        self.lines.append(text)

    def step(self, step: int, total: int, record: object) -> None:  # noqa: ARG002
        self.on_step(step)


@pytest.fixture
def silent() -> type[SilentReporter]:
    return SilentReporter
