"""The kernel distance (KID) between two sets of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
SUBSETS = 50
LARGEST_SUBSET = 1000


def squared_mmd(first: Floats, second: Floats) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x'y / d + 1)^3 (Binkowski et al. 2018, section 4)."""
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    n, m = len(x), len(y)
    within_x, within_y = _kernel(x, x), _kernel(y, y)
    same = (within_x.sum() - np.trace(within_x)) / (n * (n - 1)) + (within_y.sum() - np.trace(within_y)) / (m * (m - 1))
    return float(same - 2 * _kernel(x, y).mean())


def kernel_distance(first: Floats, second: Floats, seed: int) -> tuple[float, float, int]:
    """Mean and standard deviation of `squared_mmd` over `SUBSETS` random subsets, and the size of a subset.

    A subset is at most half of the smaller set, so that subsets differ. The mean is unbiased whatever their size.
    """
    size = max(2, min(LARGEST_SUBSET, len(first) // 2, len(second) // 2))
    rng = np.random.default_rng(seed)
    found = [
        squared_mmd(first[rng.permutation(len(first))[:size]], second[rng.permutation(len(second))[:size]])
        for _ in range(SUBSETS)
    ]
    return float(np.mean(found)), float(np.std(found, ddof=1)), size


def _kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((x @ y.T / x.shape[1] + 1.0) ** 3)
