from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.way_back import WayBack


def curved(make_map, count=200, dim=6, seed=1):
    """A map that is not linear: smooth codes over random places."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-1, 1, (count, 2)).astype(np.float32)
    waves = np.stack([np.sin((k + 1) * xy[:, 0]) + np.cos(k * xy[:, 1]) for k in range(dim)], axis=1)
    return make_map(codes=waves.astype(np.float32), xy=xy, method="tsne")


def jumps(way_back, steps):
    """Lengths of the steps that the code takes along a line across the map."""
    line = np.linspace(-0.83, 0.79, steps)
    codes = np.array([way_back(x, 0.4 * x + 0.1).code for x in line], np.float64)
    return np.linalg.norm(np.diff(codes, axis=0), axis=1)


def test_a_point_of_a_curved_map_gives_exactly_its_own_code(make_map):
    latent_map = curved(make_map)
    way_back = WayBack(latent_map)
    for index in range(0, 200, 7):
        decoded = way_back(*map(float, latent_map.xy[index]))
        assert np.allclose(decoded.code, latent_map.latents[index], atol=1e-6)
        assert decoded.distance == 0
        assert decoded.deviation < 1e-4


def test_a_point_of_a_pca_map_gives_its_own_code(make_map):
    latent_map = make_map(80, 5)
    way_back = WayBack(latent_map)
    for index in range(0, 80, 9):
        assert np.allclose(way_back(*map(float, latent_map.xy[index])).code, latent_map.latents[index], atol=1e-5)


@pytest.mark.parametrize("count", [2, 3, 5, 9, 10, 200])
def test_the_code_follows_the_place_without_jumps(make_map, count):
    way_back = WayBack(curved(make_map, count))
    coarse, fine = jumps(way_back, 1001), jumps(way_back, 10001)
    assert fine.max() > 0
    assert coarse.max() / fine.max() == pytest.approx(10, rel=0.35)


def test_a_pca_map_gives_codes_that_lie_exactly_at_the_place(make_map):
    latent_map = make_map(60, 7)
    way_back, locator = WayBack(latent_map), Locator(latent_map)
    for x, y in np.random.default_rng(0).uniform(-4, 4, (30, 2)):
        place = locator(way_back(x, y).code)
        assert (place.x, place.y) == pytest.approx((x, y), abs=1e-4)
        assert not place.approximate


def test_a_plane_is_its_own_code_everywhere(make_map):
    way_back = WayBack(make_map(30, 2, "plane"))
    for place in ((0.25, -3.5), (1e6, 2.0)):
        decoded = way_back(*place)
        assert tuple(decoded.code) == place
        assert decoded.deviation == 0


def test_the_deviation_is_nothing_where_the_neighbours_agree(make_map):
    rng = np.random.default_rng(0)
    xy = rng.normal(size=(60, 2)).astype(np.float32)
    codes = np.where(xy[:, :1] < 0, -1.0, 1.0) * np.ones((60, 4), np.float32)
    xy[:, 0] += np.sign(xy[:, 0]) * 20
    way_back = WayBack(make_map(codes=codes.astype(np.float32), xy=xy, method="tsne"))
    assert way_back(-20.0, 0.1).deviation == pytest.approx(0, abs=1e-6)
    assert way_back(20.0, 0.1).deviation == pytest.approx(0, abs=1e-6)
    assert np.allclose(way_back(20.0, 0.1).code, 1)


def test_the_deviation_is_near_one_where_the_map_knows_nothing(make_map):
    rng = np.random.default_rng(0)
    codes, xy = rng.normal(size=(500, 50)), rng.normal(size=(500, 2))
    way_back = WayBack(make_map(codes=codes.astype(np.float32), xy=xy.astype(np.float32), method="tsne"))
    deviations = [way_back(x, y).deviation for x, y in rng.normal(size=(50, 2))]
    assert 0.6 < np.median(deviations) <= 1


def test_the_distance_grows_away_from_the_data(make_map):
    way_back = WayBack(curved(make_map))
    assert way_back(0.0, 0.0).distance < 2 < way_back(5.0, 5.0).distance < way_back(9.0, 9.0).distance


def test_one_point_is_the_answer_everywhere(make_map):
    latent_map = make_map(codes=np.full((1, 3), 2.0, np.float32), xy=np.zeros((1, 2), np.float32), method="tsne")
    for place in ((0.0, 0.0), (3.0, -1.0)):
        assert np.allclose(WayBack(latent_map)(*place).code, 2)


@pytest.mark.parametrize("count", [2, 8, 40])
def test_points_that_all_lie_on_one_place_give_their_mean_or_one_of_them(make_map, count):
    codes = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)
    way_back = WayBack(make_map(codes=codes, xy=np.ones((count, 2), np.float32), method="tsne"))
    for place in ((1.0, 1.0), (2.0, 0.0)):
        decoded = way_back(*place)
        assert np.isfinite(decoded.code).all()
        assert (decoded.code >= codes.min(axis=0) - 1e-6).all()
        assert (decoded.code <= codes.max(axis=0) + 1e-6).all()
        assert 0 <= decoded.deviation <= 1


def test_codes_that_are_all_equal_are_given_back(make_map):
    way_back = WayBack(make_map(codes=np.full((20, 3), 0.5, np.float32)))
    decoded = way_back(0.0, 0.0)
    assert np.allclose(decoded.code, 0.5)
    assert decoded.deviation == 0


def test_an_empty_map_gives_zero_and_an_empty_plane_the_place(make_map):
    nothing, nowhere = np.zeros((0, 4), np.float32), np.zeros((0, 2), np.float32)
    decoded = WayBack(make_map(codes=nothing, xy=nowhere, method="tsne"))(1.0, 2.0)
    assert np.array_equal(decoded.code, np.zeros(4))
    assert decoded.deviation == 1
    plane = WayBack(make_map(codes=nowhere, xy=nowhere, method="plane"))
    assert tuple(plane(1.0, 2.0).code) == (1.0, 2.0)


# The way there


def test_a_code_lies_where_its_own_point_lies(make_map):
    for latent_map in (make_map(30, 2, "plane"), make_map(30, 5), curved(make_map)):
        locator = Locator(latent_map)
        place = locator(latent_map.latents[11])
        assert (place.x, place.y) == pytest.approx(tuple(latent_map.xy[11]), abs=1e-5)


def test_a_code_between_the_points_of_a_curved_map_is_placed_at_the_nearest_and_called_approximate(make_map):
    latent_map = curved(make_map)
    place = Locator(latent_map)(latent_map.latents[3] + 1e-4)
    assert (place.x, place.y) == pytest.approx(tuple(latent_map.xy[3]))
    assert place.approximate


def test_a_code_beside_a_pca_plane_is_as_far_beside_it_as_it_is(make_map):
    latent_map = make_map(60, 5)
    way_back, locator = WayBack(latent_map), Locator(latent_map)
    decoded = way_back(0.3, 0.2)
    axes = latent_map.inverse["axes"]
    away = np.linalg.svd(axes)[2][-1].astype(np.float32)  # a direction that the map does not see
    spread = float(np.sqrt(latent_map.latents.var(axis=0).sum()))
    assert locator.beside(decoded.code, decoded) == 0
    assert locator.beside(decoded.code + 2 * away, decoded) == pytest.approx(2 / spread, rel=1e-4)


def test_a_code_on_an_empty_map_has_an_approximate_place(make_map):
    nothing, nowhere = np.zeros((0, 4), np.float32), np.zeros((0, 2), np.float32)
    assert Locator(make_map(codes=nothing, xy=nowhere, method="tsne"))(np.ones(4, np.float32)).approximate
