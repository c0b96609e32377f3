"""The way back through a small network: no jumps while dragging, and on a point its own code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.latent_map import read_map
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.network import network_of
from dinoexplorer.latent.network_fitting import fit_network
from dinoexplorer.latent.way_back import WayBack
from dinoexplorer.resources import resource_path

PIXELS = 500  # across the whole map


@pytest.fixture(scope="module")
def manifold():
    """A curved surface in ten dimensions with some noise, and the network that was fitted on it."""
    rng = np.random.default_rng(2)
    xy = rng.normal(size=(1000, 2)).astype(np.float32)
    waves = [np.sin((k % 3 + 0.5) * xy[:, 0] + k) + np.cos((k % 4 + 0.3) * xy[:, 1]) for k in range(10)]
    codes = (np.stack(waves, axis=1) + 0.3 * rng.normal(size=(1000, 10))).astype(np.float32)
    network, explained = fit_network(xy, codes, 0, steps=300)
    return xy, codes, network, explained


@pytest.fixture
def curved_map(manifold, make_map):
    xy, codes, network, _ = manifold
    return replace(make_map(codes=codes, xy=xy, method="tsne"), inverse=network.arrays())


def pixel_of(latent_map, zoom=1.0):
    low, high = np.percentile(latent_map.xy, [2, 98], axis=0)
    return float((high - low).max()) / PIXELS / zoom


def drags(latent_map, zoom, count, length=60, seed=0):
    """Straight drags of the length of so many pixels; half of them go over a point."""
    rng, pixel = np.random.default_rng(seed), pixel_of(latent_map, zoom)
    for number in range(count):
        angle = rng.uniform(0, 2 * np.pi)
        middle = latent_map.xy[rng.integers(len(latent_map))] + (number % 2) * rng.normal(0, 3 * pixel, 2)
        steps = (np.arange(length) - length / 2)[:, None] * pixel
        yield middle + steps * [np.cos(angle), np.sin(angle)], pixel


def unevenness(pictures):
    """Steps between neighbouring pictures, in units of what the steps before and after them come to."""
    differences = np.abs(np.diff(pictures.astype(np.float32), axis=0)).mean(axis=tuple(range(1, pictures.ndim)))
    return differences[1:-1] / ((differences[:-2] + differences[2:]) / 2)


def test_the_network_tells_what_a_place_tells(manifold):
    assert manifold[3] > 0.7


@pytest.mark.parametrize("zoom", [1, 4, 16, 64])
def test_places_one_pixel_apart_differ_less_than_one_and_a_half_times_what_their_neighbours_do(curved_map, zoom):
    way_back = WayBack(curved_map)
    for places, pixel in drags(curved_map, zoom, 30):
        codes = np.array([way_back(x, y, pixel).code for x, y in places])
        assert unevenness(codes).max() < 1.5


@pytest.mark.parametrize("zoom", [1, 6])
def test_dragging_over_the_shipped_dinosaurs_has_no_jumps(zoom):
    latent_map = read_map(resource_path("checkpoints/dinosaurs.map.npz"))
    if network_of(latent_map.inverse, latent_map.latents.shape[1]) is None:
        network, _ = fit_network(latent_map.xy, latent_map.latents, 0, steps=400)
        latent_map = replace(latent_map, inverse=latent_map.inverse | network.arrays())
    generator = open_generator(resource_path("checkpoints/dinosaurs.safetensors"))
    way_back, worst = WayBack(latent_map), []
    for places, pixel in drags(latent_map, zoom, 4, length=40):
        codes = np.array([way_back(x, y, pixel).code for x, y in places])
        worst.append(unevenness(generator.decode(codes)).max())
    assert max(worst) < 1.5


def test_blending_the_nearest_images_would_jump(curved_map):
    """What the network is for: the same drags without it."""
    way_back = WayBack(replace(curved_map, inverse={}))
    worst = 0
    for places, pixel in drags(curved_map, 1, 10):
        worst = max(worst, unevenness(np.array([way_back(x, y, pixel).code for x, y in places])).max())
    assert worst > 1.5


def test_a_point_gives_its_own_code_and_a_drag_over_points_too_close_to_tell_apart_does_not(curved_map):
    way_back = WayBack(curved_map)
    for number in range(0, 1000, 111):
        x, y = map(float, curved_map.xy[number])
        assert np.allclose(way_back(x, y).code, curved_map.latents[number], atol=1e-5)
        assert np.allclose(way_back(x, y, pixel_of(curved_map, 1000)).code, curved_map.latents[number], atol=1e-5)
        assert way_back(x, y).deviation < 1e-3
        assert np.array_equal(way_back.of_point(number).code, curved_map.latents[number])
        assert not np.allclose(way_back(x, y, pixel_of(curved_map, 0.02)).code, curved_map.latents[number], atol=1e-3)


def test_points_that_lie_upon_each_other_have_their_own_codes_when_asked_by_number(make_map, manifold):
    codes = np.random.default_rng(0).normal(size=(40, 10)).astype(np.float32)
    way_back = WayBack(
        replace(make_map(codes=codes, xy=np.ones((40, 2), np.float32), method="tsne"), inverse=manifold[2].arrays())
    )
    assert np.array_equal(way_back.of_point(7).code, codes[7])
    assert np.isfinite(way_back(1.0, 1.0).code).all()


def test_the_quiet_signs_grow_away_from_the_data(curved_map):
    way_back = WayBack(curved_map)
    inside, edge, outside = (way_back(x, 0.1) for x in (0.1, 4.0, 9.0))
    assert inside.density > 0.5 > edge.density > outside.density > 0
    assert inside.distance < edge.distance < outside.distance
    assert inside.deviation < 0.6
    assert 1 == inside.nearness > edge.nearness > outside.nearness > 0
    stray = int(np.abs(curved_map.xy).sum(axis=1).argmax())
    assert way_back.of_point(stray).density < 0.5
    assert way_back.of_point(stray).nearness == 1


def test_beyond_the_map_the_code_stays_within_reason(curved_map):
    way_back = WayBack(curved_map)
    most = np.linalg.norm(curved_map.latents, axis=1).max()
    assert np.linalg.norm(way_back(1e4, -1e4).code) < 2 * most


def test_a_pca_map_with_a_network_is_still_exact_about_its_plane(make_map):
    latent_map = make_map(200, 7)
    network, _ = fit_network(latent_map.xy, latent_map.latents, 0, steps=50)
    latent_map = replace(latent_map, inverse=latent_map.inverse | network.arrays())
    way_back, locator = WayBack(latent_map), Locator(latent_map)
    for x, y in np.random.default_rng(0).uniform(-3, 3, (20, 2)):
        place = locator(way_back(x, y).code)
        assert (place.x, place.y) == pytest.approx((x, y), abs=1e-4)


def test_fitting_tells_how_far_it_is_and_is_the_same_every_time():
    rng, told = np.random.default_rng(0), []
    xy, codes = rng.normal(size=(50, 2)).astype(np.float32), rng.normal(size=(50, 3)).astype(np.float32)
    one, _ = fit_network(xy, codes, 4, lambda *step: told.append(step), steps=100)
    two, _ = fit_network(xy, codes, 4, steps=100)
    assert told == [(25, 100), (50, 100), (75, 100), (100, 100)]
    assert np.array_equal(one(xy), two(xy))


def test_a_network_in_parts_or_of_other_shapes_is_refused(manifold):
    arrays = manifold[2].arrays()
    assert network_of({"mean": np.zeros(10)}, 10) is None
    assert network_of(arrays, 10) is not None
    assert np.array_equal(network_of(arrays, 10)(manifold[0]), manifold[2](manifold[0]))
    for name in arrays:
        with pytest.raises(GeneratorError):
            network_of({key: array for key, array in arrays.items() if key != name}, 10)
        with pytest.raises(GeneratorError):
            network_of(arrays | {name: arrays[name][:1]}, 10)
    with pytest.raises(GeneratorError):
        network_of(arrays, 11)
