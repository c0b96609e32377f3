"""From a checkpoint back to a module, with every tensor checked by name."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import ValidationError
from torch import Tensor

from training.checkpoint import CheckpointError, CheckpointHeader
from training.config import ConfigError, ModelConfig
from training.models import family_named
from training.models.blocks import Autoencoder

STATISTICS = "latent."
"""Tensors with this prefix describe the latent space; they belong to no module."""


def rebuild_module(header: CheckpointHeader, tensors: Mapping[str, Tensor]) -> Autoencoder:
    """See `training.models.rebuild`."""
    model = _build(header)
    expected = model.state_dict()
    for name, tensor in tensors.items():
        _check_numbers(name, tensor)
        if not name.startswith(STATISTICS) and name not in expected:
            raise CheckpointError(
                f"tensor {name} does not belong to a {header.family!r} model; the file is not what it says"
            )
    for name, wanted in expected.items():
        if name not in tensors:
            raise CheckpointError(f"tensor {name} is missing; the file is incomplete, save or download it again")
        if tensors[name].shape != wanted.shape:
            raise CheckpointError(
                f"tensor {name} has the shape {tuple(tensors[name].shape)}, expected {tuple(wanted.shape)};"
                " the configuration in the file does not fit its weights"
            )
    weights = {name: tensors[name].to(wanted.dtype) for name, wanted in expected.items()}
    model.load_state_dict(weights, assign=True)
    return model.eval()


def _build(header: CheckpointHeader) -> Autoencoder:
    try:
        config = ModelConfig.model_validate({k: v for k, v in header.config.items() if k in ModelConfig.model_fields})
        with torch.device("meta"):  # nothing is allocated or drawn before every shape is known to fit
            return family_named(config.family).build(config)
    except (ValidationError, ConfigError) as error:
        raise CheckpointError(f"the configuration in the file cannot be used: {error}") from error


def _check_numbers(name: str, tensor: Tensor) -> None:
    if not tensor.is_floating_point():
        return
    bad = tensor.numel() - int(torch.isfinite(tensor).sum())
    if bad:
        values = "value that is not a number" if bad == 1 else "values that are not numbers"
        raise CheckpointError(f"tensor {name} holds {bad} {values}; the file is damaged or training diverged")
