"""Kinds of files that hold tensors; one file each. They say what is in a file, not what it means."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol

from dinoexplorer.generators.contents import Contents


class Container(Protocol):
    """One kind of file. A module in this folder with a ``CONTAINER`` of this kind is found by being there."""

    title: str

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether the first 4096 bytes (none for a folder) are of this kind; names do not count."""
        ...

    def unpack(self, path: Path) -> Contents:
        """Read the tensors; no code of the file is run, and no more memory is taken than twice its size.

        Raises
        ------
        GeneratorError
            The file is damaged, or would have to run code: with what was found, why it stops, and what to do.
        """
        ...


def all_containers() -> list[Container]:
    """Every kind in this folder, by the name of its file."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").CONTAINER for name in modules]
