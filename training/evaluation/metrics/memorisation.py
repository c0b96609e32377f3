"""Whether generated pictures are training pictures again.

Two questions of each generated picture, asked of real held-out ones as well. How far is the nearest training picture?
A decoder's pictures are softer than real ones and so nearer to everything, so that alone proves nothing. And is that
one picture much nearer than the next? A new picture has many distant relatives, a copy has one original: its distance
to the nearest is less than a third of that to the second (Yoon et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.evaluation.drawing import in_turn, sheet
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.neighbours import Near, nearest
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Histogram, Outcome
from training.evaluation.subject import Floats

COPY_RATIO = 1 / 3
_SAME = 0.02
"""Training pictures this close to each other (share of the full range) are one picture: each is a copy's original."""
_ALARM = 0.02
_NEIGHBOURS = 8
_BINS, _PAIRS, _COLUMNS = 24, 16, 8
_FEATURES = ("classifier", "encoder")


@dataclass(frozen=True)
class Found:
    """Of each picture: distance and place of the nearest training picture, and whether it is a copy of it."""

    distances: np.ndarray
    places: np.ndarray
    ratios: np.ndarray

    @property
    def copies(self) -> np.ndarray:
        """1.0 for a copy, 0.0 for none."""
        return (self.ratios < COPY_RATIO).astype(float)


def measure(material: Material) -> Outcome:
    """Copies and distances in pixels and in the first kind of features that can be had."""
    if len(material.training) < 3:
        raise UnavailableError("needs at least three training pictures")
    kinds = ["pixels"]
    remarks = []
    for kind in _FEATURES:
        try:
            material.features(kind)
        except UnavailableError as error:
            remarks.append(f"{kind}: {error}.")
        else:
            kinds.append(kind)
            break
    outcome = Outcome(remarks=[] if len(kinds) > 1 else remarks)
    searched, trained = len(material.training), len(material.train_rows)
    if searched < trained:
        outcome.remarks.append(f"Originals were looked for among {searched:,} of the {trained:,} training pictures.")
    for kind in kinds:
        _measure(material, kind, outcome)
    return outcome


def _measure(material: Material, kind: str, outcome: Outcome) -> None:
    among = material.embedded(kind, "training")
    samples = find(material.embedded(kind, "samples"), among)
    held = find(material.embedded(kind, "held_out"), among)
    material.tick(f"looking for originals ({kind})", 1, 1)
    over, count = f"{RESAMPLES} bootstrap resamples", len(samples.distances)
    share = Figure(
        f"copies[{kind}]", *bootstrap_mean(samples.copies, material.seed(19)), over, count, "lower",
        f"Share of generated pictures much nearer to one training picture than to the next: under a third"
        f" ({kind}).",
        float(held.copies.mean()), len(held.copies),
    )  # fmt: skip
    values = 1.0 - _rank(samples.distances, held.distances)
    nearer = Figure(
        f"nearer[{kind}]", *bootstrap_mean(values, material.seed(20)), over, count, "",
        f"Chance that a generated picture is nearer to its training picture than a real held-out one ({kind});"
        " 0.5 is as real.",
        0.5, len(held.distances),
    )  # fmt: skip
    ratio = float(np.median(samples.distances) / max(float(np.median(held.distances)), 1e-12))
    away = Figure(
        f"distance[{kind}]", ratio, _ratio_spread(samples, held, material.seed(21)), over, count, "",
        f"Median distance to the nearest training picture as a multiple of that of real held-out pictures ({kind}).",
        1.0, len(held.distances),
    )  # fmt: skip
    outcome.figures.extend([share, nearer, away])
    outcome.histograms.append(_histogram(kind, samples, held))
    if kind == "pixels":
        outcome.remarks.insert(0, verdict(share))
        places = np.argsort(samples.ratios, kind="stable")[:_PAIRS]
        pairs = in_turn(material.samples[places], material.training[samples.places[places]], columns=_COLUMNS)
        caption = "The generated pictures most like a copy, each above the training picture nearest to it in pixels."
        outcome.sheets.append(sheet("Nearest training pictures", caption, pairs, _COLUMNS))


def find(points: Floats, among: Floats) -> Found:
    """See `Found`; features (n, d) of pictures, and of the training pictures (m, d)."""
    near = nearest(points, among, _NEIGHBOURS)
    second = _second_original(near, among)
    first = near.distances[:, 0]
    ratios = np.where(second > 0, first / np.maximum(second, 1e-12), 1.0)
    return Found(first, near.places[:, 0], ratios)


def _second_original(near: Near, among: Floats) -> np.ndarray:
    """Distance to the nearest training picture that is not the first one once more."""
    second = near.distances[:, -1].copy()
    first = among[near.places[:, 0]]
    for place in range(near.distances.shape[1] - 1, 0, -1):
        apart = np.linalg.norm(among[near.places[:, place]] - first, axis=1)
        scale = np.linalg.norm(first, axis=1) + 1e-12
        second = np.where(apart > _SAME * scale, near.distances[:, place], second)
    return np.asarray(second)


def verdict(share: Figure) -> str:
    """In words: whether copies are more than chance."""
    floor = share.floor or 0.0
    if share.value > floor + max(_ALARM, 3 * share.spread):
        return (
            f"It returns training pictures: {share.value:.0%} of its random pictures are copies"
            f" (of real held-out pictures {floor:.0%} would count as such)."
        )
    return (
        f"No sign of memorisation: {share.value:.1%} of its random pictures look like copies, {floor:.1%} of real ones."
    )


def _rank(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of each value, the share of others that are smaller, ties counted half: its mean is Mann and Whitney's U / nm."""
    ordered = np.sort(others)
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((below + upto) / (2 * len(ordered)))


def _ratio_spread(samples: Found, held: Found, seed: int) -> float:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        a, b = (np.median(x[rng.integers(len(x), size=len(x))]) for x in (samples.distances, held.distances))
        found.append(a / max(float(b), 1e-12))
    return float(np.std(found, ddof=1))


def _histogram(kind: str, samples: Found, held: Found) -> Histogram:
    top = float(max(samples.distances.max(), held.distances.max(), 1e-12))
    edges = np.linspace(0, top, _BINS + 1)
    series = {
        name: (np.histogram(some.distances, edges)[0] / len(some.distances)).tolist()
        for name, some in (("generated", samples), ("real, held out", held))
    }
    unit = "root mean square difference, 1 is the full range" if kind == "pixels" else "distance of features"
    return Histogram(f"Distance to the nearest training picture ({kind})", unit, edges.tolist(), series)


METRIC = Metric("Memorisation", 1, measure, ("pixels", *_FEATURES), place=15)
