"""Contact sheets of samples and reconstructions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from training.files import replace_file

COLUMNS = 8
SAMPLE_ROWS = 4
PAIR_ROWS = 2
_GAP = 2


def to_bytes(pictures: Tensor) -> NDArray[np.uint8]:
    """Float (n, c, h, w) in [-1, 1] to uint8 (n, h, w, c)."""
    scaled = pictures.detach().float().clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)
    array: NDArray[np.uint8] = scaled.permute(0, 2, 3, 1).cpu().numpy()
    return array


@torch.no_grad()
def draw_sheet(model: nn.Module, codes: Tensor, originals: Tensor) -> Image.Image:
    """Decoded `codes` in the upper rows; below, rows of `originals`, each above its reconstruction.

    Parameters
    ----------
    model
        In evaluation mode; without an `encoder` there are no reconstructions to show.
    codes
        float32 (n, dim).
    originals
        float32 (m, c, h, w) in [-1, 1].
    """
    decoder = model.get_submodule("decoder")
    rows = [picture for some in torch.split(codes, COLUMNS) for picture in to_bytes(decoder(some))]
    encoder = getattr(model, "encoder", None)
    if encoder is None:
        return contact_sheet(np.stack(rows))
    for start in range(0, len(originals), COLUMNS):
        some = originals[start : start + COLUMNS]
        padding = [np.full(rows[0].shape, 255, np.uint8)] * (COLUMNS - len(some))
        rows += [*to_bytes(some), *padding, *to_bytes(decoder(encoder(some)[0])), *padding]
    return contact_sheet(np.stack(rows))


def contact_sheet(pictures: NDArray[np.uint8], columns: int = COLUMNS) -> Image.Image:
    """uint8 (n, h, w, 1 or 3) as one picture, row by row, on white."""
    count, height, width, channels = pictures.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, channels), 255, np.uint8)
    for index, picture in enumerate(pictures):
        top = _GAP + index // columns * (height + _GAP)
        left = _GAP + index % columns * (width + _GAP)
        sheet[top : top + height, left : left + width] = picture
    return Image.fromarray(sheet[..., 0] if channels == 1 else sheet)


def save_png(sheet: Image.Image, path: Path) -> None:
    """Write atomically."""
    with replace_file(path) as file:
        sheet.save(file, format="PNG")
