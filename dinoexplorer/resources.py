"""Where the data shipped with the program lie."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

SHIPPED_NAMES = ("dinosaurs", "dinosaurs-2d")


def resource_path(*parts: str) -> Path:
    """A file or folder below ``resources/``; it need not exist."""
    beside = Path(__file__).resolve().parent.parent / "resources"
    if beside.is_dir():
        return beside.joinpath(*parts)
    try:
        return Path(str(resources.files("resources"))).joinpath(*parts)
    except ModuleNotFoundError:
        return beside.joinpath(*parts)


def shipped_checkpoints() -> list[Path]:
    """The checkpoints that came with the program and are there, the one to start with first."""
    paths = (resource_path("checkpoints", f"{name}.safetensors") for name in SHIPPED_NAMES)
    return [path for path in paths if path.is_file()]
