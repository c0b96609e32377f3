"""Whether generated pictures are training pictures again.

Two questions of each generated picture, asked of real held-out ones as well. How far is the nearest training picture?
A decoder's pictures are softer than real ones and so nearer to everything, so that alone proves nothing: the test of
Meehan et al. (2020), which asks this, accuses every blurred but healthy autoencoder. And is that one picture much
nearer than the next? A new picture has many distant relatives, a copy has one original: its distance to the nearest is
less than a third of that to the second (Yoon et al. 2023).

A third is far for a blurred copy, and a model may know only some of its pictures by heart, or give them back mirrored
or brighter. So the verdict is a two-sample test of that ratio, as Meehan's is of the distance: do more generated
pictures than real held-out ones have a low ratio? It compares what is left of pictures without brightness, tint and
contrast, with training pictures and their mirror images; and features, where there are some. Its false alarms are as
many as `_LEVEL` says wherever the generated pictures are as good as real ones, and fewer where they are softer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from training.evaluation.drawing import in_turn, sheet
from training.evaluation.features.pixels import looks
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.copying import PERMUTATIONS, Excess, excess_below, share_below
from training.evaluation.numbers.neighbours import Near, nearest
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Histogram, Outcome, Sheet
from training.evaluation.subject import Floats

COPY_RATIO = 1 / 3
_SAME = 0.02
"""Training pictures this close to each other (share of the full range) are one picture: each is a copy's original."""
_LEVEL = 0.01
"""False alarms of the whole verdict, as a share of healthy models."""
_ALARM = 0.02
"""A smaller part of a model's pictures is not called memorisation."""
_FEWEST = 8
_TELLING = 0.05
"""A larger part that may go unnoticed is told."""
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


class Tested(NamedTuple):
    """What the test found in one kind of features."""

    kind: str
    excess: Excess


def measure(material: Material) -> Outcome:
    """Copies, distances and the test, in pixels and in the first kind of features that can be had."""
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
    tested = [_measure(material, kind, outcome) for kind in kinds]
    outcome.remarks.insert(0, verdict(tested, len(material.held_out)))
    return outcome


def _measure(material: Material, kind: str, outcome: Outcome) -> Tested:
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
    if kind == "pixels":
        among = np.concatenate([looks(material.training), looks(material.training[:, :, ::-1])])
        once_more = len(material.training)
        alike, real = (find(looks(some), among, once_more) for some in (material.samples, material.held_out))
        outcome.sheets.append(_worst_pairs(material, alike))
    else:
        alike, real = samples, held
    excess = excess_below(alike.ratios, real.ratios, material.seed(23))
    memorised = Figure(
        f"memorised[{kind}]", excess.share, _share_spread(alike, real, material.seed(24)), over, count, "lower",
        "Share of generated pictures that are nearer to one training picture, against the next, than real held-out ones"
        f" are ({kind}). Chance alone gives what is told of real pictures.",
        excess.chance, len(real.ratios),
    )  # fmt: skip
    luck = Figure(
        f"memorised_p[{kind}]", excess.p, float(np.sqrt(excess.p * (1 - excess.p) / PERMUTATIONS)),
        f"the binomial error of {PERMUTATIONS:,} permutations", count, "",
        f"How often chance alone gives such a share where nothing is memorised ({kind}).",
    )  # fmt: skip
    outcome.figures.extend([memorised, luck, share, nearer, away])
    outcome.histograms.extend([_ratio_histogram(kind, alike, real), _histogram(kind, samples, held)])
    return Tested(kind, excess)


def _worst_pairs(material: Material, alike: Found) -> Sheet:
    places = np.argsort(alike.ratios, kind="stable")[:_PAIRS]
    pairs = in_turn(material.samples[places], material.training[alike.places[places]], columns=_COLUMNS)
    caption = (
        "The generated pictures most like a copy, each above the training picture nearest to it, brightness, contrast"
        " and mirror image left aside."
    )
    return sheet("Nearest training pictures", caption, pairs, _COLUMNS)


def find(points: Floats, among: Floats, period: int | None = None) -> Found:
    """See `Found`; features (n, d) of pictures, and of the training pictures (m, d).

    Parameters
    ----------
    period
        After so many of `among` the same pictures come again, mirrored: both count as one picture.
    """
    near = nearest(points, among, _NEIGHBOURS * (1 if period is None else 2))
    period = period or len(among)
    near = Near(near.places % period, near.distances)
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


def verdict(tested: Sequence[Tested], held_out: int) -> str:
    """In words: whether generated pictures are copies more often than chance."""
    if held_out < _FEWEST:
        return (
            f"Whether it returns training pictures cannot be told from {held_out} held-out pictures; at least {_FEWEST}"
            " are needed to say how near a new picture comes by chance."
        )
    found = [one for one in tested if one.excess.p * len(tested) <= _LEVEL and one.excess.share >= _ALARM]
    if found:
        most = max(found, key=lambda one: one.excess.share)
        return (
            f"It returns training pictures: about {most.excess.share:.0%} of its random pictures are much nearer to one"
            f" of them than real held-out pictures are ({most.kind}; {_chance(most.excess.p)})."
        )
    least = min(tested, key=lambda one: one.excess.p)
    return (
        "No sign of memorisation: its random pictures are no nearer to single training pictures than real held-out ones"
        f" are ({_chance(least.excess.p)}).{_unseen(held_out, len(tested))}"
    )


def _unseen(held_out: int, tests: int) -> str:
    """What so few held-out pictures leave open.

    Were a share s of the generated pictures nearer than all others, no real one would by chance be that near with
    probability (1 - s)^n: above the level of the test it proves nothing.
    """
    share = 1.0 - (_LEVEL / tests) ** (1.0 / held_out)
    if share <= _TELLING:
        return ""
    return f" With {held_out} held-out pictures it would not be noticed if fewer than about {share:.0%} were copies."


def _chance(p: float) -> str:
    """The outcome of the test in words."""
    return f"p {'< 0.001' if p < 0.001 else f'= {p:.2g}'}, permutation test"


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


def _share_spread(samples: Found, held: Found, seed: int) -> float:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        a, b = (some.ratios[rng.integers(len(some.ratios), size=len(some.ratios))] for some in (samples, held))
        found.append(share_below(a, b))
    return float(np.std(found, ddof=1))


def _ratio_histogram(kind: str, samples: Found, held: Found) -> Histogram:
    edges = np.linspace(0, 1, _BINS + 1)
    series = {
        name: (np.histogram(np.minimum(some.ratios, 1.0), edges)[0] / len(some.ratios)).tolist()
        for name, some in (("generated", samples), ("real, held out", held))
    }
    unit = "distance to the nearest training picture over that to the second; a copy is near 0"
    return Histogram(f"How single the nearest training picture is ({kind})", unit, edges.tolist(), series)


def _histogram(kind: str, samples: Found, held: Found) -> Histogram:
    top = float(max(samples.distances.max(), held.distances.max(), 1e-12))
    edges = np.linspace(0, top, _BINS + 1)
    series = {
        name: (np.histogram(some.distances, edges)[0] / len(some.distances)).tolist()
        for name, some in (("generated", samples), ("real, held out", held))
    }
    unit = "root mean square difference, 1 is the full range" if kind == "pixels" else "distance of features"
    return Histogram(f"Distance to the nearest training picture ({kind})", unit, edges.tolist(), series)


METRIC = Metric(
    "Memorisation", 2, measure, ("pixels", *_FEATURES), place=15,
    question="Does it return its training pictures?",
    effort="minutes",
    needs=("held_out",),
)  # fmt: skip
