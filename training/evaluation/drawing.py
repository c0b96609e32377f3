"""Pictures for a report."""

from __future__ import annotations

import base64
import io

import numpy as np

from training.evaluation.report import Sheet
from training.evaluation.subject import Bytes
from training.sheets import contact_sheet


def sheet(title: str, caption: str, pictures: Bytes, columns: int) -> Sheet:
    """Pictures (n, h, w, 3) row by row."""
    file = io.BytesIO()
    contact_sheet(pictures, columns).save(file, "PNG", optimize=True)
    return Sheet(title, caption, base64.b64encode(file.getvalue()).decode())


def in_turn(*groups: Bytes, columns: int) -> Bytes:
    """Rows of the first group, each above the rows of the others; groups are equally large."""
    count = len(groups[0]) // columns * columns or len(groups[0])
    rows = []
    for start in range(0, count, columns):
        for group in groups:
            block = group[start : min(start + columns, count)]
            gap = np.full((columns - len(block), *block.shape[1:]), 255, np.uint8)
            rows.append(np.concatenate([block, gap]))
    return np.concatenate(rows)
