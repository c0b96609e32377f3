"""Walks through a latent space: a code for each moment, the same for the same seed however often it is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray, LatentSpec

Draw = Callable[[int, np.random.Generator], FloatArray]  # so many codes of the data, (n, dim)
_LEG = 2.5  # seconds from one image of a drift to the next
_NEARBY, _FAR = 32, 3  # images of which a drift goes to the nearest: mostly of many, so that it stays where data are
_JOURNEY = 3  # every so many images it goes to another part of the data
_ROUND = 8.0  # seconds of an orbit
_RISE = 2.0  # seconds until it has its full width
_WIDTH = 0.5  # of the distance of two images of the data, as one usually lies from the other
_THROW = 1.0  # seconds between two throws of the dice
_FEW = 8  # codes, of which a map says less about the data than the space itself does
_SAMPLE = 64
_SHELL = 0.25  # relative spread of the distances from the mean, below which the middle is empty
_FLOOR = 0.1  # of the shell's radius


class Walk(Protocol):
    """A code ``(dim,)`` for each time in seconds from 0 on."""

    def __call__(self, time: float) -> FloatArray: ...


class Drift:
    """A smooth path through random images of the data, which begins at rest.

    A Catmull-Rom spline, so its velocity is continuous. Where the data lie on a shell around their mean, as those of a
    Gaussian in many dimensions do, what lies between two images is put back on it: the middle holds no data.
    """

    def __init__(self, start: FloatArray, spec: LatentSpec, draw: Draw, seed: int) -> None:
        self._rng, self._draw = np.random.default_rng(seed), draw
        self._mean = spec.mean.astype(np.float64)
        self._scale = np.maximum(spec.std.astype(np.float64), 1e-12)
        lengths = np.linalg.norm(self._white(draw(_SAMPLE, self._rng)), axis=1)
        self._radius = float(lengths.mean()) if lengths.std() < _SHELL * lengths.mean() else 0.0
        self._knots = [self._white(start)]

    def __call__(self, time: float) -> FloatArray:
        leg, share = divmod(max(time, 0.0) / _LEG, 1.0)
        while len(self._knots) < leg + 3:
            self._knots.append(self._next())
        before = self._knots[abs(int(leg) - 1)]  # at first the one ahead, so that it starts from rest
        knots = np.stack([before, *self._knots[int(leg) : int(leg) + 3]])
        weights = _spline_weights(share)
        code = weights @ knots
        if self._radius:
            wanted, slack = float(weights @ np.linalg.norm(knots, axis=1)), (_FLOOR * self._radius) ** 2
            code *= math.sqrt((wanted**2 + slack) / (float(code @ code) + slack))
        return np.asarray(self._mean + code * self._scale, np.float32)

    def _next(self) -> NDArray[np.float64]:
        count = _NEARBY if len(self._knots) % _JOURNEY else _FAR
        candidates = self._white(self._draw(count, self._rng))
        away = np.linalg.norm(candidates - self._knots[-1], axis=1)
        away[away <= 1e-6] = np.inf  # the image itself: there is no way to it
        return np.asarray(candidates[away.argmin()])

    def _white(self, codes: FloatArray) -> NDArray[np.float64]:
        return np.asarray((codes.astype(np.float64) - self._mean) / self._scale)


class Orbit:
    """A closed loop around the place where it starts, in two directions in which images of the data differ.

    It leaves its middle at rest and in a spiral.
    """

    def __init__(self, start: FloatArray, spec: LatentSpec, draw: Draw, seed: int) -> None:
        one, two, three, four = draw(4, np.random.default_rng(seed)).astype(np.float64)
        scale = np.maximum(spec.std.astype(np.float64), 1e-12)
        first, second = (one - two) / scale, (three - four) / scale
        length = float(np.linalg.norm(first))
        second = second - (second @ first) * first / max(length**2, 1e-30)
        across = float(np.linalg.norm(second))
        second *= length / across if across > 1e-6 * length else 0.0  # in one dimension it goes to and fro
        self._middle = start.astype(np.float64)
        self._first, self._second = (_WIDTH / math.sqrt(2) * scale * way for way in (first, second))

    def __call__(self, time: float) -> FloatArray:
        width = math.sin(math.pi / 2 * min(max(time, 0.0) / _RISE, 1.0)) ** 2
        angle = 2 * math.pi * time / _ROUND
        way = math.cos(angle) * self._first + math.sin(angle) * self._second
        return np.asarray(self._middle + width * way, np.float32)


class Dice:
    """Another image of the data every second, the first at once."""

    def __init__(self, _start: FloatArray, _spec: LatentSpec, draw: Draw, seed: int) -> None:
        self._rng, self._draw = np.random.default_rng(seed), draw
        self._throws: list[FloatArray] = []

    def __call__(self, time: float) -> FloatArray:
        throw = int(max(time, 0.0) / _THROW)
        while len(self._throws) <= throw:
            self._throws.append(self._draw(1, self._rng)[0])
        return self._throws[throw]


KINDS: Final[dict[str, Callable[[FloatArray, LatentSpec, Draw, int], Walk]]] = {
    "drift": Drift,
    "orbit": Orbit,
    "dice": Dice,
}


def drawn_from(spec: LatentSpec, latents: FloatArray | None) -> Draw:
    """Where walks take their codes from: the encoded images ``(n, dim)`` where there are some, else the space."""
    if latents is None or len(latents) < _FEW:
        return spec.sample
    codes = latents

    def draw(count: int, rng: np.random.Generator) -> FloatArray:
        some = codes[rng.integers(len(codes), size=count)]
        finite = np.isfinite(some).all(axis=1, keepdims=True)
        return some if finite.all() else np.where(finite, some, spec.sample(count, rng))

    return draw


def _spline_weights(share: float) -> NDArray[np.float64]:
    """How much each of four points counts for a place between the second and the third (Catmull and Rom, 1974)."""
    one, two, three = share, share**2, share**3
    return np.array([2 * two - three - one, 2 - 5 * two + 3 * three, one + 4 * two - 3 * three, three - two]) / 2
