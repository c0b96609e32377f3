"""Choosing points of a map: inside an outline, or by what they are called."""

from __future__ import annotations

import sys
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.point_names import NameFinder

Places = NDArray[np.intp]
Combination = Literal["new", "add", "take"]


def places_inside(scene: MapScene, outline: NDArray[np.floating], shown: NDArray[np.bool_] | None = None) -> Places:
    """Positions in the index of the points within a polygon ``(m, 2)``; where it crosses itself, odd counts inside."""
    if len(outline) < 3:
        return np.zeros(0, np.intp)
    (left, bottom), (right, top) = outline.min(axis=0), outline.max(axis=0)
    index = scene.index
    places = index.members(index.window(float(left), float(bottom), float(right), float(top)))
    if shown is not None:
        places = places[shown[places]]
    x, y = index.xy[places].T
    places, y, x = (array[(x >= left) & (x <= right)] for array in (places, y, x))
    inside = np.zeros(len(places), bool)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crossed = np.flatnonzero((y0 > y) != (y1 > y))
        inside[crossed] ^= x[crossed] < x0 + (y[crossed] - y0) * ((x1 - x0) / (y1 - y0))
    return np.asarray(places[inside])


class PlaceSearch:
    """Finds points by a part of the name of their class or image, or by the image's number."""

    def __init__(self, scene: MapScene) -> None:
        self._scene = scene
        self._names: NameFinder | None = None

    def __call__(self, text: str) -> Places:
        """Positions of the points that ``text`` is said of; the number of an image is counted from 1."""
        wanted = text.strip().casefold()
        if not wanted:
            return np.zeros(0, np.intp)
        if self._names is None:
            self._names = NameFinder(self._scene.map.names)
        scene, classes = self._scene, self._scene.map.classes
        named = np.zeros(len(scene.map), bool)
        named[self._names(wanted)] = True
        if (number := numbered(wanted)) < len(named):
            named[number] = True
        matches = [number for number, name in enumerate(classes) if wanted in name.casefold()]
        return np.flatnonzero(named[scene.index.order] | np.isin(scene.labels, matches))


def numbered(text: str) -> int:
    """The index of the image whose number ``text`` is; beyond all indices where it is none."""
    text = text.strip()
    return int(text) - 1 if text.isdecimal() and len(text) < 10 and int(text) > 0 else sys.maxsize


def combined(before: Places, found: Places, how: Combination, count: int) -> Places:
    """Chosen points with others found: those instead, those too, or without those; positions below ``count``."""
    if how == "new":
        return found
    chosen = np.zeros(count, bool)
    chosen[before] = True
    chosen[found] = how == "add"
    return np.flatnonzero(chosen)


def indices_of(scene: MapScene, places: Places) -> NDArray[np.intp]:
    """The numbers in the data of points given by their positions in the index, ascending."""
    chosen = np.zeros(len(scene.map), bool)
    chosen[scene.index.order[places]] = True
    return np.flatnonzero(chosen)
