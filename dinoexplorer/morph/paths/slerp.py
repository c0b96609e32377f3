"""Along the sphere (Shoemake 1985): the direction turns evenly while the length goes straight from one to the other.

Codes of a Gaussian prior lie near a sphere; the straight line between two of them leads through its empty inside.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.morph.paths import Codes, Path, Route, Way, straight_way
from dinoexplorer.morph.surroundings import Surroundings

_PARALLEL = 1e-6  # radians within which two directions, or their opposites, are one


def _make(route: Route, surroundings: Surroundings) -> Way:
    free = surroundings.free
    start, end = route.start[:free], route.end[:free]
    lengths = float(np.linalg.norm(start)), float(np.linalg.norm(end))
    line = straight_way(route)
    if min(lengths) <= 0:
        return line
    one, two = start / lengths[0], end / lengths[1]
    # Of half the difference and half the sum: an arc cosine is blind to small angles.
    angle = 2 * np.arctan2(np.linalg.norm(one - two), np.linalg.norm(one + two))
    if not _PARALLEL < angle < np.pi - _PARALLEL:
        return line

    def way(share: float) -> Codes:
        code = line(share)
        turned = (np.sin((1 - share) * angle) * one + np.sin(share * angle) * two) / np.sin(angle)
        code[:free] = turned * (lengths[0] * (1 - share) + lengths[1] * share)
        return code

    return way


def _unfit(surroundings: Surroundings) -> str:
    spec = surroundings.info.latent
    if spec.prior == "normal" and spec.spaces[0] == "z":
        return ""
    return (
        f"The codes of {surroundings.info.path.name} do not lie on a sphere, having no Gaussian prior, so there is no "
        f"path along it; use straight or spline."
    )


PATH = Path("slerp", "Along the sphere", _make, _unfit)
