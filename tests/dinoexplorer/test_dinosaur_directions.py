"""What is taught from labels moves what the labels are about: on the shipped dinosaurs, whose factors are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks._taught import TAUGHT, Dinosaurs

_PICTURES = 40


@pytest.fixture(scope="module")
def moved():
    """By direction: how far colour, size and facing of each picture moved along it, in standard deviations."""
    found = Dinosaurs(_PICTURES).teach()
    return {taught.direction.name: taught.moved[:, : len(TAUGHT)] for taught in found}


@pytest.mark.parametrize("name", TAUGHT)
def test_a_taught_direction_moves_its_own_factor_three_times_as_much_as_the_others(moved, name):
    own, mean = TAUGHT.index(name), moved[name].mean(axis=0)
    assert mean[own] > 1.0, dict(zip(TAUGHT, mean.round(2), strict=True))
    assert mean[own] >= 3 * np.abs(np.delete(mean, own)).max(), dict(zip(TAUGHT, mean.round(2), strict=True))


@pytest.mark.parametrize("name", ["colour", "size"])
def test_it_does_so_in_single_pictures_too_and_not_only_in_their_mean(moved, name):
    own, single = TAUGHT.index(name), np.abs(moved[name]).mean(axis=0)
    assert single[own] >= 3 * np.delete(single, own).max(), dict(zip(TAUGHT, single.round(2), strict=True))


def test_the_factors_are_read_from_codes_that_the_estimator_does_not_know():
    certainty = Dinosaurs(1).certainty()
    assert certainty["colour"] > 0.9
    assert certainty["facing"] > 0.9
    assert certainty["size"] > 0.4
