"""The subcommands: info, render, grid, encode, map. No Qt here."""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from tqdm import tqdm

from dinoexplorer.generators import Generator, GeneratorError, open_generator, read_info
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import map_path, write_map
from dinoexplorer.latent.map_building import Progress, build_map
from dinoexplorer.picture_files import LARGEST_SHEET, contact_sheet, save_png
from training.files import replace_file

if TYPE_CHECKING:
    from training.data.images import ImageSet

_LARGEST_BATCH = 512
_ENCODED_AT_ONCE = 64
_PLAIN_SECONDS = 5.0
_UNSEEN_SEED = 1_000_000  # built-in pictures of a map are others than those of the trainings, which count seeds from 0


def run(options: argparse.Namespace) -> int:
    """Run the subcommand that was parsed and return its exit code."""
    return {"info": _info, "render": _render, "grid": _grid, "encode": _encode, "map": _map}[options.command](options)


def _info(options: argparse.Namespace) -> int:
    info = read_info(options.checkpoint)
    if options.json:
        print(json.dumps(info.as_json()))
        return 0
    size, spec = info.image_size, info.latent
    rows = {
        "file": str(info.path),
        "format": info.format,
        "family": info.family,
        "latent": f"{spec.dim} dimensions, {spec.prior} prior",
        "pictures": f"{size} x {size}, {'grey' if info.channels == 1 else 'colour'}",
        "classes": ", ".join(info.classes) or "none",
        "parameters": f"{info.parameters:,}",
        "encoder": "yes" if info.encoder else "no",
        "trained": ", ".join(f"{key} {value}" for key, value in info.training.items() if isinstance(value, int | str))
        or "?",
        "sha256": info.sha256,
    }
    for name, value in rows.items():
        print(f"{name:>10}  {value}")
    return 0


def _render(options: argparse.Namespace) -> int:
    generator = _open(options)
    codes = _codes(options, generator.info.latent)
    if options.label is not None:
        codes = generator.info.labelled(codes, options.label)
    out = Path(options.out)
    if options.out.endswith(("/", "\\")) or out.is_dir() or not out.suffix:
        for number, image in enumerate(image for chunk in _decoded(generator, codes) for image in chunk):
            save_png(out / f"{number:06d}.png", image)
        print(f"{len(codes)} pictures saved in {out}")
    elif out.suffix.lower() == ".npy":
        images = np.concatenate(list(_decoded(generator, codes)))
        _write_array(out, images)
        print(f"{len(images)} pictures saved in {out}")
    elif out.suffix.lower() == ".png":
        save_png(out, _sheet(generator, codes, columns=int(np.ceil(np.sqrt(len(codes))))))
        print(f"saved {out}")
    else:
        raise GeneratorError(f"--out {out} is neither FILE.png, FILE.npy nor a folder; give one of these.")
    return 0


def _grid(options: argparse.Namespace) -> int:
    generator = _open(options)
    spec = generator.info.latent
    first, second = options.axes
    if not (0 <= first < spec.dim and 0 <= second < spec.dim):
        raise GeneratorError(f"--axes {first},{second} do not exist: the dimensions here are 0 to {spec.dim - 1}.")
    if first == second:
        raise GeneratorError(f"--axes {first},{second} are one and the same; name two dimensions.")
    low, high = options.range
    codes = np.tile(spec.mean, (options.rows, options.cols, 1))
    codes[..., first] = np.linspace(low, high, options.cols)[None, :]
    codes[..., second] = np.linspace(high, low, options.rows)[:, None]  # up is more, as on the map
    save_png(options.out, _sheet(generator, codes.reshape(-1, spec.dim), columns=options.cols))
    print(f"saved {options.out}")
    return 0


def _encode(options: argparse.Namespace) -> int:
    generator = _open(options)
    codes, errors = [], []
    with _progress("encoding") as progress:
        for start in range(0, len(options.images), _ENCODED_AT_ONCE):
            images = _pictures(options.images[start : start + _ENCODED_AT_ONCE], generator.info)
            codes.append(generator.encode(images))
            difference = (generator.decode(codes[-1]).astype(np.float32) - images) / 255
            errors.append((difference**2).mean(axis=(1, 2, 3)))
            progress(start + len(images), len(options.images))
    latents, error = np.concatenate(codes), np.concatenate(errors).astype(np.float32)
    names = np.array([str(path) for path in options.images], dtype=np.str_)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, latents=latents, error=error, names=names)
    with _written(options.out) as path, replace_file(path) as file:
        file.write(buffer.getbuffer())
    for path, value in zip(options.images, error, strict=True):
        print(f"{path}: mean squared error {value:.5f}, PSNR {-10 * np.log10(max(float(value), 1e-10)):.1f} dB")
    print(f"{len(latents)} latents saved in {options.out}")
    return 0


