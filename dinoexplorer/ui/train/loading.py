"""Modules that take a while to import, loaded in a thread."""

from __future__ import annotations

import gc
import importlib
from types import ModuleType


def load_module(name: str) -> ModuleType:
    """Import a module, without a garbage collection: in a thread it could meet objects of Qt."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        if collects:
            gc.enable()
