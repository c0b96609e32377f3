"""The subcommands, but those that say how a file is read: `dinoexplorer.reading_commands`. No Qt here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.anomaly_command import anomaly
from dinoexplorer.compare_command import compare
from dinoexplorer.document.standing import Draw
from dinoexplorer.document_commands import Source
from dinoexplorer.encode_command import encode
from dinoexplorer.evaluate_command import evaluate
from dinoexplorer.generators import Generator, GeneratorError, open_generator, read_info
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo, LatentSpec
from dinoexplorer.latent.latent_map import LatentMap, map_beside, map_path, write_map
from dinoexplorer.latent.map_building import build_map
from dinoexplorer.latent.map_data import UNSEEN_SEED, MapData, read_data
from dinoexplorer.latent.planes import Plane, dimensions_plane, plane_through, principal_plane
from dinoexplorer.latent.projections import curved_projection
from dinoexplorer.latent.stage_cache import StageCache
from dinoexplorer.morph.timeline_json import read_timeline
from dinoexplorer.morph_command import write_film
from dinoexplorer.picture_files import LARGEST_SHEET, contact_sheet, save_png
from dinoexplorer.progress_bars import progress_bar, stage_bar
from dinoexplorer.reading_commands import decide, describe, write_converted, write_exported
from dinoexplorer.restore_command import restore
from training.files import replace_file

if TYPE_CHECKING:
    from training.data.images import ImageSet

_Range = tuple[float, float]
_LARGEST_BATCH = 512
_DRAWN = 4096  # codes that say where the principal directions are, where no map does
_MARGIN = 0.25  # around the three codes of a plane


def run(options: argparse.Namespace) -> int:
    """Run the subcommand that was parsed and return its exit code."""
    works = {
        "info": _info, "render": _render, "grid": _grid, "compare": compare, "encode": _encode, "map": _map,
        "morph": _morph, "anomaly": _anomaly, "restore": _restore, "evaluate": evaluate,
        "describe": describe, "convert": write_converted, "export": write_exported,
    }  # fmt: skip
    if "reading" in options:
        decide(options)
    return works[options.command](options)


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
        **({"read as": info.reading} if info.reading else {}),
        "latent": f"{spec.dim} dimensions, {spec.prior} prior",
        "pictures": f"{size} x {size}, {'grey' if info.channels == 1 else 'colour'}",
        "classes": ", ".join(info.classes) or "none",
        "parameters": f"{info.parameters:,}",
        "encoder": "yes" if info.encoder else "no",
        "trained": ", ".join(f"{key} {value}" for key, value in info.training.items() if isinstance(value, int | str))
        or "?",
        "pictures by": _credit(info),
        "sha256": info.sha256,
    }
    for name, value in rows.items():
        print(f"{name:>11}  {value}")
    return 0


def _credit(info: GeneratorInfo) -> str:
    """Who made the pictures that it learned from, and their licence, as far as the file says."""
    dataset = info.training.get("dataset")
    told = [dataset.get(key) for key in ("credit", "licence")] if isinstance(dataset, dict) else []
    return ", ".join(str(text) for text in told if text) or "?"


def _render(options: argparse.Namespace) -> int:
    source = Source(options.checkpoint)
    options.checkpoint = source.checkpoint
    generator = _open(options)
    given = (options.seed, options.z, options.latents) != (None, None, None)
    codes = _codes(options, generator.info.latent) if given else source.codes(generator.info.latent)
    draw = Draw(options.seed, options.truncation) if options.seed is not None and len(codes) == 1 else None
    if options.label is not None:
        codes = generator.info.labelled(codes, options.label)
    out = Path(options.out)
    if options.out.endswith(("/", "\\")) or out.is_dir() or not out.suffix:
        for number, image in enumerate(image for chunk in _decoded(generator, codes) for image in chunk):
            path = out / f"{number:06d}.png"
            save_png(path, image, source.metadata(generator.info, codes[number], draw))
        print(f"{len(codes)} pictures saved in {out}")
    elif out.suffix.lower() == ".npy":
        images = np.concatenate(list(_decoded(generator, codes)))
        _write_array(out, images)
        print(f"{len(images)} pictures saved in {out}")
    elif out.suffix.lower() == ".png":
        # A sheet is no place.
        texts = source.metadata(generator.info, codes[0], draw) if len(codes) == 1 else {}
        save_png(out, _sheet(generator, codes, columns=int(np.ceil(np.sqrt(len(codes))))), texts)
        print(f"saved {out}")
    else:
        raise GeneratorError(f"--out {out} is neither FILE.png, FILE.npy nor a folder; give one of these.")
    return 0


def _grid(options: argparse.Namespace) -> int:
    generator = _open(options)
    plane, across, up = _grid_plane(options, generator.info)
    columns, rows = np.linspace(*across, options.cols), np.linspace(up[1], up[0], options.rows)  # up is more
    places = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    save_png(options.out, _sheet(generator, plane.codes(places.astype(np.float32)), columns=options.cols))
    print(f"saved {options.out}")
    return 0


def _grid_plane(options: argparse.Namespace, info: GeneratorInfo) -> tuple[Plane, _Range, _Range]:
    """The plane that was asked for, and how far it is shown across and up."""
    spec = info.latent
    given = options.range or (-1.5, 1.5)
    if options.through is not None:
        codes = spec.check(_array_of(options.through, spec))
        plane = plane_through(codes)
        if options.range is not None:
            return plane, given, given
        places = plane.places(codes)
        margin = _MARGIN * float(np.ptp(places, axis=0).max())
        low, high = places.min(axis=0) - margin, places.max(axis=0) + margin
        return plane, (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
    if options.axes == "pca":
        latent_map = map_beside(info)[0]
        known = latent_map is not None and len(latent_map) > 2
        codes = latent_map.latents if known and latent_map is not None else spec.sample(_DRAWN, 0)
        plane, deviations = principal_plane(codes)
        return plane.scaled(*map(float, deviations)), given, given
    first, second = options.axes
    if not (0 <= first < spec.dim and 0 <= second < spec.dim):
        raise GeneratorError(f"--axes {first},{second} do not exist: the dimensions here are 0 to {spec.dim - 1}.")
    if first == second:
        raise GeneratorError(f"--axes {first},{second} are one and the same; name two dimensions.")
    return dimensions_plane(spec.mean, first, second), given, given


def _encode(options: argparse.Namespace) -> int:
    return encode(options, _open(options))


def _map(options: argparse.Namespace) -> int:
    generator = _open(options)
    info = generator.info
    data = None if options.data is None else _dataset(options, info)
    out = options.out or map_path(info.path)
    method = curved_projection() if options.method == "curved" else options.method
    with stage_bar() as progress:
        latent_map = build_map(
            generator,
            None if data is None else data.images,
            None if data is None else data.labels,
            () if data is None else data.classes,
            names=() if data is None else data.names,
            method=method, samples=options.count, seed=options.seed, progress=progress, cache=StageCache(),
        )  # fmt: skip
    with _written(out):
        write_map(out, latent_map)
    print(f"{len(latent_map)} points, {latent_map.method}, saved in {out}")
    if not latent_map.exact:
        print(_worth(latent_map))
    return 0


def _worth(latent_map: LatentMap) -> str:
    """How far a map is to be believed that is not the space itself."""
    trust, variance = latent_map.trustworthiness, latent_map.variance
    trusted = "not measured" if trust is None else f"{trust:.2f}"
    told = "not measured" if variance is None else f"{variance:.0%}"
    return f"trustworthiness {trusted}; share of the codes' variance that a place tells {told}"


def _dataset(options: argparse.Namespace, info: GeneratorInfo) -> ImageSet:
    asked = MapData(str(options.data), options.count, options.seed + UNSEEN_SEED, options.variation)
    with progress_bar("reading") as progress:
        data = read_data(asked, info, lambda _what, done, total: progress(done, total))
    for skipped in data.skipped:
        print(f"left out {skipped.name}: {skipped.reason}", file=sys.stderr)
    return data


def _morph(options: argparse.Namespace) -> int:
    timelines = [read_timeline(path) for path in options.timeline or ()]  # refused before torch is loaded
    source, named = Source(options.checkpoint), options.checkpoint
    options.checkpoint = source.checkpoint
    generator = _open(options)
    if (options.seeds, options.latents, options.timeline) == (None, None, None):
        timeline, rate = source.film(generator.info.latent)
        timelines, options.timeline, options.fps = [timeline], [named], options.fps or rate
    codes = None if options.latents is None else _array_of(options.latents, generator.info.latent)
    return write_film(options, generator, codes, timelines)


def _anomaly(options: argparse.Namespace) -> int:
    return anomaly(options, _open(options))


def _restore(options: argparse.Namespace) -> int:
    return restore(options, _open(options))


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
    return spec.check(_array_of(options.latents, spec))


def _array_of(path: Path, spec: LatentSpec) -> np.ndarray:
    try:
        with path.open("rb") as file:
            array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name.") from None
    except (OSError, ValueError, EOFError):
        raise GeneratorError(f"{path} is not a .npy file of numbers; save one with numpy.save.") from None
    if array.size == 0:
        raise GeneratorError(f"{path} holds no latents; save a float array of shape (n, {spec.dim}).")
    return array


def _decoded(generator: Generator, codes: FloatArray) -> Iterator[np.ndarray]:
    """Pictures in batches, with progress."""
    with progress_bar("decoding") as progress:
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
