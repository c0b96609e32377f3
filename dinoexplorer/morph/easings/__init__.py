"""How time is bent between two keyframes, one file each; an easing is found by being here.

A curve maps the share of the time, 0 to 1, to the share of the way; every one starts at 0 and ends at 1.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.spelling import read_name, with_defaults

Curve = Callable[[float], float]
DEFAULT = "sine"


@dataclass(frozen=True, slots=True)
class Easing:
    """A module in this folder has ``EASING`` of this kind.

    ``make`` takes as many numbers as there are ``parameters`` and may refuse them with a `MorphError`. ``monotone``
    tells that the way never goes back and never beyond its ends.
    """

    name: str
    title: str
    make: Callable[..., Curve]
    parameters: tuple[Parameter, ...] = ()
    monotone: bool = True

    @property
    def defaults(self) -> tuple[float, ...]:
        """The numbers where none are given."""
        return tuple(parameter.default for parameter in self.parameters)


def easing_names() -> list[str]:
    """The easings there are, the default first."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return sorted(names, key=lambda name: name != DEFAULT)


def easing_named(name: str) -> Easing:
    """The easing of a name without numbers; raises `MorphError` naming those that exist."""
    if name not in easing_names():
        raise MorphError(f"There is no easing called {name!r}; use {', '.join(easing_names())}.")
    easing: Easing = importlib.import_module(f"{__name__}.{name}").EASING
    return easing


@lru_cache(maxsize=256)
def find_easing(text: str) -> Curve:
    """The curve of "sine", "bezier(0.25, 0.1, 0.25, 1)", ...

    Raises
    ------
    MorphError
        If there is no such easing, or it does not take these numbers.
    """
    name, numbers = read_name(text, "easing")
    easing = easing_named(name)
    return easing.make(*with_defaults(text, numbers, easing.defaults))
