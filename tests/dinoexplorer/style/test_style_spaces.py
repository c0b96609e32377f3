from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.generators.torch_generator import TorchGenerator
from dinoexplorer.latent.shell import shell_of
from dinoexplorer.latent.spaces import is_gaussian
from dinoexplorer.latent.typicality import typicality


@pytest.fixture
def tensors(files):
    return files.filled(files.nvidia_shapes(z=48))


@pytest.fixture
def ways(tensors, readings_of):
    """The network steered by z, and by w."""
    return tuple(reading.build() for reading in readings_of(tensors)[:2])


def generator_of(built, tmp_path):
    info = GeneratorInfo(
        tmp_path / "net.pt", "PyTorch checkpoint", "stylegan2", built.latent, built.image_size, built.channels,
        built.classes, 1, False, "0",
    )  # fmt: skip
    return TorchGenerator(info, built.decoder, None, "cpu")


def pictures(built, codes):
    with torch.no_grad():
        return built.decoder(torch.as_tensor(codes)).numpy()


def test_all_ways_are_offered_and_z_is_the_best(tensors, readings_of):
    found = readings_of(tensors)
    assert [reading.title for reading in found] == [
        "steered by z", "steered by w, behind the mapping", "steered by a w for each layer, and its noise (w+)",
    ]  # fmt: skip
    assert found[0].score == 1 > found[1].score > found[2].score


def test_both_ways_give_the_same_random_pictures(ways):
    in_z, in_w = ways
    assert (in_z.latent.spaces, in_w.latent.spaces) == (("z", "w"), ("w", "z"))
    assert np.allclose(pictures(in_z, in_z.latent.sample(3, 5)), pictures(in_w, in_w.latent.sample(3, 5)), atol=1e-5)


@pytest.mark.parametrize("way", [0, 1])
def test_a_truncation_of_0_is_the_mean_picture_and_of_a_half_lies_half_way_in_w(ways, tensors, way):
    built, in_w = ways[way], ways[1]
    average = tensors["mapping.w_avg"]
    mean = pictures(in_w, average[None])
    assert np.allclose(pictures(built, built.latent.sample(4, 2, 0.0)), mean, atol=1e-5)
    whole = in_w.latent.sample(4, 2)
    half = average.numpy() + np.float32(0.5) * (whole - average.numpy())
    assert np.allclose(pictures(built, built.latent.sample(4, 2, 0.5)), pictures(in_w, half), atol=1e-4)


def test_z_of_any_usual_length_is_only_a_direction(ways):
    in_z, _ = ways
    codes = in_z.latent.sample(4, 2)
    assert np.allclose(pictures(in_z, codes), pictures(in_z, codes * np.float32(1.6)), atol=1e-4)
    assert not np.allclose(pictures(in_z, codes), pictures(in_z, codes * np.float32(0.2)), atol=0.02)


def test_what_is_typical_in_w_is_measured_from_its_mean(ways, tmp_path):
    in_z, in_w = (generator_of(built, tmp_path).info for built in ways)
    assert is_gaussian(in_z)
    assert not is_gaussian(in_w)
    assert np.allclose(shell_of(in_w).centre, in_w.latent.mean)
    drawn = in_w.latent.sample(2000, 3)
    assert np.allclose(drawn.std(axis=0), in_w.latent.std, rtol=0.1)
    far = in_w.latent.mean + 30 * in_w.latent.std[None]
    assert typicality(np.concatenate([drawn, far]), in_w).most_unusual(1)[0] == len(drawn)


def test_without_a_stored_mean_the_mean_of_draws_is_taken(files, readings_of):
    built = readings_of(files.filled(files.lucidrains_shapes()))[1].build()
    assert np.allclose(built.latent.sample(4096, 9).mean(axis=0), built.latent.mean, atol=4 * built.latent.std / 64)


def test_the_first_layer_behind_w_is_open_to_directions(ways, tmp_path):
    generator = generator_of(ways[1], tmp_path)
    weights = inspect(generator).first_weights()
    assert weights.shape == (10, 8)
    mean, axes = ways[1].latent.mean, np.eye(8, dtype=np.float32)
    changes = inspect(generator).picture_changes(mean, axes)
    step = np.float32(1e-3) * axes
    numeric = (pictures(ways[1], mean + step) - pictures(ways[1], mean - step)) / 0.002
    assert np.median(np.abs(changes - numeric.reshape(8, -1))) < 1e-3


def test_z_has_derivatives_too_and_features_behind_its_first_layer(ways, tmp_path):
    looking = inspect(generator_of(ways[0], tmp_path))
    code = ways[0].latent.sample(1, 0)[0]
    assert np.isfinite(looking.picture_changes(code, np.eye(48, dtype=np.float32)[:4])).all()
    assert np.isfinite(looking.picture_changes(np.zeros(48, np.float32), np.eye(48, dtype=np.float32)[:4])).all()
    assert looking.first_features(ways[0].latent.sample(5, 0)).shape == (5, 8)


def test_large_pictures_are_decoded_few_at_a_time_and_the_same(ways, tmp_path, monkeypatch):
    generator = generator_of(ways[0], tmp_path)
    codes = ways[0].latent.sample(5, 0)
    together = generator.decode(codes)
    batches = []
    generator._decoder.register_forward_hook(lambda _module, given, _made: batches.append(len(given[0])))
    monkeypatch.setattr("dinoexplorer.generators.torch_generator._EASY_SIDE", 3)  # of 16 pixels: 64 * (3 / 16) ** 2 = 2
    assert np.abs(generator.decode(codes).astype(int) - together).max() <= 1
    assert batches == [2, 2, 1]


def test_random_codes_of_a_seed_are_always_the_same(ways):
    for built in ways:
        assert np.array_equal(built.latent.sample(3, 11), built.latent.sample(3, 11))
        assert not np.array_equal(built.latent.sample(3, 11), built.latent.sample(3, 12))
        plain = replace(built.latent, draw=None)
        assert plain.sample(3, 11).shape == built.latent.sample(3, 11).shape
