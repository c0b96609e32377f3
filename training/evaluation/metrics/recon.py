"""How well held-out pictures come back."""

from __future__ import annotations

import numpy as np

from training.evaluation.drawing import in_turn, sheet
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.numbers.similarity import psnr, squared_error, ssim
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Better, Figure, Outcome, Sheet

_COLUMNS = 8
_SMALLEST_SSIM = 11


def measure(material: Material) -> Outcome:
    """MSE, PSNR and SSIM of the model's bytes against the picture's."""
    held_out, rebuilt = material.held_out, material.rebuilt
    errors = squared_error(held_out, rebuilt)
    over = f"{RESAMPLES} bootstrap resamples"
    rows: list[tuple[str, np.ndarray, Better, str]] = [
        ("mse", errors, "lower", "Mean squared difference of a held-out picture and its reconstruction (of 0 to 1)."),
        (
            "psnr",
            psnr(errors),
            "higher",
            "The same in decibels: above 30 hardly any difference is seen, below 18 a blur.",
        ),
    ]
    if material.subject.size >= _SMALLEST_SSIM:
        text = "Whether local brightness, contrast and structure come back; 1 is the same picture."
        rows.append(("ssim", ssim(held_out, rebuilt), "higher", text))
    figures = [
        Figure(name, *bootstrap_mean(values, material.seed(1)), over, len(values), better, text)
        for name, values, better, text in rows
    ]
    return Outcome(figures, [_sheet(material, errors)])


def _sheet(material: Material, errors: np.ndarray) -> Sheet:
    order = np.argsort(errors)
    places = order[np.linspace(0, len(order) - 1, min(len(order), 2 * _COLUMNS)).astype(int)]
    pictures = in_turn(material.held_out[places], material.rebuilt[places], columns=_COLUMNS)
    caption = "Held-out pictures, each above its reconstruction: from the one that comes back best to the worst."
    return sheet("Reconstructions", caption, pictures, _COLUMNS)


METRIC = Metric(
    "Reconstruction", 1, measure, place=10,
    question="How well do pictures come back that it has never seen?",
    effort="seconds",
    needs=("encoder", "held_out"),
)  # fmt: skip
