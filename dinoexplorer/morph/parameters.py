"""The numbers that an easing or a path takes: what each is called, and between what it lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number.

    Attributes
    ----------
    title : str
        What a window calls it.
    about : str
        What it means, as a sentence.
    default : float
    least, most : float
        What a window offers; a written one may lie beyond, as far as the easing or the path takes it.
    whole : bool
        Whether it counts something.
    """

    title: str
    about: str
    default: float
    least: float
    most: float
    whole: bool = False

    @property
    def step(self) -> float:
        """By which a key changes it."""
        return 1.0 if self.whole else (self.most - self.least) / 50

    def bounded(self, value: float) -> float:
        """The nearest value that it may have."""
        value = min(max(value, self.least), self.most)
        return float(round(value)) if self.whole else value
