"""A small network from a place to a code, run in NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray

_PREFIX = "network."
_MARGIN = 0.05  # of the extent


@dataclass(frozen=True, eq=False, slots=True)
class Network:
    """Fully connected layers, each ``weight (out, in)`` and ``bias (out,)``, with SiLU between them.

    ``low``, ``high`` (2,) bound the places it was fitted on. Places beyond are drawn in, smoothly and up to a margin,
    since a network knows nothing out there and would only run away.
    """

    layers: tuple[tuple[FloatArray, FloatArray], ...]
    low: FloatArray
    high: FloatArray

    def __call__(self, places: FloatArray) -> FloatArray:
        """Places ``(n, 2)`` to codes ``(n, dim)``."""
        inside = np.clip(places, self.low, self.high)
        margin = np.maximum(_MARGIN * (self.high - self.low), 1e-12)
        values = (inside + margin * np.tanh((places - inside) / margin)).astype(np.float32)
        for number, (weight, bias) in enumerate(self.layers):
            if number:
                values = values * (0.5 + 0.5 * np.tanh(0.5 * values))
            values = values @ weight.T + bias
        return np.asarray(values, np.float32)

    def arrays(self) -> dict[str, FloatArray]:
        """What a map file keeps of it."""
        kept = {f"{_PREFIX}low": self.low, f"{_PREFIX}high": self.high}
        for number, (weight, bias) in enumerate(self.layers):
            kept |= {f"{_PREFIX}{number}.weight": weight, f"{_PREFIX}{number}.bias": bias}
        return kept


def network_of(arrays: Mapping[str, FloatArray], dim: int) -> Network | None:
    """The network that a map's arrays hold, or None where they hold none.

    Raises
    ------
    GeneratorError
        If the arrays are there but are no network from two numbers to ``dim``.
    """
    mine = {name.removeprefix(_PREFIX): array for name, array in arrays.items() if name.startswith(_PREFIX)}
    if not mine:
        return None
    count = (len(mine) - 2) // 2
    try:
        layers = tuple((mine[f"{number}.weight"], mine[f"{number}.bias"]) for number in range(count))
        network = Network(layers, mine["low"], mine["high"])
    except KeyError:
        raise GeneratorError("its way back is not whole") from None
    width = 2
    fits = network.low.shape == network.high.shape == (2,) and len(mine) == 2 * count + 2 and count > 0
    for weight, bias in layers:
        fits = fits and weight.ndim == 2 and weight.shape[1] == width and bias.shape == (len(weight),)
        width = len(weight)
    if not fits or width != dim:
        raise GeneratorError("its way back does not fit its codes")
    return network
