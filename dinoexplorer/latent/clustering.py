"""Groups of codes that lie close together: k-means, the same for the same codes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray

CHOICES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32)
_SAMPLE = 10_000  # codes that the middles are found by
_JUDGED = 2_000  # codes that the number of clusters is chosen by
_ALMOST = 0.98  # of the best: of two numbers of clusters that are as good the smaller one
_STARTS = 4
_STEPS = 40
_AT_ONCE = 65_536


def cluster(codes: FloatArray, count: int = 0, *, seed: int = 0) -> NDArray[np.int16]:
    """The cluster of each code ``(n,)``, from 0 for the largest; -1 for codes that are not numbers.

    k-means++ (Arthur and Vassilvitskii, 2007) on a sample, the best of four starts, then every code goes to the nearest
    middle. With ``count`` 0 it is the smallest number with about the highest simplified silhouette (Vendramin, Campello
    and Hruschka, 2010). Where there are fewer different codes than ``count``, there are as many clusters as codes.
    """
    numbers = np.full(len(codes), -1, np.int16)
    finite = np.flatnonzero(np.isfinite(codes).all(axis=1))
    if len(finite) == 0:
        return numbers
    rng = np.random.default_rng(seed)
    sample = codes[rng.permutation(finite)[:_SAMPLE]].astype(np.float64)  # drawn: every tenth may be of one class
    centre = sample.mean(axis=0)
    sample -= centre  # near the middle, where differences of squares are exact
    middles = _middles(sample, count or _best_count(sample[:_JUDGED], rng), rng)
    single, middle = middles.astype(np.float32), centre.astype(np.float32)
    squares = np.einsum("ij,ij->i", single, single)
    for start in range(0, len(finite), _AT_ONCE):
        some = finite[start : start + _AT_ONCE]
        numbers[some] = (squares - 2 * (codes[some] - middle) @ single.T).argmin(axis=1)
    sizes = np.bincount(numbers[finite], minlength=len(middles))
    ranks = np.empty(len(middles), np.int16)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(middles))
    numbers[finite] = ranks[numbers[finite]]
    return numbers


def _best_count(sample: NDArray[np.float64], rng: np.random.Generator) -> int:
    """How many clusters part the sample best."""
    judged = {count: _silhouette(sample, _middles(sample, count, rng)) for count in CHOICES if count < len(sample)}
    least = _ALMOST * max(judged.values(), default=0.0)
    return next((count for count, score in judged.items() if score >= least), 1)


def _silhouette(sample: NDArray[np.float64], middles: NDArray[np.float64]) -> float:
    """Mean of (b - a) / b, with a and b the distances to the nearest middle and to the next."""
    if len(middles) < 2:
        return 0.0
    near = np.sqrt(np.partition(_distances(sample, middles), 1, axis=1)[:, :2])
    return float((1 - near[:, 0] / np.maximum(near[:, 1], 1e-12)).mean())


def _middles(sample: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The middles ``(k, dim)`` of the best of some starts."""
    found = [_settled(sample, _spread_start(sample, count, rng)) for _ in range(_STARTS)]
    return min(found, key=lambda one: one[1])[0]


def _spread_start(sample: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Codes drawn far from each other: each with a chance that goes with its squared distance from those before."""
    chosen = [int(rng.integers(len(sample)))]
    away = _distances(sample, sample[chosen])[:, 0]
    scale = 1e-18 * float(np.einsum("ij,ij->i", sample, sample).max())
    while len(chosen) < count and away.max() > scale:
        chosen.append(int(rng.choice(len(sample), p=away / away.sum())))
        away = np.minimum(away, _distances(sample, sample[chosen[-1:]])[:, 0])
    return sample[chosen]


def _settled(sample: NDArray[np.float64], middles: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Lloyd's algorithm until no code changes its cluster: the middles and the sum of squared distances."""
    before = np.full(len(sample), -1)
    for _ in range(_STEPS):
        away = _distances(sample, middles)
        nearest = away.argmin(axis=1)
        if np.array_equal(nearest, before):
            break
        before = nearest
        members = np.zeros((len(middles), len(sample)))
        members[nearest, np.arange(len(sample))] = 1
        sizes = members.sum(axis=1, keepdims=True)
        middles = np.where(sizes > 0, members @ sample / np.maximum(sizes, 1), middles)
    return middles, float(_distances(sample, middles).min(axis=1).sum())


def _distances(codes: NDArray[np.floating], middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances ``(n, k)``."""
    squares = np.einsum("ij,ij->i", codes, codes)[:, None] - 2 * codes @ middles.T
    return np.asarray(np.maximum(squares + np.einsum("ij,ij->i", middles, middles), 0), np.float64)
