"""Codes that are dragged or copied from one panel to another."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QMimeData

from dinoexplorer.generators.generator import FloatArray

MIME = "application/x-dinoexplorer-codes"
_MOST_BYTES = 64 << 20
Named = tuple[str, FloatArray]


def mime_of(named: Iterable[Named]) -> QMimeData:
    """Codes ``(dim,)`` with their names, for a drag or the clipboard."""
    entries = [
        {"name": name, "code": base64.b64encode(np.ascontiguousarray(code, "<f4").tobytes()).decode()}
        for name, code in named
    ]
    data = QMimeData()
    data.setData(MIME, json.dumps(entries).encode())
    return data


def has_codes(data: QMimeData) -> bool:
    """Whether codes are being dragged, of whatever length."""
    return data.hasFormat(MIME)


def codes_of(data: QMimeData, dim: int) -> list[Named]:
    """The codes of ``dim`` numbers with their names; another program's or another model's are left out."""
    raw = bytes(data.data(MIME).data()) if has_codes(data) else b""
    if not raw or len(raw) > _MOST_BYTES:
        return []
    try:
        entries = json.loads(raw)
        found = [
            (
                str(entry["name"]),
                np.frombuffer(base64.b64decode(entry["code"], validate=True), "<f4").astype(np.float32),
            )
            for entry in entries
        ]
    except (ValueError, TypeError, LookupError, RecursionError):
        return []
    return [(name, code) for name, code in found if code.shape == (dim,) and np.isfinite(code).all()]
