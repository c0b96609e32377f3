"""A filling put back into the picture that it was searched for, at that picture's own size. No torch here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.alignment import Content, Rectangle, whole
from dinoexplorer.latent.inversion.filling import Mask, blend, feather

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Edge

_AROUND = 24  # pixels around the hole that say which colours meet it
_LARGEST = 384  # pixels, of the longer side on which Poisson's equation is solved
_SEAM = 3.0  # pixels over which fades what a coarser solution leaves at the edge


def fill_whole(content: Content, crop: Rectangle, decoded: ByteArray, hole: Mask, edge: Edge) -> ByteArray:
    """The whole picture ``(h, w, 3)``, upright, of which only the hole is changed.

    The filling has as much detail as the generator gives it. Seconds for large pictures.

    Parameters
    ----------
    content : Content
        The picture as it was given to `align`.
    crop : Rectangle
        What `align` took of it.
    decoded : uint8 (size, size, 3)
        What the generator makes of the code, all over.
    hole : bool (size, size)
        In pixels of the generator.

    Raises
    ------
    GeneratorError
        If the picture cannot be read any more.
    """
    size = whole(content, 1)
    picture = whole(content, max(size.width, size.height)).pixels
    filling, inside = _laid(decoded, hole, crop, (picture.shape[0], picture.shape[1]), picture)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:  # painted only where the crop reaches out of the picture
        return picture
    part = (
        slice(max(int(rows[0]) - _AROUND, 0), int(rows[-1]) + 1 + _AROUND),
        slice(max(int(columns[0]) - _AROUND, 0), int(columns[-1]) + 1 + _AROUND),
    )
    result = picture.copy()
    result[part] = _met(picture[part], filling[part], inside[part], edge)
    return result


def _laid(
    decoded: ByteArray, hole: Mask, crop: Rectangle, shape: tuple[int, int], ground: ByteArray
) -> tuple[ByteArray, Mask]:
    """The filling and the hole at the size and the place of the crop; the ground is where the crop is not."""
    left, top, right, bottom = (round(value) for value in crop)
    size = (max(right - left, 1), max(bottom - top, 1))
    large = Image.fromarray(decoded).resize(size, Image.Resampling.BICUBIC)
    mask = Image.fromarray(hole.astype(np.uint8) * 255).resize(size, Image.Resampling.BILINEAR)
    filling, inside = Image.fromarray(ground), Image.new("L", (shape[1], shape[0]))
    filling.paste(large, (left, top))
    inside.paste(mask, (left, top))
    return np.array(filling), np.asarray(inside) >= 128


def _met(picture: ByteArray, filling: ByteArray, hole: Mask, edge: Edge) -> ByteArray:
    """As `with_filling` does it, where a large hole is blended coarsely and its seam faded."""
    if edge == "none":
        return np.where(hole[..., None], filling, picture)
    if edge == "feather" or hole.all():
        return feather(picture, filling, hole)
    factor = -(-max(hole.shape) // _LARGEST)
    if factor == 1:
        return blend(picture, filling, hole)
    height, width = hole.shape
    size = (-(-width // factor), -(-height // factor))
    before, after = (np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BOX)) for one in (picture, filling))
    inside = np.asarray(Image.fromarray(hole.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX)) > 0
    if inside.all():
        return feather(picture, filling, hole)
    correction = blend(before, after, inside).astype(np.float32) - after
    correction[~inside] = (before.astype(np.float32) - after)[~inside]  # what it goes on from at the edge
    smooth = np.stack([_resized(correction[..., channel], (width, height)) for channel in range(3)], axis=2)
    return feather(picture, np.clip(np.rint(filling + smooth), 0, 255).astype(np.uint8), hole, _SEAM)


def _resized(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(np.ascontiguousarray(values), "F").resize(size, Image.Resampling.BILINEAR))
