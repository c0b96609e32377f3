"""What was found in a file of another program: named tensors, and plain data beside them. Nothing of it was run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False, slots=True)
class Contents:
    """Tensors by dotted names, in the order of the file.

    Attributes
    ----------
    path, format
        The file, and what kind of file it is, for a person: "PyTorch checkpoint".
    tensors
        On the CPU, as they were stored. Nested dictionaries are joined by dots; the names that parallel training and
        compiling put in front are left out.
    hints
        Plain data (numbers, texts, lists, dictionaries) found beside them: configurations, arguments, class names.
    """

    path: Path
    format: str
    tensors: Mapping[str, Tensor]
    hints: Mapping[str, Any] = field(default_factory=dict)

    def below(self, prefix: str) -> Contents:
        """Only the tensors whose names begin with ``prefix`` and a dot, without it."""
        start = f"{prefix}."
        inside = {name.removeprefix(start): tensor for name, tensor in self.tensors.items() if name.startswith(start)}
        return replace(self, tensors=inside)

    def tops(self) -> tuple[str, ...]:
        """The first parts of the dotted names, in order."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.tensors))

    @property
    def parameters(self) -> int:
        """How many numbers the tensors hold that are not statistics of a normalisation."""
        buffers = ("running_mean", "running_var", "num_batches_tracked")
        return sum(tensor.numel() for name, tensor in self.tensors.items() if not name.endswith(buffers))


class Described(dict[str, Any]):
    """A dictionary with facts about the object that it was made of, such as its ``class_name``."""

    def __init__(self, items: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        super().__init__(items)
        self.facts = facts


def flattened(stored: Mapping[Any, Any]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the plain data of nested dictionaries, by dotted names; facts of objects stay whole."""
    from torch import Tensor  # noqa: PLC0415  not before the first window

    tensors: dict[str, Tensor] = {}
    hints: dict[str, Any] = {}
    for name, value in _leaves(stored, ""):
        if isinstance(value, Tensor):
            tensors[_without_wrappers(name)] = value.detach()
        elif isinstance(value, str | int | float | bool | list | tuple | dict) or value is None:
            hints[name] = value
    return tensors, hints


def _leaves(stored: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(stored, Described):
        yield from ((f"{prefix}{name}", fact) for name, fact in stored.facts.items())
    for key, value in stored.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{name}.")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield from _leaves(dict(enumerate(value)), f"{name}.")
        else:
            yield name, value


def _without_wrappers(name: str) -> str:
    """``module.`` and ``_orig_mod.`` left out; the slashes that Keras writes are dots."""
    parts = name.replace("/", ".").split(".")
    return ".".join(part for part in parts if part not in {"module", "_orig_mod"}) or name
