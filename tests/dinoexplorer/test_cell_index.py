from __future__ import annotations

import math

import numpy as np
import pytest

from dinoexplorer.latent import cell_index
from dinoexplorer.latent.cell_index import CellIndex


def clouds():
    rng = np.random.default_rng(5)
    even = rng.uniform(-3, 3, (4000, 2))
    tight = np.concatenate([rng.normal(0, 1e-4, (3000, 2)), rng.normal(5, 0.5, (1000, 2))])
    stray = np.concatenate([rng.normal(0, 1, (2000, 2)), [[1e20, -1e20]]])
    rows = np.stack([rng.integers(0, 9, 2000), rng.integers(0, 5, 2000)], axis=1)
    return {
        "even": even, "tight": tight, "stray": stray, "rows": rows, "one": np.array([[1.0, 2.0]]),
        "ring": 3 * np.stack([np.cos(np.arange(9000)), np.sin(np.arange(9000))], axis=1),
        "wide": rng.normal(0, 1, (60_000, 2)),
        "equal": np.full((3000, 2), 0.5), "line": np.stack([np.zeros(500), np.arange(500)], axis=1),
    }  # fmt: skip


@pytest.mark.parametrize("name", clouds())
def test_what_a_window_finds_is_what_lies_in_it_and_little_more(name):
    xy = clouds()[name].astype(np.float32)
    index = CellIndex(xy)
    rng = np.random.default_rng(1)
    for _ in range(30):
        x, y = xy[rng.integers(len(xy))] + rng.normal(0, 0.1, 2)
        half = rng.uniform(0, 1)
        found = index.members(index.window(x - half, y - half, x + half, y + half))
        assert len(set(found.tolist())) == len(found)
        inside = (np.abs(xy - np.array([x, y], np.float32)) < half * 0.999).all(axis=1)
        assert set(np.flatnonzero(inside)) <= set(index.order[found].tolist())
        assert (np.abs(index.xy[found][:, 1] - y) <= half * 1.001).all()


@pytest.mark.parametrize("name", clouds())
def test_the_nearest_points_are_those_that_a_full_search_finds(name):
    xy = clouds()[name].astype(np.float32)
    index = CellIndex(xy)
    rng = np.random.default_rng(2)
    for count in (1, 9):
        for _ in range(20):
            x, y = xy[rng.integers(len(xy))] + rng.normal(0, 0.3, 2)
            _, distances = index.nearest(float(x), float(y), count)
            expected = np.sort(np.hypot(*(xy.astype(np.float64) - [x, y]).T))[:count]
            np.testing.assert_allclose(distances, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", clouds())
def test_the_nearest_points_to_a_place_far_from_all_of_them_are_found_as_well(name):
    xy = clouds()[name].astype(np.float32)
    index = CellIndex(xy)
    for x, y in ((0, 0), (-20, -20), (20, 0.5), (0.5, 9), (-3, 7)):
        _, distances = index.nearest(x, y, 9)
        expected = np.sort(np.hypot(*(xy.astype(np.float64) - [x, y]).T))[:9]
        np.testing.assert_allclose(distances, expected, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("spot", [(0.5, 0.5), (-4.0, 3.0)])
def test_of_many_points_on_one_spot_only_some_are_looked_at(spot, monkeypatch):
    index = CellIndex(np.full((200_000, 2), 0.5, np.float32))
    looked = []
    distances = cell_index._distances
    monkeypatch.setattr(
        cell_index, "_distances", lambda points, x, y: looked.append(len(points)) or distances(points, x, y)
    )
    found, away = index.nearest(*spot, 9)
    assert len(set(found.tolist())) == 9
    np.testing.assert_allclose(away, math.dist(spot, (0.5, 0.5)), rtol=1e-6)
    assert sum(looked) < 10_000


def test_only_points_that_are_shown_and_within_reach_are_found():
    xy = np.random.default_rng(3).uniform(-1, 1, (5000, 2)).astype(np.float32)
    index = CellIndex(xy)
    shown = np.zeros(len(index), bool)
    shown[::97] = True
    for x, y in np.random.default_rng(4).uniform(-1, 1, (40, 2)):
        away = np.hypot(*(index.xy.astype(np.float64) - [x, y]).T)
        found, _ = index.nearest(x, y, reach=0.05, shown=shown)
        candidates = np.flatnonzero(shown & (away <= 0.05))
        assert found.tolist() == (candidates[[away[candidates].argmin()]].tolist() if len(candidates) else [])


def test_points_that_are_no_numbers_are_never_found():
    xy = np.random.default_rng(0).normal(0, 1, (100, 2)).astype(np.float32)
    xy[7], xy[9, 0] = math.nan, math.inf
    index = CellIndex(xy)
    assert len(index) == 98
    assert not {7, 9} & set(index.order.tolist())
    found, _ = index.nearest(0.0, 0.0, 98)
    assert len(found) == 98
    assert len(index.nearest(math.nan, 0.0)[0]) == 0


def test_nothing_is_found_among_no_points():
    index = CellIndex(np.zeros((0, 2), np.float32))
    assert index.window(-1, -1, 1, 1).count == 0
    assert len(index.members(index.window(-1, -1, 1, 1), 10)) == 0
    assert len(index.nearest(0, 0)[0]) == 0


def test_a_sample_of_a_window_is_even_and_about_as_large_as_asked():
    rng = np.random.default_rng(6)
    xy = np.concatenate([rng.normal(-2, 0.2, (30_000, 2)), rng.normal(2, 0.6, (10_000, 2))]).astype(np.float32)
    index = CellIndex(xy)
    window = index.window(-9, -9, 9, 9)
    sample = index.members(window, 4000)
    assert 3500 < len(sample) < 4500
    assert len(set(sample.tolist())) == len(sample)
    assert (index.xy[sample, 0] < 0).mean() == pytest.approx(0.75, abs=0.02)
