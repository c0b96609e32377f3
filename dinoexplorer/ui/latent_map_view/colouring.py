"""What the colours of the points say: the group they are in, or a figure from low to high."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.map_figures import BY_CLASS, Figure, Groups, classes_of, figure_named
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.ui.colours import class_colour

STEPS = 32
# Stops of viridis (van der Walt and Smith, 2015), which stays even in grey and for the colour-blind; its dark end is
# left out on a dark ground and its pale end on a white one.
_RAMP_ON_DARK = ("#3f6fb0", "#2a93a8", "#2db28a", "#7fd34e", "#fde725")
_RAMP_ON_LIGHT = ("#b9b400", "#55a83a", "#1f8f83", "#2f6496", "#440f62")


@dataclass(frozen=True, eq=False, slots=True)
class Colouring:
    """A tone for each point, in the order of the map's index, and the colour of each tone.

    Attributes
    ----------
    name : str
        Of the `Figure`.
    tones : int16 (n,)
    count : int
        How many tones there are.
    groups : Groups or None
        What the tones are, where they are no steps of a ramp.
    """

    name: str
    tones: NDArray[np.int16]
    count: int
    groups: Groups | None = None

    @staticmethod
    def shape(name: str, tone: int) -> int:
        """Which shape marks a tone: one for each group, a disc for figures."""
        return tone - 1 if figure_named(name).grouped else -1

    @staticmethod
    def colour(name: str, tone: int, *, dark: bool) -> QColor:
        """The colour of a tone."""
        if figure_named(name).grouped:
            return class_colour(tone - 1, dark=dark)
        return ramp_colour(tone / (STEPS - 1), dark=dark) if tone < STEPS else class_colour(-1, dark=dark)

    def table(self, *, dark: bool) -> ByteArray:
        """Red, green and blue of all tones ``(count, 3)``."""
        return _table(self.name, self.count, dark=dark)


@lru_cache(maxsize=8)
def _table(name: str, count: int, *, dark: bool) -> ByteArray:
    colours = (Colouring.colour(name, tone, dark=dark) for tone in range(count))
    return np.array([(colour.red(), colour.green(), colour.blue()) for colour in colours], np.uint8).reshape(-1, 3)


def colour_by_class(scene: MapScene) -> Colouring:
    """Each class in its own colour; points without one in grey."""
    return colour_by(figure_named(BY_CLASS), classes_of(scene))


def colour_by(figure: Figure, found: FloatArray | Groups) -> Colouring:
    """The colours of what a figure found: those of the groups, or low to high values; what is none of them in grey.

    A fiftieth at either end of the values may saturate, so that strays do not flatten the rest.
    """
    if isinstance(found, Groups):
        return Colouring(figure.name, found.numbers + np.int16(1), min(len(found.names), 32_766) + 1, found)
    tones = np.full(len(found), STEPS, np.int16)
    good = np.isfinite(found)
    values = found[good]
    if len(values):
        low, high = np.quantile(values[:: max(len(values) // 50_000, 1)], [0.02, 0.98])
        share = (values - low) / max(high - low, 1e-12)
        tones[good] = (share.clip(0, 1) * (STEPS - 1) + 0.5).astype(np.int16)
    return Colouring(figure.name, tones, STEPS + 1)


def ramp_colour(share: float, *, dark: bool) -> QColor:
    """The colour of a figure that lies ``share`` in [0, 1] of the way from low to high."""
    stops = _RAMP_ON_DARK if dark else _RAMP_ON_LIGHT
    at = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    first, second = QColor(stops[int(at)]), QColor(stops[min(int(at) + 1, len(stops) - 1)])
    part = at - int(at)
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * part,
        first.greenF() + (second.greenF() - first.greenF()) * part,
        first.blueF() + (second.blueF() - first.blueF()) * part,
    )
