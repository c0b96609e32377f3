"""The pictures of the atlas: one for each cell, decoded and made small, and none where the map knows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.latent.atlas import Cell
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.planes import plane_of
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.latent.way_back import Decoded

# Densities (see `Decoded`) between which a picture goes from not shown to shown: three and a half times and one and a
# half times as far from the data as is usual within them.
_NOTHING, _ALL = 0.08, 0.45
_SAMPLE = 500  # images of a cell that are looked at


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """The picture of a cell, uint8 ``(side, side, 3)``; None where ``opacity`` is 0."""

    cell: Cell
    opacity: float
    pixels: ByteArray | None


class TileMaker:
    """Makes the tiles of one map and one generator.

    A cell shows the code at its centre. Where that lies beside the data, on maps that know nothing there, it shows the
    image in the middle of those that it holds, and where it holds none it fades out.

    Parameters
    ----------
    side : int
        Pixels, at most; a generator of smaller pictures gives its own size.
    """

    def __init__(self, generator: Generator, steering: SteeringMap, side: int) -> None:
        self.side = tile_side(generator, side)
        self._generator, self._steering = generator, steering
        self._everywhere = is_flat(steering.map)

    def __call__(self, cells: Sequence[Cell]) -> list[Tile]:
        """The tiles of these cells, decoded as one batch.

        Raises
        ------
        GeneratorError
            If the generator cannot decode them.
        """
        places, opacities = zip(*map(self._place_of, cells), strict=True)
        seen = [number for number, opacity in enumerate(opacities) if opacity > 0]
        pictures: dict[int, ByteArray] = {}
        if seen:
            images = self._generator.decode(np.stack([places[number].code for number in seen]))
            pictures = {number: _small(image, self.side) for number, image in zip(seen, images, strict=True)}
        return [Tile(cell, opacities[number], pictures.get(number)) for number, cell in enumerate(cells)]

    def _place_of(self, cell: Cell) -> tuple[Decoded, float]:
        """What a cell shows, and how strongly."""
        place = self._steering.way_back(*cell.centre)
        opacity = 1.0 if self._everywhere else _opacity(place.density)
        if opacity == 1:
            return place, opacity
        number = self._typical_of(cell)
        if number >= 0:
            place = self._steering.way_back.of_point(number)
            opacity = max(opacity, _opacity(place.density))
        return place, opacity

    def _typical_of(self, cell: Cell) -> int:
        """Number of the image in the middle of those in a cell, else -1."""
        index, (x, y), half = self._steering.scene.index, cell.centre, cell.side / 2
        some = index.members(index.window(x - half, y - half, x + half, y + half), _SAMPLE)
        some = some[(np.abs(index.xy[some] - cell.centre) <= half).all(axis=1)]
        if len(some) == 0:
            return -1
        away = index.xy[some] - index.xy[some].mean(axis=0)
        return int(index.order[some[np.argmin((away**2).sum(axis=1))]])


def tile_side(generator: Generator, wanted: int) -> int:
    """How large the tiles of a generator are where ``wanted`` pixels would be shown."""
    return min(wanted, generator.info.image_size)


def is_flat(latent_map: LatentMap) -> bool:
    """Whether every place is a place in the latent space, however far from the data: on planes and linear maps."""
    dim = latent_map.latents.shape[1]
    return latent_map.exact or plane_of(latent_map.inverse, dim) is not None or "axes" in latent_map.inverse


def _opacity(density: float) -> float:
    share = min(max((density - _NOTHING) / (_ALL - _NOTHING), 0.0), 1.0)
    return round(share * share * (3 - 2 * share), 2)


def _small(image: ByteArray, side: int) -> ByteArray:
    if len(image) == side:
        return image
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.HAMMING))
