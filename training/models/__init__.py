"""The registry of model families: every module of this package that holds a `FAMILY` is one.

Importing this package does not import torch; asking for a family does.
"""

from __future__ import annotations

import difflib
import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from training.config import ConfigError
from training.models.family import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from training.checkpoint import CheckpointHeader

__all__ = ["Family", "families", "family_named", "kept_state", "rebuild"]


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        family = getattr(import_module(module.name), "FAMILY", None)
        if family is not None:
            found[family.name] = family
    return found


def family_named(name: str) -> Family:
    """The family of that name, or a `ConfigError` that suggests the nearest."""
    known = families()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f": did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"
        raise ConfigError(f"unknown family {name!r}{hint}")
    return known[name]


def rebuild(header: CheckpointHeader, tensors: Mapping[str, Tensor]) -> nn.Module:
    """The module a checkpoint describes: float32, in evaluation mode, with its weights.

    It has a `decoder` and, where the family keeps one, an `encoder`; nothing that only training needs.

    Raises
    ------
    training.checkpoint.CheckpointError
        A tensor is missing, unexpected, of another shape or holds NaN or infinity; the text names it.
    """
    from training.models.rebuilding import rebuild_module  # noqa: PLC0415  torch is loaded only when asked for

    return rebuild_module(header, tensors)


def kept_state(model: nn.Module, kept: tuple[str, ...]) -> dict[str, Tensor]:
    """The tensors that `rebuild` takes: of the submodules in `kept`, weights as the layers use them."""
    from training.models import rebuilding  # noqa: PLC0415  torch is loaded only when asked for

    return rebuilding.kept_state(model, kept)
