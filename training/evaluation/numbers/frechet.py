"""The distance of two Gaussians fitted to features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def frechet_distance(first: Floats, second: Floats) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) of features (n, d) and (m, d) (Heusel et al. 2017, eq. 6).

    With centred features A and B, the trace of the root is the sum of the singular values of A B' / sqrt((n-1)(m-1)):
    exact where covariances are singular (fewer pictures than features), where a matrix root is not.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    means = first.mean(0) - second.mean(0)
    a, b = (_reduced(x - x.mean(0)) / np.sqrt(len(x) - 1) for x in (first, second))
    cross = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    distance = means @ means + (a**2).sum() + (b**2).sum() - 2 * cross
    return float(max(distance, 0.0))


def _reduced(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows with the same Gram matrix X'X, no more of them than columns."""
    if len(centred) <= centred.shape[1]:
        return centred
    return np.asarray(np.linalg.qr(centred, mode="r"))
