"""The figures of `python -m tests.benchmarks dinosaurs`, against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.benchmarks import benchmark_names
from tests.benchmarks._measures import (
    calibration_error,
    edge_strength,
    largest_to_median,
    nearest_distances,
    psnr,
    step_changes,
)
from tests.benchmarks._species_classifier import load_judge, resized, save_judge, train_judge


def flat(*levels: int, side: int = 4) -> np.ndarray:
    """Pictures of one level each."""
    return np.stack([np.full((side, side, 3), level, np.uint8) for level in levels])


def test_psnr_is_that_of_each_picture():
    # An error of 51 of 255 everywhere is a fifth: 20 log10(5). On half the pixels it is 10 log10(2) better.
    half = flat(100)
    half[:, :2] = 151
    found = psnr(flat(100, 100, 100), np.concatenate([flat(151), half, flat(100)]))
    expected = 20 * math.log10(5)
    assert found == pytest.approx([expected, expected + 10 * math.log10(2), 100.0])


def test_psnr_does_not_wrap_around_below_zero():
    assert psnr(flat(0), flat(255)) == pytest.approx([0.0])
    assert psnr(flat(255), flat(0)) == pytest.approx([0.0])


def test_edge_strength_of_a_ramp_is_its_slope_and_of_a_flat_picture_zero():
    across, down = np.meshgrid(np.arange(8), np.arange(8))
    ramp = (3 * across + 4 * down).astype(np.uint8)
    pictures = np.stack([np.repeat(ramp[..., None], 3, axis=2), flat(77, side=8)[0]])
    assert edge_strength(pictures) == pytest.approx([5.0, 0.0])


def test_edge_strength_of_one_step_is_its_height_spread_over_the_width():
    picture = flat(10, side=5)
    picture[:, :, 3:] = 90
    assert edge_strength(picture) == pytest.approx([80 / 4])
    assert edge_strength(255 - picture) == pytest.approx([80 / 4])


def test_nearest_distance_is_to_the_nearest_one_and_exactly_zero_to_a_copy():
    found = nearest_distances(flat(0, 51, 60, 255), flat(51, 102))
    assert found == pytest.approx([51 / 255, 0, 9 / 255, 153 / 255], abs=1e-7)
    assert found[1] == 0


def test_nearest_distances_are_those_of_a_search_one_by_one():
    rng = np.random.default_rng(0)
    pictures, among = (rng.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8) for count in (600, 30))
    offsets = pictures[:, None].astype(float) - among[None]
    expected = np.sqrt((offsets**2).mean(axis=(2, 3, 4))).min(axis=1) / 255
    assert nearest_distances(pictures, among) == pytest.approx(expected, rel=1e-5)


def test_a_walk_is_as_uneven_as_its_largest_step():
    steps = step_changes(flat(10, 12, 10, 13, 5))
    assert steps == pytest.approx([2, 2, 3, 8])
    assert largest_to_median(steps) == pytest.approx(8 / 2.5)


def test_a_walk_that_stands_still_is_even_and_one_that_jumps_once_is_not():
    assert largest_to_median(np.zeros(5)) == 1
    assert largest_to_median(np.array([0.0, 0, 0, 4, 0])) == math.inf


def test_calibration_error_is_the_gap_between_confidence_and_accuracy_weighted_by_bin():
    # Three say 0.95 and two are right (gap 0.85 / 3), one says 0.55 and is wrong: (2.85 - 2 + 0.55) / 4.
    confidence, right = np.array([0.95, 0.95, 0.95, 0.55]), np.array([True, True, False, False])
    assert calibration_error(confidence, right) == pytest.approx((0.85 + 0.55) / 4)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def test_resizing_keeps_the_levels_of_flat_pictures_and_averages_the_rest():
    assert (resized(flat(0, 37, 255, side=8), 4) == flat(0, 37, 255)).all()
    stripes = flat(0, side=64)
    stripes[:, ::2] = 200
    assert np.abs(resized(stripes, 16)[0, 1:-1].astype(int) - 100).max() <= 7


def test_a_judge_learns_what_differs_and_comes_back_from_its_file(tmp_path):
    labels = (np.arange(900) // 3 % 2).astype(np.int32)
    pictures = np.random.default_rng(0).integers(0, 60, (900, 64, 64, 3), dtype=np.uint8)
    pictures[labels == 1, :, :, 0] += 120
    judge = train_judge(pictures, labels, 2, enough=lambda _judge: True, seconds=60, tell=lambda _sentence: None)
    probabilities = judge.probabilities(pictures)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    save_judge(tmp_path / "judge.npz", judge)
    again = load_judge(tmp_path / "judge.npz", 2)
    assert again is not None
    assert again.probabilities(pictures) == pytest.approx(probabilities)
    assert load_judge(tmp_path / "judge.npz", 3) is None
    assert load_judge(tmp_path / "absent.npz", 2) is None


def test_tests_and_helpers_are_no_benchmarks():
    assert "dinosaurs" in benchmark_names()
    assert not [name for name in benchmark_names() if name.startswith(("_", "test"))]
