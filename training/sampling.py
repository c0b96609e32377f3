"""Random pictures from a checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch

from training.checkpoint import read_header, read_tensors
from training.latent_statistics import draw_codes
from training.models import rebuild
from training.sheets import COLUMNS, contact_sheet, save_png, to_bytes


@torch.no_grad()
def sample_checkpoint(checkpoint: Path, folder: Path, *, count: int = COLUMNS * COLUMNS, seed: int = 0) -> Path:
    """Decode codes from the aggregate posterior (a GAN's from its prior).

    Writes `random-STEP.png` into `folder` and returns its path.
    """
    header, tensors = read_header(checkpoint), read_tensors(checkpoint)
    model = rebuild(header, tensors)
    pictures = model.get_submodule("decoder")(draw_codes(tensors, count, seed=seed))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"random-{header.training.get('step', 0):06d}.png"
    save_png(contact_sheet(to_bytes(pictures)), path)
    return path
