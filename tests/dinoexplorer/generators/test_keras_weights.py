"""Weights of Keras without a description: order and activations are taken from what the files still say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.generators.readers.foreign import readings, unpacked

h5py = pytest.importorskip("h5py", reason="the extra 'keras' is not installed")
SHARED = Path(__file__).parents[4] / "shared/checkpoints/thesis-dcgan-faces"


def write(path: Path, layers: dict[str, list[Any]]) -> Path:
    """As Keras 3 writes weights: a group for each layer in the order of the network, arrays by number."""
    with h5py.File(path, "w") as file:
        for name, values in layers.items():
            inside = file.create_group(f"layers/{name}").create_group("vars")
            for number, value in enumerate(values):
                inside.create_dataset(str(number), data=np.asarray(value, np.float32))
    return path


def generator_with(slope: float) -> dict[str, list[Any]]:
    """Transposed convolutions with normalisations that remember what an activation of this slope gives."""
    rng = np.random.default_rng(0)
    codes = torch.randn(512, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    dense = rng.normal(0, 0.3, (8, 2 * 2 * 16))
    layers: dict[str, list[Any]] = {"dense": [dense, np.zeros(64)], "activation": [], "reshape": []}
    maps = functional.leaky_relu(codes @ torch.tensor(dense), slope).reshape(-1, 2, 2, 16).permute(0, 3, 1, 2)
    for place in range(3):
        kernel = rng.normal(0, 0.2, (4, 4, 16, 16))
        maps = functional.conv_transpose2d(maps, torch.tensor(kernel).permute(3, 2, 0, 1), stride=2, padding=1)
        mean, variance = maps.mean((0, 2, 3)), maps.var((0, 2, 3))
        maps = (maps - mean[:, None, None]) / variance.sqrt()[:, None, None]
        maps = functional.leaky_relu(maps, slope)
        after = f"_{place}" if place else ""
        layers[f"conv2d_transpose{after}"] = [kernel, np.zeros(16)]
        layers[f"batch_normalization{after}"] = [np.ones(16), np.zeros(16), mean.numpy(), variance.numpy()]
        layers[f"activation_{place + 1}"] = []
    return layers | {"conv2d_transpose_3": [rng.normal(0, 0.3, (4, 4, 3, 16)), np.zeros(3)]}


@pytest.mark.parametrize("slope", [0.3, 0.2])
def test_the_activation_is_the_one_that_normalisations_remember(tmp_path: Path, slope: float) -> None:
    first = readings(unpacked(write(tmp_path / "g.weights.h5", generator_with(slope))))[0]

    assert first.title == f"leaky ReLU {slope}"
    assert first.build().image_size == 32


def test_what_only_pytorch_programs_get_wrong_is_not_asked_of_keras(tmp_path: Path) -> None:
    titles = [one.title for one in readings(unpacked(write(tmp_path / "g.weights.h5", generator_with(0.3))))]

    assert titles
    assert not any("epsilon" in title for title in titles)


def test_layers_are_in_the_order_in_which_they_were_written_and_not_of_their_names(tmp_path: Path) -> None:
    contents = unpacked(write(tmp_path / "g.weights.h5", generator_with(0.3)))

    assert contents.tops() == (
        "dense", "conv2d_transpose", "batch_normalization", "conv2d_transpose_1", "batch_normalization_1",
        "conv2d_transpose_2", "batch_normalization_2", "conv2d_transpose_3",
    )  # fmt: skip


def test_an_activation_that_the_file_names_is_the_only_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    layers = {"dense": [rng.normal(size=(8, 64)), np.zeros(64)], "leaky_re_lu": []}
    path = write(tmp_path / "g.weights.h5", layers | {"dense_1": [rng.normal(size=(64, 256)), np.zeros(256)]})

    found = [reading.title for reading in readings(unpacked(path))]

    assert found[0] == "leaky ReLU 0.3"
    assert all(title.startswith("leaky ReLU") for title in found)


@pytest.mark.parametrize("name", ["generator_300.keras", "generator_300.weights.h5", "generator_300"])
def test_the_network_of_the_thesis_matches_its_truth_in_every_way_to_open_it(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("the shared checkpoints are not on this machine")
    truth = np.load(SHARED / "truth.npz")

    pictures = open_generator(SHARED / name).decode(truth["latents"][:4])

    assert np.abs(pictures.astype(float) - truth["images"][:4]).mean() < 1


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        open_generator(path)
    return str(refused.value)


def test_links_out_of_a_file_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "other.h5", {"dense": [np.zeros((4, 64))]})
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["layers"] = h5py.ExternalLink("other.h5", "/layers")

    assert refusal(tmp_path / "x.h5") == (
        "x.h5 leads to another file at 'layers' (a link to other.h5), and nothing outside a file is read;"
        " ask its author for a file that holds all its weights."
    )


def test_numbers_that_lie_in_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(1024))
    with h5py.File(tmp_path / "x.h5", "w") as file:
        inside = file.create_group("layers/dense/vars")
        inside.create_dataset("0", (4, 64), np.float32, external=[(str(tmp_path / "secret"), 0, 1024)])

    assert "leads to another file at 'layers/dense/vars/0' (numbers in other files)" in refusal(tmp_path / "x.h5")


def test_claims_of_more_numbers_than_a_file_has_bytes_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_group("layers/dense/vars").create_dataset("0", (50_000, 50_000), np.float64, chunks=True)

    assert refusal(tmp_path / "x.h5").startswith(
        "x.h5 claims 20,000,000,000 bytes of numbers up to 'layers/dense/vars/0' and is only"
    )


def test_hdf5_of_other_programs_is_told(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["measured"] = np.zeros(10)

    assert refusal(tmp_path / "x.h5") == (
        "x.h5 is an HDF5 file, but not one that Keras wrote (it begins with measured);"
        " save the model with model.save()."
    )


def test_a_file_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "g.weights.h5", generator_with(0.3))
    path.write_bytes(path.read_bytes()[:5000])

    assert refusal(path).startswith("g.weights.h5 is an HDF5 file that cannot be read (")


def test_without_h5py_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "g.weights.h5", generator_with(0.3))
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)

    assert refusal(path) == (
        "g.weights.h5 is a file of Keras, and reading it needs h5py; install it with"
        ' pip install "dinoexplorer[keras]", or convert the model to ONNX.'
    )
