from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import LatentSpec
from dinoexplorer.latent.steering import first_sight, prepare_steering


def spec_of(dim):
    return LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32))


def test_without_a_map_a_plane_is_steered_by_all_the_same_and_other_spaces_are_not():
    steering = prepare_steering(None, spec_of(2))
    assert tuple(steering.way_back(1.0, -2.0).code) == (1.0, -2.0)
    assert prepare_steering(None, spec_of(3)) is None


def test_a_map_is_the_same_as_itself_and_not_as_one_made_anew(make_map):
    spec = spec_of(5)
    steering = prepare_steering(make_map(30, 5), spec)
    assert steering.same_as(prepare_steering(make_map(30, 5), spec))
    for other in (make_map(30, 5, seed=1), make_map(31, 5), make_map(30, 5, side=8), make_map(30, 5, sha256="1" * 64)):
        assert not steering.same_as(prepare_steering(other, spec))
    assert not steering.same_as(None)


@pytest.mark.parametrize("labelled", [True, False])
def test_the_first_sight_is_the_most_typical_image_of_the_first_class(make_map, labelled):
    latent_map = make_map(30, 5)
    if not labelled:
        latent_map = replace(latent_map, labels=np.full(30, -1, np.int32))
    codes = latent_map.latents[latent_map.labels == 0] if labelled else latent_map.latents
    nearest = codes[((codes - codes.mean(0)) ** 2).sum(1).argmin()]
    np.testing.assert_array_equal(first_sight(spec_of(5), latent_map), nearest)


def test_without_a_map_the_first_sight_is_a_sample():
    assert first_sight(spec_of(4), None).shape == (4,)
