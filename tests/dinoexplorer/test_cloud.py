"""What is usual in a space: its axes, its most typical and most unusual codes, and words for lengths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, Mixture
from dinoexplorer.latent.cloud import Cloud
from dinoexplorer.latent.components import principal_axes
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.shell import shell_of
from dinoexplorer.latent.spaces import class_weights, with_class_weight, with_classes

DIM = 6
CLASSES = ("horned", "plated")


def info_of(dim=DIM, *, classes=(), encoder=False, **latent):
    names = tuple(f"z{place}" for place in range(dim - len(classes))) + classes
    spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), names=names, **latent)
    return GeneratorInfo(Path("model.safetensors"), "test", "test", spec, 8, 3, classes, 0, encoder, "a" * 64)


def map_of(latents, names=()):
    count = len(latents)
    labels = (np.arange(count) % 2).astype(np.int32)
    return LatentMap(latents, latents[:, :2], labels, CLASSES, np.zeros((0, 1, 1, 3), np.uint8), "plane", "", {})


def kinds(count=400):
    """Two tight clusters of many and one loose one of few."""
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(DIM)[:3] * 6, (count // 2, count // 4, count // 4), axis=0)
    spread = np.repeat((0.05, 0.05, 1.0), (count // 2, count // 4, count // 4))[:, None]
    return (centres + spread * rng.standard_normal((count, DIM))).astype(np.float32)


def kinds_info():
    means, scales = (np.eye(DIM)[:3] * 6).astype(np.float32), np.array([[0.05], [0.05], [1.0]], np.float32)
    mixture = Mixture(np.array([0.5, 0.25, 0.25], np.float32), means, np.repeat(scales, DIM, axis=1))
    return info_of(encoder=True, mixture=mixture)


def test_the_most_typical_are_of_different_kinds_and_named_after_their_images():
    codes = kinds()
    found = Cloud(kinds_info(), map_of(codes)).ranked(2, unusual=False)
    assert np.argmax(found.codes, axis=1).tolist() in ([0, 1], [1, 0])
    index = next(i for i in range(len(codes)) if np.array_equal(codes[i], found.codes[0]))
    assert found.names[0] == f"image {index + 1:,}, {CLASSES[index % 2]}"


def test_the_most_unusual_comes_first():
    codes = kinds()
    codes[7] = 30
    found = Cloud(kinds_info(), map_of(codes)).ranked(3, unusual=True)
    assert np.array_equal(found.codes[0], codes[7])


def test_without_a_map_random_codes_say_what_is_usual():
    cloud = Cloud(info_of(), None)
    found = cloud.ranked(4, unusual=False)
    assert cloud.words == "4,000 random pictures"
    assert found.names[0].startswith("random picture ")
    assert np.linalg.norm(found.codes[0]) < np.linalg.norm(info_of().latent.sample(100, 1), axis=1).min()


def test_a_map_of_a_few_images_or_with_another_dimension_says_nothing():
    assert not Cloud(info_of(), map_of(kinds(400)[:20])).mapped
    assert not Cloud(info_of(4), map_of(kinds())).mapped


def test_codes_of_a_map_that_are_no_numbers_are_left_out():
    codes = kinds()
    codes[3] = np.nan
    cloud = Cloud(kinds_info(), map_of(codes))
    assert np.isfinite(cloud.axes().deviations).all()
    assert np.isfinite(cloud.ranked(5, unusual=True).codes).all()


def test_axes_are_those_of_the_map_and_worked_out_once():
    cloud = Cloud(kinds_info(), map_of(kinds()))
    assert np.allclose(cloud.axes().shares, principal_axes(kinds()).shares)
    assert cloud.axes() is cloud.axes()


def test_under_a_uniform_prior_none_is_typical():
    with pytest.raises(GeneratorError, match="none is typical or unusual"):
        Cloud(info_of(prior="uniform"), None).ranked(3, unusual=False)


def test_a_component_moves_alone():
    axes = principal_axes(kinds())
    code = kinds()[5]
    moved = axes.moved(code, 1, 2.5)
    before, after = axes.components(np.stack([code, moved]))
    assert after[1] == pytest.approx(2.5, abs=1e-4)
    assert np.allclose(np.delete(before, 1), np.delete(after, 1), atol=1e-4)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (10, "typical"),
        (11.5, "a little far out"),
        (20, "far out"),
        (8, "a little near the middle"),
        (1, "near the middle"),
    ],
)
def test_lengths_have_words(length, words):
    shell = shell_of(info_of(100))
    assert shell.words(length) == words


@pytest.mark.parametrize("latent", [{}, {"prior": "uniform"}])
def test_95_of_100_codes_are_typical(latent):
    info = info_of(64, **latent)
    shell = shell_of(info)
    lengths = shell.length(info.latent.sample(4000, 9))
    assert np.mean([shell.words(length) == "typical" for length in lengths]) == pytest.approx(0.95, abs=0.015)


def test_one_class_weighs_what_is_asked_and_the_others_share_the_rest():
    info = info_of(7, classes=("a", "b", "c"))
    code = with_classes(np.ones(7, np.float32), info, {"a": 0.5, "b": 0.375, "c": 0.125})
    changed = class_weights(with_class_weight(code, info, "a", 0.2), info)
    assert changed == pytest.approx({"a": 0.2, "b": 0.6, "c": 0.2})
    only = with_classes(code, info, {"a": 1.0})
    assert class_weights(with_class_weight(only, info, "a", 0.3), info) == {"a": 1, "b": 0, "c": 0}
    assert class_weights(with_class_weight(only, info, "b", 0.25), info) == pytest.approx(
        {"a": 0.75, "b": 0.25, "c": 0}
    )
