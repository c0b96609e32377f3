"""Walks: smooth, the same for the same seed, at any frame rate, and among the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import LatentSpec
from dinoexplorer.latent.walking import KINDS, drawn_from

SMOOTH = ("drift", "orbit")


def gaussian(dim):
    rng = np.random.default_rng(dim)
    return LatentSpec(dim, rng.normal(size=dim).astype(np.float32), (0.3 + rng.random(dim)).astype(np.float32))


def walk_of(kind, dim=5, seed=3, *, latents=None, start=None):
    """A walk in a Gaussian space, or through the codes that are given."""
    spec = gaussian(dim)
    if latents is None:
        latents = spec.mean + spec.std * np.random.default_rng(1).normal(size=(500, dim)).astype(np.float32)
    start = latents[0] if start is None else start
    return KINDS[kind](start, spec, drawn_from(spec, latents), seed)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=20)
@given(times=st.lists(st.floats(0, 60), min_size=1, max_size=12), seed=st.integers(0, 2**31))
def test_a_walk_depends_on_the_seed_and_the_time_and_on_nothing_that_was_asked_before(kind, times, seed):
    one, two = walk_of(kind, seed=seed), walk_of(kind, seed=seed)
    there, back = [one(time) for time in times], [two(time) for time in reversed(times)]
    assert np.array_equal(there, back[::-1])
    other, later = walk_of(kind, seed=seed + 1), np.arange(30.0, 60.0, 3.0)  # two dice may fall alike once
    assert not np.array_equal([other(time) for time in later], [one(time) for time in later])


@pytest.mark.parametrize("kind", SMOOTH)
@pytest.mark.parametrize("dim", [1, 2, 64])
def test_a_smooth_walk_begins_where_we_stand_and_neither_jumps_nor_jerks(kind, dim):
    walk, step = walk_of(kind, dim), 1e-3
    codes = np.array([walk(time) for time in np.arange(0, 12, step)], np.float64)
    assert np.allclose(codes[0], walk_of("drift", dim)._mean + walk_of("drift", dim)._knots[0] * gaussian(dim).std)
    velocities = np.diff(codes, axis=0) / step
    fastest = np.linalg.norm(velocities, axis=1).max()
    assert 0 < fastest < 20 * np.linalg.norm(gaussian(dim).std)
    assert np.linalg.norm(velocities[0]) < 0.05 * fastest
    assert np.linalg.norm(np.diff(velocities, axis=0), axis=1).max() < 0.03 * fastest


@pytest.mark.parametrize("kind", SMOOTH)
@settings(deadline=None, max_examples=30)
@given(time=st.floats(0, 40), seed=st.integers(0, 1000))
def test_the_velocity_of_a_smooth_walk_has_no_jump_at_any_time(kind, time, seed):
    walk, step = walk_of(kind, seed=seed), 1e-2
    codes = np.array([walk(time + number * step) for number in range(3)], np.float64)
    before, after = np.diff(codes, axis=0) / step
    assert np.linalg.norm(after - before) < 0.25 * np.linalg.norm(gaussian(5).std)


def test_a_drift_goes_through_images_of_the_data_and_far():
    latents = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    walk = walk_of("drift", 3, latents=latents)
    knots = [walk(2.5 * number) for number in range(1, 9)]
    for knot in knots:
        assert np.abs(latents - knot).max(axis=1).min() < 1e-5
    assert len({tuple(knot) for knot in knots}) > 4


def test_a_drift_spends_most_of_its_time_within_one_part_of_the_data_and_sees_several():
    rng, part = np.random.default_rng(2), np.repeat(np.arange(8), 60)
    middles = 6 * rng.normal(size=(8, 12))
    latents = (middles[part] + 0.3 * rng.normal(size=(480, 12))).astype(np.float32)
    walk = walk_of("drift", 12, latents=latents)
    nearest = [np.linalg.norm(latents - walk(time), axis=1).min() for time in np.arange(0, 150, 0.25)]
    assert np.median(nearest) < 1.2
    assert len({part[np.linalg.norm(latents - walk(time), axis=1).argmin()] for time in np.arange(0, 150, 2.5)}) > 4


def test_a_drift_stays_where_the_data_are_when_they_lie_on_a_shell():
    spec = gaussian(64)
    walk = walk_of("drift", 64)
    data = np.linalg.norm(drawn_from(spec, None)(500, np.random.default_rng(0)), axis=1)
    norms = [np.linalg.norm((walk(time) - spec.mean) / spec.std) for time in np.arange(0, 60, 0.1)]
    assert 0.95 * data.min() < min(norms)
    assert max(norms) < 1.05 * data.max()


def test_a_drift_through_a_filled_disc_may_cross_its_middle():
    rng = np.random.default_rng(5)
    latents = (rng.normal(size=(400, 2)) * gaussian(2).std + gaussian(2).mean).astype(np.float32)
    walk = walk_of("drift", 2, latents=latents)
    far = np.linalg.norm((latents - gaussian(2).mean) / gaussian(2).std, axis=1).max()
    norms = [np.linalg.norm((walk(time) - gaussian(2).mean) / gaussian(2).std) for time in np.arange(0, 200, 0.5)]
    assert min(norms) < 0.4
    assert max(norms) < 1.3 * far


def test_an_orbit_comes_round_to_where_it_was_and_keeps_its_distance_from_the_middle():
    start = np.full(6, 0.7, np.float32)
    walk, spec = walk_of("orbit", 6, start=start), gaussian(6)
    assert np.allclose(walk(3.0), walk(11.0), atol=1e-5)
    away = [np.linalg.norm((walk(time) - start) / spec.std) for time in np.arange(2, 10, 0.25)]
    assert np.ptp(away) < 1e-4
    assert 0.2 * np.sqrt(6) < away[0] < np.sqrt(6)


def test_dice_show_another_image_every_second_and_the_first_at_once():
    latents = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    walk = walk_of("dice", 3, latents=latents)
    shown = [walk(time) for time in np.arange(0, 10, 0.25)]
    assert all((latents == code).all(axis=1).any() for code in shown)
    changes = [index for index in range(1, 40) if not np.array_equal(shown[index], shown[index - 1])]
    assert len(changes) >= 7
    assert all(index % 4 == 0 for index in changes)


@pytest.mark.parametrize("latents", [None, np.zeros((3, 4), np.float32), np.full((60, 4), np.nan, np.float32)])
@pytest.mark.parametrize("kind", KINDS)
def test_without_images_that_tell_where_the_data_are_the_space_itself_does(kind, latents):
    spec = gaussian(4)
    walk = KINDS[kind](spec.mean, spec, drawn_from(spec, latents), 0)
    codes = np.array([walk(time) for time in range(20)])
    assert np.isfinite(codes).all()
    assert np.ptp(codes, axis=0).min() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_where_all_images_are_one_nothing_breaks(kind):
    latents = np.full((30, 4), 0.5, np.float32)
    walk = walk_of(kind, 4, latents=latents)
    assert np.allclose([walk(time) for time in range(10)], 0.5, atol=1e-5)
