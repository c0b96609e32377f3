"""The layers with tensors of a state dict, in the order of the file, by what their shapes allow them to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

Kind = Literal["linear", "spatial", "batch_norm", "affine", "prelu", "embedding", "other"]
_WEIGHTS = ("weight", "kernel")


@dataclass(frozen=True, slots=True)
class Row:
    """One layer.

    Attributes
    ----------
    name
        Prefix of its tensors.
    kind
        ``linear`` has a matrix; ``spatial`` a 4-D kernel (a convolution or a transposed one); ``batch_norm`` running
        statistics; ``affine`` a scale and a shift alone; ``other`` nothing of these.
    shape
        Of its weight as torch has it: a ``kernel`` of Keras is turned.
    keras
        Whether Keras stored it: features run channels last, and transposed convolutions are cut as Keras does.
    """

    name: str
    kind: Kind
    shape: tuple[int, ...]
    keras: bool = False

    @property
    def number(self) -> tuple[str, int] | None:
        """Where it stands in an `nn.Sequential`: the container's name and the index; None where it stands in none."""
        parent, _, last = self.name.rpartition(".")
        return (parent, int(last)) if last.isdigit() else None


def rows_of(tensors: Mapping[str, Tensor]) -> list[Row]:
    """The rows, in the order in which their first tensor appears."""
    groups: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, tensor in tensors.items():
        prefix, _, leaf = name.rpartition(".")
        groups.setdefault(prefix, {})[leaf] = tuple(tensor.shape)
    return [_row(name, shapes) for name, shapes in groups.items()]


def _row(name: str, shapes: Mapping[str, tuple[int, ...]]) -> Row:
    keras = "kernel" in shapes or "moving_mean" in shapes
    statistics = shapes.get("running_mean", shapes.get("moving_mean"))
    if statistics is not None:
        return Row(name, "batch_norm", statistics, keras)
    weight = next((shapes[key] for key in _WEIGHTS if key in shapes), ())
    if len(weight) == 4:
        return Row(name, "spatial", (weight[3], weight[2], weight[0], weight[1]) if keras else weight, keras)
    if len(weight) == 2:
        embeds = "emb" in name.lower() and "bias" not in shapes
        return Row(name, "embedding" if embeds else "linear", weight[::-1] if keras else weight, keras)
    if len(weight) == 1:
        return Row(name, "affine" if "bias" in shapes else "prelu", weight)
    return Row(name, "other", weight)
