"""What directions taught on the shipped dinosaurs move beside their own factor.

Colour (warm against cold), size and facing are taught from labels "high" and "low"; the factors of moved pictures are
read by an estimator that knows nothing of the directions.
"""

from __future__ import annotations

import argparse

import numpy as np

from tests.benchmarks import Bar, Report
from tests.benchmarks._taught import READ, TAUGHT, Dinosaurs
from training.device import limit_threads

_TIMES = 3.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pictures", type=int, default=48, help="pictures to move")
    parser.add_argument("--way", default="logistic", choices=("logistic", "means", "svm"), help="how to teach")


def measure(options: argparse.Namespace) -> Report:
    limit_threads()
    dinosaurs = Dinosaurs(options.pictures)
    read = dinosaurs.certainty()
    report = Report("directions", {"taught by": options.way, "pictures moved": len(dinosaurs.starts)})
    report.figures |= {f"read from codes, {name} (share of variance)": read[name] for name in TAUGHT}
    for taught in dinosaurs.teach(options.way):
        name, own = taught.direction.name, list(READ).index(taught.direction.name)
        named = [place for place in range(len(TAUGHT)) if place != own]
        mean, single = np.abs(taught.moved.mean(axis=0)), np.abs(taught.moved).mean(axis=0)
        others = np.where(np.arange(len(READ)) == own, 0, mean)
        report.figures |= {
            f"{name}: held-out accuracy": taught.direction.accuracy or 0.0,
            f"{name}: moved by (standard deviations)": float(mean[own]),
            f"{name}: own over others in single pictures": float(single[own] / single[named].max()),
            f"{name}: what moves most beside it": f"{list(READ)[int(others.argmax())]}, {others.max():.2f}",
        }
        report.bars.append(Bar(f"{name}: own over others", float(mean[own] / mean[named].max()), _TIMES, at_most=False))
    return report
