"""How far the patches of generated pictures are from those of real ones, at each size: no network is needed.

A distance in a network's features hardly sees blur, or needs a network that somebody has to fetch; this one sees little
else than texture, shapes and colours, at which size each of them differs.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Bytes
from training.objectives.patches import PATCH, projections, transport

SPLITS = 5
_MOST, _FEWEST = 1000, 8
_AT_ONCE = 64
_GREY_LEVELS = 127.5  # in one unit of pictures in [-1, 1]
_COARSE = 8


def measure(material: Material) -> Outcome:
    """The sliced Wasserstein distance of Karras et al. (2018) with each level of the pyramid for itself.

    Sets of patches are further apart by chance the fewer they are, so both figures are of equally many: half of the
    real pictures against generated ones, and against the other half.
    """
    size = material.subject.size
    if size < PATCH:
        raise UnavailableError(f"needs pictures of {PATCH} x {PATCH} pixels or more")
    count = min(_MOST, len(material.reals) // 2, material.settings.samples)
    if count < _FEWEST:
        raise UnavailableError(f"needs at least {2 * _FEWEST} real pictures and {_FEWEST} samples")
    reals, fakes = (_projected(material, getattr(material, which), which) for which in ("reals", "samples"))
    found, floors = [], []
    for split in range(SPLITS):
        random = np.random.default_rng(material.seed(26, split))
        order, drawn = random.permutation(reals[0].shape[1]), random.permutation(fakes[0].shape[1])[:count]
        half, other = order[:count], order[count : 2 * count]
        found.append([float(transport(a[:, half], b[:, drawn])) for a, b in zip(reals, fakes, strict=True)])
        floors.append([float(transport(a[:, half], a[:, other])) for a in reals])
        material.tick("comparing patches", split + 1, SPLITS)
    values, floor = np.array(found) * _GREY_LEVELS, np.array(floors) * _GREY_LEVELS
    text = "Mean difference of generated and real patches in grey levels, each sorted along fixed directions: "
    figures = [_figure("patches", values.mean(1), floor.mean(1), count, f"{text}texture, shapes and colours alike.")]
    for level in range(values.shape[1]):
        side = size >> level
        about = "shapes and colours" if side < 2 * _COARSE else "what is lost when the side is halved"
        told = f"{text}{about} at {side} px."
        figures.append(_figure(f"patches[{side}]", values[:, level], floor[:, level], count, told))
    return Outcome(figures)


def _figure(name: str, values: np.ndarray, floor: np.ndarray, count: int, text: str) -> Figure:
    over = f"{SPLITS} random halves"
    spread = float(np.std(values, ddof=1))
    return Figure(name, float(values.mean()), spread, over, count, "lower", text, float(floor.mean()), count)


def _projected(material: Material, pictures: Bytes, which: str) -> list[Tensor]:
    blocks = []
    for start in range(0, len(pictures), _AT_ONCE):
        some = np.ascontiguousarray(pictures[start : start + _AT_ONCE])
        images = torch.from_numpy(some).permute(0, 3, 1, 2).float() / _GREY_LEVELS - 1
        blocks.append(projections(images))
        material.tick(f"cutting patches ({which})", min(start + _AT_ONCE, len(pictures)), len(pictures))
    return [torch.cat(level, 1) for level in zip(*blocks, strict=True)]


METRIC = Metric(
    "Patches", 1, measure, place=25,
    question="Are its texture, shapes and colours those of real pictures (SWD)?",
    effort="seconds",
)  # fmt: skip
