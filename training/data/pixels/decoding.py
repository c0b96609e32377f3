"""Picture files of any format and mode to upright pixels: the only way in, for a path and for bytes."""

from __future__ import annotations

import math
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from training.data.pixels.colours import lab_to_rgb
from training.errors import TrainingError

MAX_PIXELS = 89_000_000
"""Larger pictures are refused before they are decoded; Pillow's own limit for a warning is just above."""
MAX_FRAMES = 2000
"""An animation with more frames is refused; a few bytes can hold a million of them."""

# What decoders raise on damaged files; Pillow wraps only part of it.
_DECODER_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError,
    MemoryError, struct.error, zlib.error, Warning,
)  # fmt: skip
_DEEP_MODES = {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}
_FRAMED = {"GIF", "PNG", "WEBP", "TIFF", "AVIF"}  # elsewhere further "frames" are thumbnails, depth or layers
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip

# A picture beyond Pillow's limit is an error everywhere, not a line on stderr.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class PictureError(TrainingError):
    """A picture that cannot be read, as one sentence."""


class Frame:
    """One frame of an open file: what its header says, and its pixels once they are asked for.

    Attributes
    ----------
    stored
        Width and height in the file.
    orientation
        EXIF's number for how to turn it upright, 1 to 8.
    size
        Width and height upright.
    profile
        The embedded ICC profile, or None.
    """

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        self.orientation = _orientation(picture)
        lies = self.orientation > 4
        if picture.format == "TIFF":  # Pillow turns these itself while it decodes them
            picture.load()
            self._turn = None
            self.size = picture.size
            self.stored = self.size[::-1] if lies else self.size
        else:
            self._turn = _TURNS.get(self.orientation)
            self.stored = picture.size
            self.size = self.stored[::-1] if lies else self.stored
        profile = picture.info.get("icc_profile")
        self.profile: bytes | None = profile if isinstance(profile, bytes) and profile else None

    def upright(self, enough: float = 1.0) -> Image.Image:
        """The pixels, upright, in a mode that can be scaled: L, RGB, CMYK, or La and RGBa (premultiplied).

        `enough` is the share of the full size that does: where a decoder can skip the rest (JPEG), the result is
        smaller than `size`, though not below that share.
        """
        picture = self._picture
        if picture.format in {"JPEG", "MPO"} and enough <= 0.5:
            width, height = self.stored
            picture.draft(None, (max(1, math.ceil(width * enough)), max(1, math.ceil(height * enough))))
        picture = _scalable(picture)
        return picture if self._turn is None else picture.transpose(self._turn)


@contextmanager
def opened(content: bytes | Path | NDArray[np.uint8], name: str) -> Iterator[Image.Image]:
    """Open a picture for `frames`; what decoders raise inside the block becomes a `PictureError`.

    Parameters
    ----------
    content
        A file, its bytes, or uint8 pixels (h, w) or (h, w, 1, 3 or 4).
    name
        What errors call it.

    Raises
    ------
    PictureError
        Not there, no picture, damaged, of more than `MAX_PIXELS`, or an array of another kind.
    """
    try:
        with _opened(content, name) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large(name, "too many pixels")) from error
    except FileNotFoundError as error:
        raise PictureError(f"{content if isinstance(content, Path) else name} is not there") from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{name} is not a picture in a known format") from error
    except _DECODER_ERRORS as error:
        raise PictureError(f"{name} cannot be decoded: {str(error) or type(error).__name__}") from error


def frames(picture: Image.Image, name: str, *, every: bool = False) -> Iterator[Frame]:
    """The first frame of an open picture, or every one; each is good until the next is asked for."""
    count = getattr(picture, "n_frames", 1) if every and picture.format in _FRAMED else 1
    if count > MAX_FRAMES:
        raise PictureError(
            f"{name} is refused: it has {count} frames, more than {MAX_FRAMES}; cut it into shorter ones"
        )
    for number in range(count):
        if number:
            picture.seek(number)
        if picture.width * picture.height > MAX_PIXELS:
            raise PictureError(_too_large(name, f"{picture.width} x {picture.height} pixels"))
        yield Frame(picture)


def _opened(content: bytes | Path | NDArray[np.uint8], name: str) -> Image.Image:
    if isinstance(content, Path):
        return Image.open(content)
    if isinstance(content, bytes):
        return Image.open(BytesIO(content))
    shape = content.shape
    if content.dtype != np.uint8 or 0 in shape or not (len(shape) == 2 or (len(shape) == 3 and shape[2] in {1, 3, 4})):
        raise PictureError(f"{name} is {content.dtype} {shape}; expected uint8 (h, w) or (h, w, 1, 3 or 4)")
    return Image.fromarray(np.ascontiguousarray(content[..., 0] if shape[2:] == (1,) else content))


def _too_large(name: str, what: str) -> str:
    return f"{name} is refused: it has {what}, more than {MAX_PIXELS // 1_000_000} million; scale it down first"


def _orientation(picture: Image.Image) -> int:
    try:
        found = picture.getexif().get(_ORIENTATION, 1)
    except _DECODER_ERRORS:
        return 1  # a damaged EXIF block is no reason to refuse the pixels; decoding them may still fail
    return found if found in _TURNS else 1


def _scalable(picture: Image.Image) -> Image.Image:
    picture.load()
    if picture.mode in _DEEP_MODES:
        return _eight_bit(picture)
    if picture.mode == "LAB":
        return lab_to_rgb(picture)
    if picture.has_transparency_data:
        # Premultiplied, so that the colour of what cannot be seen does not bleed into what can.
        if picture.mode in {"La", "RGBa"}:
            return picture
        return picture.convert("La") if picture.mode == "LA" else picture.convert("RGBA").convert("RGBa")
    if picture.mode in {"L", "RGB", "CMYK"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit grey is scaled from its full range, and so are whole and floating-point numbers that need more than 8."""
    values = np.asarray(picture).astype(np.float32)
    top = float(values.max(initial=0.0, where=np.isfinite(values)))
    np.nan_to_num(values, copy=False, nan=0.0, posinf=top, neginf=0.0)
    if picture.mode == "F" and top <= 1.0:
        values *= 255.0
    elif top > 65535.0:
        values *= 255.0 / top
    elif picture.mode.startswith("I;16") or top > 255.0:
        values *= 255.0 / 65535.0
    values += 0.5
    return Image.fromarray(np.clip(values, 0, 255, out=values).astype(np.uint8))
