"""The window off screen: `--screenshot` and machines without a display."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dinoexplorer import app


@pytest.mark.parametrize(("dim", "points"), [(2, 60), (4, 60), (4, 0)], ids=["plane", "pca", "no map"])
def test_a_portrait_writes_the_window_and_the_dinosaur(write_fake, fake_renderer, tmp_path, dim, points):
    path = write_fake(tmp_path / "disc.safetensors", dim, points=points)
    out, said = tmp_path / "out" / "window.png", []
    code = app.run(path, "cpu", out, say=said.append, complain=said.append, renderer=fake_renderer)
    assert code == 0, said
    window, beside = read(out), out.with_name("window-dinosaur.png")
    assert window.shape[:2] == (800, 1280)
    assert len(np.unique(window.reshape(-1, window.shape[2])[::7], axis=0)) > 100
    assert read(beside).shape == (64, 64, 3)
    assert [line.split(maxsplit=1)[1] for line in said] == [str(out), str(beside)]


def test_a_portrait_of_a_bad_file_says_why(fake_renderer, tmp_path):
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    out, said = tmp_path / "window.png", []
    code = app.run(tmp_path / "notes.txt", "cpu", out, complain=said.append, renderer=fake_renderer)
    assert code == 1
    assert said == ["notes.txt is a text file, not a checkpoint; choose a .safetensors file."]
    assert not out.exists()


def test_without_any_checkpoint_a_portrait_says_so(fake_renderer, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "shipped_checkpoints", list)
    said = []
    assert app.run(None, "cpu", tmp_path / "window.png", complain=said.append, renderer=fake_renderer) == 1
    assert said == ["No checkpoint came with this program; open one, or drop a file on the window."]


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)
