"""Bringing damaged pictures back through an autoencoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator, GeneratorInfo
from dinoexplorer.latent.restoration.tiles import Mosaic, tiling

Told = Callable[[int, int], None]
"""Told how many tiles are done, and how many there are; it may raise to end the work."""
Way = Literal["tiles", "whole"]
_BATCH = 16
_MANY = 100  # tiles
_LANCZOS = Image.Resampling.LANCZOS


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an autoencoder was trained for, by its own header.

    ``denoises`` says whether it saw damaged pictures and gave clean ones back; ``text`` is a sentence about it.
    """

    denoises: bool
    text: str


def purpose(info: GeneratorInfo) -> Purpose:
    """What an autoencoder was trained to take out of pictures.

    Raises
    ------
    GeneratorError
        If the generator has no encoder.
    """
    if not info.encoder:
        raise GeneratorError(
            f"{info.path.name} has no encoder, so no picture can go through it; open an autoencoder, such as one "
            "of the recipe denoising-autoencoder."
        )
    damage = _damage(_objective(info))
    name, side = info.path.name, info.image_size
    if damage:
        return Purpose(True, f"{name} was trained to take {damage} out of pictures of {side} pixels.")
    return Purpose(
        False, f"{name} was not trained on damaged pictures: it brings each to the nearest one that it knows, "
        f"at {side} pixels."
    )  # fmt: skip


def restored(generator: Generator, picture: ByteArray, way: Way = "tiles", progress: Told | None = None) -> ByteArray:
    """A picture of any size as the autoencoder brings it back, ``(h, w, 3)`` of the same size.

    Parameters
    ----------
    picture : uint8 (h, w, 3)
    way : "tiles" or "whole"
        In tiles of the model's own size that overlap and fade into each other, each at its own sharpness; a smaller
        picture is enlarged first. Or as one, scaled to the model's size and back: for models that know whole pictures.

    Raises
    ------
    GeneratorError
        If the generator has no encoder, or the device failed.
    """
    side = generator.info.image_size
    height, width = picture.shape[:2]
    if way == "whole" or (height, width) == (side, side):
        small = _scaled(picture, side, side)
        result = _through(generator, small[None])[0]
        if progress is not None:
            progress(1, 1)
        return _scaled(result, height, width)
    enlarged = max(side / height, side / width, 1.0)
    if enlarged > 1:
        large = _scaled(picture, max(round(height * enlarged), side), max(round(width * enlarged), side))
        return _scaled(_in_tiles(generator, large, progress), height, width)
    return _in_tiles(generator, picture, progress)


def size_remark(info: GeneratorInfo, height: int, width: int) -> str:
    """A sentence on a picture that is much smaller or larger than the model's; empty for others."""
    side = info.image_size
    if 2 * min(height, width) < side:
        return f"It has only {width} x {height} pixels, so it is enlarged to {side} first."
    count = len(tiling(max(height, side), max(width, side), side).places())
    return f"It has {width} x {height} pixels; in tiles it is cut into {count:,}." if count > _MANY else ""


def noisy(picture: ByteArray, levels: float) -> ByteArray:
    """A picture ``(h, w, 3)`` with normal noise of so many grey levels, the same every time."""
    if not levels:
        return picture
    noise = np.random.default_rng(0).standard_normal(picture.shape, np.float32)
    return np.clip(np.round(picture + np.float32(levels) * noise), 0, 255).astype(np.uint8)


def shrunk(picture: ByteArray, side: int) -> ByteArray:
    """A copy to look at, of at most ``side`` pixels each way."""
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    return _scaled(picture, max(round(scale * height), 1), max(round(scale * width), 1))


def _in_tiles(generator: Generator, picture: ByteArray, progress: Told | None) -> ByteArray:
    side = generator.info.image_size
    tiles = tiling(picture.shape[0], picture.shape[1], side)
    mosaic, places = Mosaic(tiles), tiles.places()
    for start in range(0, len(places), _BATCH):
        some = places[start : start + _BATCH]
        cut = np.stack([picture[top : top + side, left : left + side] for top, left in some])
        for (top, left), tile in zip(some, _through(generator, cut), strict=True):
            mosaic.lay(tile, top, left)
        if progress is not None:
            progress(start + len(some), len(places))
    return mosaic.picture()


def _through(generator: Generator, tiles: ByteArray) -> ByteArray:
    return generator.decode(generator.encode(np.ascontiguousarray(tiles)))


def _scaled(picture: ByteArray, height: int, width: int) -> ByteArray:
    if picture.shape[:2] == (height, width):
        return picture
    return np.array(Image.fromarray(picture).resize((width, height), _LANCZOS))


def _objective(info: GeneratorInfo) -> Mapping[str, object]:
    """What the file says of its training; empty for files of other programs."""
    from training.checkpoint import CheckpointError, read_header  # noqa: PLC0415  only when a picture is restored

    try:
        objective = read_header(info.path).config.get("objective")
    except (CheckpointError, OSError):
        return {}
    return objective if isinstance(objective, Mapping) else {}


def _damage(objective: Mapping[str, object]) -> str:
    """What the training did to its pictures, in words; empty where nothing."""

    def amount(name: str) -> float:
        value = objective.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    found = []
    if noise := amount("gaussian"):
        found.append(f"noise of {noise * 127.5:.0f} grey levels")
    if holes := amount("masking"):
        found.append(f"holes in {holes:.0%} of the pixels")
    if specks := amount("salt_and_pepper"):
        found.append(f"specks on {specks:.0%} of them" if holes else f"specks on {specks:.0%} of the pixels")
    return " and ".join(found) if len(found) < 3 else f"{', '.join(found[:-1])} and {found[-1]}"
