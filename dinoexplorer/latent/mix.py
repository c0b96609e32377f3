"""What is being mixed: two to nine named codes and how much there is of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.mixing import blend, straight_blend
from dinoexplorer.latent.spaces import Array

MOST = 9
_NAMED = 3
Named = tuple[str, FloatArray]


@dataclass(frozen=True, eq=False, slots=True)
class Mix:
    """Codes ``(dim,)`` with their names, and weights ``(k,)`` that add up to 1. ``straight`` keeps off the shell."""

    named: tuple[Named, ...] = ()
    weights: Array = field(default_factory=lambda: np.zeros(0))
    straight: bool = False

    def __len__(self) -> int:
        return len(self.named)

    @property
    def codes(self) -> FloatArray:
        """All codes, ``(k, dim)``."""
        return np.stack([code for _, code in self.named])

    @property
    def words(self) -> str:
        """What the history calls it."""
        names = [name for name, _ in self.named]
        if len(names) > _NAMED:
            return f"mixed {len(names)} places"
        return f"mixed {', '.join(names[:-1])} and {names[-1]}"

    def code(self, info: GeneratorInfo) -> FloatArray:
        """The blend ``(dim,)`` of two codes or more."""
        return straight_blend(self.codes, self.weights) if self.straight else blend(self.codes, self.weights, info)

    def holding(self, added: Iterable[Named]) -> Mix:
        """With more codes, all in equal parts.

        Raises
        ------
        GeneratorError
            If these would be more than nine.
        """
        return self._of((*self.named, *added))

    def replacing(self, index: int, named: Named) -> Mix:
        """With another code in place of one; the weights stay."""
        return replace(self, named=(*self.named[:index], named, *self.named[index + 1 :]))

    def without(self, index: int) -> Mix:
        """Without one of the codes, the others in equal parts."""
        return self._of((*self.named[:index], *self.named[index + 1 :]))

    def weighing(self, weights: Sequence[float] | Array) -> Mix:
        """With other weights, 0 or more, which are brought to a sum of 1."""
        values = np.asarray(weights, np.float64)
        return replace(self, weights=values / values.sum())

    def with_weight(self, index: int, weight: float) -> Mix:
        """With one weight set, from 0 to 1; the others share the rest as they did, or alike where all were 0."""
        wanted = min(max(weight, 0.0), 1.0)
        others = np.delete(self.weights, index)
        if len(others) == 0:
            return self
        rest = others.sum()
        shares = others / rest if rest > 0 else np.full(len(others), 1 / len(others))
        return replace(self, weights=np.insert(shares * (1 - wanted), index, wanted))

    def _of(self, named: tuple[Named, ...]) -> Mix:
        if len(named) > MOST:
            raise GeneratorError(f"A mix holds {MOST} pictures at most; take one out first.")
        return replace(self, named=named, weights=np.full(len(named), 1 / max(len(named), 1)))
