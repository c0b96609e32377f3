"""How large a model is in memory, counted without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.config import RunConfig

_FLOAT = 4
_COUNTED_WITH = 4
_CLASSES_COUNTED = 16
"""A class-conditional model is counted with as many classes as there are built-in species."""
_COPIES = 5
"""Weights, gradients, two averages of AdamW, averaged weights."""
_PROCESS_BYTES = 300 << 20
"""Python and torch before any model, on a CPU (torch 2.13)."""
_BACKWARD = 1.25
"""Beside what is saved for the way back there are the gradients of a few layers at a time."""


@dataclass(frozen=True, slots=True)
class Size:
    """What one configuration needs.

    Attributes
    ----------
    parameters, kept
        Numbers that are trained, and those of them that a checkpoint holds.
    picture_bytes
        What each picture of a batch adds while it is computed.
    """

    parameters: int
    kept: int
    picture_bytes: int

    @property
    def fixed_bytes(self) -> int:
        """What is needed whatever the batch."""
        return _PROCESS_BYTES + _COPIES * _FLOAT * self.parameters

    def memory_bytes(self, batch_size: int) -> int:
        """What the device holds with that many pictures at once."""
        return self.fixed_bytes + batch_size * self.picture_bytes


def size_of(config: RunConfig) -> Size:
    """Count on torch's meta device, where tensors have shapes and no memory."""
    import torch  # noqa: PLC0415  never on the way to the first window

    from training.models import family_named  # noqa: PLC0415  imports torch

    family = family_named(config.family)
    with torch.device("meta"):
        model = family.build(config, _CLASSES_COUNTED)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    kept = sum(p.numel() for name in family.kept for p in model.get_submodule(name).parameters())
    half = 0.5 if config.device.startswith("cuda") and config.precision != "fp32" else 1.0
    saved = _saved_bytes(config, family, model)
    return Size(parameters, kept, round(saved * _BACKWARD * half / _COUNTED_WITH))


def _saved_bytes(config: RunConfig, family: Any, model: Any) -> int:
    """The most that any phase of a step keeps for its way back, for a batch of `_COUNTED_WITH` pictures."""
    import torch  # noqa: PLC0415  as above

    from training.models.family import Batch, Moment  # noqa: PLC0415  as above

    size = config.image.size
    shape = (_COUNTED_WITH, config.image.channels, size, size)
    batch = Batch(torch.zeros(shape, device="meta"), torch.zeros(_COUNTED_WITH, dtype=torch.int64, device="meta"))
    weights = {id(parameter) for parameter in model.parameters()}
    most = 0
    try:
        with torch.device("meta"):
            options = {**config.objective, "perceptual_weight": 0.0}  # its weights are in a file
            known = {name: value for name, value in options.items() if name in config.objective}
            objective = family.objective(known, config, _CLASSES_COUNTED, "meta")
        for phase in objective.phases:
            counted: dict[int, int] = {}

            def pack(tensor: torch.Tensor, counted: dict[int, int] = counted) -> torch.Tensor:
                if id(tensor) not in weights:
                    storage = tensor.untyped_storage()
                    counted[storage._cdata] = storage.nbytes()
                return tensor

            hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor)
            with hooks, torch.device("meta"):
                losses = objective.loss(phase.name, model, batch, Moment(config.steps // 2, 0.5))
            most = max(most, sum(counted.values()))
            del losses
    except Exception:  # noqa: BLE001  an objective that looks at values cannot be counted so
        return max(most, _rough_bytes(model, config))
    return most


def _rough_bytes(model: Any, config: RunConfig) -> int:
    """Where the objective cannot be counted: as if every layer kept 64 channels of a picture's side."""
    layers = sum(1 for module in model.modules() if not any(module.children()))
    return _COUNTED_WITH * _FLOAT * 16 * layers * config.image.size**2
