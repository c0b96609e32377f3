"""Perceptual path length: how much a picture changes for a tiny step in the latent space."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from training.evaluation.features.squeezenet import FILE, load_network
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Floats

STEP = 1e-3
"""Share of the way between two codes; 1e-4 in the publication, where float32 leaves small networks little to see."""
_PAIRS, _BLOCK = 1000, 32
_SIDE = 128
Distance = Callable[[Floats, Floats], np.ndarray]


def measure(material: Material) -> Outcome:
    """Karras et al. 2019, section 4.1: mean of d(G(t), G(t + step)) / step^2 over random pairs and places t.

    Squared distances, of pixels and, where its weights are there, of SqueezeNet's features. No sample is left out.
    """
    decode = material.subject.floats
    if decode is None:
        raise UnavailableError("this kind of model gives pictures as bytes only, which are too coarse for tiny steps")
    known: dict[str, Distance] = {"pixels": pixel_distance}
    remarks = []
    try:
        known["squeezenet"] = _feature_distance(material)
    except UnavailableError as error:
        remarks.append(f"squeezenet: {error}.")
    count = min(_PAIRS, material.settings.samples)
    starts, ends = _steps(material, count)
    found: dict[str, list[np.ndarray]] = {name: [] for name in known}
    for place in range(0, count, _BLOCK):
        before, after = decode(starts[place : place + _BLOCK]), decode(ends[place : place + _BLOCK])
        for name, distance in known.items():
            found[name].append(distance(before, after) / STEP**2)
        material.tick("taking tiny steps", min(place + _BLOCK, count), count)
    over = f"{RESAMPLES} bootstrap resamples"
    figures = []
    for name, parts in found.items():
        text = f"How much the picture changes for a tiny step between two random codes, in {name}: less is smoother."
        mean = bootstrap_mean(np.concatenate(parts), material.seed(10))
        figures.append(Figure(f"path_length[{name}]", *mean, over, count, "lower", text))
    return Outcome(figures, remarks=remarks)


def pixel_distance(first: Floats, second: Floats) -> np.ndarray:
    """Mean squared difference of values in [0, 1], (n,)."""
    return np.asarray((((first.astype(np.float64) - second) / 255) ** 2).mean((1, 2, 3)))


def _feature_distance(material: Material) -> Distance:
    network, _ = load_network(material)

    @torch.no_grad()
    def distance(first: Floats, second: Floats) -> np.ndarray:
        # Per pixel, so that it does not grow with the size the pictures are enlarged to.
        a, b = (_enlarged(some) for some in (first, second))
        return np.asarray(network(a, b).double().numpy() / a[0].numel())

    return distance


def _enlarged(pictures: Floats) -> torch.Tensor:
    values = torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1
    side = max(_SIDE, values.shape[-1])
    return torch.nn.functional.interpolate(values, size=(side, side), mode="bilinear", align_corners=False)


def _steps(material: Material, count: int) -> tuple[Floats, Floats]:
    """Codes at t and at t + STEP: on a straight way where an encoder says where codes lie, else on a sphere."""
    subject = material.subject
    codes = subject.sample(2 * count, material.seed(9))
    first, second = codes[:count].astype(np.float64), codes[count:].astype(np.float64)
    free = subject.dim - len(subject.classes)
    second[:, free:] = first[:, free:]  # one class all the way
    places = np.random.default_rng(material.seed(11)).random((count, 1)) * (1 - STEP)
    between = _straight if subject.has_encoder else _spherical
    pair = []
    for place in (places, places + STEP):
        codes = np.concatenate([between(first[:, :free], second[:, :free], place), first[:, free:]], 1).astype(
            np.float32
        )
        pair.append(codes)
    return pair[0], pair[1]


def _straight(first: np.ndarray, second: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.asarray(first + (second - first) * place)


def _spherical(first: np.ndarray, second: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Directions along the great circle, lengths linearly."""
    lengths = [np.linalg.norm(some, axis=1, keepdims=True) for some in (first, second)]
    a, b = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip((a * b).sum(1, keepdims=True), -1 + 1e-9, 1 - 1e-9))
    way = (np.sin((1 - place) * angle) * a + np.sin(place * angle) * b) / np.sin(angle)
    return np.asarray(way * (lengths[0] + (lengths[1] - lengths[0]) * place))


METRIC = Metric(
    "Path length", 1, measure, files=(FILE,), place=31,
    question="How much does a picture change for a tiny step?",
    effort="minutes",
)  # fmt: skip
