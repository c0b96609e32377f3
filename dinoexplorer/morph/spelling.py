"""How easings and paths are written: ``sine``, or with numbers ``bezier(0.25, 0.1, 0.25, 1)``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dinoexplorer.morph.errors import MorphError

_FORM = re.compile(r"\s*([a-z-]+)\s*(?:\(([^()]*)\))?\s*\Z")
_LONGEST = 200


def read_name(text: str, what: str) -> tuple[str, tuple[float, ...]]:
    """The name and the numbers of "name" or "name(1, 2.5)"; ``what`` says in a refusal what it is a name of.

    Raises
    ------
    MorphError
        If the text has another form.
    """
    found = _FORM.match(text) if len(text) <= _LONGEST else None
    try:
        numbers = tuple(float(number) for number in (found[2] or "").split(",") if number.strip()) if found else ()
    except ValueError:
        found = None
    if found is None or not all(map(math.isfinite, numbers)):
        raise MorphError(f"{text[:_LONGEST]!r} is no {what}; write a name, or a name with numbers such as name(1, 2).")
    return found[1], numbers


def spelled(name: str, numbers: Sequence[float]) -> str:
    """A name with its numbers as `read_name` reads them; without numbers the name alone."""
    return f"{name}({', '.join(f'{number:g}' for number in numbers)})" if numbers else name


def with_defaults(text: str, given: tuple[float, ...], defaults: Sequence[float]) -> tuple[float, ...]:
    """The numbers that were given, and the defaults of those that were not.

    Raises
    ------
    MorphError
        If there are more than there are defaults.
    """
    if len(given) > len(defaults):
        takes = f"takes {len(defaults)} numbers at most" if defaults else "takes no numbers"
        raise MorphError(
            f"{text!r} has {len(given)} numbers, but {text.partition('(')[0].strip()} {takes}; leave some out."
        )
    return (*given, *defaults[len(given) :])
