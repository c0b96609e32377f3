"""Principal components of codes: sliders that move many dimensions together, those that vary most first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray

Array = NDArray[np.float64]
_NOTHING = 1e-6  # of the largest deviation: what varies less has no unit of its own
_NEGLIGIBLE = 1e-12  # of the largest eigenvalue: rounding
_ROUNDING = 1e-9  # the same where codes are fewer than numbers
_MOST, _FEW = 2048, 1024  # numbers all of whose axes are found; codes that are looked at where there are more


@dataclass(frozen=True, eq=False, slots=True)
class PrincipalAxes:
    """The principal axes of a cloud of codes: all of them, or of very many numbers those that vary most.

    The last numbers of a code may be noise or the weights of classes; they are no part of the axes and stay as they
    are.

    Attributes
    ----------
    mean : float64 (dim,)
    vectors : float64 (k, dim)
        Rows of length 1, at right angles, 0 for the weights of classes.
    deviations : float64 (k,)
        Standard deviations of the codes along them, largest first; 0 where they do not differ.
    shares : float64 (k,)
        Of the variance; all of them add up to 1 unless all codes are the same.
    free : int
        How many numbers of a code are free to move.
    """

    mean: Array
    vectors: Array
    deviations: Array
    shares: Array
    free: int

    @property
    def units(self) -> Array:
        """What one step of each slider is, ``(k,)``: its deviation, or 1 where the codes do not differ."""
        largest = float(self.deviations.max(initial=0.0))
        return np.where(self.deviations > _NOTHING * largest, self.deviations, 1.0)

    def components(self, codes: FloatArray) -> Array:
        """Codes ``(n, dim)`` as values of the sliders: ``k`` in deviations, then what is not free to move."""
        exact = codes.astype(np.float64)
        places = (exact - self.mean) @ self.vectors.T / self.units
        return np.hstack([places, exact[:, self.free :]])

    def moved(self, code: FloatArray, number: int, value: float) -> FloatArray:
        """A code ``(dim,)`` whose slider ``number`` stands at ``value``; all others stay exactly where they are."""
        exact = code.astype(np.float64)
        present = float((exact - self.mean) @ self.vectors[number] / self.units[number])
        with np.errstate(over="ignore"):  # beyond float32; whoever takes the code refuses it
            return np.asarray(exact + (value - present) * self.units[number] * self.vectors[number], np.float32)

    def codes(self, components: Array) -> FloatArray:
        """The way back from `components`; exact where all axes are there."""
        count = len(self.vectors)
        codes = self.mean + (components[:, :count] * self.units) @ self.vectors
        codes[:, self.free :] = components[:, count:]
        return np.asarray(codes, np.float32)


def principal_axes(codes: FloatArray, free: int | None = None) -> PrincipalAxes:
    """Of codes ``(n, dim)``, of which the first ``free`` numbers are free to move (by default all).

    Of more than 2048 numbers, as a w for each layer has, only as many axes as some hundred codes tell apart: all of
    them would take gigabytes and minutes.

    Raises
    ------
    GeneratorError
        If there are no codes.
    """
    if len(codes) == 0:
        raise GeneratorError("There are no codes to find principal components of; build a map first.")
    dim = codes.shape[1]
    free = dim if free is None else free
    mean = codes.mean(axis=0, dtype=np.float64)
    if free > _MOST:
        codes = codes[:: -(-len(codes) // _FEW)]
    centred = codes[:, :free].astype(np.float64) - mean[:free]
    values, vectors = _of_few(centred) if free > _MOST else eigenvectors(centred.T @ centred / len(codes))
    total = float(values.sum())
    padded = np.zeros((len(vectors), dim))
    padded[:, :free] = vectors
    return PrincipalAxes(mean, padded, np.sqrt(values), values / total if total > 0 else values, free)


def _of_few(centred: Array) -> tuple[Array, Array]:
    """The eigenvectors of the covariance of points ``(n, free)``, fewer than numbers, that lie in their span."""
    values, shares = eigenvectors(centred @ centred.T / len(centred))
    kept = max(int(np.count_nonzero(values > _ROUNDING * values.max(initial=0.0))), 1)
    vectors = shares[:kept] @ centred
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return values[:kept], np.stack([upright(vector) for vector in vectors / np.maximum(lengths, 1e-300)])


def eigenvectors(products: Array) -> tuple[Array, Array]:
    """Eigenvalues ``(k,)`` of a matrix of products, largest first, none below 0, and eigenvectors as rows ``(k, k)``.

    The sign of an eigenvector is arbitrary: its largest number is made positive, so that it is the same everywhere.
    """
    values, vectors = np.linalg.eigh(products)
    values = np.maximum(values[::-1], 0)
    values[values < _NEGLIGIBLE * values.max(initial=0.0)] = 0
    return values, np.stack([upright(vector) for vector in vectors.T[::-1]])


def upright(vector: Array) -> Array:
    """The vector or its opposite, whichever has its largest number above 0."""
    return np.asarray(-vector if vector[np.abs(vector).argmax()] < 0 else vector, np.float64)
