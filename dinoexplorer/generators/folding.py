"""Folding batch normalisation into the layer before it: the same pictures with fewer passes over memory."""

from __future__ import annotations

import copy
from typing import cast

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def folded(module: nn.Module) -> nn.Module:
    """A copy of ``module`` in evaluation mode whose normalisations are folded wherever they directly follow a layer.

    Only neighbours inside an `nn.Sequential` are folded: there the order of execution is certain.
    """
    return _folded_in_place(copy.deepcopy(module).eval().requires_grad_(requires_grad=False))


def _folded_in_place(module: nn.Module) -> nn.Module:
    for name, child in list(module.named_children()):
        setattr(module, name, _folded_in_place(child))
    # Not a subclass: it may run its layers in an order of its own.
    return _fold_sequential(module) if type(module) is nn.Sequential else module


def _fold_sequential(sequence: nn.Sequential) -> nn.Sequential:
    layers: list[nn.Module] = []
    for layer in sequence:
        previous = layers[-1] if layers else None
        if isinstance(layer, _NORMS) and layer.running_mean is not None and previous is not None:
            if isinstance(previous, _CONVOLUTIONS):
                transposed = isinstance(previous, nn.ConvTranspose2d)
                layers[-1] = fuse_conv_bn_eval(cast("nn.Conv2d", previous), cast("nn.BatchNorm2d", layer), transposed)
                continue
            if isinstance(previous, nn.Linear):
                layers[-1] = fuse_linear_bn_eval(previous, cast("nn.BatchNorm1d", layer))
                continue
        layers.append(layer)
    return nn.Sequential(*layers)
