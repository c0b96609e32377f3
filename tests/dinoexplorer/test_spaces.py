"""A space as a whole: its shell, what is typical of it, its components, truncation, surprises and classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, Mixture
from dinoexplorer.latent.components import principal_axes
from dinoexplorer.latent.shell import shell_of
from dinoexplorer.latent.spaces import (
    class_weights,
    free_dimensions,
    is_gaussian,
    surprises,
    tidied_classes,
    with_classes,
)  # fmt: skip
from dinoexplorer.latent.typicality import log_density, typicality

CLASSES = ("horned", "plated", "winged")


def info_of(dim=6, *, classes=(), encoder=False, **latent):
    names = tuple(f"z{place}" for place in range(dim - len(classes))) + classes
    latent = {"mean": np.zeros(dim, np.float32), "std": np.ones(dim, np.float32)} | latent
    spec = LatentSpec(dim, names=names, **latent)
    return GeneratorInfo(Path("model.safetensors"), "test", "test", spec, 8, 3, classes, 0, encoder, "a" * 64)


def mixture_of(dim=3, count=4, *, full=True, seed=0):
    rng = np.random.default_rng(seed)
    factors = np.tril(rng.normal(size=(count, dim, dim)) * 0.3) + np.eye(dim)
    scales = factors if full else rng.uniform(0.3, 2, (count, dim))
    weights = rng.dirichlet(np.ones(count))
    means = rng.normal(size=(count, dim)) * 3
    return Mixture(weights.astype(np.float32), means.astype(np.float32), scales.astype(np.float32))


def codes_of(count, dim=6, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)


def sentence_of(function, *arguments, **named) -> str:
    with pytest.raises(GeneratorError) as caught:
        function(*arguments, **named)
    return str(caught.value)


# The shell


@pytest.mark.parametrize("dim", [2, 6, 48, 512])
def test_draws_of_a_gaussian_have_the_typical_length_and_even_percentiles(dim):
    shell, codes = shell_of(info_of(dim)), codes_of(4000, dim)
    lengths = shell.length(codes)
    assert shell.typical == pytest.approx(lengths.mean(), rel=0.02)
    assert shell.deviation == pytest.approx(lengths.std(), rel=0.06)
    percentiles = shell.percentile(codes)
    assert np.allclose(np.quantile(percentiles, [0.1, 0.5, 0.9]), [10, 50, 90], atol=3)


def test_percentiles_of_two_dimensions_are_those_of_the_formula():
    radius = np.array([0.5, 1.0, 2.0])
    codes = np.stack([radius, 0 * radius], axis=1).astype(np.float32)
    assert np.allclose(shell_of(info_of(2)).percentile(codes), 100 * (1 - np.exp(-(radius**2) / 2)), atol=1e-4)


def test_the_shell_of_a_mixture_is_that_of_its_samples_around_the_mean():
    mixture = mixture_of()
    info = info_of(3, encoder=True, mixture=mixture, mean=(mixture.weights @ mixture.means).astype(np.float32))
    shell = shell_of(info)
    samples = info.latent.sample(3000, 9)
    assert shell.typical == pytest.approx(np.linalg.norm(samples - info.latent.mean, axis=1).mean(), rel=0.05)
    assert np.median(shell.percentile(samples)) == pytest.approx(50, abs=4)
    assert shell.percentile(info.latent.mean[None] + 100)[0] == 100


@pytest.mark.parametrize("info", [info_of(), info_of(prior="uniform"), info_of(9, classes=CLASSES)])
def test_a_code_that_is_put_back_has_the_typical_length_and_points_where_it_did(info):
    shell, codes = shell_of(info), 3 * codes_of(5, info.latent.dim)
    back = shell.put_back(codes)
    free = free_dimensions(info)
    assert np.allclose(shell.length(back), shell.typical, rtol=1e-5)
    assert np.allclose((back / codes)[:, :free].std(axis=1), 0, atol=1e-5)
    assert np.array_equal(back[:, free:], codes[:, free:])
    assert np.array_equal(shell.put_back(np.zeros((1, info.latent.dim), np.float32)), np.zeros((1, info.latent.dim)))


def test_which_spaces_are_gaussian():
    classes_only = info_of(3, classes=("a", "b"), mixture=mixture_of())
    assert is_gaussian(info_of())
    assert is_gaussian(classes_only)  # without an encoder the mixture says only which classes there are
    assert not is_gaussian(replace(classes_only, encoder=True))
    assert not is_gaussian(info_of(prior="uniform"))


# What is typical


@pytest.mark.parametrize("full", [True, False])
def test_the_density_under_a_mixture_is_that_of_the_formula(full):
    mixture, points = mixture_of(full=full), 3 * codes_of(50, 3)
    wanted = np.zeros(50)
    for weight, mean, scale in zip(mixture.weights, mixture.means, mixture.scales, strict=True):
        covariance = (scale @ scale.T if full else np.diag(scale**2)).astype(float)
        away = points - mean
        squared = np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)
        wanted += weight * np.exp(-squared / 2) / np.sqrt((2 * np.pi) ** 3 * np.linalg.det(covariance))
    assert np.allclose(log_density(points.astype(float), mixture), np.log(wanted), atol=1e-4)


def test_a_density_of_fewer_dimensions_is_the_whole_one_summed_over_the_rest():
    mixture = mixture_of(2)
    grid = np.linspace(-30, 30, 6001)
    for place in (-1.0, 0.5, 3.0):
        line = np.stack([np.full_like(grid, place), grid], axis=1)
        summed = np.exp(log_density(line, mixture)).sum() * (grid[1] - grid[0])
        assert np.exp(log_density(np.array([[place]]), mixture))[0] == pytest.approx(summed, rel=1e-4)


def test_the_most_typical_codes_are_the_likeliest_and_it_says_under_what():
    mixture = mixture_of()
    far = np.full((1, 3), 50, np.float32)
    codes = np.concatenate([mixture.means[:1], far, mixture.means[:1] + np.float32(0.5)])
    found = typicality(codes, info_of(3, encoder=True, mixture=mixture))
    assert found.under == "mixture"
    assert found.most_unusual(1).tolist() == [1]
    prior = typicality(np.array([[3.0] * 6, [0.0] * 6, [1.0] * 6], np.float32), info_of())
    assert prior.under == "prior"
    assert prior.most_typical(2).tolist() == [1, 2]
    assert prior.log_densities[1] == pytest.approx(-3 * np.log(2 * np.pi))


def test_under_a_uniform_prior_nothing_is_typical():
    assert sentence_of(typicality, codes_of(2), info_of(prior="uniform")) == (
        "All codes of model.safetensors are equally likely, so none is typical or unusual."
    )


def test_classes_and_components_without_spread_do_not_break_the_density():
    mixture = Mixture(
        np.array([0.5, 0.5], np.float32), np.array([[0, 1, 0], [4, 0, 1]], np.float32),
        np.array([[1, 0, 0], [1, 0, 0]], np.float32),
    )  # fmt: skip
    info = info_of(3, classes=("a", "b"), encoder=True, mixture=mixture)
    found = typicality(np.array([[0, 1, 0], [9, 1, 0]], np.float32), info)
    assert np.isfinite(found.log_densities).all()
    assert found.most_typical(1).tolist() == [0]


# Components


@given(st.integers(0, 10_000), st.sampled_from([3, 40]), st.sampled_from([0, 2]))
@settings(max_examples=40, deadline=None)
def test_components_lead_back_to_the_codes(seed, count, classes):
    cloud = codes_of(count, seed=seed) * np.geomspace(5, 0.05, 6).astype(np.float32) + np.float32(2)
    axes = principal_axes(cloud, 6 - classes)
    codes = codes_of(7, seed=seed + 1)
    assert np.allclose(axes.codes(axes.components(codes)), codes, atol=1e-4)
    assert np.allclose(axes.vectors @ axes.vectors.T, np.eye(6 - classes), atol=1e-9)
    assert not axes.vectors[:, 6 - classes :].any()


def test_components_are_counted_in_deviations_and_ordered_by_them():
    cloud = codes_of(500) * np.geomspace(5, 0.5, 6).astype(np.float32) + np.float32(2)
    axes = principal_axes(cloud)
    values = axes.components(cloud)
    assert np.allclose(values.std(axis=0), 1, atol=1e-4)
    assert np.allclose(values.mean(axis=0), 0, atol=1e-4)
    assert np.allclose(np.corrcoef(values.T), np.eye(6), atol=1e-4)
    assert (np.diff(axes.deviations) <= 0).all()
    assert axes.shares.sum() == pytest.approx(1)


def test_codes_that_are_all_the_same_still_have_sliders_and_none_have_no_components():
    axes = principal_axes(np.ones((4, 6), np.float32))
    codes = codes_of(3)
    assert np.allclose(axes.codes(axes.components(codes)), codes, atol=1e-5)
    assert sentence_of(principal_axes, np.zeros((0, 6), np.float32)) == (
        "There are no codes to find principal components of; build a map first."
    )


# Surprises


@given(st.floats(0, 3), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_surprises_stay_within_their_radius_in_deviations_of_the_data(radius, seed):
    std = np.geomspace(0.1, 10, 6).astype(np.float32)
    info, code = info_of(std=std), codes_of(1)[0]
    found = surprises(code, info, radius, count=30, seed=seed)
    departures = np.sqrt((((found - code) / std) ** 2).mean(axis=1))
    assert departures.max() <= radius * (1 + 1e-3) + 1e-4
    assert departures.max() >= 0.8 * radius - 1e-4
    assert np.array_equal(found, surprises(code, info, radius, count=30, seed=seed))


def test_a_radius_of_nothing_is_the_same_and_locked_dimensions_and_classes_stay():
    info, code = info_of(classes=CLASSES), codes_of(1)[0]
    assert np.array_equal(surprises(code, info, 0)[0], code)
    locked = np.array([False, True, False, False, False, False])
    found = surprises(code, info, 1.0, count=5, locked=locked)
    assert np.array_equal(found[:, 1], np.repeat(code[1], 5))
    assert np.array_equal(found[:, 3:], np.tile(code[3:], (5, 1)))
    assert (found[:, [0, 2]] != code[[0, 2]]).all()
    assert np.array_equal(surprises(code, info, 1.0, locked=np.ones(6, bool))[0], code)


@pytest.mark.parametrize("radius", [-1.0, float("nan")])
def test_a_radius_without_an_inside_is_refused(radius):
    assert sentence_of(surprises, codes_of(1)[0], info_of(), radius) == (
        f"A radius of {radius} has no inside; give 0 or more."
    )


# Classes


def test_classes_are_set_and_blended_by_name():
    info, code = info_of(classes=CLASSES), codes_of(1)[0]
    found = with_classes(code, info, {"horned": 1, "winged": 3})
    assert class_weights(found, info) == {"horned": 0.25, "plated": 0, "winged": 0.75}
    assert np.array_equal(found[:3], code[:3])
    assert with_classes(codes_of(4), info, {"plated": 1})[:, -2].tolist() == [1, 1, 1, 1]
    assert class_weights(code, info_of()) == {}


def test_classes_that_cannot_be_are_refused():
    info, code = info_of(classes=CLASSES), codes_of(1)[0]
    assert sentence_of(with_classes, code, info_of(), {"horned": 1}) == (
        "model.safetensors is not class-conditional, so its codes have no weights of classes."
    )
    assert sentence_of(with_classes, code, info, {"feathered": 1}) == (
        "model.safetensors knows no class 'feathered'; use horned, plated, winged."
    )
    assert (
        sentence_of(with_classes, code, info, {"horned": -1}) == "The class 'horned' cannot weigh -1; give 0 or more."
    )
    assert sentence_of(with_classes, code, info, {"horned": 0}) == (
        "At least one class needs a weight above 0; choose one."
    )


def test_tidied_classes_add_up_to_one_and_leave_codes_without_classes_alone():
    info, codes = info_of(classes=CLASSES), codes_of(3)
    codes[:, -3:] = [[2, -1, 2], [0, 0, -1], [0.25, 0.5, 0.25]]
    found = tidied_classes(codes, info)
    assert np.allclose(found[:, -3:], [[0.5, 0, 0.5], [1 / 3] * 3, [0.25, 0.5, 0.25]])
    assert np.array_equal(tidied_classes(codes, info_of()), codes)
