"""Many pictures by their strangeness, with what a person says of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.latent.anomaly.strangeness import TOGETHER, Strangeness

Mark = Literal["strange", "usual", ""]
Indices = NDArray[np.intp]
Values = NDArray[np.float64]


class Ranking:
    """Grows while pictures are judged; each is named by its index, in the order in which they came."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self.found: list[Strangeness] = []
        self._marks: dict[int, Mark] = {}

    def __len__(self) -> int:
        return len(self.files)

    def add(self, rows: Iterable[tuple[Path, Strangeness]]) -> None:
        """Add pictures that were judged."""
        for path, found in rows:
            self.files.append(path)
            self.found.append(found)

    def mark(self, pictures: Sequence[int], mark: Mark) -> None:
        """Say what pictures are, whatever the model thinks of them; an empty mark takes that back."""
        for picture in pictures:
            if mark:
                self._marks[picture] = mark
            else:
                self._marks.pop(picture, None)

    def mark_of(self, picture: int) -> Mark:
        """What a person said of a picture."""
        return self._marks.get(picture, "")

    @property
    def marked(self) -> int:
        """How many pictures bear a mark."""
        return len(self._marks)

    def values(self, score: str = TOGETHER) -> Values:
        """How strange each is by a score, ``(n,)``."""
        return np.array([found.of(score)[0] for found in self.found], np.float64)

    def order(self, score: str = TOGETHER) -> Indices:
        """The strangest first; equals in the order in which they came."""
        return np.asarray(np.argsort(-self.values(score), kind="stable"), np.intp)

    def strange(self, score: str, threshold: float) -> Indices:
        """Those above a threshold and those that were marked as strange, without those marked as usual."""
        order = self.order(score)
        above = self.values(score) > threshold
        for picture, mark in self._marks.items():
            above[picture] = mark == "strange"
        return order[above[order]]


def share_in_words(share: float) -> str:
    """The share of usual pictures that are less strange, as a few words."""
    if share >= 1:
        return "stranger than all"
    return f"stranger than {math.floor(100 * share)} %"
