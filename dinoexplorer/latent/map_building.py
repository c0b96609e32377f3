"""Building a latent map: encode images, lay the codes out, keep a thumbnail of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.latent.latent_map import LatentMap, thumbnail_side
from dinoexplorer.latent.projections import find_projection

Progress = Callable[[int, int], None]
_CHUNK = 256


def build_map(
    generator: Generator,
    images: ByteArray | None,
    labels: NDArray[np.int32] | None = None,
    classes: tuple[str, ...] = (),
    *,
    method: str = "auto",
    samples: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
) -> LatentMap:
    """Map ``images (n, size, size, 3)``, or ``samples`` of the generator's own where there are none.

    ``method`` "auto" is the plane itself for two dimensions and PCA for more.

    Raises
    ------
    GeneratorError
        If the method does not fit, or there are fewer than two images.
    """
    info = generator.info
    if images is None:
        codes = info.latent.sample(samples, seed)
        thumbnails = _thumbnails(codes, generator.decode, progress)
        labels, classes = None, ()
    else:
        if len(images) < 2:
            raise GeneratorError(f"A map needs at least two images but got {len(images)}; name a larger data set.")
        codes = _in_chunks(images, generator.encode, progress)
        thumbnails = _thumbnails(images, lambda chunk: chunk, None)
    if method == "auto":
        method = "plane" if info.latent.dim == 2 else "pca"
    projected = find_projection(method).project(codes, seed)
    if labels is None:
        labels = np.full(len(codes), -1, np.int32)
    return LatentMap(codes, projected.xy, labels, classes, thumbnails, method, info.sha256, projected.inverse)


def _in_chunks(
    items: np.ndarray, function: Callable[[np.ndarray], np.ndarray], progress: Progress | None
) -> np.ndarray:
    parts = []
    for start in range(0, len(items), _CHUNK):
        parts.append(function(items[start : start + _CHUNK]))
        if progress is not None:
            progress(min(start + _CHUNK, len(items)), len(items))
    return np.concatenate(parts)


def _thumbnails(
    items: np.ndarray, picture_of: Callable[[np.ndarray], ByteArray], progress: Progress | None
) -> ByteArray:
    side = thumbnail_side(len(items))
    return _in_chunks(items, lambda chunk: np.stack([_thumbnail(image, side) for image in picture_of(chunk)]), progress)


def _thumbnail(image: ByteArray, side: int) -> ByteArray:
    if image.shape[0] == side:
        return image
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS))
