"""Where a segment leads through, one file each; a path is found by being here.

A way maps the share of the way, 0 to 1, to a code. Every one starts exactly on its keyframe and ends exactly on the
next; an easing may take the share a little beyond its ends.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.spelling import read_name, with_defaults
from dinoexplorer.morph.surroundings import Surroundings

Codes = NDArray[np.float64]
Way = Callable[[float], Codes]
DEFAULT = "straight"


@dataclass(frozen=True, eq=False, slots=True)
class Route:
    """All keyframes of a timeline, and which segment is asked for.

    Attributes
    ----------
    codes : float64 (n, dim)
    seconds : float64 (n,)
        Of the segment that leaves each keyframe.
    closed : bool
        Whether the last keyframe leads back to the first.
    number : int
        The segment from ``codes[number]`` to the next.
    """

    codes: Codes
    seconds: NDArray[np.float64]
    closed: bool
    number: int

    @property
    def start(self) -> Codes:
        return np.asarray(self.codes[self.number])

    @property
    def end(self) -> Codes:
        return np.asarray(self.codes[(self.number + 1) % len(self.codes)])


@dataclass(frozen=True, slots=True)
class Path:
    """A module in this folder has ``PATH`` of this kind.

    ``make`` takes a route, its surroundings and as many numbers as there are ``parameters``. ``unfit`` says in a
    sentence why there is no such path for this generator, or nothing.
    """

    name: str
    title: str
    make: Callable[..., Way]
    unfit: Callable[[Surroundings], str] = lambda _surroundings: ""
    parameters: tuple[Parameter, ...] = ()

    @property
    def defaults(self) -> tuple[float, ...]:
        """The numbers where none are given."""
        return tuple(parameter.default for parameter in self.parameters)


def path_names() -> list[str]:
    """The paths there are, the default first."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return sorted(names, key=lambda name: name != DEFAULT)


def path_named(name: str) -> Path:
    """The path of a name without numbers; raises `MorphError` naming those that exist."""
    if name not in path_names():
        raise MorphError(f"There is no path called {name!r}; use {', '.join(path_names())}.")
    path: Path = importlib.import_module(f"{__name__}.{name}").PATH
    return path


def fitting_paths(surroundings: Surroundings) -> list[Path]:
    """Those that this generator has: what a window offers."""
    paths = [path_named(name) for name in path_names()]  # not map(): here that is the module of the path "map"
    return [path for path in paths if not path.unfit(surroundings)]


def find_way(text: str, route: Route, surroundings: Surroundings) -> Way:
    """The way of "straight", "circle(0.5)", ... along a segment.

    Raises
    ------
    MorphError
        If there is no such path, it does not take these numbers, or this generator does not have it.
    """
    name, numbers = read_name(text, "path")
    path = path_named(name)
    if reason := path.unfit(surroundings):
        raise MorphError(reason)
    return path.make(route, surroundings, *with_defaults(text, numbers, path.defaults))


def straight_way(route: Route) -> Way:
    """The straight line; exact at both ends."""
    start, end = route.start, route.end
    return lambda share: start * (1 - share) + end * share
