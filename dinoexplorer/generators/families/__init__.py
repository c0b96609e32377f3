"""Families of networks, recognised by their tensors; one file each."""

from __future__ import annotations

import importlib
import pkgutil

from dinoexplorer.generators.reading import Family


def all_families() -> list[Family]:
    """Every family in this folder, by the name of its file; `plain` last, which tries much and fits much."""
    modules = sorted(
        (module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name == "plain", name)
    )
    found = [importlib.import_module(f"{__name__}.{name}") for name in modules]
    return [module.FAMILY for module in found if hasattr(module, "FAMILY")]
