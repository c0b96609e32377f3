import numpy as np
import pytest
import torch

from training.latent_statistics import draw_codes
from training.mixture import fit_by_class, fit_mixture, most_components


def _blobs(count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    centres = np.array([[-4.0, 0.0], [4.0, 0.0], [0.0, 6.0]])
    return centres[np.arange(count) % 3] + rng.normal(size=(count, 2)) * [0.5, 0.2]


def test_separate_clouds_are_found() -> None:
    mixture = fit_mixture(_blobs(900), components=3)
    assert np.allclose(mixture.weights, 1 / 3, atol=0.02)
    found = sorted(mixture.means.round().tolist())
    assert found == [[-4.0, 0.0], [0.0, 6.0], [4.0, 0.0]]
    assert np.allclose(np.abs(mixture.scales[:, 0, 0]), 0.5, atol=0.05)


def test_samples_have_the_mean_and_covariance_of_the_points() -> None:
    points = _blobs(900)
    mixture = fit_mixture(points)
    names = {"weights": mixture.weights, "means": mixture.means, "scales": mixture.scales}
    tensors = {f"latent.mixture.{name}": torch.from_numpy(value).float() for name, value in names.items()}
    drawn = draw_codes(tensors, 20_000, seed=0).numpy()
    assert np.allclose(drawn.mean(0), points.mean(0), atol=0.15)
    assert np.allclose(np.cov(drawn.T), np.cov(points.T), rtol=0.06, atol=0.2)
    assert torch.equal(draw_codes(tensors, 5, seed=3), draw_codes(tensors, 5, seed=3))


@pytest.mark.parametrize("points", [np.zeros((1, 4)), np.ones((50, 3)), np.eye(5)[:, :2], np.zeros((200, 1))])
def test_tiny_and_degenerate_sets_are_safe(points: np.ndarray) -> None:
    mixture = fit_mixture(points)
    assert mixture.weights.sum() == pytest.approx(1)
    assert np.isfinite(mixture.means).all()
    assert np.isfinite(mixture.scales).all()


def test_many_dimensions_keep_deviations_only() -> None:
    points = np.random.default_rng(0).normal(size=(100, 200))
    assert fit_mixture(points, components=1).scales.shape == (1, 200)


def test_no_component_lies_between_two_classes() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 2
    points = rng.normal(size=(600, 3)) * 0.3 + np.where(labels == 1, 5.0, -5.0)[:, None]
    mixture = fit_by_class(points, labels, components=2)
    assert sorted(mixture.means.mean(axis=1).round()) == [-5, 5]
    assert mixture.weights == pytest.approx([0.5, 0.5])
    rare = np.where(np.arange(600) < 590, 0, 1)
    assert fit_by_class(points, rare, components=8).weights.sum() == pytest.approx(1)
    assert len(fit_by_class(points, np.arange(600), components=8).weights) <= 8


def test_the_mixture_never_fills_the_file() -> None:
    sizes = [most_components(dim) * dim**2 for dim in range(1, 129)]
    assert max(sizes) <= 300_000
    assert most_components(2) == most_components(48) == most_components(200) == 64
    assert most_components(128) == 18
