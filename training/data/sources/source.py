"""What a source offers: pictures that have not been read yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.data.images import Progress, Skipped
from training.errors import TrainingError

Content = bytes | NDArray[np.uint8]
"""The bytes of a picture file, or pixels (h, w) or (h, w, 1, 3 or 4) where a source holds nothing else."""


class SourceError(TrainingError):
    """A source that cannot be used at all, as one sentence."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture that somebody marked, in pixels of the stored (not yet rotated) picture."""

    left: float
    top: float
    right: float
    bottom: float
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One picture that a source offers.

    Attributes
    ----------
    source
        The source as the user named it.
    name
        Posix name inside the source; unique there, stable between runs, and never leading out of it.
    stamp
        Changes when the content may have changed (size and time of a file, CRC in an archive); what an incremental
        run compares before it reads anything.
    label
        The class that the source tells, or None.
    boxes
        Marked parts that the source tells.
    read
        Reads the content; may be called from several threads at once, and raises `PictureError` or OSError.
    """

    source: str
    name: str
    stamp: str
    read: Callable[[], Content] = field(repr=False, compare=False)
    label: str | None = None
    boxes: tuple[Box, ...] = ()


class Source(Protocol):
    """Something that holds pictures."""

    @property
    def name(self) -> str:
        """As the user named it."""

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """What is in it, in a stable order; `Skipped` for what is refused before it is read.

        `progress` may raise to stop the work. Memory does not grow with the number of pictures.

        Raises
        ------
        SourceError
            The source cannot be used at all.
        """

    def close(self) -> None:
        """Let go of what it holds open."""