def _pictures(paths: list[Path], info: GeneratorInfo) -> ByteArray:
    """Picture files as this generator was trained to see them, RGB ``(n, size, size, 3)``; grey where it is grey."""
    from training.data.pictures import load_picture

    pictures = np.stack([load_picture(path, info.image_size, info.channels, fit=_fit(info)) for path in paths])
    return pictures if info.channels == 3 else np.repeat(pictures, 3, axis=3)


def _fit(info: GeneratorInfo) -> Literal["crop", "squeeze"]:
    """How the pictures of the training were made square."""
    dataset = info.training.get("dataset")
    return "squeeze" if isinstance(dataset, dict) and dataset.get("fit") == "squeeze" else "crop"


def _map(options: argparse.Namespace) -> int:
    generator = _open(options)
    info = generator.info
    data = None if options.data is None else _dataset(options, info)
    out = options.out or map_path(info.path)
    with _progress("encoding" if data is not None else "decoding") as progress:
        latent_map = build_map(
            generator,
            None if data is None else data.images,
            None if data is None else data.labels,
            () if data is None else data.classes,
            method=options.method, samples=options.count, seed=options.seed, progress=progress,
        )  # fmt: skip
    with _written(out):
        write_map(out, latent_map)
    print(f"{len(latent_map)} points, {latent_map.method}, saved in {out}")
    return 0


def _dataset(options: argparse.Namespace, info: GeneratorInfo) -> ImageSet:
    from training.data.images import open_images

    with _progress("reading") as progress:
        data = open_images(
            options.data, size=info.image_size, channels=3, count=options.count, fit=_fit(info),
            seed=options.seed + _UNSEEN_SEED, variation=options.variation,
            progress=lambda _what, done, total: progress(done, total),
        )  # fmt: skip
    for skipped in data.skipped:
        print(f"left out {skipped.name}: {skipped.reason}", file=sys.stderr)
    return data


def _open(options: argparse.Namespace) -> Generator:
    info = read_info(options.checkpoint)  # refuses what it cannot read before torch is loaded
    from dinoexplorer.generators.devices import choose_device

    choice = choose_device(options.device)
    if choice.note:
        print(choice.note, file=sys.stderr)
    return open_generator(info.path, choice.device)


def _codes(options: argparse.Namespace, spec: LatentSpec) -> FloatArray:
    if options.seed is not None:
        return spec.sample(options.count or 1, options.seed, options.truncation)
    if options.z is not None:
        try:
            return spec.check([float(value) for value in options.z.replace(",", " ").split()])
        except ValueError:
            raise GeneratorError(f'--z "{options.z}" is not a list of numbers such as "0.5,1.5".') from None
    try:
        with options.latents.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {options.latents}; check the name.") from None
    except (OSError, ValueError, EOFError):
        raise GeneratorError(f"{options.latents} is not a .npy file of numbers; save one with numpy.save.") from None
    if array.size == 0:
        raise GeneratorError(f"{options.latents} holds no latents; save a float array of shape (n, {spec.dim}).")
    return spec.check(array)


def _decoded(generator: Generator, codes: FloatArray) -> Iterator[np.ndarray]:
    """Pictures in batches, with progress."""
    with _progress("decoding") as progress:
        for start in range(0, len(codes), _LARGEST_BATCH):
            yield generator.decode(codes[start : start + _LARGEST_BATCH])
            progress(min(start + _LARGEST_BATCH, len(codes)), len(codes))


def _sheet(generator: Generator, codes: FloatArray, columns: int) -> ByteArray:
    """The picture of one code, or the pictures of several on one sheet."""
    size = generator.info.image_size
    rows = -(-len(codes) // columns)
    if rows * columns * size * size > LARGEST_SHEET:
        raise GeneratorError(
            f"A sheet of {rows} x {columns} pictures of {size} pixels would be larger than {LARGEST_SHEET // 10**6} "
            f"million pixels, which most programs refuse to open; ask for fewer, or write them to a folder."
        )
    return contact_sheet(_decoded(generator, codes), rows, columns, size)


def _write_array(path: Path, array: np.ndarray) -> None:
    with _written(path) as target, replace_file(target) as file:
        np.save(file, array, allow_pickle=False)


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    """A bar with rate and time left on a terminal; otherwise a plain line every few seconds."""
    if not sys.stderr.isatty():
        told = time.monotonic()

        def line(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told > _PLAIN_SECONDS:
                told = time.monotonic()
                print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)

        yield line
        return
    with tqdm(desc=what, unit="image", leave=False) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield step
