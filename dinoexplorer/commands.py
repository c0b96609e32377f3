"""The subcommands: info, render, grid, encode, map. No Qt here."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from dinoexplorer.generators import Generator, GeneratorError, open_generator, read_info
from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.latent_map import map_path, write_map
from dinoexplorer.latent.map_building import Progress, build_map
from dinoexplorer.picture_files import contact_sheet, save_png
from training.files import replace_file

_LARGEST_SHEET = 20_000  # pixels a side; PNG readers and Pillow stop not far above
_LARGEST_BATCH = 512
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
    spec = generator.info.latent
    if options.label is not None:
        raise GeneratorError(f"{options.checkpoint.name} is not class-conditional, so --label has no meaning for it.")
    codes = _codes(options, spec)
    out = Path(options.out)
    if out.suffix.lower() == ".npy":
        images = np.concatenate(list(_decoded(generator, codes)))
        _write_array(out, images)
        print(f"{len(images)} pictures saved in {out}")
    elif out.suffix.lower() == ".png":
        images = _sheet_images(generator, codes, columns=int(np.ceil(np.sqrt(len(codes)))))
        save_png(out, images[0] if len(images) == 1 else contact_sheet(images))
        print(f"saved {out}")
    elif options.out.endswith(("/", "\\")) or out.is_dir() or not out.suffix:
        number = 0
        for chunk in _decoded(generator, codes):
            for image in chunk:
                save_png(out / f"{number:06d}.png", image)
                number += 1
        print(f"{number} pictures saved in {out}")
    else:
        raise GeneratorError(f"--out {out} is neither FILE.png, FILE.npy nor a folder; give one of these.")
    return 0


def _grid(options: argparse.Namespace) -> int:
    generator = _open(options)
    spec = generator.info.latent
    first, second = options.axes
    if not (0 <= first < spec.dim and 0 <= second < spec.dim):
        raise GeneratorError(f"--axes {first},{second} do not exist: the dimensions here are 0 to {spec.dim - 1}.")
    low, high = options.range
    codes = np.tile(spec.mean, (options.rows, options.cols, 1))
    codes[..., first] = np.linspace(low, high, options.cols)[None, :]
    codes[..., second] = np.linspace(high, low, options.rows)[:, None]  # up is more, as on the map
    images = _sheet_images(generator, codes.reshape(-1, spec.dim), columns=options.cols)
    save_png(options.out, contact_sheet(images, columns=options.cols))
    print(f"saved {options.out}")
    return 0


def _encode(options: argparse.Namespace) -> int:
    from training.data.pictures import load_picture

    generator = _open(options)
    info = generator.info
    images = np.stack([load_picture(path, info.image_size, channels=3) for path in options.images])
    if info.channels == 1:
        images = np.repeat(images.mean(axis=3, keepdims=True).round().astype(np.uint8), 3, axis=3)
    codes = generator.encode(images)
    difference = (generator.decode(codes).astype(np.float32) - images) / 255
    errors = (difference**2).mean(axis=(1, 2, 3))
    buffer = io.BytesIO()
    names = np.array([str(path) for path in options.images], dtype=np.str_)
    np.savez(buffer, allow_pickle=False, latents=codes, error=errors.astype(np.float32), names=names)
    with _written(options.out) as path, replace_file(path) as file:
        file.write(buffer.getbuffer())
    for path, error in zip(options.images, errors, strict=True):
        print(f"{path}: mean squared error {error:.5f}, PSNR {-10 * np.log10(max(float(error), 1e-10)):.1f} dB")
    print(f"{len(codes)} latents saved in {options.out}")
    return 0


def _map(options: argparse.Namespace) -> int:
    generator = _open(options)
    info = generator.info
    images = labels = None
    classes: tuple[str, ...] = ()
    if options.data is not None:
        from training.data.images import open_images

        data = open_images(
            options.data, size=info.image_size, channels=3,
            count=options.count, seed=options.seed + _UNSEEN_SEED, variation=options.variation,
        )  # fmt: skip
        for skipped in data.skipped:
            print(f"left out {skipped.name}: {skipped.reason}", file=sys.stderr)
        chosen = np.sort(np.random.default_rng(options.seed).permutation(len(data.images))[: options.count])
        images, labels, classes = data.images[chosen], data.labels[chosen], data.classes
    elif info.encoder:
        raise GeneratorError(f"{info.path.name} has an encoder, so its map is made of images; name them with --data.")
    out = options.out or map_path(info.path)
    with _progress("encoding") as progress:
        latent_map = build_map(
            generator, images, labels, classes,
            method=options.method, samples=options.count, seed=options.seed, progress=progress,
        )  # fmt: skip
    with _written(out):
        write_map(out, latent_map)
    print(f"{len(latent_map)} points, {latent_map.method}, saved in {out}")
    return 0


def _open(options: argparse.Namespace) -> Generator:
    info = read_info(options.checkpoint)  # refuses what it cannot read before torch is loaded
    from dinoexplorer.generators.devices import choose_device

    choice = choose_device(options.device)
    if choice.note:
        print(choice.note, file=sys.stderr)
    return open_generator(info.path, choice.device)


def _codes(options: argparse.Namespace, spec: LatentSpec) -> FloatArray:
    if options.seed is not None:
        return spec.sample(options.count, options.seed, options.truncation)
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


def _sheet_images(generator: Generator, codes: FloatArray, columns: int) -> np.ndarray:
    size = generator.info.image_size
    rows = -(-len(codes) // columns)
    if max(rows, columns) * size > _LARGEST_SHEET:
        raise GeneratorError(
            f"A sheet of {rows} x {columns} pictures of {size} pixels would be larger than {_LARGEST_SHEET} pixels; "
            f"ask for fewer, or write them to a folder."
        )
    return np.concatenate(list(_decoded(generator, codes)))


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
    """A bar with rate and time left on a terminal; nothing otherwise, where the result is told in a line."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with tqdm(desc=what, unit="image", leave=False) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield step
