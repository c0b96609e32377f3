"""Keyframes on the clipboard: whole for another timeline, as codes for everybody else."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Keyframe
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json
from dinoexplorer.ui.code_mime import codes_of, mime_of

MIME = "application/x-dinoexplorer-keyframes"
_MOST_BYTES = 64 << 20


def copy(keyframes: Sequence[Keyframe]) -> None:
    """Put keyframes on the clipboard."""
    data = mime_of([(key.name, key.code) for key in keyframes])
    data.setData(MIME, json.dumps(as_json(Timeline(tuple(keyframes)))).encode())
    QGuiApplication.clipboard().setMimeData(data)


def pasted(dim: int) -> tuple[Keyframe, ...]:
    """The keyframes on the clipboard whose codes are of ``dim`` numbers; other copied codes become keyframes."""
    data = QGuiApplication.clipboard().mimeData()
    whole = _whole(data)
    if whole:
        return tuple(key for key in whole if len(key.code) == dim)
    return tuple(Keyframe(code, name) for name, code in codes_of(data, dim))


def _whole(data: QMimeData) -> tuple[Keyframe, ...]:
    raw = bytes(data.data(MIME).data()) if data.hasFormat(MIME) else b""
    if not raw or len(raw) > _MOST_BYTES:
        return ()
    try:
        return from_json(json.loads(raw)).keyframes
    except (MorphError, ValueError, RecursionError):
        return ()
