"""Finding the generator in a file that holds more: discriminators, copies of itself, an optimiser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dinoexplorer.generators.contents import Contents

if TYPE_CHECKING:
    from torch import Tensor

_BEST_FIRST = (
    "G_ema", "g_ema", "netG_ema", "avgG", "GE", "generator_ema", "ema", "Gen_ema", "model_state_dict", "state_dict",
    "netG", "G", "generator", "Gen", "GAN", "model",
)  # fmt: skip


def generator_tensors(contents: Contents, marks: Sequence[str]) -> Mapping[str, Tensor] | None:
    """The tensors below the first prefix that has all of ``marks``, by names without it; averaged weights come first.

    Wrappers may lie in each other: ``state_dict.generator``. None where there is no such prefix.
    """
    found = [name.removesuffix(marks[0]) for name in contents.tensors if f".{name}".endswith(f".{marks[0]}")]
    whole = [prefix for prefix in found if all(f"{prefix}{mark}" in contents.tensors for mark in marks)]
    if not whole:
        return None
    start = min(whole, key=_rank)
    return {name.removeprefix(start): tensor for name, tensor in contents.tensors.items() if name.startswith(start)}


def _rank(prefix: str) -> tuple[int, int]:
    parts = prefix.split(".")
    ranks = [_BEST_FIRST.index(part) for part in parts if part in _BEST_FIRST]
    return min(ranks, default=len(_BEST_FIRST)), len(parts)
