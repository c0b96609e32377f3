"""Clusters of codes: found where they are, the same each time, and of codes that are hardly any."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.latent.clustering import cluster


def blobs(count, points=900, dim=7, seed=0):
    rng = np.random.default_rng(seed)
    numbers = np.sort(rng.integers(0, count, points))
    return (rng.normal(0, 12, (count, dim))[numbers] + rng.normal(0, 0.5, (points, dim))).astype(np.float32), numbers


@pytest.mark.parametrize("count", [2, 5, 8])
@pytest.mark.parametrize("given", [True, False], ids=["number given", "number found"])
def test_clusters_are_found_where_they_are_the_largest_first(count, given):
    codes, numbers = blobs(count)
    found = cluster(codes, count if given else 0)
    pairs = set(zip(numbers.tolist(), found.tolist(), strict=True))
    assert len(pairs) == count  # one to one
    sizes = np.bincount(found)
    assert (np.diff(sizes) <= 0).all()


def test_the_same_codes_have_the_same_clusters_and_a_shift_changes_nothing():
    codes = np.random.default_rng(1).normal(0, 1, (3000, 4)).astype(np.float32)
    np.testing.assert_array_equal(cluster(codes, 8), cluster(codes, 8))
    apart, _ = blobs(5)
    np.testing.assert_array_equal(cluster(apart + np.float32(500), 5), cluster(apart, 5))


def test_every_code_goes_to_the_nearest_middle():
    codes = np.random.default_rng(2).normal(0, 1, (2000, 3)).astype(np.float32)
    found = cluster(codes, 4)
    middles = np.stack([codes[found == number].mean(axis=0) for number in range(4)])
    nearest = np.linalg.norm(codes[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == found).mean() > 0.98


@pytest.mark.parametrize("count", [0, 4, 32])
@pytest.mark.parametrize("points", [0, 1, 2, 3, 50])
def test_few_or_equal_codes_make_few_clusters(points, count):
    assert set(cluster(np.ones((points, 3), np.float32), count).tolist()) <= {0}
    different = cluster(np.arange(points * 3, dtype=np.float32).reshape(-1, 3), count)
    assert len(different) == points
    assert len(set(different.tolist())) <= max(min(points, count or points), 1)


def test_codes_that_are_no_numbers_are_in_no_cluster():
    codes, _ = blobs(3)
    codes[5], codes[9, 2] = np.nan, np.inf
    found = cluster(codes, 3)
    assert np.flatnonzero(found < 0).tolist() == [5, 9]
    assert cluster(np.full((4, 2), np.nan, np.float32), 3).tolist() == [-1] * 4
