"""What a score of strangeness is."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.latent.anomaly.seeing import Seen

Values = NDArray[np.float64]


class Score(Protocol):
    """Made from what is usual, it tells how strange something else is: the larger, the stranger."""

    def __init__(self, usual: Seen) -> None: ...

    def __call__(self, seen: Seen) -> Values:
        """Of ``n`` pictures, ``(n,)``; the unit is its own."""
        ...
