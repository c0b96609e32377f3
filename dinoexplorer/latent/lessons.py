"""What a direction is taught from: codes that show much of something, and codes that show little of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray

Flags = NDArray[np.bool_]
Kinds = NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class Lesson:
    """Examples on two sides.

    Attributes
    ----------
    name : str
        What the direction will be called.
    codes : float32 (n, dim)
    high : bool (n,)
        Which of them the direction leads to; from the others it leads away.
    kinds : int32 (n,) or None
        Classes to be kept apart: each example is compared with those of its own kind alone, so that the direction does
        not lead from one class to another where a thing is commoner in one of them.
    """

    name: str
    codes: FloatArray
    high: Flags
    kinds: Kinds | None = None

    def __post_init__(self) -> None:
        count = len(self.codes)
        fits = self.codes.ndim == 2 and self.high.shape == (count,)
        if not fits or (self.kinds is not None and self.kinds.shape != (count,)):
            raise GeneratorError(f"The examples of {self.name!r} do not fit together; give one side for each code.")
        if not np.isfinite(self.codes).all():
            raise GeneratorError(f"The examples of {self.name!r} hold values that are not numbers; leave them out.")
        highs = int(np.count_nonzero(self.high))
        if highs in {0, count}:
            raise GeneratorError(f"{self.name!r} needs examples on both sides; add some to the empty one.")

    def only(self, kind: int) -> Lesson:
        """The examples of one kind alone: what is learnt from them holds near that kind, and there more exactly.

        Raises
        ------
        GeneratorError
            If there are no kinds, or that kind has examples on one side alone.
        """
        if self.kinds is None:
            raise GeneratorError(f"The examples of {self.name!r} have no classes to choose one from.")
        chosen = self.kinds == kind
        return Lesson(self.name, self.codes[chosen], self.high[chosen], self.kinds[chosen])

    def centred(self) -> tuple[NDArray[np.float64], Flags]:
        """Codes ``(m, dim)`` without the mean of their kind, and their sides; kinds with one side alone are left out.

        Raises
        ------
        GeneratorError
            If no kind has examples on both sides.
        """
        codes = self.codes.astype(np.float64)
        if self.kinds is None:
            return codes - codes.mean(axis=0), self.high
        _, places, counts = np.unique(self.kinds, return_inverse=True, return_counts=True)
        highs = np.bincount(places, weights=self.high, minlength=len(counts))
        usable = (highs > 0) & (highs < counts)
        if not usable.any():
            raise GeneratorError(
                f"No class has examples of {self.name!r} on both sides; compare all classes together instead."
            )
        means = np.zeros((len(counts), codes.shape[1]))
        np.add.at(means, places, codes)
        means /= counts[:, None]
        kept = usable[places]
        return (codes - means[places])[kept], self.high[kept]


def between(name: str, high: FloatArray, low: FloatArray) -> Lesson:
    """Two groups of codes, ``(n, dim)`` and ``(m, dim)``: two lassos, or pins."""
    if high.ndim != 2 or low.ndim != 2 or high.shape[1] != low.shape[1]:
        raise GeneratorError(f"The two groups of {name!r} have codes of different length; take both from one model.")
    sides = np.concatenate([np.ones(len(high), np.bool_), np.zeros(len(low), np.bool_)])
    return Lesson(name, np.concatenate([high, low]).astype(np.float32), sides)


def of_values(name: str, codes: FloatArray, values: np.ndarray, kinds: Kinds | None = None) -> Lesson:
    """High against low values ``(n,)``: above the median against below it, of each kind its own median.

    Values that are not numbers are left out. Where half or more of the values are one and the same, the sides are as
    even as they can be.
    """
    values = np.asarray(values, np.float64)
    if values.shape != (len(codes),):
        raise GeneratorError(f"{name!r} needs one value for each code; {len(codes)} codes have {values.size} values.")
    known = np.isfinite(values)
    codes, values = codes[known], values[known]
    groups = np.zeros(len(codes), np.int32) if kinds is None else np.asarray(kinds, np.int32)[known]
    high = np.zeros(len(codes), np.bool_)
    for kind in np.unique(groups):
        members = groups == kind
        high[members] = _upper_half(values[members])
    return Lesson(name, codes, high, None if kinds is None else groups)


def _upper_half(values: NDArray[np.float64]) -> Flags:
    """Those above the median, or from it on, whichever splits more evenly."""
    middle = float(np.median(values))
    above, from_it_on = values > middle, values >= middle
    half = len(values) / 2
    return above if abs(above.sum() - half) <= abs(from_it_on.sum() - half) else from_it_on
