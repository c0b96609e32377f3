"""Reports of models that were never trained, for comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.evaluation.report import Figure, Outcome, Report, report_as_json


def figure(name: str, value: float, spread: float = 0.1, **other: Any) -> Figure:
    better = "higher" if name == "psnr" else "" if name == "discriminator[real]" else "lower"
    values = {"over": "200 resamples", "count": 100, "better": better, "meaning": f"What {name} means."} | other
    return Figure(name, value, spread, **values)


def report(
    *figures: Figure, run: str = "a", step: int | None = 100, dim: int = 2, size: int = 64, family: str = "vae",
    samples: int = 200, fingerprint: str = "f",
) -> Report:  # fmt: skip
    """Of the checkpoint of a run after so many steps of ten pictures; None is `last`, after a thousand pictures."""
    name = "last" if step is None else f"step-{step:06}"
    subject = {
        "name": f"/runs/{run}/checkpoints/{name}.safetensors", "sha256": f"{run}{name}", "family": family,
        "size": size, "dim": dim, "step": step or 100, "images_seen": 10 * (step or 100),
    }  # fmt: skip
    data = {
        "source": "builtin:dinosaurs", "count": 50, "training": 40, "held_out": 10, "classes": 0,
        "fingerprint": fingerprint, "as_trained": True,
    }  # fmt: skip
    settings = {"samples": samples, "seed": 0, "held_out": 0.2}
    return Report(subject, data, settings, {"recon": Outcome(list(figures))}, {"recon": "Reconstruction"}, {})


def write(folder: Path, made: Report) -> Path:
    """As `dinotrain evaluate` keeps it; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.json"
    path.write_text(json.dumps(report_as_json(made)), "utf-8")
    return path
