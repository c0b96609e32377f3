"""Folding layers into their neighbours: the same pictures with fewer passes over memory and fewer multiplications."""

from __future__ import annotations

import copy
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def folded(module: nn.Module) -> nn.Module:
    """A copy of ``module`` in evaluation mode that computes the same with less work.

    Normalisations are folded into the layer before them, and a nearest upsampling followed by a 3x3 convolution becomes
    one transposed convolution, which needs 4 multiplications for each output where the pair needs 9. Only neighbours
    inside an `nn.Sequential` are folded: there the order of execution is certain.
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
        pair = _fold_pair(layers[-1], layer) if layers else None
        if pair is None:
            layers.append(layer)
        else:
            layers[-1] = pair
    return nn.Sequential(*layers).eval()


def _fold_pair(first: nn.Module, second: nn.Module) -> nn.Module | None:
    """One layer that does what the two do, or None."""
    if isinstance(second, _NORMS) and second.running_mean is not None:
        if isinstance(first, _CONVOLUTIONS):
            transposed = isinstance(first, nn.ConvTranspose2d)
            return fuse_conv_bn_eval(cast("nn.Conv2d", first), cast("nn.BatchNorm2d", second), transposed)
        if isinstance(first, nn.Linear):
            return fuse_linear_bn_eval(first, cast("nn.BatchNorm1d", second))
    if isinstance(first, nn.Upsample) and isinstance(second, nn.Conv2d) and _doubles(first) and _is_plain_3x3(second):
        return _upsampling_convolution(second)
    return None


def _doubles(layer: nn.Upsample) -> bool:
    return layer.mode == "nearest" and layer.size is None and layer.scale_factor in {2, (2, 2)}


def _is_plain_3x3(layer: nn.Conv2d) -> bool:
    shape = (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
    return shape == ((3, 3), (1, 1), (1, 1), (1, 1)) and layer.groups == 1 and layer.padding_mode == "zeros"


def _upsampling_convolution(layer: nn.Conv2d) -> nn.ConvTranspose2d:
    """Nearest doubling and this 3x3 convolution as one transposed convolution of stride 2.

    Each input pixel stands twice in the enlarged picture, so a tap of the 4x4 kernel is the sum of the one or two taps
    of the 3x3 kernel that meet it: along an axis (w2, w1 + w2, w0 + w1, w0).
    """
    bias = layer.bias is not None
    result = nn.ConvTranspose2d(layer.in_channels, layer.out_channels, 4, stride=2, padding=1, bias=bias)
    result.requires_grad_(requires_grad=False)
    kernel = _spread(_spread(layer.weight.detach(), 2), 3)
    result.weight = nn.Parameter(kernel.transpose(0, 1).contiguous(), requires_grad=False)
    if layer.bias is not None:
        result.bias = nn.Parameter(layer.bias.detach().clone(), requires_grad=False)
    return result.eval()


def _spread(kernel: Tensor, axis: int) -> Tensor:
    """The three taps along ``axis`` as four."""
    first, middle, last = kernel.unbind(axis)
    return torch.stack([last, middle + last, first + middle, first], dim=axis)
