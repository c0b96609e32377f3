"""How good the shipped checkpoint is, on drawings it was never trained on.

Five questions: does a reconstruction keep the picture and its edges, does it keep the species, is a random place (drawn
as the window's dice draw it) one animal, is a walk between two places smooth, and are the samples more than the
training pictures again. A classifier of our own answers for the species; it is trained on the first call and kept in
the user's cache folder, as are the drawings.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from dinoexplorer.generators import Generator
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.resources import resource_path
from tests.benchmarks import Bar, Report
from tests.benchmarks._measures import (
    Floats,
    calibration_error,
    edge_strength,
    largest_to_median,
    nearest_distances,
    psnr,
    step_changes,
)
from tests.benchmarks._shipped import Subject, Teller, as_rgb, decoded, open_subject, reconstructions, say
from tests.benchmarks._species_classifier import KEY, SIDE, Judge, load_judge, resized, save_judge, train_judge
from training.data import dinosaurs
from training.data.cache import cache_file
from training.device import limit_threads

_FRESH_SEED, _JUDGE_SEED = 2_000_000, 3_000_000  # trainings count seeds from 0, maps from 1,000,000
_SAMPLE_SEED, _WALK_SEED = 0, 1
_SIDE_OF_COPIES = 32
_STEPS = 60
_SURE = 0.8
_PSNR_DB, _EDGES = 24.0, 0.85
_JUDGE_PERCENT, _KEPT_PERCENT, _SURE_PERCENT = 97.0, 92.0, 85.0
_LARGEST_STEP, _DISTANCE = 3.0, 1.0


def add_options(parser: argparse.ArgumentParser) -> None:
    shipped = resource_path("checkpoints", "dinosaurs.safetensors")
    parser.add_argument("--checkpoint", type=Path, default=shipped, help="default: the shipped one")
    parser.add_argument("--count", type=int, default=2000, help="fresh drawings, and random samples")
    parser.add_argument("--walks", type=int, default=50, help="pairs of random places to walk between")
    parser.add_argument("--judge-count", type=int, default=6000, help="drawings to train the species classifier on")
    parser.add_argument("--judge-seconds", type=float, default=900.0, help="no new round of that training after these")
    # Where others hold the cores, several threads wait for each other at every step: 30 times slower on 2 busy cores.
    parser.add_argument("--threads", type=int, default=0, help="1 on a busy machine; default: one a core")


def measure(options: argparse.Namespace) -> Report:
    began = time.monotonic()
    limit_threads()
    if options.threads:
        torch.set_num_threads(options.threads)
    subject = open_subject(options.checkpoint)
    report = Report("dinosaurs", _about(subject, options))
    fresh = subject.drawings(options.count, _FRESH_SEED)
    originals = as_rgb(fresh.images)
    judge = _judge(subject, originals, fresh.labels, options, report)
    generator = subject.generator
    codes = generator.info.latent.sample(options.count, _SAMPLE_SEED)  # as Explorer.randomise draws them, one by one
    pictures = _Pictures(
        originals, fresh.labels, reconstructions(generator, originals), decoded(generator, codes, "decoding samples")
    )
    _measure_reconstructions(pictures, report)
    _measure_species(judge, pictures, report)
    _measure_walks(generator, options.walks, report)
    _measure_copies(subject, pictures, report)
    report.figures["seconds in all"] = time.monotonic() - began
    return report


@dataclass(frozen=True)
class _Pictures:
    """What is compared: uint8 (n, h, w, 3) each, and the species of the originals."""

    originals: ByteArray
    labels: NDArray[np.int32]
    rebuilt: ByteArray
    samples: ByteArray


def _about(subject: Subject, options: argparse.Namespace) -> dict[str, object]:
    info = subject.generator.info
    return {
        "checkpoint": f"{info.path.name}, {info.image_size} px, {info.latent.dim} numbers",
        "drawings": f"version {dinosaurs.VERSION}, {len(dinosaurs.SPECIES)} species, variation {subject.variation:g}",
        "fresh drawings, and random places": options.count,
        "random places come from": "the prior" if info.latent.mixture is None else "the mixture of the encoded data",
    }


def _judge(
    subject: Subject, originals: ByteArray, labels: NDArray[np.int32], options: argparse.Namespace, report: Report
) -> Judge:
    """The species classifier, from the cache where it is there; its own accuracy is the first bar."""
    small = resized(originals, SIDE)
    info, species = subject.generator.info, len(dinosaurs.SPECIES)
    path = cache_file(
        "species-classifier", *KEY, dinosaurs.VERSION, dinosaurs.SPECIES, round(subject.variation, 6), info.image_size,
        info.channels, options.judge_count,
    ).with_suffix(".judge.npz")  # fmt: skip

    def percent(judge: Judge) -> float:
        return _accuracy(judge.probabilities(small), labels)

    began = time.monotonic()
    judge = load_judge(path, species)
    kept = judge is not None
    if judge is None:
        drawn = subject.drawings(options.judge_count, _JUDGE_SEED)
        began = time.monotonic()
        judge = train_judge(
            resized(as_rgb(drawn.images), SIDE), drawn.labels, species, seconds=options.judge_seconds, tell=say,
            enough=lambda judge: percent(judge) >= _JUDGE_PERCENT,
        )  # fmt: skip
    reached = percent(judge)
    report.figures["species classifier"] = "kept from before" if kept else f"trained {time.monotonic() - began:.0f} s"
    if reached >= _JUDGE_PERCENT:
        if not kept:
            save_judge(path, judge)
    else:
        say(f"the species classifier reached {reached:.1f} % only; what it says of species is not to be trusted")
    report.bars.append(Bar("classifier right on fresh drawings", reached, _JUDGE_PERCENT, "%", at_most=False))
    return judge


def _measure_reconstructions(pictures: _Pictures, report: Report) -> None:
    found = psnr(pictures.originals, pictures.rebuilt)
    report.figures["reconstruction, PSNR of the worst twentieth (dB)"] = float(np.quantile(found, 0.05))
    kept = float(edge_strength(pictures.rebuilt).mean() / edge_strength(pictures.originals).mean())
    report.bars.append(Bar("reconstruction, PSNR", float(found.mean()), _PSNR_DB, "dB", at_most=False))
    report.bars.append(Bar("reconstruction, edges kept", kept, _EDGES, at_most=False))


def _measure_species(judge: Judge, pictures: _Pictures, report: Report) -> None:
    small, labels = resized(pictures.originals, SIDE), pictures.labels
    of_originals = judge.probabilities(small)
    of_rebuilt, of_samples = (judge.probabilities(resized(some, SIDE)) for some in (pictures.rebuilt, pictures.samples))
    right = of_originals.argmax(axis=1) == labels
    shares = np.bincount(of_samples.argmax(axis=1), minlength=len(dinosaurs.SPECIES)) / len(of_samples)
    report.figures |= {
        "one species is sure, originals (%)": _sure(of_originals),
        "one species is sure, reconstructions (%)": _sure(of_rebuilt),
        "one species is sure, half-and-half blends of two (%)": _sure(judge.probabilities(_blends(small, labels))),
        "calibration error of the classifier (%)": 100 * calibration_error(of_originals.max(axis=1), right),
        "species least kept": _least_kept(of_rebuilt, labels),
        "species in samples": _extremes(shares),
    }
    kept, sure = _accuracy(of_rebuilt, labels), _sure(of_samples)
    report.bars.append(Bar("reconstruction, species kept", kept, _KEPT_PERCENT, "%", at_most=False))
    report.bars.append(Bar(f"random places with one species >= {_SURE:g}", sure, _SURE_PERCENT, "%", at_most=False))


def _accuracy(probabilities: Floats, labels: NDArray[np.int32]) -> float:
    return 100 * float((probabilities.argmax(axis=1) == labels).mean())


def _sure(probabilities: Floats) -> float:
    return 100 * float((probabilities.max(axis=1) >= _SURE).mean()) if len(probabilities) else 0.0


def _blends(pictures: ByteArray, labels: NDArray[np.int32]) -> ByteArray:
    """Each picture laid half over the next one, where that is of another species: what a sure judge must not be."""
    blended = (pictures.astype(np.uint16) + np.roll(pictures, 1, axis=0)) // 2
    chosen: ByteArray = blended[labels != np.roll(labels, 1)].astype(np.uint8)
    return chosen


def _least_kept(probabilities: Floats, labels: NDArray[np.int32]) -> str:
    rates = {
        name: _accuracy(probabilities[labels == number], labels[labels == number])
        for number, name in enumerate(dinosaurs.SPECIES)
        if (labels == number).any()
    }
    name = min(rates, key=lambda name: rates[name])
    return f"{name}, {rates[name]:.1f} % of its reconstructions"


def _extremes(shares: Floats) -> str:
    rarest, commonest = int(shares.argmin()), int(shares.argmax())
    return (
        f"from {100 * shares[rarest]:.1f} % ({dinosaurs.SPECIES[rarest]}) "
        f"to {100 * shares[commonest]:.1f} % ({dinosaurs.SPECIES[commonest]})"
    )


def _measure_walks(generator: Generator, walks: int, report: Report) -> None:
    """Straight lines between random places: the window has no other way between two."""
    spec = generator.info.latent
    ends = spec.sample(2 * walks, _WALK_SEED).reshape(walks, 2, spec.dim)
    shares = np.linspace(0, 1, _STEPS + 1, dtype=np.float32)[:, None]
    teller, ratios = Teller(), []
    for number, (first, last) in enumerate(ends):
        codes = first + (last - first) * shares
        ratios.append(largest_to_median(step_changes(decoded(generator, codes, "walking"))))
        teller("walking", number, walks)
    report.figures["walks, straight"] = f"{walks} pairs of random places, {_STEPS} steps each"
    report.figures["walk, largest step / median step, median pair"] = float(np.median(ratios))
    report.figures["walk, worst pair"] = f"number {int(np.argmax(ratios))} of seed {_WALK_SEED}"
    report.bars.append(Bar("walk, largest step / median step, worst pair", max(ratios), _LARGEST_STEP))


def _measure_copies(subject: Subject, pictures: _Pictures, report: Report) -> None:
    series = subject.drawings(subject.count, subject.seed)
    as_recorded = series.fingerprint == subject.fingerprint
    if not as_recorded:
        say("the drawings are not those that the checkpoint says it was trained on: the distances to them mean little")
    trained, _held = series.split(subject.held_out)
    among = as_rgb(resized(series.images, _SIDE_OF_COPIES)[trained])
    medians = {
        name: float(np.median(nearest_distances(resized(some, _SIDE_OF_COPIES), among)))
        for name, some in (("fresh", pictures.originals), ("rebuilt", pictures.rebuilt), ("samples", pictures.samples))
    }
    report.figures |= {
        "training pictures": f"{len(among)}, {'as' if as_recorded else 'NOT as'} the checkpoint records them",
        "nearest training picture, fresh drawings (RMS, %)": 100 * medians["fresh"],
        "nearest training picture, samples (RMS, %)": 100 * medians["samples"],
        "nearest training picture, samples / fresh": medians["samples"] / medians["fresh"],
        "nearest training picture, reconstructions of fresh / fresh": medians["rebuilt"] / medians["fresh"],
    }
    # Whatever leaves a decoder is a little softer than a drawing and so nearer to all of them, that of a picture which
    # nobody has ever trained on included; what is nearer than those would be a copy.
    ratio = medians["samples"] / medians["rebuilt"]
    report.bars.append(Bar("nearest training picture, samples / fresh as decoded", ratio, _DISTANCE, at_most=False))
