"""Real images in a latent space: how well codes are found again, how fast, and how well holes are filled.

With the shipped ``dinosaurs`` (128 px, with an encoder) and ``drawings`` (64 px, without). Times are of this process's
CPU, since other work may share the machine; two cores halve them at best.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators import Generator, open_generator
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.asking import SearchState
from dinoexplorer.latent.inversion.figures import psnr, ssim
from dinoexplorer.latent.inversion.filling import Mask, fill_mean, fill_smooth
from dinoexplorer.latent.map_data import BUILTIN, UNSEEN_SEED, MapData, read_data
from dinoexplorer.resources import resource_path
from tests.benchmarks import Bar, Report
from training.device import limit_threads

_FOUND, _OF_TEN, _GAIN = 30.0, 9.0, 2.0  # dB, of ten pictures, dB
_FIRST_MS, _SECONDS = 100.0, 10.0
_HOLE = (0.25, 0.45)  # sides of holes, as shares of the picture's


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pictures", type=int, default=10, help="generated ones to find again, of each generator")
    parser.add_argument("--held-out", type=int, default=6, help="built-in pictures that no training has seen")
    parser.add_argument("--holes", type=Path, metavar="CHECKPOINT", help="trained with holes, to fill in one pass")
    parser.add_argument("--no-tuning", action="store_true", help="leave out tuning the generator to each picture")


def measure(options: argparse.Namespace) -> Report:
    limit_threads()
    report = Report("embed")
    dinosaurs, drawings = (
        open_generator(resource_path("checkpoints", f"{name}.safetensors")) for name in ("dinosaurs", "drawings")
    )
    _warm_up(dinosaurs)
    for generator in (dinosaurs, drawings):
        _measure_generated(generator, options.pictures, report)
    pictures = _held_out(dinosaurs, options.held_out)
    _measure_held_out(dinosaurs, pictures, report, tunes=not options.no_tuning)
    _measure_holes(dinosaurs, pictures, report)
    if options.holes is not None:
        _measure_one_pass(open_generator(options.holes), options.held_out, report)
    return report


def _held_out(generator: Generator, count: int) -> ByteArray:
    return read_data(MapData(f"{BUILTIN}dinosaurs", count, UNSEEN_SEED), generator.info).images[:count]


def _warm_up(generator: Generator) -> None:
    """The first gradient in a process loads what later ones have."""
    _embedded(generator, generator.decode(generator.info.latent.sample(1, 0))[0])


def _embedded(generator: Generator, target: ByteArray) -> tuple[SearchState, float, float]:
    """The last state, the CPU milliseconds until the first improvement, and the CPU seconds in all."""
    from dinoexplorer.latent.inversion.embedding import Embedding, usual_starts
    from dinoexplorer.latent.latent_map import map_beside

    latent_map = None if generator.info.encoder else map_beside(generator.info)[0]
    began = time.process_time()
    search = Embedding(generator, target, starts=usual_starts(generator, latent_map))
    state, first = search.step(), float("nan")
    loss = state.best_loss
    for state in search:
        if np.isnan(first) and state.best_loss < loss:
            first = 1e3 * (time.process_time() - began)
    return state, first, time.process_time() - began


def _measure_generated(generator: Generator, count: int, report: Report) -> None:
    name = generator.info.name
    targets = generator.decode(generator.info.latent.sample(count, 5))
    found = [_embedded(generator, target) for target in targets]
    decibels = np.array([state.best_psnr for state, _, _ in found])
    report.figures |= {
        f"{name}: generated pictures found again, PSNR (dB)": float(decibels.mean()),
        f"{name}: of the worst (dB)": float(decibels.min()),
        f"{name}: steps": found[0][0].steps,
    }
    tenths = 10 * float((decibels >= _FOUND).mean())
    report.bars += [
        Bar(f"{name}: found again with {_FOUND:g} dB, of ten", tenths, _OF_TEN, at_most=False),
        Bar(f"{name}: first improvement, CPU", float(np.median([first for _, first, _ in found])), _FIRST_MS, "ms"),
        Bar(f"{name}: all steps, CPU", float(np.median([seconds for _, _, seconds in found])), _SECONDS, "s"),
    ]


def _measure_held_out(generator: Generator, pictures: ByteArray, report: Report, *, tunes: bool) -> None:
    encoded = generator.decode(generator.encode(pictures))
    states = [_embedded(generator, picture)[0] for picture in pictures]
    before = _mean_psnr(pictures, encoded)
    after = float(np.mean([state.best_psnr for state in states]))
    report.figures |= {
        "held out: the encoder alone (dB)": before,
        "held out: refined (dB)": after,
        "held out: SSIM, encoder alone": float(np.mean([ssim(*pair) for pair in zip(pictures, encoded, strict=True)])),
        "held out: SSIM, refined": float(
            np.mean([ssim(one, state.best_picture) for one, state in zip(pictures, states, strict=True)])
        ),
    }
    report.bars.append(
        Bar("held out: refined over the encoder, code alone", after - before, _GAIN, "dB", at_most=False)
    )
    if tunes:
        _measure_tuned(generator, pictures, states, before, report)


def _measure_tuned(
    generator: Generator, pictures: ByteArray, states: list[SearchState], before: float, report: Report
) -> None:
    from dinoexplorer.latent.inversion.tuning import Tuning

    reached, drifts, began = [], [], time.process_time()
    for picture, state in zip(pictures, states, strict=True):
        *_, last = Tuning(generator, state.best_code[None], picture[None])
        reached.append(last.psnr)
        drifts.append(last.drift)
    report.figures |= {
        "held out: refined and tuned (dB)": float(np.mean(reached)),
        "held out: what tuning moves of other pictures (levels)": float(np.mean(drifts)),
        "held out: CPU seconds of a tuning": (time.process_time() - began) / len(pictures),
    }
    gain = float(np.mean(reached)) - before
    report.bars.append(Bar("held out: refined and tuned over the encoder", gain, _GAIN, "dB", at_most=False))


def _measure_holes(generator: Generator, pictures: ByteArray, report: Report) -> None:
    from dinoexplorer.latent.inversion.inpainting import Inpainting, fill_in_one_pass

    filled: dict[str, list[float]] = {name: [] for name in ("mean colour", "diffusion", "one pass", "searched")}
    began, rng = time.process_time(), np.random.default_rng(0)
    for picture in pictures:
        hole = _hole(len(picture), rng)
        search = Inpainting(generator, picture, hole)
        for _ in search:
            pass
        ways = {
            "mean colour": fill_mean(picture, hole), "diffusion": fill_smooth(picture, hole),
            "one pass": fill_in_one_pass(generator, picture, hole).picture, "searched": search.proposals()[0].picture,
        }  # fmt: skip
        for name, found in ways.items():
            filled[name].append(psnr(picture, found, hole))
    means = {name: float(np.mean(found)) for name, found in filled.items()}
    report.figures |= {f"hole: {name} (dB inside)": mean for name, mean in means.items()}
    report.figures["hole: CPU seconds of a search"] = (time.process_time() - began) / len(pictures)
    better = means["searched"] - max(means["mean colour"], means["diffusion"])
    report.bars.append(Bar("hole: searched over mean colour and diffusion", better, 0.0, "dB", at_most=False))


def _measure_one_pass(generator: Generator, count: int, report: Report) -> None:
    from dinoexplorer.latent.inversion.inpainting import fill_in_one_pass, trained_with_holes

    rng, pictures = np.random.default_rng(0), _held_out(generator, count)
    trained = trained_with_holes(generator.info)
    report.figures[f"{generator.info.name}: trained with holes"] = "yes" if trained else "no"
    holes = [_hole(generator.info.image_size, rng) for _ in pictures]
    ways = {
        "mean colour": [fill_mean(one, hole) for one, hole in zip(pictures, holes, strict=True)],
        "diffusion": [fill_smooth(one, hole) for one, hole in zip(pictures, holes, strict=True)],
        "one pass": [fill_in_one_pass(generator, one, hole).picture for one, hole in zip(pictures, holes, strict=True)],
    }
    means = {
        name: float(np.mean([psnr(*three) for three in zip(pictures, found, holes, strict=True)]))
        for name, found in ways.items()
    }
    report.figures |= {f"hole, {generator.info.name}: {name} (dB inside)": mean for name, mean in means.items()}
    better = means["one pass"] - max(means["mean colour"], means["diffusion"])
    report.bars.append(
        Bar(f"hole, {generator.info.name}: one pass over mean and diffusion", better, 0.0, "dB", at_most=False)
    )


def _hole(side: int, rng: np.random.Generator) -> Mask:
    """A rectangle or an ellipse around the middle, where the animal is."""
    down, right = np.mgrid[:side, :side] / side
    (y, x), (height, width) = rng.uniform(0.35, 0.65, 2), rng.uniform(*_HOLE, 2)
    away: NDArray[np.float64] = np.stack([2 * np.abs(down - y) / height, 2 * np.abs(right - x) / width])
    inside: Mask = (away**2).sum(axis=0) <= 1 if rng.random() < 0.5 else away.max(axis=0) <= 1
    return inside


def _mean_psnr(pictures: ByteArray, others: ByteArray) -> float:
    return float(np.mean([psnr(one, other) for one, other in zip(pictures, others, strict=True)]))
