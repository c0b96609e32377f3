"""Holes in built-in pictures that no training has seen: the error inside, of the search and of ways without a model.

With the shipped ``dinosaurs``, and in one pass with a checkpoint of the recipe ``inpainting-autoencoder`` where one is
given. Telea's method (2004) is OpenCV's: without ``opencv-python-headless`` it is left out, which is said.
Times are of this process's CPU.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators import Generator, open_generator
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.filling import Mask, fill_mean, fill_smooth
from dinoexplorer.latent.map_data import BUILTIN, UNSEEN_SEED, MapData, read_data
from dinoexplorer.resources import resource_path
from tests.benchmarks import Bar, Report
from training.device import limit_threads

_HOLE = (0.25, 0.45)  # sides of holes, as shares of the picture's
_TELEA = "Telea"
_TELEA_RADIUS = 3.0  # pixels, as in OpenCV's own examples
_MISSING = "not measured: cv2 is not installed; pip install opencv-python-headless"
Way = Callable[[ByteArray, Mask], ByteArray]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pictures", type=int, default=6, help="built-in ones that no training has seen")
    parser.add_argument("--holes", type=Path, metavar="CHECKPOINT", help="trained with holes, to fill in one pass")


def measure(options: argparse.Namespace) -> Report:
    limit_threads()
    report = Report("inpaint")
    dinosaurs = open_generator(resource_path("checkpoints", "dinosaurs.safetensors"))
    pictures, holes = _cases(dinosaurs, options.pictures)
    errors = _without_a_model(pictures, holes, report)
    began = time.process_time()
    errors["searched"] = _errors(_searched(dinosaurs), pictures, holes)
    report.figures["searched: CPU seconds of a picture"] = (time.process_time() - began) / len(pictures)
    errors["one pass"] = _errors(_one_pass(dinosaurs), pictures, holes)
    _tell(errors, "", report)
    others = [name for name in ("mean colour", "diffusion", _TELEA) if name in errors]
    report.bars += [_over("searched", name, errors, "", report) for name in others]
    if options.holes is not None:
        _measure_trained(open_generator(options.holes), options.pictures, report)
    return report


def _measure_trained(generator: Generator, count: int, report: Report) -> None:
    """One pass with a network of any size, on the same pictures and holes at its own size."""
    from dinoexplorer.latent.inversion.inpainting import trained_with_holes

    name = f"{generator.info.name}, "
    report.figures[f"{name}trained with holes"] = "yes" if trained_with_holes(generator.info) else "no"
    pictures, holes = _cases(generator, count)
    errors = _without_a_model(pictures, holes, report)
    began = time.process_time()
    errors["one pass"] = _errors(_one_pass(generator), pictures, holes)
    report.figures[f"{name}one pass: CPU milliseconds of a picture"] = (
        1e3 * (time.process_time() - began) / len(pictures)
    )
    _tell(errors, name, report)
    report.bars.append(_over("one pass", "mean colour", errors, name, report))


def _cases(generator: Generator, count: int) -> tuple[ByteArray, list[Mask]]:
    pictures = read_data(MapData(f"{BUILTIN}dinosaurs", count, UNSEEN_SEED), generator.info).images[:count]
    rng = np.random.default_rng(0)
    return pictures, [_hole(generator.info.image_size, rng) for _ in pictures]


def _without_a_model(pictures: ByteArray, holes: list[Mask], report: Report) -> dict[str, NDArray[np.float64]]:
    errors = {
        "mean colour": _errors(fill_mean, pictures, holes),
        "diffusion": _errors(fill_smooth, pictures, holes),
    }
    try:
        errors[_TELEA] = _errors(_telea(), pictures, holes)
    except ImportError:
        report.figures[_TELEA] = _MISSING
    return errors


def _telea() -> Way:
    """Telea's fast marching, where OpenCV is installed.

    Raises
    ------
    ImportError
        Where it is not.
    """
    import cv2

    def fill(picture: ByteArray, hole: Mask) -> ByteArray:
        found: ByteArray = cv2.inpaint(picture, hole.astype(np.uint8), _TELEA_RADIUS, cv2.INPAINT_TELEA)
        return found

    return fill


def _searched(generator: Generator) -> Way:
    from dinoexplorer.latent.inversion.inpainting import Inpainting

    def fill(picture: ByteArray, hole: Mask) -> ByteArray:
        search = Inpainting(generator, picture, hole)
        for _ in search:
            pass
        return search.proposals()[0].picture

    return fill


def _one_pass(generator: Generator) -> Way:
    from dinoexplorer.latent.inversion.inpainting import fill_in_one_pass

    return lambda picture, hole: fill_in_one_pass(generator, picture, hole).picture


def _errors(way: Way, pictures: ByteArray, holes: list[Mask]) -> NDArray[np.float64]:
    """PSNR inside each hole, in dB."""
    return np.array([psnr(one, way(one, hole), hole) for one, hole in zip(pictures, holes, strict=True)])


def _tell(errors: dict[str, NDArray[np.float64]], prefix: str, report: Report) -> None:
    for name, found in errors.items():
        report.figures[f"{prefix}{name} (dB inside)"] = float(found.mean())


def _over(way: str, other: str, errors: dict[str, NDArray[np.float64]], prefix: str, report: Report) -> Bar:
    better = errors[way] - errors[other]
    report.figures[f"{prefix}{way} better than {other}, of {len(better)}"] = int((better > 0).sum())
    return Bar(f"{prefix}{way} over {other}", float(better.mean()), 0.0, "dB", at_most=False)


def _hole(side: int, rng: np.random.Generator) -> Mask:
    """A rectangle or an ellipse around the middle, where the animal is."""
    down, right = np.mgrid[:side, :side] / side
    (y, x), (height, width) = rng.uniform(0.35, 0.65, 2), rng.uniform(*_HOLE, 2)
    away: NDArray[np.float64] = np.stack([2 * np.abs(down - y) / height, 2 * np.abs(right - x) / width])
    inside: Mask = (away**2).sum(axis=0) <= 1 if rng.random() < 0.5 else away.max(axis=0) <= 1
    return inside
