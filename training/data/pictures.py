"""One picture file, of any size and mode, to a square uint8 array."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.pixels.colours import on_background, scaled
from training.data.pixels.decoding import Frame, PictureError, frames, opened

__all__ = ["Fit", "PictureError", "load_picture", "square_array"]

Fit = Literal["crop", "squeeze"]


def load_picture(
    path: Path | str, size: int, channels: int = 3, *, fit: Fit = "crop", smallest: int = 1
) -> NDArray[np.uint8]:
    """Read one picture as a square.

    Transparency is laid on white, colour profiles are turned to sRGB, 16-bit and floating-point grey is scaled to 8
    bits, EXIF rotation is applied, and of an animation the first frame is taken.

    Parameters
    ----------
    size
        Side of the result in pixels.
    channels
        1 for grey, 3 for RGB.
    fit
        `crop` scales the shorter side to `size` and cuts the centre; `squeeze` distorts the whole picture to a square.
    smallest
        Pictures with a shorter side than this are refused.

    Returns
    -------
    ndarray
        uint8 (size, size, channels).

    Raises
    ------
    PictureError
        The file is missing, no picture, damaged, smaller than `smallest` or of too many pixels.
    """
    path = Path(path)
    with opened(path, path.name) as picture:
        frame = next(frames(picture, path.name))
        if min(frame.size) < smallest:
            width, height = frame.stored
            raise PictureError(
                f"{path.name} is only {width} x {height} pixels; give pictures of at least {smallest} x {smallest}"
            )
        return _square(frame, size, channels, fit)


def square_array(pixels: NDArray[np.uint8], size: int, channels: int) -> NDArray[np.uint8]:
    """Resize one uint8 array (h, w) or (h, w, 1 or 3) to (size, size, channels) with a centre crop."""
    with opened(pixels, "the array") as picture:
        return _square(next(frames(picture, "the array")), size, channels, "crop")


def _square(frame: Frame, size: int, channels: int, fit: Fit) -> NDArray[np.uint8]:
    shorter = min(frame.size)
    picture = frame.upright(2 * size / shorter if fit == "crop" else 1.0)
    box = (0.0, 0.0, float(picture.width), float(picture.height))
    if fit == "crop":
        side = min(picture.size)
        left, top = (picture.width - side) / 2, (picture.height - side) / 2
        box = (left, top, left + side, top + side)
    square = on_background(scaled(picture, box, (size, size), profile=frame.profile), "#ffffff")
    return _as_array(square, channels)


def _as_array(picture: Image.Image, channels: int) -> NDArray[np.uint8]:
    array = np.asarray(picture.convert("L" if channels == 1 else "RGB"), dtype=np.uint8)
    return np.array(array[..., None] if channels == 1 else array)
