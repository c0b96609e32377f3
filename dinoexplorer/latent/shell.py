"""How long codes are: in many dimensions nearly all draws of a prior have the same length, and lie on a shell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.spaces import Array, free_dimensions, is_gaussian

_SAMPLES = 4000
_NUMBERS = 8_000_000  # of all samples together
_LEAST = 1e-12
_CENTRAL = 1.96  # deviations to either side: 95 of 100 codes
_FAR = 2  # times as far from the middle of the shell as its edge: no code among many thousands


@dataclass(frozen=True, eq=False, slots=True)
class Shell:
    """The lengths that codes of a space have, without their weights of classes.

    Attributes
    ----------
    centre : float64 (free,)
        From where lengths are measured: 0 for a prior, the mean of the data where a mixture of them is known.
    typical : float
        The mean length.
    deviation : float
        The standard deviation of lengths.
    lengths : float64 (k,) or None
        Of samples, sorted, where lengths follow no formula (they do for a standard normal: the chi distribution).
    """

    centre: Array
    typical: float
    deviation: float
    lengths: Array | None

    def length(self, codes: FloatArray) -> Array:
        """Of codes ``(n, dim)``, ``(n,)``."""
        free = len(self.centre)
        return np.asarray(np.linalg.norm(codes[:, :free].astype(np.float64) - self.centre, axis=1))

    def percentile(self, codes: FloatArray) -> Array:
        """The share of typical codes, in percent, that are shorter: 50 is the middle of the shell, ``(n,)``."""
        lengths = self.length(codes)
        if self.lengths is not None:
            shorter = np.searchsorted(self.lengths, lengths, side="left")
            return np.asarray(100 * shorter / len(self.lengths), np.float64)
        import torch  # noqa: PLC0415  NumPy has no incomplete gamma function

        half = torch.full((len(lengths),), len(self.centre) / 2, dtype=torch.float64)
        return np.asarray(100 * torch.special.gammainc(half, torch.from_numpy(lengths**2 / 2)).numpy())

    @property
    def typical_range(self) -> tuple[float, float]:
        """Between which lengths 95 of 100 codes lie."""
        if self.lengths is not None:
            low, high = np.quantile(self.lengths, (0.025, 0.975))
            return float(low), float(high)
        reach = _CENTRAL * self.deviation
        return max(self.typical - reach, 0.0), self.typical + reach

    def words(self, length: float) -> str:
        """What a length means, in plain words."""
        low, high = self.typical_range
        if low <= length <= high:
            return "typical"
        if length > high:
            return "far out" if length - self.typical > _FAR * (high - self.typical) else "a little far out"
        return "near the middle" if self.typical - length > _FAR * (self.typical - low) else "a little near the middle"

    def put_back(self, codes: FloatArray) -> FloatArray:
        """Codes ``(n, dim)`` at the typical length, seen from the centre; a code at the centre stays there."""
        free = len(self.centre)
        lengths = self.length(codes)[:, None]
        factors = np.where(lengths > _LEAST, self.typical / np.maximum(lengths, _LEAST), 1.0)
        result = np.array(codes, np.float32)
        result[:, :free] = self.centre + factors * (codes[:, :free] - self.centre)
        return result


def shell_of(info: GeneratorInfo) -> Shell:
    """The shell of a generator's space; from a formula, or from samples that take some milliseconds."""
    free = free_dimensions(info)
    if is_gaussian(info):
        # The mean of the chi distribution, in logarithms since the gamma function soon overflows.
        typical = math.sqrt(2) * math.exp(math.lgamma((free + 1) / 2) - math.lgamma(free / 2))
        return Shell(np.zeros(free), typical, math.sqrt(max(free - typical**2, 0.0)), None)
    count = min(_SAMPLES, max(_NUMBERS // info.latent.dim, 500))
    samples = info.latent.sample(count, 0)[:, :free].astype(np.float64)
    centre = np.zeros(free) if info.latent.mixture is None else info.latent.mean[:free].astype(np.float64)
    lengths = np.sort(np.linalg.norm(samples - centre, axis=1))
    return Shell(centre, float(lengths.mean()), float(lengths.std()), lengths)
