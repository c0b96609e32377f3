"""The structure term against the definition of SSIM without its luminance, written out in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention

from training.objectives.structure import STRIDE, WINDOW, structural_dissimilarity


def contrast_and_structure(x: np.ndarray, y: np.ndarray) -> float:
    """Of two planes in [-1, 1] with uniform windows (Wang et al. 2004, eq. 13)."""
    c2 = (0.03 * 2) ** 2
    windows = [np.lib.stride_tricks.sliding_window_view(a, (WINDOW, WINDOW))[::STRIDE, ::STRIDE] for a in (x, y)]
    mx, my = (w.mean((2, 3)) for w in windows)
    vx, vy = (w.var((2, 3)) for w in windows)
    cov = (windows[0] * windows[1]).mean((2, 3)) - mx * my
    return float(((2 * cov + c2) / (vx + vy + c2)).mean())


def test_it_is_one_minus_contrast_and_structure() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (2, 3, 2, 12, 15))
    wanted = [sum(1 - contrast_and_structure(x[i, c], y[i, c]) for c in range(2)) * 12 * 15 for i in range(3)]
    found = structural_dissimilarity(torch.from_numpy(x), torch.from_numpy(y))
    assert found.tolist() == pytest.approx(wanted)


def test_equal_pictures_and_another_brightness_cost_nothing_but_lost_contrast_does() -> None:
    picture = torch.from_numpy(np.random.default_rng(1).uniform(-0.5, 0.5, (1, 3, 32, 32)))
    assert structural_dissimilarity(picture, picture).item() == pytest.approx(0, abs=1e-9)
    assert structural_dissimilarity(picture, picture + 0.3).item() == pytest.approx(0, abs=1e-6)
    assert structural_dissimilarity(picture, 0.5 * picture).item() > 0.15 * picture.numel()
    blurred = F.avg_pool2d(picture, 3, stride=1, padding=1)
    assert structural_dissimilarity(picture, blurred).item() > 0.2 * picture.numel()
