"""The formats of films, one file each; a format is found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.settings import FileFormat


def all_formats() -> list[FileFormat]:
    """Every format, by the name of its file."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").FORMAT for name in modules]


def format_of(path: Path) -> FileFormat:
    """The format that a file's ending asks for; raises `MorphError` naming those that there are."""
    formats = {each.suffix: each for each in all_formats()}
    if path.suffix.lower() not in formats:
        known = ", ".join(sorted(formats))
        raise MorphError(f"{path.name} does not say what it is to be; give it one of the endings {known}, or a folder.")
    return formats[path.suffix.lower()]
