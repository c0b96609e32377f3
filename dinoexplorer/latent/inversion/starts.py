"""Where a search for a code may start: the encoder, the nearest data, the mean, random codes, a given one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dinoexplorer.latent.latent_map import LatentMap

Way = Literal["encoder", "nearest", "mean", "random", "given"]
WAYS: tuple[Way, ...] = get_args(Way)
WORDS: dict[Way, str] = {
    "encoder": "the encoder", "nearest": "the nearest of the data", "mean": "the mean", "random": "a random code",
    "given": "the given code",
}  # fmt: skip
_AT_ONCE = 256  # thumbnails compared, as many as a cache holds


@dataclass(frozen=True, eq=False, slots=True)
class Starts:
    """Codes ``(n, dim)`` and the way that each was found."""

    codes: FloatArray
    ways: tuple[Way, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """Which starts are wanted.

    Attributes
    ----------
    ways : tuple of Way
        Those that this generator cannot take are left out: "encoder" without one, "nearest" without a map.
    given : float32 (n, dim) or None
        For "given": the place where the window stands, say.
    latent_map : LatentMap or None
        For "nearest": its thumbnails are compared.
    near, random : int
        How many of the nearest and of random codes are tried.
    seed : int
        Of the random codes.
    """

    ways: tuple[Way, ...] = ("encoder", "nearest", "mean", "random")
    given: FloatArray | None = None
    latent_map: LatentMap | None = None
    near: int = 4
    random: int = 8
    seed: int = 0


def find_starts(
    generator: Generator, target: ByteArray, asked: Asked, known: NDArray[np.bool_] | None = None
) -> Starts:
    """Codes from which the picture ``target (h, w, 3)`` may be reached; milliseconds, with a large map a second.

    Parameters
    ----------
    known : bool (h, w) or None
        Where the picture is known; the encoder is then shown the rest as the target has it (fill it first), and the
        nearest data are compared where it is known.

    Raises
    ------
    GeneratorError
        If no start is left.
    """
    info, found = generator.info, list[tuple[Way, FloatArray]]()
    spec = info.latent
    for way in asked.ways:
        if way == "encoder" and info.encoder:
            found.append((way, generator.encode(target[None])))
        elif way == "nearest" and asked.latent_map is not None:
            found.append((way, _nearest(asked.latent_map, target, asked.near, known)))
        elif way == "mean":
            found.append((way, spec.mean[None]))
        elif way == "random":
            found.append((way, spec.sample(asked.random, asked.seed)))
        elif way == "given" and asked.given is not None:
            found.append((way, asked.given))
    codes = np.concatenate([codes for _, codes in found]) if found else np.zeros((0, spec.dim), np.float32)
    if not len(codes):
        raise GeneratorError(
            f"{info.path.name} offers no start of {', '.join(asked.ways) or 'none'}; choose the mean or random codes."
        )
    return Starts(spec.check(codes), tuple(way for way, some in found for _ in some))


def _nearest(latent_map: LatentMap, target: ByteArray, count: int, known: NDArray[np.bool_] | None) -> FloatArray:
    """The codes of the map's images whose thumbnails are most like the picture; none where it keeps no thumbnails."""
    thumbnails = latent_map.thumbnails
    usable = np.flatnonzero(np.isfinite(latent_map.latents).all(axis=1))
    if not len(thumbnails) or not len(usable):
        return np.zeros((0, latent_map.latents.shape[1]), np.float32)
    side = thumbnails.shape[1]
    small = np.asarray(Image.fromarray(target).resize((side, side), Image.Resampling.BOX), np.float32).ravel()
    weights = np.ones((side, side), np.float32)
    if known is not None:
        shares = Image.fromarray(known.astype(np.float32), "F").resize((side, side), Image.Resampling.BOX)
        weights = np.asarray(shares, np.float32)
    spread = np.repeat(weights.ravel(), 3)
    errors = []
    for start in range(0, len(usable), _AT_ONCE):
        offsets = thumbnails[usable[start : start + _AT_ONCE]].reshape(-1, small.size) - small
        errors.append(np.square(offsets, out=offsets) @ spread)
    return latent_map.latents[usable[np.argsort(np.concatenate(errors), kind="stable")[:count]]]
