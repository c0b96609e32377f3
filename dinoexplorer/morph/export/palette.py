"""One palette for a whole film, and frames in its colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.generator import ByteArray

COLOURS = 256
_SIDE = 48  # of the frames that the palette is found in: enough to know their colours
_STRENGTH = 2  # mean errors; four would be a whole step of the palette, and grainy
_ROUNDS = 2  # of k-means after the median cut


class Palette:
    """The colours that stand best for some pictures ``(h, w, 3)``.

    Attributes
    ----------
    colours : uint8 (256, 3)
    """

    def __init__(self, pictures: list[ByteArray], *, dithered: bool) -> None:
        small = [np.asarray(_at_most(Image.fromarray(picture), _SIDE)) for picture in pictures]
        side_by_side = Image.fromarray(np.concatenate(small, axis=1))
        self._image = side_by_side.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=_ROUNDS)
        found = np.array(self._image.getpalette("RGB"), np.uint8).reshape(-1, 3)
        used = int(np.asarray(self._image).max()) + 1
        self.colours = np.zeros((COLOURS, 3), np.uint8)
        self.colours[:] = found[0]
        self.colours[:used] = found[:used]
        self._image.putpalette(self.colours.tobytes())
        step = _STRENGTH * self._mean_error(np.asarray(side_by_side))
        self._pattern = _bayer(3) * np.float32(step) if dithered else None

    def indices(self, picture: ByteArray) -> Image.Image:
        """A picture in these colours, of mode P."""
        if self._pattern is not None:
            height, width = picture.shape[:2]
            side = len(self._pattern)
            pattern = np.tile(self._pattern, (-(-height // side), -(-width // side)))[:height, :width, None]
            picture = np.clip(picture + pattern + 0.5, 0, 255).astype(np.uint8)
        return Image.fromarray(picture).quantize(palette=self._image, dither=Image.Dither.NONE)

    def _mean_error(self, picture: ByteArray) -> float:
        """How far off the colours are, in levels of one channel."""
        plain = Image.fromarray(picture).quantize(palette=self._image, dither=Image.Dither.NONE).convert("RGB")
        return float(np.abs(np.asarray(plain, np.float32) - picture).mean())


def _at_most(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, max(round(image.height * side / image.width), 1)), Image.Resampling.BOX)


def _bayer(order: int) -> NDArray[np.float32]:
    """Bayer's threshold matrix of ``2 ** order`` rows, from -0.5 to 0.5."""
    matrix = np.zeros((1, 1))
    for _ in range(order):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return np.asarray((matrix + 0.5) / matrix.size - 0.5, np.float32)
