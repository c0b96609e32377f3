"""Any picture to the square that a generator sees: upright, without transparency, cut where the user says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.map_data import fit_of

if TYPE_CHECKING:
    from training.data.workshop.making import Made

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the upright original; it may reach out of the picture."""
Content = bytes | Path | NDArray[np.uint8]
"""A file, its bytes (as pasted or dropped), or pixels (h, w), or (h, w, 1, 3 or 4)."""
_PASTED = "the picture"
_PLAIN, _LONG = "uniform", "extreme-aspect"


@dataclass(frozen=True, eq=False, slots=True)
class Aligned:
    """A picture as a generator sees it.

    Attributes
    ----------
    pixels : uint8 (size, size, 3)
        Grey in all three channels where the generator is grey.
    width, height : int
        Of the original, upright.
    crop : Rectangle
        What was taken of it.
    remarks : tuple of str
        Sentences on what makes a good code unlikely: the picture is tiny, very long, or of one colour. May be empty.
    """

    pixels: ByteArray
    width: int
    height: int
    crop: Rectangle
    remarks: tuple[str, ...]


def align(content: Content, info: GeneratorInfo, crop: Rectangle | None = None, name: str = "") -> Aligned:
    """The part ``crop`` of a picture, or as much as the training took of its pictures, as a generator sees it.

    A crop that is no square is distorted to one only where the training did so as well; else its middle is taken. What
    reaches out of the picture is white. Milliseconds, for huge pictures a second: away from the window.

    Raises
    ------
    GeneratorError
        If it is no picture, is damaged or too large, or the crop lies outside.
    """
    name, way = name or _name_of(content), "squeeze" if fit_of(info) == "squeeze" else "center"
    made = _made(content, name, crop, size=info.image_size, channels=info.channels, crop=way)
    return Aligned(_as_rgb(made), made.width, made.height, made.crop, tuple(_remarks(made, info, name)))


def whole(content: Content, side: int, name: str = "") -> Aligned:
    """The whole picture with its longer side scaled to ``side`` pixels, for a window in which the crop is chosen.

    ``pixels`` are ``(h, w, 3)`` then; `Aligned.width` and `Aligned.height` tell the scale. Raises as `align` does.
    """
    made = _made(content, name or _name_of(content), None, size=side, crop="none")
    return Aligned(_as_rgb(made), made.width, made.height, made.crop, ())


def _name_of(content: Content) -> str:
    return content.name if isinstance(content, Path) else _PASTED


def _made(content: Content, name: str, part: Rectangle | None, **options: Any) -> Made:
    from training.data.pixels.decoding import PictureError  # noqa: PLC0415  Pillow and its formats, only when needed
    from training.data.workshop.making import make_pictures  # noqa: PLC0415  likewise
    from training.data.workshop.preparation import Preparation  # noqa: PLC0415  likewise

    content = _read(content) if isinstance(content, Path) else content
    try:
        return make_pictures(content, Preparation((), Path(), **options), name=name, crop=part)[0]
    except PictureError as error:
        text = " ".join(str(error).split()).rstrip(".")
        capital = text if text.startswith(name) and name != _PASTED else f"{text[:1].upper()}{text[1:]}"
        raise GeneratorError(f"{capital}.") from None  # a file's name keeps its letters


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise GeneratorError(f"{path} is not there; check the name.") from None
    except OSError as error:
        raise GeneratorError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None


def _as_rgb(made: Made) -> ByteArray:
    return made.pixels if made.pixels.shape[-1] == 3 else np.repeat(made.pixels, 3, axis=2)


def _remarks(made: Made, info: GeneratorInfo, name: str) -> list[str]:
    left, top, right, bottom = made.crop
    width, height, said = round(right - left), round(bottom - top), list[str]()
    whose = "The picture" if name == _PASTED else name
    if 2 * min(width, height) < info.image_size:
        said.append(f"Only {width} x {height} pixels of {name} are shown at {info.image_size}, so it is blurred.")
    if _LONG in made.warnings:
        said.append(f"{whose} is much longer than wide ({made.width} x {made.height}), so most of it is cut away.")
    if _PLAIN in made.warnings:
        said.append(f"{whose} is nearly one colour, so many codes fit it equally well.")
    return said
