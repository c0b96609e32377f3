"""Along the data: the shortest way from image to image, smoothed, so that every frame is near to where images are."""

from __future__ import annotations

import numpy as np

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.paths import Codes, Path, Route, Way
from dinoexplorer.morph.surroundings import Surroundings, without_map

_MOST_CUTS = 8
_SAME = 1e-9


def _make(route: Route, surroundings: Surroundings, cuts: float) -> Way:
    if not 0 <= cuts <= _MOST_CUTS:
        raise MorphError(f"A way along the data is smoothed 0 to {_MOST_CUTS} times, not {cuts:g}; give such a number.")
    between = surroundings.graph.way(route.start.astype(np.float32), route.end.astype(np.float32))
    line = _without_corners(_without_repeats(np.concatenate([route.start[None], between, route.end[None]])), int(cuts))
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    total = float(lengths[-1])

    def way(share: float) -> Codes:
        if total <= 0:
            return np.asarray(line[0])
        place = share * total
        piece = int(np.clip(np.searchsorted(lengths, place, side="right") - 1, 0, len(line) - 2))
        part = (place - lengths[piece]) / (lengths[piece + 1] - lengths[piece])
        return np.asarray(line[piece] * (1 - part) + line[piece + 1] * part)

    return way


def _without_repeats(line: Codes) -> Codes:
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    kept = np.concatenate([[True], steps > _SAME * max(float(steps.max()), 1e-30)])
    if not kept[-1]:  # the keyframe itself stays, the image on the same place goes
        kept[np.flatnonzero(kept)[-1]] = len(np.flatnonzero(kept)) == 1
        kept[-1] = True
    return np.asarray(line[kept])


def _without_corners(line: Codes, cuts: int) -> Codes:
    """Chaikin's corner cutting: stays within the hull of each three neighbours, and keeps both ends."""
    for _ in range(cuts if len(line) > 2 else 0):
        near, far = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        cut = np.stack([near, far], axis=1).reshape(-1, line.shape[1])
        line = np.concatenate([line[:1], cut[1:-1], line[-1:]])
    return line


_CUTS = Parameter(
    "Smoothing", "How often its corners are cut; each time halves what is left of them.", 3.0, 0.0, 6.0, True
)
PATH = Path("data", "Along the data", _make, without_map, (_CUTS,))
