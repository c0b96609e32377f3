"""What is dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

SOUNDS = (".wav", ".mp3", ".flac", ".m4a", ".aac", ".ogg", ".opus")
_CONFIGURATIONS = {"config.json", "model_config.json", "model_index.json"}
"""What libraries that save a model as a folder call the file that says what it is."""


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files that are being dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def dropped_sound(data: QMimeData) -> Path | None:
    """The sound file that is being dropped, if the first one is that by its name."""
    path = dropped_path(data)
    return path if path is not None and path.suffix.lower() in SOUNDS else None


def dropped_picture(data: QMimeData) -> Path | None:
    """The first file that is a picture by its name."""
    from dinoexplorer.latent.inversion.batch import ENDINGS  # noqa: PLC0415  only what is pasted asks

    return next((path for path in dropped_paths(data) if path.suffix.lower() in ENDINGS), None)


def dropped_path(data: QMimeData) -> Path | None:
    """The first local file that is being dropped."""
    paths = dropped_paths(data)
    return paths[0] if paths else None


def meant(path: Path) -> Path:
    """The folder, where its configuration was named in its place: a dialog for files cannot name a folder."""
    return path.parent if path.name in _CONFIGURATIONS else path
