"""One smooth curve through all keyframes, closed where the timeline loops; with "linear" it never jerks."""

from __future__ import annotations

from dinoexplorer.morph.cubic_spline import spline_piece
from dinoexplorer.morph.paths import Path, Route, Way
from dinoexplorer.morph.surroundings import Surroundings


def _make(route: Route, _surroundings: Surroundings) -> Way:
    return spline_piece(route.codes, route.seconds, closed=route.closed, number=route.number)


PATH = Path("spline", "Smooth through all", _make)
