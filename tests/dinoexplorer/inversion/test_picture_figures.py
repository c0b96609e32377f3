"""PSNR and SSIM against their formulas, written out pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError
from dinoexplorer.latent.inversion.figures import difference, psnr, ssim, standing_among


def pictures(side=20):
    rng = np.random.default_rng(0)
    first = rng.integers(0, 256, (side, side + 3, 3), dtype=np.uint8)
    second = np.clip(first + rng.normal(0, 20, first.shape), 0, 255).astype(np.uint8)
    return first, second


def ssim_by_formula(first, second):
    """Wang et al. 2004, equation 13, with a loop over every window of 11 x 11 pixels."""
    place = np.arange(-5, 6)
    window = np.exp(-(place[:, None] ** 2 + place**2) / (2 * 1.5**2))
    window /= window.sum()
    found = []
    for top in range(first.shape[0] - 10):
        for left in range(first.shape[1] - 10):
            for channel in range(3):
                x, y = (one[top : top + 11, left : left + 11, channel].astype(float) for one in (first, second))
                mx, my = (window * x).sum(), (window * y).sum()
                vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
                vxy = (window * (x - mx) * (y - my)).sum()
                c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
                found.append((2 * mx * my + c1) * (2 * vxy + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2)))
    return np.mean(found)


def test_ssim_is_that_of_the_paper():
    assert ssim(*pictures()) == pytest.approx(ssim_by_formula(*pictures()), abs=1e-9)


def test_the_same_picture_has_ssim_1_and_100_decibels():
    first, _ = pictures()
    assert ssim(first, first) == pytest.approx(1)
    assert psnr(first, first) == 100


def test_psnr_is_that_of_the_mean_squared_error():
    first = np.zeros((4, 4, 3), np.uint8)
    second = first.copy()
    second[0] = 51  # a fifth of the range in a quarter of the pixels
    assert psnr(first, second) == pytest.approx(10 * np.log10(4 * 25))
    top = np.zeros((4, 4), bool)
    top[0] = True
    assert psnr(first, second, top) == pytest.approx(10 * np.log10(25))
    assert psnr(first, second, ~top) == 100


def test_a_picture_smaller_than_the_window_still_has_a_similarity():
    first, second = pictures(4)
    assert 0 < ssim(first[:4, :4], second[:4, :4]) < 1


def test_the_difference_is_grey_where_there_is_none():
    first, second = np.full((2, 2, 3), 100, np.uint8), np.full((2, 2, 3), 100, np.uint8)
    second[0, 0] = 110
    assert difference(first, second)[0, 0].tolist() == [148] * 3
    assert difference(first, second)[1, 1].tolist() == [128] * 3


def test_pictures_of_two_sizes_are_not_compared():
    with pytest.raises(
        GeneratorError, match=r"^Pictures of 3x2 and 2x2 pixels cannot be compared; scale one of them\.$"
    ):
        psnr(np.zeros((2, 3, 3), np.uint8), np.zeros((2, 2, 3), np.uint8))


def test_an_error_is_told_among_those_of_the_data():
    errors = np.linspace(0.001, 0.004, 100, dtype=np.float32)
    assert standing_among(0.008, errors) == (
        "Farther off than all 100 pictures of the map (2.0 times the worst error): "
        "this model does not know such pictures."
    )
    assert standing_among(0.00392, errors) == (
        "Farther off than 97 % of the pictures of the map: unusual for this model."
    )
    assert standing_among(0.0025, errors) == "Nearer than 50 % of the pictures of the map."
    assert standing_among(0.0025, errors[:0]) == ""
