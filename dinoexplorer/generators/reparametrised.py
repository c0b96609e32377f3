"""Weights that a file holds as what they are computed from: weight and spectral normalisation, worked in.

PyTorch keeps ``weight_g`` and ``weight_v``, or ``weight_orig`` and ``weight_u``, or by its newer functions
``parametrizations.weight.original…``. Whoever looks at a network wants its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_NEW = "parametrizations.weight."
_GAIN, _DIRECTION = f"{_NEW}original0", f"{_NEW}original1"
_ORIGINAL, _LEFT, _RIGHT = f"{_NEW}original", f"{_NEW}0._u", f"{_NEW}0._v"
_PARTS = (
    "weight_g", "weight_v", "weight_orig", "weight_u", _GAIN, _DIRECTION, _ORIGINAL, _LEFT, _RIGHT,
)  # fmt: skip


def worked_in(tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The same tensors in the same order, with one ``weight`` in place of what each is computed from."""
    layers: dict[str, dict[str, str]] = {}
    for name in tensors:
        part = next((part for part in _PARTS if name == part or name.endswith(f".{part}")), None)
        if part is not None:
            layers.setdefault(name[: -len(part)], {})[part] = name
    if not layers:
        return tensors
    weights: dict[str, Tensor] = {}
    replaced: dict[str, str] = {}
    for prefix, names in layers.items():
        parts = {part: tensors[name] for part, name in names.items()}
        weight = _weight(parts) if f"{prefix}weight" not in tensors else None
        if weight is not None:
            weights[f"{prefix}weight"] = weight
            replaced |= dict.fromkeys(names.values(), f"{prefix}weight")
    result: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        plain = replaced.get(name, name)
        result.setdefault(plain, weights.get(plain, tensor))
    return result


def _weight(parts: Mapping[str, Tensor]) -> Tensor | None:
    for gain, direction in (("weight_g", "weight_v"), (_GAIN, _DIRECTION)):
        if gain in parts and direction in parts:
            return _of_gain(parts[gain], parts[direction])
    for original, left, right in (("weight_orig", "weight_u", "weight_v"), (_ORIGINAL, _LEFT, _RIGHT)):
        if original in parts and left in parts:
            return _of_largest(parts[original], parts[left], parts.get(right))
    return None


def _of_gain(gain: Tensor, direction: Tensor) -> Tensor | None:
    """Each slice of ``direction`` at the length that ``gain`` says; that has one number a slice, or one for all."""
    if gain.ndim not in {0, direction.ndim} or not (gain.is_floating_point() and direction.is_floating_point()):
        return None
    axes = [axis for axis in range(direction.ndim) if gain.ndim == 0 or gain.shape[axis] == 1]
    if any(gain.shape[axis] != direction.shape[axis] for axis in range(direction.ndim) if axis not in axes):
        return None
    direction = direction.float()
    return gain.float() * direction / direction.square().sum(dim=axes, keepdim=True).sqrt()


def _of_largest(original: Tensor, left: Tensor, right: Tensor | None) -> Tensor | None:
    """``original`` divided by its largest singular value, as its two vectors say that.

    Rows are the first axis, of transposed convolutions the second: where both fit, those for which the value is larger,
    since the vectors were iterated towards the largest.
    """
    if original.ndim < 2 or not original.is_floating_point():
        return None
    original, left = original.float(), left.float()
    found: list[float] = []
    for axis in (0, 1):
        rows = original.transpose(0, axis).flatten(1)
        if left.shape != rows.shape[:1] or (right is not None and right.shape != rows.shape[1:]):
            continue
        back = left @ rows
        found.append(float(back.norm() if right is None else back @ right.float()))
    largest = max(found, default=0.0)
    return original / largest if largest > 0 else None
