"""Whether a model that never saw a species finds it strange: ROC-AUC against fresh drawings of the species it knows.

Train one with `dinotrain fit dinosaurs-quick --data builtin:dinosaurs-without-Stegosaurus --set image.size=64`. With
`--data FOLDER --species CLASS` the strange pictures are those of one class of a folder of classes, and the usual ones
those of the others that the model was not trained on.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.anomaly.judging import Judge, Verdict, roc_auc
from dinoexplorer.latent.anomaly.seeing import Eye
from dinoexplorer.latent.anomaly.strangeness import SCORES
from dinoexplorer.latent.map_data import UNSEEN_SEED, fit_of
from tests.benchmarks import Bar, Report
from tests.benchmarks._shipped import Teller, say
from training.data.images import BUILTIN, DataError, ImageSet, open_images
from training.device import limit_threads

_AUC = 0.9
_DRAWN = 1600
_HELD_OUT = 0.05


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, required=True, help="an autoencoder that never saw the species")
    parser.add_argument("--species", required=True, help="the class that it never saw")
    parser.add_argument("--data", default=f"{BUILTIN}dinosaurs", help="pictures with classes, that species among them")
    parser.add_argument("--variation", type=float, default=0.5, help="how much built-in drawings differ")
    parser.add_argument("--count", type=int, default=_DRAWN, help="how many built-in drawings")
    parser.add_argument("--held-out", type=float, default=_HELD_OUT, help="what the training on a folder held out")


def measure(options: argparse.Namespace) -> Report:
    limit_threads()
    try:
        generator = open_generator(options.checkpoint)
        images = _opened(generator, options)
        return _report(generator, images, options)
    except (GeneratorError, DataError) as error:
        sys.exit(str(error))


def _opened(generator: Generator, options: argparse.Namespace) -> ImageSet:
    info, builtin = generator.info, options.data.startswith(BUILTIN)
    images = open_images(
        options.data, size=info.image_size, channels=info.channels, count=options.count if builtin else None,
        seed=UNSEEN_SEED, variation=options.variation, fit=fit_of(info), progress=Teller(),
    )  # fmt: skip
    if options.species not in images.classes:
        sys.exit(f"{options.data} has no class {options.species!r}; name one of {', '.join(images.classes)}.")
    if options.species in info.classes:
        say(f"{info.path.name} was trained on {options.species} too, so this says little")
    return images


def _report(generator: Generator, images: ImageSet, options: argparse.Namespace) -> Report:
    strange = images.labels == images.classes.index(options.species)
    usual = np.flatnonzero(~strange)
    if not options.data.startswith(BUILTIN):  # by content, whatever else is in the folder, so as the training held out
        usual = np.intersect1d(usual, images.split(options.held_out)[1])
    learnt, fresh = usual[::2], usual[1::2]
    judge = Judge(Eye(generator), _rgb(images.images[learnt]), _telling("learning what is usual"))
    began = time.process_time()
    of_strange, of_fresh = (
        judge.judge(_rgb(images.images[rows]), _telling("judging")) for rows in (np.flatnonzero(strange), fresh)
    )
    seconds = time.process_time() - began
    report = Report("anomaly")
    report.figures |= {
        "checkpoint": str(options.checkpoint),
        "left out": options.species,
        "usual pictures that it learns from": len(learnt),
        "usual pictures that it judges": len(fresh),
        f"pictures of {options.species}": len(of_strange),
        "CPU ms a picture": 1000 * seconds / (len(of_strange) + len(of_fresh)),
    }
    for name in SCORES:
        report.figures[f"ROC-AUC, {name} alone"] = roc_auc(_shares(of_fresh, name), _shares(of_strange, name))
    both = [np.array([one.strangeness.value for one in some]) for some in (of_fresh, of_strange)]
    report.figures["usual pictures called stranger than 99 %"] = float(
        np.mean([one.strangeness.stranger_than > 0.99 for one in of_fresh])
    )
    report.bars.append(Bar(f"ROC-AUC, {options.species} against the rest", roc_auc(*both), _AUC, at_most=False))
    return report


def _shares(verdicts: list[Verdict], score: str) -> np.ndarray:
    return np.array([one.strangeness.shares[score] for one in verdicts])


def _rgb(pictures: ByteArray) -> ByteArray:
    return np.ascontiguousarray(pictures if pictures.shape[3] == 3 else np.repeat(pictures, 3, axis=3))


def _telling(what: str):
    teller = Teller()
    return lambda done, total: teller(what, done, total)
