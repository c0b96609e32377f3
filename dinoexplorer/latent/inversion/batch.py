"""Many pictures to codes, one after the other, in a file that a later run goes on with."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.latent.inversion.alignment import align
from dinoexplorer.latent.inversion.asking import SearchState
from dinoexplorer.latent.inversion.figures import psnr, ssim
from dinoexplorer.latent.latent_map import map_beside
from training.files import replace_file

ENDINGS = frozenset(
    (".avif", ".bmp", ".gif", ".jfif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
)  # fmt: skip
_KEPT_EVERY = 20  # pictures: what an end without warning may cost
# What NumPy and zipfile raise on files that are not what they should be.
_DAMAGE = (OSError, ValueError, LookupError, EOFError, TypeError, zipfile.BadZipFile, zlib.error)

Told = Callable[[int, int], None]
"""Told how many pictures are done and how many there are; it may raise to end the work."""
Check = Callable[[], None]
"""Called at each step of a search; it may raise to end the work."""


@dataclass(frozen=True, eq=False, slots=True)
class Embedded:
    """One picture and its code.

    Attributes
    ----------
    name : str
        Its file.
    sha256 : str
        Of the file's bytes: a file that has changed is embedded again.
    code : float32 (dim,)
    error : float
        Mean squared error of values in [0, 1].
    psnr, ssim : float
    """

    name: str
    sha256: str
    code: FloatArray
    error: float
    psnr: float
    ssim: float


def pictures_in(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and those with a picture's ending in the folders that are, in any depth.

    Raises
    ------
    GeneratorError
        If a folder holds no picture.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            Path(folder) / name for folder, _, names in os.walk(path) for name in names if _is_picture(name)
        )
        if not inside:
            raise GeneratorError(f"{path} holds no pictures; name a folder of PNG, JPEG or other picture files.")
        found += inside
    return list(dict.fromkeys(found))


class Batch:
    """Encodes each picture where there is an encoder, refines its code by ``steps`` steps, and keeps all in ``out``.

    What an earlier run with the same checkpoint and steps has left in ``out`` is not done again. The file is written
    on the way as well, so an interruption at any moment costs little.

    Attributes
    ----------
    done : list of Embedded
    unreadable : list of (Path, str)
        Files that could not be read, each with a sentence.
    """

    def __init__(self, generator: Generator, out: Path, steps: int) -> None:
        self.done: list[Embedded] = []
        self.unreadable: list[tuple[Path, str]] = []
        self._generator, self._out, self._steps = generator, out, steps
        self._key = f"{generator.info.sha256}/{steps}"
        self._known = {(one.name, one.sha256): one for one in _read(out, self._key)}
        self._unkept = 0

    def run(self, paths: Sequence[Path], progress: Told | None = None, check: Check | None = None) -> None:
        """Embed the pictures in this order; what is done when either of these raises is kept.

        Raises
        ------
        GeneratorError
            If the generator gives no gradients, or the file cannot be written.
        """
        differentiable(self._generator)  # refuses before anything is read
        try:
            for number, path in enumerate(paths):
                self._add(path, check)
                if self._unkept >= _KEPT_EVERY:
                    self._keep()
                if progress is not None:
                    progress(number + 1, len(paths))
        finally:
            if self.done:
                self._keep()

    def _add(self, path: Path, check: Check | None) -> None:
        try:
            sha256 = _sha256(path)
            one = self._known.pop((str(path), sha256), None)
            if one is None:
                target = align(path, self._generator.info).pixels
        except GeneratorError as error:
            self.unreadable.append((path, str(error)))
            return
        if one is None:
            found = _found(self._generator, target, self._steps, check)
            one = _embedded(target, found, str(path), sha256)
            self._unkept += 1
        self.done.append(one)

    def _keep(self) -> None:
        _write(self._out, self._key, [*self.done, *self._known.values()])
        self._unkept = 0


def _found(generator: Generator, target: ByteArray, steps: int, check: Check | None) -> SearchState:
    from dinoexplorer.latent.inversion.embedding import (  # noqa: PLC0415  imports torch
        Embedding,
        usual_course,
        usual_starts,
    )

    latent_map = None if generator.info.encoder else map_beside(generator.info)[0]
    course = replace(usual_course(generator), steps=steps)
    search = Embedding(generator, target, course=course, starts=usual_starts(generator, latent_map))
    state = search.step()
    while not search.done:
        if check is not None:
            check()
        state = search.step()
    return state


def _embedded(target: ByteArray, state: SearchState, name: str, sha256: str) -> Embedded:
    picture = state.best_picture
    error = float((((picture.astype(np.float64) - target) / 255) ** 2).mean())
    return Embedded(name, sha256, state.best_code, error, psnr(target, picture), ssim(target, picture))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise GeneratorError(f"{path.name} is not there.") from None
    except OSError as error:
        raise GeneratorError(f"{path.name} could not be read: {error.strerror or error}.") from None


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in ENDINGS and not name.startswith(".")


def _write(out: Path, key: str, embedded: Iterable[Embedded]) -> None:
    kept = list(embedded)
    buffer = io.BytesIO()
    np.savez(
        buffer, allow_pickle=False, key=np.array(key), latents=np.stack([one.code for one in kept]),
        error=np.array([one.error for one in kept], np.float32), psnr=np.array([one.psnr for one in kept], np.float32),
        ssim=np.array([one.ssim for one in kept], np.float32), names=np.array([one.name for one in kept], np.str_),
        sha256=np.array([one.sha256 for one in kept], np.str_),
    )  # fmt: skip
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(out) as file:
            file.write(buffer.getbuffer())
    except OSError as error:
        raise GeneratorError(f"{out} could not be written: {error.strerror or error}; choose another place.") from None


def _read(out: Path, key: str) -> list[Embedded]:
    """What an earlier run has left; nothing where the file is another one's or damaged: it is then written anew."""
    try:
        # NumPy leaves a file open that it was given by name and cannot read.
        with out.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return []
            columns = [file[name] for name in ("names", "sha256", "latents", "error", "psnr", "ssim")]
    except _DAMAGE:
        return []
    return [
        Embedded(str(name), str(sha256), code, float(error), float(decibels), float(alike))
        for name, sha256, code, error, decibels, alike in zip(*columns, strict=True)
    ]
