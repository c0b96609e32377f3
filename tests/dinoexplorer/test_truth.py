from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.latent.truth import share_of_variance, trustworthiness


def by_the_book(codes, xy, neighbours):
    """The formula of Venna and Kaski, point by point."""
    count, total = len(codes), 0
    for i in range(count):
        others = [j for j in range(count) if j != i]
        by_code = sorted(others, key=lambda j: float(((codes[i] - codes[j]) ** 2).sum()))
        by_place = sorted(others, key=lambda j: float(((xy[i] - xy[j]) ** 2).sum()))
        total += sum(max(by_code.index(j) + 1 - neighbours, 0) for j in by_place[:neighbours])
    return 1 - 2 / (count * neighbours * (2 * count - 3 * neighbours - 1)) * total


@pytest.mark.parametrize(("count", "neighbours"), [(60, 5), (60, 12), (11, 5), (7, 1), (300, 5)])
def test_trustworthiness_is_that_of_the_definition(count, neighbours):
    rng = np.random.default_rng(count)
    codes = rng.normal(size=(count, 6)).astype(np.float32)
    xy = (codes[:, :2] + 0.3 * rng.normal(size=(count, 2))).astype(np.float32)
    assert trustworthiness(codes, xy, neighbours) == pytest.approx(by_the_book(codes, xy, neighbours), abs=1e-9)


def test_trustworthiness_is_that_of_scikit_learn():
    manifold = pytest.importorskip("sklearn.manifold", reason="comes with the extra 'maps'", exc_type=ImportError)
    rng = np.random.default_rng(0)
    codes, xy = rng.normal(size=(200, 8)), rng.normal(size=(200, 2))
    wanted = manifold.trustworthiness(codes, xy, n_neighbors=5)
    assert trustworthiness(codes, xy) == pytest.approx(wanted, abs=1e-9)


def test_a_plane_is_trusted_and_noise_is_not():
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(3000, 2)).astype(np.float32)
    assert trustworthiness(xy, xy) == 1
    assert trustworthiness(rng.normal(size=(3000, 20)), xy) == pytest.approx(0.5, abs=0.03)


def test_a_handful_of_points_is_measured_and_two_are_not():
    xy = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert trustworthiness(xy, xy) == 1
    assert trustworthiness(xy[:2], xy[:2]) is None
    assert trustworthiness(xy[:0], xy[:0]) is None


def test_the_share_of_variance_is_that_of_the_directions_that_are_shown():
    codes = np.random.default_rng(0).normal(size=(5000, 3)) * [3, 2, 1]
    assert share_of_variance(codes, codes[:, :2]) == pytest.approx(13 / 14, abs=0.02)
    assert share_of_variance(codes, codes) == 1
    assert share_of_variance(np.ones((5, 3)), np.zeros((5, 2))) is None
