"""Which way a figure is better, by its name alone."""

from __future__ import annotations

_HIGHER = frozenset({
    "psnr", "ssim", "elbo", "iwae", "precision", "recall", "density", "coverage", "inception_score", "score",
    "class_accuracy", "class_sure", "mig", "dci", "active",
})  # fmt: skip


def higher_is_better(name: str) -> bool:
    """Of `psnr`, `recall[classifier]`, `held_out/psnr`: True; of a loss or a distance: False."""
    return name.rpartition("/")[2].partition("[")[0] in _HIGHER
