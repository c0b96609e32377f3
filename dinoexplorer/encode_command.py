"""``dinoexplorer encode``: images to codes, by the encoder, by searching, or by both. No Qt here."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np

from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.inversion.alignment import align
from dinoexplorer.latent.inversion.batch import Batch, Embedded, pictures_in
from dinoexplorer.latent.map_data import fit_of
from dinoexplorer.latent.reconstruction import reconstruction_errors
from dinoexplorer.progress_bars import progress_bar
from training.files import replace_file

_AT_ONCE = 64


def encode(options: argparse.Namespace, generator: Generator) -> int:
    """Encode the images that were named and return the exit code: 1 where some could not be read."""
    paths = pictures_in(options.images)
    return _encode(options.out, paths, generator) if options.refine is None else _refine(options, paths, generator)


def _refine(options: argparse.Namespace, paths: list[Path], generator: Generator) -> int:
    from dinoexplorer.latent.inversion.embedding import usual_course  # noqa: PLC0415  imports torch

    batch = Batch(generator, options.out, options.refine or usual_course(generator).steps)
    with progress_bar("embedding") as progress:
        batch.run(paths, progress)
    for one in batch.done:
        print(f"{one.name}: PSNR {one.psnr:.1f} dB, SSIM {one.ssim:.3f}")
    if options.tune is not None and batch.done:
        _tune(options.tune, generator, batch.done)
    return _ended(options.out, len(batch.done), batch.unreadable)


def _tune(out: Path, generator: Generator, embedded: list[Embedded]) -> None:
    from dinoexplorer.latent.inversion.tuning import Tuning, usual_steps  # noqa: PLC0415  imports torch

    targets = np.stack([align(Path(one.name), generator.info).pixels for one in embedded])
    tuning = Tuning(generator, np.stack([one.code for one in embedded]), targets, steps=usual_steps(len(embedded)))
    with progress_bar("tuning") as progress:
        for state in tuning:
            progress(state.step, state.steps)
    tuning.save(out)
    tuned = open_generator(out)
    errors = reconstruction_errors(tuned, np.stack([one.code for one in embedded]), targets)
    decibels = -10 * np.log10(np.maximum(errors, 1e-10))
    print(f"tuned to PSNR {decibels.mean():.1f} dB on average; checkpoint saved in {out}")


def _encode(out: Path, paths: list[Path], generator: Generator) -> int:
    codes, errors, readable, unreadable = [], [], list[Path](), list[tuple[Path, str]]()
    with progress_bar("encoding") as progress:
        for start in range(0, len(paths), _AT_ONCE):
            good, images = _pictures(paths[start : start + _AT_ONCE], generator.info, unreadable)
            if good:
                codes.append(generator.encode(images))
                errors.append(reconstruction_errors(generator, codes[-1], images))
                readable += good
            progress(min(start + _AT_ONCE, len(paths)), len(paths))
    if readable:
        latents, error = np.concatenate(codes), np.concatenate(errors)
        decibels = -10 * np.log10(np.maximum(error, 1e-10))
        _write(
            out, latents=latents, error=error, psnr=decibels, names=np.array(list(map(str, readable)), dtype=np.str_)
        )
        for path, value, psnr in zip(readable, error, decibels, strict=True):
            print(f"{path}: mean squared error {value:.5f}, PSNR {psnr:.1f} dB")
    return _ended(out, len(readable), unreadable)


def _pictures(
    paths: list[Path], info: GeneratorInfo, unreadable: list[tuple[Path, str]]
) -> tuple[list[Path], ByteArray]:
    """Picture files as this generator was trained to see them, RGB ``(n, size, size, 3)``; grey where it is grey."""
    from training.data.pictures import PictureError, load_picture  # noqa: PLC0415  Pillow, only when needed

    good, pictures = [], []
    for path in paths:
        try:
            pictures.append(load_picture(path, info.image_size, info.channels, fit=fit_of(info)))
            good.append(path)
        except PictureError as error:
            unreadable.append((path, f"{str(error).rstrip('.')}."))
    images = np.stack(pictures) if pictures else np.zeros((0, 1, 1, 3), np.uint8)
    return good, images if info.channels == 3 else np.repeat(images, 3, axis=3)


def _ended(out: Path, count: int, unreadable: list[tuple[Path, str]]) -> int:
    if not count:
        more = f" {len(unreadable) - 1} more could not be read either." if len(unreadable) > 1 else ""
        raise GeneratorError(f"{unreadable[0][1]}{more}")
    for path, sentence in unreadable:
        print(f"left out {path}: {sentence}", file=sys.stderr)
    print(f"{count} latents saved in {out}")
    return 1 if unreadable else 0


def _write(out: Path, **arrays: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(out) as file:
            file.write(buffer.getbuffer())
    except OSError as error:
        raise GeneratorError(f"{out} could not be written: {error.strerror or error}; choose another place.") from None
