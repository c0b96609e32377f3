"""Small real files of every kind that opens, and ways to damage them: flipped bits, truncation, splices."""

from __future__ import annotations

import io
import pickle
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dinoexplorer.generators import GeneratorError
from dinoexplorer.generators.opening import open_generator
from dinoexplorer.generators.readers.foreign import unpacked


def samples() -> dict[str, bytes]:
    """One small file of each kind, by the kind's name."""
    import torch
    from safetensors.torch import save
    from torch import nn

    torch.manual_seed(0)
    net = nn.Sequential(
        nn.ConvTranspose2d(4, 6, 4, 1, 0, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
        nn.ConvTranspose2d(6, 1, 4, 2, 1), nn.Tanh(),
    ).eval()  # fmt: skip
    state, example = net.state_dict(), (torch.ones(1, 4, 1, 1),)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch says of its own older formats
        script, program = Path(folder, "script"), Path(folder, "program.pt2")
        torch.jit.trace(net, *example).save(str(script))
        torch.export.save(torch.export.export(net, example), program)
        ours = _our_checkpoint(Path(folder))
        return {
            "zip of torch.save": _saved(state, new_zip=True),
            "pickles of torch.save": _saved(state, new_zip=False),
            "whole network": _saved(net, new_zip=True),
            "pickle": pickle.dumps({"G_ema": state, "arrays": np.ones((2, 3)), "kwargs": {"z_dim": 4}}),
            "TorchScript": script.read_bytes(),
            "torch.export": program.read_bytes(),
            "safetensors": save(state, {"config": "{}"}),
            "ours": ours.read_bytes(),
        }


def damaged(files: list[bytes], count: int, seed: int = 0) -> Iterator[bytes]:
    """``count`` damaged files, the same for the same seed."""
    source = np.random.default_rng(seed)
    for number in range(count):
        data = bytearray(files[number % len(files)])
        way = source.random()
        if way < 0.6:
            for _ in range(int(source.integers(1, 9))):
                data[_place(source, len(data))] ^= 1 << int(source.integers(8))
        elif way < 0.75:
            del data[_place(source, len(data)) :]
        else:
            other = files[int(source.integers(len(files)))]
            here, there = _place(source, len(data)), _place(source, len(other))
            length = int(source.integers(1, 64))
            data[here : here + length * int(source.integers(2))] = other[there : there + length]
        yield bytes(data)


def outcome(path: Path, *, whole: bool) -> str:
    """ "opened", "refused", or what went wrong, for a damaged file; ``whole`` goes on to the pictures."""
    try:
        if whole:
            generator = open_generator(path)
            generator.decode(np.zeros((1, generator.info.latent.dim), np.float32))
        else:
            unpacked(path)
    except GeneratorError as error:
        text = str(error)
        good = text.endswith(".") and "\n" not in text and len(text) < 500
        return "refused" if good else f"no clear sentence: {text[:200]}"
    except Exception as error:  # noqa: BLE001  any other is what is looked for
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "opened"


def _place(source: np.random.Generator, length: int) -> int:
    """Anywhere, but half of the time near the start or the end, where formats say what they hold."""
    near = int(source.integers(min(length, 1500)))
    return [near, length - 1 - near, *source.integers(length, size=2).tolist()][int(source.integers(4))]


def _our_checkpoint(folder: Path) -> Path:
    import torch

    from training.checkpoint import CheckpointHeader, write_checkpoint
    from training.config import ModelConfig
    from training.models import family_named

    values = {"family": "vae-fc", "image": {"size": 16, "channels": 1}, "latent": {"dim": 2}, "model": {"hidden": [4]}}
    config = ModelConfig.model_validate(values)
    tensors = dict(family_named("vae-fc").build(config, 0).eval().state_dict())
    tensors |= {"latent.mean": torch.zeros(2), "latent.std": torch.ones(2)}
    path = folder / "ours.safetensors"
    write_checkpoint(path, tensors, CheckpointHeader(config.model_dump(mode="json"), {"dim": 2, "prior": "normal"}))
    return path


def _saved(stored: object, *, new_zip: bool) -> bytes:
    import torch

    buffer = io.BytesIO()
    torch.save(stored, buffer, _use_new_zipfile_serialization=new_zip)
    return buffer.getvalue()
