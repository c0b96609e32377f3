from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch


def _load_files():
    spec = importlib.util.spec_from_file_location("style_files", Path(__file__).with_name("style_files.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def files():
    """What writes small files of four writers; see style_files.py."""
    return _load_files()


@pytest.fixture
def readings_of(tmp_path):
    """The readings of tensors and hints, through all families."""
    from dinoexplorer.generators.contents import Contents
    from dinoexplorer.generators.readers.foreign import readings

    def read(tensors, hints=None, *, folder=tmp_path):
        return readings(Contents(folder / "net.pt", "PyTorch checkpoint", tensors, hints or {}))

    return read


@pytest.fixture
def pictures_of(readings_of):
    """Pictures at codes, by the first reading (in z) or the second (in w)."""

    def make(tensors, codes, hints=None, *, way=0):
        built = readings_of(tensors, hints)[way].build()
        with torch.no_grad():
            return built.decoder(torch.as_tensor(codes)).numpy()

    return make
