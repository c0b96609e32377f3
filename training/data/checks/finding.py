"""What a check says: the words of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from training.data.images import Progress

if TYPE_CHECKING:
    from training.data.checks.subject import Subject

Level = Literal["green", "amber", "red"]
LEVELS: tuple[Level, ...] = ("red", "amber", "green")
"""From the worst to the best."""
NOTHING_TO_DO = "Nothing to do."
TOO_SLOW = "Try again on a faster machine, or watch the first minutes of the training."
"""The advice of a trial whose time was over."""
DIVERGED = "Train with a smaller optimizer.lr or with optimizer.clip=1."
"""The advice of a trial that came to numbers that are no numbers."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    name
        What was looked at, such as `Class balance`; each name is there once in a report.
    level
        `green` is as it should be, `amber` may cost quality, `red` will spoil the training.
    sentence
        What was found, with its figures.
    advice
        What to do about it; where the level is green there is nothing to do, whatever it was given.
    figures
        The figures behind it, by name.
    pictures
        What shows it, by name: uint8 (h, w, 3).
    """

    name: str
    level: Level
    sentence: str
    advice: str = NOTHING_TO_DO
    figures: Mapping[str, float] = field(default_factory=dict)
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.level == "green":
            object.__setattr__(self, "advice", NOTHING_TO_DO)


@dataclass(frozen=True)
class Missed:
    """A check that could not be made, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What all checks found.

    Attributes
    ----------
    findings
        In the order of the checks.
    missed
        What could not be checked.
    source
        What was looked at, as it was named.
    total, looked_at
        How many pictures there are, and how many of them were looked at.
    size
        Side in pixels at which they were looked at.
    recipe
        The recipe they were checked for; empty for none.
    """

    findings: tuple[Finding, ...]
    missed: tuple[Missed, ...] = ()
    source: str = ""
    total: int = 0
    looked_at: int = 0
    size: int = 0
    recipe: str = ""

    @property
    def level(self) -> Level:
        """The worst of all findings; green without any."""
        found = {finding.level for finding in self.findings}
        return next((level for level in LEVELS if level in found), "green")


@dataclass(frozen=True)
class Check:
    """One check: a module of this package that holds a `CHECK` is one.

    Attributes
    ----------
    place
        Where it stands in the report.
    name
        Of its findings.
    look
        Looks at the subject; what takes longer than a moment calls the progress, which may raise to stop the work.
    """

    place: int
    name: str
    look: Callable[[Subject, Progress], Finding | Missed]
