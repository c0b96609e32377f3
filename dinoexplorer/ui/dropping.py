"""What is dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files that are being dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def dropped_path(data: QMimeData) -> Path | None:
    """The first local file that is being dropped."""
    paths = dropped_paths(data)
    return paths[0] if paths else None
