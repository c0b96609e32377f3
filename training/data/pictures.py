"""One picture file, of any size and mode, to a square uint8 array."""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from training.errors import TrainingError

Fit = Literal["crop", "squeeze"]
MAX_PIXELS = 89_000_000
"""Larger pictures are refused before they are decoded; Pillow's own limit for a warning is just above."""

# What decoders raise on damaged files; Pillow wraps only part of it.
_DECODER_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError,
    MemoryError, struct.error, zlib.error, Warning,
)  # fmt: skip
_DEEP_MODES = {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}

# A picture beyond Pillow's limit is an error everywhere, not a line on stderr.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class PictureError(TrainingError):
    """A picture that cannot be read, as one sentence."""


def load_picture(
    path: Path | str, size: int, channels: int = 3, *, fit: Fit = "crop", smallest: int = 1
) -> NDArray[np.uint8]:
    """Read one picture as a square.

    Transparency is laid on white, 16-bit and floating-point grey is scaled to 8 bits, EXIF rotation is applied, and of
    an animation the first frame is taken.

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
        The file is missing, no picture, damaged, smaller than `smallest` or larger than `MAX_PIXELS`.
    """
    path = Path(path)
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureError(_too_large(path, f"{picture.width} x {picture.height} pixels"))
            if min(picture.size) < smallest:
                raise PictureError(
                    f"{path.name} is only {picture.width} x {picture.height} pixels; give pictures of at least"
                    f" {smallest} x {smallest}"
                )
            if picture.format == "JPEG" and fit == "crop":
                picture.draft("RGB", (2 * size, 2 * size))  # lets the decoder skip what shrinking would throw away
            square = _squared(_flattened(_upright(picture)), size, fit)
            return _as_array(square, channels)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large(path, "too many pixels")) from error
    except FileNotFoundError as error:
        raise PictureError(f"{path} is not there") from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{path.name} is not a picture in a known format") from error
    except _DECODER_ERRORS as error:
        raise PictureError(f"{path.name} cannot be decoded: {str(error) or type(error).__name__}") from error


def square_array(pixels: NDArray[np.uint8], size: int, channels: int) -> NDArray[np.uint8]:
    """Resize one uint8 array (h, w) or (h, w, 1 or 3) to (size, size, channels) with a centre crop."""
    picture = Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)
    return _as_array(_squared(picture, size, "crop"), channels)


def _too_large(path: Path, what: str) -> str:
    return f"{path.name} is refused: it has {what}, more than {MAX_PIXELS // 1_000_000} million; scale it down first"


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except (*_DECODER_ERRORS,):
        return picture  # a damaged EXIF block is no reason to refuse the pixels; decoding them may still fail


def _flattened(picture: Image.Image) -> Image.Image:
    """8 bits, RGB or L, no transparency."""
    if picture.mode in _DEEP_MODES:
        return _eight_bit(picture)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture if picture.mode in {"L", "RGB"} else picture.convert("L" if picture.mode == "1" else "RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(picture).astype(np.float64))
    top = values.max(initial=0.0)
    if picture.mode.startswith("I;16") or (picture.mode == "I" and top > 255):
        values *= 255.0 / 65535.0
    elif picture.mode == "F" and top <= 1.0:
        values *= 255.0
    return Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8))


def _squared(picture: Image.Image, size: int, fit: Fit) -> Image.Image:
    box = (0.0, 0.0, float(picture.width), float(picture.height))
    if fit == "crop":
        side = min(picture.size)
        left, top = (picture.width - side) / 2, (picture.height - side) / 2
        box = (left, top, left + side, top + side)
    return picture.resize((size, size), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _as_array(picture: Image.Image, channels: int) -> NDArray[np.uint8]:
    array = np.asarray(picture.convert("L" if channels == 1 else "RGB"), dtype=np.uint8)
    return np.array(array[..., None] if channels == 1 else array)
