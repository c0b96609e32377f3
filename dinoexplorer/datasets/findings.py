"""What the checks of a dataset found, as `dinotrain check --json` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Level = Literal["green", "amber", "red", ""]
LEVELS: tuple[Level, ...] = ("red", "amber", "green", "")
IN_WORDS: Mapping[Level, str] = {"red": "Mend this first", "amber": "Look at this", "green": "Well", "": "Not known"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes
    ----------
    level
        Empty where it could not be made.
    pictures
        Files of pictures by what they show.
    """

    name: str
    level: Level
    sentence: str
    advice: str = ""
    pictures: Mapping[str, Path] = field(default_factory=dict)


def check_words(folder: Path, recipe: str) -> list[str]:
    """The words after `dinotrain` that check a dataset, and try a recipe on it where one is named."""
    return ["check", *(["--recipe", recipe] if recipe else []), "--progress", "json", "--", str(folder)]


def findings_of(told: Mapping[str, Any], folder: Path) -> tuple[Finding, ...] | None:
    """The findings that a line tells, the worst first; None where it tells something else.

    What could not be checked is a finding as well, without a level.
    """
    values, missed = told.get("findings"), told.get("missed")
    if not isinstance(values, list):
        return None
    found = [_finding(value, folder) for value in values if isinstance(value, dict)]
    found += [
        Finding(str(value.get("name", "")), "", f"Not checked: {value.get('reason', '')}.")
        for value in (missed if isinstance(missed, list) else ())
    ]
    return tuple(sorted(found, key=lambda finding: LEVELS.index(finding.level)))


def _finding(value: Mapping[str, Any], folder: Path) -> Finding:
    level = value.get("level")
    pictures = value.get("pictures")
    files = {}
    if isinstance(pictures, dict):
        files = {str(name): folder / file for name, file in pictures.items() if isinstance(file, str)}
    return Finding(
        str(value.get("name", "")), level if level in LEVELS else "amber", str(value.get("sentence", "")),
        str(value.get("advice", "")), files,
    )  # fmt: skip
