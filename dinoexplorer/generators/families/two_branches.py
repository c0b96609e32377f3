"""Conditional generators whose code and class go through a layer each before they are put side by side.

Both layers together are one layer with zeros where they do not meet, so that what follows is a row of layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.families.plain import BEST_FIRST, readings_of_row
from dinoexplorer.generators.reading import Reading
from dinoexplorer.generators.rows import Row, rows_of

if TYPE_CHECKING:
    from torch import Tensor

_STATISTICS = ("weight", "bias", "running_mean", "running_var")


class TwoBranches:
    """See the module's first lines."""

    title = "a row of layers behind one layer for the code and one for the class"

    def readings(self, contents: Contents) -> list[Reading]:
        for part in (*(contents.below(top) for top in BEST_FIRST), contents):
            found = _found(rows_of(part.tensors))
            if found is not None:
                tensors = _joined(found, part.tensors)
                ways = readings_of_row(rows_of(tensors), tensors, classes=min(found.code.dim, found.label.dim))
                # What is read is not what lies in the file, so no description of it would fit.
                return [replace(way, family="conditional-gan", description=None) for way in ways]
        return []

    def missing(self, contents: Contents) -> str:  # noqa: ARG002  nothing is as near as a row of layers
        return ""


FAMILY = TwoBranches()


@dataclass(frozen=True, slots=True)
class _Branch:
    layer: Row
    norm: Row | None

    @property
    def transposed(self) -> bool:
        return self.layer.kind == "spatial"

    @property
    def dim(self) -> int:
        return self.layer.shape[0 if self.transposed else 1]

    @property
    def out(self) -> int:
        return self.layer.shape[1 if self.transposed else 0]


@dataclass(frozen=True, slots=True)
class _Found:
    code: _Branch
    label: _Branch


def _found(rows: Sequence[Row]) -> _Found | None:
    """Two layers at the start, of one kind, that do not follow each other, and what their maps together go into."""
    first, rest = _branch(rows)
    second, rest = _branch(rest)
    if first is None or second is None or not rest or rest[0].kind != first.layer.kind:
        return None
    follow = second.dim == first.out
    alike = first.layer.kind == second.layer.kind and first.layer.shape[2:] == second.layer.shape[2:]
    together = _Branch(rest[0], None).dim == first.out + second.out
    if follow or not alike or not together or (first.norm is None) != (second.norm is None) or first.dim == second.dim:
        return None
    return _Found(first, second)


def _branch(rows: Sequence[Row]) -> tuple[_Branch | None, Sequence[Row]]:
    if not rows or rows[0].kind not in {"linear", "spatial"} or rows[0].keras:
        return None, rows
    if len(rows) > 1 and rows[1].kind == "batch_norm":
        return _Branch(rows[0], rows[1]), rows[2:]
    return _Branch(rows[0], None), rows[1:]


def _joined(found: _Found, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors with both branches as one, whose longer input, the code, comes first."""
    first, second = found.code, found.label
    gone = [f"{row.name}." for row in (first.layer, first.norm, second.layer, second.norm) if row is not None]
    joined = dict(_layer(first, second, tensors))
    if first.norm is not None and second.norm is not None:
        joined |= _norm(first.norm, second.norm, tensors)
    rest = {name: tensor for name, tensor in tensors.items() if not name.startswith(tuple(gone))}
    return joined | rest


def _layer(first: _Branch, second: _Branch, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    import torch  # noqa: PLC0415  not before the first window

    one, two = (tensors[f"{branch.layer.name}.weight"] for branch in (first, second))
    given, out = (0, 1) if first.transposed else (1, 0)
    shape = list(one.shape)
    shape[given], shape[out] = first.dim + second.dim, first.out + second.out
    weight = torch.zeros(shape)
    ahead = second.dim if second.dim > first.dim else 0
    weight.narrow(given, ahead, first.dim).narrow(out, 0, first.out).copy_(one)
    weight.narrow(given, 0 if ahead else first.dim, second.dim).narrow(out, first.out, second.out).copy_(two)
    yield f"{first.layer.name}.weight", weight
    biases = [tensors.get(f"{branch.layer.name}.bias") for branch in (first, second)]
    if any(bias is not None for bias in biases):
        parts = [torch.zeros(branch.out) if bias is None else bias.float()
                 for branch, bias in zip((first, second), biases, strict=True)]  # fmt: skip
        yield f"{first.layer.name}.bias", torch.cat(parts)


def _norm(first: Row, second: Row, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    import torch  # noqa: PLC0415  not before the first window

    pairs = {key: [tensors.get(f"{row.name}.{key}") for row in (first, second)] for key in _STATISTICS}
    return {
        f"{first.name}.{key}": torch.cat([part.float() for part in pair if part is not None])
        for key, pair in pairs.items() if all(part is not None for part in pair)
    }  # fmt: skip
