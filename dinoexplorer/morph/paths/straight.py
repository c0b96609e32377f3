"""The straight line."""

from __future__ import annotations

from dinoexplorer.morph.paths import Path, Route, Way, straight_way
from dinoexplorer.morph.surroundings import Surroundings


def _make(route: Route, _surroundings: Surroundings) -> Way:
    return straight_way(route)


PATH = Path("straight", "Straight", _make)
