from __future__ import annotations

import sys

import numpy as np
import pytest

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.projections import find_projection, projection_names


def codes_of(count=200, dim=6, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, dim)) * np.geomspace(3, 0.1, dim) + 1).astype(np.float32)


def test_a_plane_is_the_codes_themselves():
    codes = codes_of(dim=2)
    assert np.array_equal(find_projection("plane").project(codes, 0).xy, codes)


def test_only_two_dimensions_are_a_plane():
    with pytest.raises(GeneratorError) as caught:
        find_projection("plane").project(codes_of(dim=3), 0)
    assert str(caught.value) == "Only a space of two dimensions is a plane and this one has 3; use pca or tsne."


def test_pca_finds_the_directions_of_largest_variance():
    projected = find_projection("pca").project(codes_of(), 0)
    axes = projected.inverse["axes"]
    assert np.abs(axes[[0, 1], [0, 1]]).min() > 0.95
    assert np.allclose(axes @ axes.T, np.eye(2), atol=1e-5)
    assert projected.xy[:, 0].std() > projected.xy[:, 1].std() > 1


def test_pca_gives_places_that_its_own_inverse_explains():
    codes = codes_of()
    projected = find_projection("pca").project(codes, 0)
    again = (codes - projected.inverse["mean"]) @ projected.inverse["axes"].T
    assert np.allclose(projected.xy, again, atol=1e-4)


def test_pca_does_not_depend_on_the_order_or_the_sign_that_the_solver_chose():
    codes = codes_of()
    there = find_projection("pca").project(codes, 0).xy
    back = find_projection("pca").project(codes[::-1], 1).xy[::-1]
    assert np.allclose(there, back, atol=1e-4)


def test_pca_takes_one_dimension_and_one_image():
    assert np.allclose(find_projection("pca").project(codes_of(dim=1), 0).xy[:, 1], 0)
    assert np.allclose(find_projection("pca").project(codes_of(1), 0).xy, 0)


def test_an_unknown_projection_is_refused_with_the_names_that_exist():
    with pytest.raises(GeneratorError) as caught:
        find_projection("umapp")
    assert str(caught.value) == f"There is no projection called 'umapp'; use {', '.join(projection_names())}."
    assert {"pca", "plane", "tsne"} <= set(projection_names())


def test_tsne_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(GeneratorError) as caught:
        find_projection("tsne").project(codes_of(), 0)
    assert str(caught.value) == ("t-SNE needs the package openTSNE; install it with: pip install 'dinoexplorer[maps]'.")


@pytest.mark.filterwarnings("ignore")  # openTSNE's and scikit-learn's own
def test_tsne_keeps_groups_apart():
    pytest.importorskip("openTSNE", reason="the extra 'maps' is not installed", exc_type=ImportError)
    rng = np.random.default_rng(0)
    codes = np.concatenate([rng.normal(centre, 0.1, (30, 4)) for centre in (-3, 3)]).astype(np.float32)
    xy = find_projection("tsne").project(codes, 0).xy
    within = max(xy[:30].std(axis=0).max(), xy[30:].std(axis=0).max())
    assert np.linalg.norm(xy[:30].mean(axis=0) - xy[30:].mean(axis=0)) > 2 * within


def test_tsne_refuses_a_handful_of_images():
    pytest.importorskip("openTSNE", reason="the extra 'maps' is not installed", exc_type=ImportError)
    with pytest.raises(GeneratorError) as caught:
        find_projection("tsne").project(codes_of(7), 0)
    assert str(caught.value) == "t-SNE needs at least 8 images and was given 7; use pca."
