"""Real images in a latent space: how well codes are found again, and how fast.

With the shipped ``dinosaurs`` (128 px, with an encoder) and ``drawings`` (64 px, without). Times are of this process's
CPU, since other work may share the machine; two cores halve them at best.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from dinoexplorer.generators import Generator, open_generator
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.asking import SearchState
from dinoexplorer.latent.inversion.figures import psnr, ssim
from dinoexplorer.latent.map_data import BUILTIN, UNSEEN_SEED, MapData, read_data
from dinoexplorer.resources import resource_path
from tests.benchmarks import Bar, Report
from training.device import limit_threads

_FOUND, _OF_TEN, _GAIN = 30.0, 9.0, 2.0  # dB, of ten pictures, dB
_FIRST_MS, _SECONDS = 100.0, 10.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pictures", type=int, default=10, help="generated ones to find again, of each generator")
    parser.add_argument("--held-out", type=int, default=6, help="built-in pictures that no training has seen")
    parser.add_argument("--no-tuning", action="store_true", help="leave out fitting the generator to each picture")


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
    report.figures["held out: what the search alone gains (dB)"] = after - before
    if tunes:
        _measure_fitted(generator, pictures, before, report)


def _measure_fitted(generator: Generator, pictures: ByteArray, before: float, report: Report) -> None:
    """What refining means in the window: the search, and then the fitting of a copy of the generator."""
    from dinoexplorer.latent.inversion.pursuit import Pursuit

    reached, drifts, seconds = [], [], []
    for picture in pictures:
        began, way = time.process_time(), Pursuit(generator, picture, fits=True)
        while not way.done:
            last = way.step()
        seconds.append(time.process_time() - began)
        reached.append(last.psnr)
        drifts.append(np.nan if last.fitting is None else last.fitting.drift)
    report.figures |= {
        "held out: refined and fitted (dB)": float(np.mean(reached)),
        "held out: what fitting moves of other pictures (levels)": float(np.mean(drifts)),
    }
    gain = float(np.mean(reached)) - before
    report.bars += [
        Bar("held out: encode then refine over the encoder", gain, _GAIN, "dB", at_most=False),
        Bar("held out: search and fitting, CPU", float(np.median(seconds)), _SECONDS, "s"),
    ]


def _mean_psnr(pictures: ByteArray, others: ByteArray) -> float:
    return float(np.mean([psnr(one, other) for one, other in zip(pictures, others, strict=True)]))
