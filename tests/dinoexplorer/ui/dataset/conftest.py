"""A folder of pictures and the dataset that was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from training.data.workshop.preparation import Preparation
from training.data.workshop.preparing_sets import prepare

SIZE = 32


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two classes of six noisy pictures each, one that is too small, and one that is none."""
    folder, random = tmp_path / "pictures", np.random.default_rng(5)
    for label in ("Raptor", "Trex"):
        (folder / label).mkdir(parents=True)
        for number in range(6):
            small = Image.fromarray(random.integers(0, 256, (4, 6, 3), np.uint8))
            small.resize((96, 64), Image.Resampling.NEAREST).save(folder / label / f"{label.lower()}-{number}.png")
    Image.new("RGB", (9, 9), "red").save(folder / "Raptor" / "tiny.png")
    (folder / "Trex" / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def dataset(pictures: Path, tmp_path: Path) -> Path:
    """They, prepared."""
    out = tmp_path / "dinos"
    prepare(Preparation((str(pictures),), out, size=SIZE), lambda _what, _done, _total: None)
    return out


@pytest.fixture
def window(qtbot) -> Iterator[QWidget]:
    """Something for panels to lie over."""
    window = QWidget()
    window.resize(1280, 720)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
