"""One picture of a source to the pictures of the dataset: decoded once, cut, scaled, hashed and judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.pixels.colours import Rectangle, on_background, scaled
from training.data.pixels.decoding import Frame, PictureError, frames, opened
from training.data.pixels.geometry import Cut, cuts, turned
from training.data.pixels.perceptual import SIDE, perceptual_hash
from training.data.sources.source import Box, Content
from training.data.workshop.preparation import Preparation
from training.data.workshop.remarks import ENLARGED, EXTREME, SMALL, UNIFORM, UNMARKED

_SPARE = 2
"""A JPEG is decoded at no less than this many times the size that is needed."""
_PLAIN = 3.0  # levels: JPEG noise on one colour has a deviation of about one, a thin drawing of ten and more
_PNG_LEVEL = 1  # half the time of Pillow's own 6 for files that are 3 % larger, measured on dino15
_FINE = 90


@dataclass(frozen=True, slots=True)
class Made:
    """One prepared picture.

    Attributes
    ----------
    pixels
        uint8 (h, w, c).
    width, height
        Of the original, upright.
    crop
        Left, top, right and bottom of what was taken, in pixels of the upright original.
    perceptual
        Hash (`training.data.pixels.perceptual`) of the whole original, or of what was taken where a box was marked.
    warnings
        Codes of `training.data.workshop.remarks`.
    part
        "" for the first picture of an item; "#2" and so on for further boxes and frames.
    label
        Of the marked box; None where it has none.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    width: int
    height: int
    crop: Rectangle
    perceptual: str
    warnings: tuple[str, ...] = ()
    part: str = ""
    label: str | None = None


def make_pictures(
    content: Content,
    preparation: Preparation,
    *,
    name: str,
    boxes: Sequence[Box] = (),
    crop: Rectangle | None = None,
) -> tuple[Made, ...]:
    """Make what a picture becomes; more than one where several boxes are marked or every frame is wanted.

    Parameters
    ----------
    name
        What errors call it.
    boxes
        Marked parts, in pixels of the stored picture; for `bbox`.
    crop
        Chosen by hand, in pixels of the upright original; taken instead of the whole and of all boxes.

    Raises
    ------
    PictureError
        It cannot be decoded, is refused, or `crop` is no part of it.
    """
    made: list[Made] = []
    with opened(content, name) as picture:
        for frame in frames(picture, name, every=preparation.every_frame):
            plan = _plan(frame, preparation, name, boxes, crop)
            made += _made(frame, plan, preparation, by_hand=crop is not None)
    return tuple(one if not number else replace(one, part=f"#{number + 1}") for number, one in enumerate(made))


def encode(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """A picture (h, w, 1 or 3) as a PNG file (`quality` 0) or a JPEG file (1 to 100)."""
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    file = BytesIO()
    if quality == 0:
        picture.save(file, "PNG", compress_level=_PNG_LEVEL)
    else:  # fine pictures keep the full resolution of their colours
        picture.save(file, "JPEG", quality=quality, subsampling=0 if quality >= _FINE else 2)
    return file.getvalue()


def _plan(
    frame: Frame, preparation: Preparation, name: str, boxes: Sequence[Box], crop: Rectangle | None
) -> tuple[Cut, ...]:
    plan = cuts(frame.size, preparation, [turned(box, frame.stored, frame.orientation) for box in boxes], crop)
    if not plan:
        width, height = frame.size
        raise PictureError(f"the crop of {name} lies outside its {width} x {height} pixels; choose it anew")
    return plan


def _made(frame: Frame, plan: Sequence[Cut], preparation: Preparation, *, by_hand: bool) -> Iterator[Made]:
    enough = max(_SPARE * SIDE / min(frame.size), *(_SPARE * cut.enlargement for cut in plan))
    picture = frame.upright(1.0 if preparation.gamma_correct else enough)
    whole = (0.0, 0.0, float(frame.size[0]), float(frame.size[1]))
    for cut in plan:
        drawn = _drawn(picture, frame, cut, preparation)
        pixels = np.asarray(drawn)
        yield Made(
            np.array(pixels[..., None] if preparation.channels == 1 else pixels),
            *frame.size,
            cut.taken,
            _hashed(picture, frame, cut.taken if cut.marked else whole, preparation),
            tuple(_warnings(frame, cut, drawn, preparation, by_hand=by_hand)),
            label=cut.label,
        )


def _drawn(picture: Image.Image, frame: Frame, cut: Cut, preparation: Preparation) -> Image.Image:
    left, top, right, bottom = cut.place
    box, mode = _within(picture, frame, cut.taken), "L" if preparation.channels == 1 else "RGB"
    small = scaled(picture, box, (right - left, bottom - top), profile=frame.profile, linear=preparation.gamma_correct)
    small = on_background(small, preparation.background).convert(mode)
    if small.size == cut.size:
        return small
    canvas = Image.new(mode, cut.size, preparation.background)
    canvas.paste(small, (left, top))
    return canvas


def _hashed(picture: Image.Image, frame: Frame, part: Rectangle, preparation: Preparation) -> str:
    small = scaled(picture, _within(picture, frame, part), (SIDE, SIDE), profile=frame.profile)
    return perceptual_hash(np.asarray(on_background(small, preparation.background).convert("L")))


def _within(picture: Image.Image, frame: Frame, part: Rectangle) -> Rectangle:
    """A part of the upright original in what was decoded of it, which may be smaller."""
    (width, height), (across, down) = picture.size, frame.size
    return (
        part[0] * width / across,
        part[1] * height / down,
        min(part[2] * width / across, width),
        min(part[3] * height / down, height),
    )


def _warnings(frame: Frame, cut: Cut, drawn: Image.Image, preparation: Preparation, *, by_hand: bool) -> Iterator[str]:
    left, top, right, bottom = cut.taken
    width, height = (right - left, bottom - top) if cut.marked or by_hand else frame.size
    if min(right - left, bottom - top) < preparation.smallest:
        yield SMALL
    if max(width, height) > preparation.widest * min(width, height):
        yield EXTREME
    if _deviation(drawn) < _PLAIN:
        yield UNIFORM
    if cut.enlargement > 1:
        yield ENLARGED
    if preparation.crop == "bbox" and not cut.marked and not by_hand:
        yield UNMARKED


def _deviation(picture: Image.Image) -> float:
    """The largest standard deviation of a channel, in levels; by Pillow's histogram, which is quick."""
    counts = np.array(picture.histogram(), np.float64).reshape(-1, 256)
    levels, pixels = np.arange(256.0), picture.width * picture.height
    mean = counts @ levels / pixels
    return float(np.sqrt(np.maximum(counts @ levels**2 / pixels - mean**2, 0)).max())
