"""One smooth curve through all keyframes, closed where the timeline loops; with "linear" it never jerks.

Its tension draws it towards the straight line, which it is at 1.
"""

from __future__ import annotations

from dinoexplorer.morph.cubic_spline import spline_piece
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.paths import Codes, Path, Route, Way, straight_way
from dinoexplorer.morph.surroundings import Surroundings


def _make(route: Route, _surroundings: Surroundings, tension: float) -> Way:
    curve = spline_piece(route.codes, route.seconds, closed=route.closed, number=route.number)
    if not tension:
        return curve
    line = straight_way(route)

    def way(share: float) -> Codes:
        return curve(share) * (1 - tension) + line(share) * tension

    return way


_TENSION = Parameter("Tension", "How far the curve is drawn towards the straight line.", 0.0, 0.0, 1.0)
PATH = Path("spline", "Smooth through all", _make, parameters=(_TENSION,))
