"""A latent map made ready to be looked at: found by place, and binned for the view from afar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.latent.cell_index import CellIndex
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.pyramid import Binning, Corner, bin_points, extent


@dataclass(frozen=True, eq=False, slots=True)
class MapScene:
    """What drawing a map needs, so that no frame has to look at all of its points.

    Attributes
    ----------
    index : CellIndex
        Its order is that of all arrays here; points that are not finite are left out.
    labels : int16 (n,)
        Class of each point of the index, -1 where there is none.
    low, high : float64 (2,)
        Where the points are, but for a few strays.
    """

    map: LatentMap
    index: CellIndex
    labels: NDArray[np.int16]
    low: Corner
    high: Corner
    binning: Binning


def prepare_scene(latent_map: LatentMap) -> MapScene:
    """Sort the points of a map; half a second for a million, so away from the window."""
    index = CellIndex(latent_map.xy)
    last = min(len(latent_map.classes), np.iinfo(np.int16).max) - 1
    labels = latent_map.labels[index.order].clip(-1, last).astype(np.int16)
    low, high = extent(index.xy)
    return MapScene(latent_map, index, labels, low, high, bin_points(index.xy, low, high))
