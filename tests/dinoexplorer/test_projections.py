from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.projections import (
    curved_projection,
    find_projection,
    installed_projections,
    projection_names,
)
from dinoexplorer.latent.projections.tsne import covered_share
from dinoexplorer.latent.truth import trustworthiness


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


# The curved ones that are extras of their own


def curved_codes(count=120):
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(centre, 0.1, (count // 2, 4)) for centre in (-3, 3)]).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "package", "sentence"),
    [
        ("umap", "umap", "UMAP needs the package umap-learn; install it with: pip install 'dinoexplorer[umap]'."),
        ("pacmap", "pacmap", "PaCMAP needs the package pacmap; install it with: pip install 'dinoexplorer[pacmap]'."),
    ],
)
def test_a_projection_without_its_package_says_what_to_install(monkeypatch, name, package, sentence):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(GeneratorError) as caught:
        find_projection(name).project(codes_of(), 0)
    assert str(caught.value) == sentence
    assert name not in installed_projections()


@pytest.mark.filterwarnings("ignore")  # numba's and scikit-learn's own
@pytest.mark.parametrize(("name", "package"), [("umap", "umap"), ("pacmap", "pacmap")])
def test_the_curved_ones_keep_groups_apart_and_tell_how_far_they_are(name, package):
    pytest.importorskip(package, reason=f"the extra '{name}' is not installed", exc_type=ImportError)
    told = []
    xy = find_projection(name).project(curved_codes(), 0, lambda *step: told.append(step)).xy
    assert xy.dtype == np.float32
    assert np.allclose((xy.mean(), xy.std()), (0, 1), atol=0.01)
    within = max(xy[:60].std(axis=0).max(), xy[60:].std(axis=0).max())
    assert np.linalg.norm(xy[:60].mean(axis=0) - xy[60:].mean(axis=0)) > 2 * within
    assert told
    assert all(0 <= done <= total for done, total in told)


class FakePackage:
    """Stands in for UMAP and PaCMAP: the first two numbers of a code, and a progress bar like UMAP's."""

    def __init__(self, **options):
        self.options = options
        FakePackage.last = self

    def fit_transform(self, codes, **_):
        bar = self.options.get("tqdm_kwds")
        if bar is not None and not bar["disable"]:
            for epoch in (0, 100, 200):
                bar["file"].write(f"\r{epoch}/200")
        return codes[:, :2] * 7 + 3


@pytest.mark.parametrize(("name", "class_name"), [("umap", "UMAP"), ("pacmap", "PaCMAP")])
def test_a_curved_projection_is_seeded_and_comes_in_units_of_its_spread(monkeypatch, name, class_name):
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(**{class_name: FakePackage}))
    told = []
    codes = codes_of()
    xy = find_projection(name).project(codes, 5, lambda *step: told.append(step)).xy
    assert FakePackage.last.options["random_state"] == 5
    assert np.allclose((xy.mean(), xy.std()), (0, 1), atol=1e-5)
    assert np.corrcoef(xy[:, 0], codes[:, 0])[0, 1] > 0.999
    assert told == ([(0, 200), (100, 200), (200, 200)] if name == "umap" else [(0, 1)])
    with pytest.raises(GeneratorError) as caught:
        find_projection(name).project(codes[:7], 0)
    assert str(caught.value).endswith("images and was given 7; use pca.")


def test_umap_ends_when_its_progress_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=FakePackage))

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_projection("umap").project(codes_of(), 0, stop)


@pytest.mark.filterwarnings("ignore")  # openTSNE's and scikit-learn's own
def test_tsne_tells_how_far_it_is_and_ends_when_its_progress_says_so():
    pytest.importorskip("openTSNE", reason="the extra 'maps' is not installed", exc_type=ImportError)
    told = []

    def stop(done, total):
        told.append((done, total))
        if done >= 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_projection("tsne").project(codes_of(60), 0, stop)
    assert told[0] == (10, 1000)
    assert told[-1] == (300, 1000)


def test_the_curved_default_is_the_quickest_that_is_installed(monkeypatch):
    def only(*there):
        monkeypatch.setattr("dinoexplorer.latent.projections._is_there", lambda package: package in there)

    only("pacmap", "umap", "openTSNE")
    assert curved_projection() == "pacmap"
    assert installed_projections() == projection_names()
    only("openTSNE")
    assert curved_projection() == "tsne"
    only()
    assert curved_projection() == "pca"
    assert installed_projections() == ["pca", "plane"]


def test_islands_of_a_tsne_are_spread_over_the_plane():
    pytest.importorskip("openTSNE", reason="openTSNE is not installed")
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((12, 16)) * 30
    islands = (centres[np.arange(480) % 12] + rng.standard_normal((480, 16))).astype(np.float32)
    projected = find_projection("tsne").project(islands, 0)
    assert covered_share(projected.xy) > 0.5
    assert trustworthiness(islands, projected.xy) > 0.9


def test_how_much_of_the_plane_points_cover():
    across = np.stack(np.meshgrid(np.arange(20.0), np.arange(20.0)), axis=-1).reshape(-1, 2)
    assert covered_share(across) == 1
    assert covered_share(np.repeat([[0.0, 0.0], [1.0, 1.0]], 200, axis=0)) == 2 / 14**2
    assert covered_share(np.zeros((5, 2))) == 1
