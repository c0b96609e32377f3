"""A glide: it begins and ends exactly, and the codes between follow without a jump."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.latent.gliding import Glide
from dinoexplorer.latent.way_back import WayBack

START, END, PIXEL = (-0.7, 0.2), (0.8, -0.4), 0.004


@pytest.fixture
def way_back(make_map):
    rng = np.random.default_rng(1)
    xy = rng.uniform(-1, 1, (200, 2)).astype(np.float32)
    waves = np.stack([np.sin((k + 1) * xy[:, 0]) + np.cos(k * xy[:, 1]) for k in range(6)], axis=1)
    return WayBack(make_map(codes=waves.astype(np.float32), xy=xy, method="tsne"))


def test_it_begins_where_we_stand_even_beside_the_map_and_ends_on_the_target(way_back):
    code, target = np.full(6, 3, np.float32), way_back.of_point(17)
    glide = Glide(way_back, START, code, end=tuple(map(float, way_back.map.xy[17])), target=target, pixel=PIXEL)
    place, decoded = glide(0.0)
    assert (place.x, place.y) == START
    assert np.allclose(decoded.code, code, atol=1e-5)
    assert np.allclose(glide(1 - 1e-6)[1].code, target.code, atol=1e-3)
    place, decoded = glide(1.0)
    assert decoded is target
    assert (place.x, place.y) == tuple(map(float, way_back.map.xy[17]))
    assert not place.approximate


def test_its_places_lie_on_a_line_and_its_codes_follow_them(way_back):
    code = way_back(*START, PIXEL).code
    glide = Glide(way_back, START, code, end=END, target=way_back(*END, PIXEL), pixel=PIXEL)
    for share in np.linspace(0, 1, 7):
        place, decoded = glide(float(share))
        assert (place.x, place.y) == pytest.approx((-0.7 + 1.5 * share, 0.2 - 0.6 * share))
        assert np.allclose(decoded.code, way_back(place.x, place.y, PIXEL).code, atol=1e-5)
    steps = [np.diff([glide(i / n)[1].code for i in range(n + 1)], axis=0) for n in (1000, 10_000)]
    coarse, fine = (np.linalg.norm(step, axis=1).max() for step in steps)
    assert coarse / fine == pytest.approx(10, rel=0.35)
