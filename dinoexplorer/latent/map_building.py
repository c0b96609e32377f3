"""Building a latent map in stages: look at the images, lay them out, learn the way back, measure what it is worth."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo
from dinoexplorer.latent.features import small_pixels
from dinoexplorer.latent.latent_map import LatentMap, thumbnail_side
from dinoexplorer.latent.map_stages import BuildCancelledError, MapStages, Progress, check_codes
from dinoexplorer.latent.projections import find_projection
from dinoexplorer.latent.reconstruction import reconstruction_errors
from dinoexplorer.latent.spaces import is_gaussian
from dinoexplorer.latent.stage_cache import Arrays, StageCache, behind_z, stage_key

__all__ = ["BuildCancelledError", "Progress", "build_map"]
_CHUNK = 256
_KEPT_EVERY = 30.0  # seconds


def build_map(
    generator: Generator,
    images: ByteArray | None,
    labels: NDArray[np.int32] | None = None,
    classes: tuple[str, ...] = (),
    *,
    names: tuple[str, ...] = (),
    method: str = "auto",
    samples: int = 2000,
    seed: int = 0,
    progress: Progress | None = None,
    cache: StageCache | None = None,
) -> LatentMap:
    """Map ``images (n, size, size, 3)``, or ``samples`` of the generator's own where there are none.

    ``method`` "auto" is the plane itself for two dimensions and PCA for more. A generator without an encoder is laid
    out by what its samples look like, since independent codes have no neighbours to keep. With a ``cache`` every stage
    is kept, so that a build that was ended by ``progress`` goes on where it was. ``names`` are those of the images.

    Raises
    ------
    GeneratorError
        If the method does not fit, the codes are not numbers or all the same, or there are fewer than two images.
    """
    info = generator.info
    _check_images(info, images, samples)
    if method == "auto":
        method = "plane" if info.latent.dim == 2 else "pca"
    find_projection(method)  # which refuses a name that is none before anything is looked at
    builder = _Builder(generator, seed, progress or _nobody, cache)
    source = (
        stage_key("samples", samples, seed, *behind_z(info.latent.spaces[0]))
        if images is None
        else hashlib.sha256(np.ascontiguousarray(images).data).hexdigest()
    )
    looked = builder.look(images, samples, source)
    codes = looked["codes"]
    check_codes(codes, info.path.name)
    basis = "pictures" if "pixels" in looked and method != "plane" else "codes"
    shown = builder.features(lambda: looked["pixels"], source) if basis == "pictures" else codes
    shell = None
    if images is None and is_gaussian(info) and method != "plane":
        shell = _shell(codes, info.free)
    laid = builder.lay_out(method, codes, shown, source=source, basis=basis, shell=shell)
    if images is None:
        labels, classes = _drawn_classes(info, codes)
    elif labels is None:
        labels = np.full(len(codes), -1, np.int32)
    return LatentMap(
        codes, laid.xy, labels, classes, looked["thumbnails"], method, info.sha256, laid.inverse, basis,
        laid.trustworthiness, laid.variance, names if images is not None else (), looked.get("errors"),
        info.latent.spaces[0],
    )  # fmt: skip


def _check_images(info: GeneratorInfo, images: ByteArray | None, samples: int) -> None:
    count = samples if images is None else len(images)
    if count < 2:
        raise GeneratorError(f"A map needs at least two images but got {count}; name a larger data set.")
    if images is not None and not info.encoder:
        raise GeneratorError(
            f"{info.path.name} has no encoder, so its map is made of its own pictures; leave the data set out."
        )


def _drawn_classes(info: GeneratorInfo, codes: FloatArray) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """The class of each code ``(n, dim)`` that was drawn, -1 where there are none, and their names."""
    if not info.conditional:
        return np.full(len(codes), -1, np.int32), ()
    return codes[:, -len(info.classes) :].argmax(axis=1).astype(np.int32), info.classes


class _Builder(MapStages):
    """Looks at images besides laying them out."""

    def __init__(self, generator: Generator, seed: int, tell: Progress, cache: StageCache | None) -> None:
        super().__init__(generator.info.sha256, seed, tell, cache)
        self._generator = generator

    def look(self, images: ByteArray | None, samples: int, source: str) -> Arrays:
        """Codes ``(n, dim)`` and thumbnails; of images their errors, without an encoder the pixels of the samples."""
        generator = self._generator
        if images is None:
            codes = generator.info.latent.sample(samples, self._seed)
            return self._in_chunks("decoding", codes, source, self._of_codes(thumbnail_side(samples)))
        side = thumbnail_side(len(images))

        def of_images(chunk: ByteArray) -> Arrays:
            codes = generator.encode(chunk)
            errors = reconstruction_errors(generator, codes, chunk)
            return {"codes": codes, "thumbnails": _thumbnails(chunk, side), "errors": errors}

        return self._in_chunks("encoding", images, source, of_images)

    def _of_codes(self, side: int) -> Callable[[FloatArray], Arrays]:
        generator = self._generator

        def of_codes(chunk: FloatArray) -> Arrays:
            pictures = generator.decode(chunk)
            found: Arrays = {"codes": chunk, "thumbnails": _thumbnails(pictures, side)}
            return found if generator.info.encoder else found | {"pixels": small_pixels(pictures)}

        return of_codes

    def _in_chunks(
        self, stage: str, items: NDArray[Any], source: str, function: Callable[[NDArray[Any]], Arrays]
    ) -> Arrays:
        """``function`` over chunks of ``items``; what is done is kept when the work is ended in its midst."""
        key = self._key(stage, source)
        kept = None if self._cache is None else self._cache.read(key)
        parts = [] if kept is None else [kept]
        done, saved = (0, 0) if kept is None else (len(kept["codes"]),) * 2
        at = time.monotonic()
        try:
            self.tell(stage, done, len(items))
            while done < len(items):
                parts.append(function(items[done : done + _CHUNK]))
                done = min(done + _CHUNK, len(items))
                self.tell(stage, done, len(items))
                if self._cache is not None and time.monotonic() - at > _KEPT_EVERY:
                    parts, saved, at = [_joined(parts)], done, time.monotonic()
                    self._cache.write(key, parts[0])
        finally:
            if self._cache is not None and done > saved:
                self._cache.write(key, _joined(parts))
        return _joined(parts)


def _nobody(_stage: str, _done: int, _total: int) -> None:
    pass


def _shell(codes: FloatArray, free: int) -> FloatArray:
    """The typical norm of codes and how many of their numbers it is of; the weights of classes stay as they are."""
    return np.array([np.median(np.linalg.norm(codes[:, :free], axis=1)), free], np.float32)


def _joined(parts: list[Arrays]) -> Arrays:
    return parts[0] if len(parts) == 1 else {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _thumbnails(images: ByteArray, side: int) -> ByteArray:
    return np.stack([_thumbnail(image, side) for image in images])


def _thumbnail(image: ByteArray, side: int) -> ByteArray:
    if image.shape[0] == side:
        return image
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS))
