"""The kinds of layers that a row of layers may name, each built from its tensors. This module imports torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from training.errors import TrainingError

Tensors = Mapping[str, Tensor]
Options = Mapping[str, Any]
Shape = tuple[int, ...]
Make = Callable[[Tensors, Options, Shape], nn.Module]


class LayerError(TrainingError):
    """A layer that cannot be built, as half a sentence; see `training.models.layers.build_layers`."""


ACTIVATIONS: Mapping[str, Callable[[Options], nn.Module]] = {
    "relu": lambda _: nn.ReLU(),
    "leaky_relu": lambda options: nn.LeakyReLU(float(options.get("slope", 0.2))),
    "elu": lambda options: nn.ELU(float(options.get("alpha", 1.0))),
    "selu": lambda _: nn.SELU(),
    "gelu": lambda _: nn.GELU(),
    "silu": lambda _: nn.SiLU(),
    "softplus": lambda _: nn.Softplus(),
    "tanh": lambda _: nn.Tanh(),
    "sigmoid": lambda _: nn.Sigmoid(),
}


class ToSigned(nn.Module):
    """What the last layer gives, to [-1, 1]; see `training.models.layers.Values`."""

    def __init__(self, values: str) -> None:
        super().__init__()
        self.values = values

    def forward(self, pictures: Tensor) -> Tensor:
        if self.values == "tanh":
            return torch.tanh(pictures)
        if self.values == "sigmoid":
            return torch.sigmoid(pictures) * 2 - 1
        if self.values in {"unit", "tanh_unit"}:
            unit = torch.tanh(pictures) if self.values == "tanh_unit" else pictures
            return unit.clamp(0, 1) * 2 - 1
        return pictures.clamp(-1, 1)


class Reshape(nn.Module):
    """Features ``(n, f)`` to ``(n, c, h, w)``; ``last`` where the features run channels last."""

    def __init__(self, shape: Shape, *, last: bool) -> None:
        super().__init__()
        self.shape, self.last = shape, last

    def forward(self, features: Tensor) -> Tensor:
        if not self.last:
            return features.reshape(-1, *self.shape)
        channels, height, width = self.shape
        return features.reshape(-1, height, width, channels).permute(0, 3, 1, 2)


class Flatten(nn.Module):
    """Maps ``(n, c, h, w)`` to features that run channels last."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.permute(0, 2, 3, 1).flatten(1)


class Condition(nn.Module):
    """Takes the weights of the classes from the end of the code and puts their embedding in.

    ``how``: ``before`` or ``after`` the rest of the code, or ``multiply``.
    """

    def __init__(self, embedding: Tensor, how: str) -> None:
        super().__init__()
        self.weight = nn.Parameter(embedding.float(), requires_grad=False)
        self.how = how

    def forward(self, code: Tensor) -> Tensor:
        classes = self.weight.shape[0]
        rest, embedded = code[:, :-classes], code[:, -classes:] @ self.weight
        if self.how == "multiply":
            return rest * embedded
        return torch.cat([embedded, rest] if self.how == "before" else [rest, embedded], dim=1)


class Crop(nn.Module):
    """Cuts rows and columns: ``before`` at the top and left, ``after`` at the bottom and right."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.before, self.after = before, after

    def forward(self, maps: Tensor) -> Tensor:
        height, width = maps.shape[-2] - self.after, maps.shape[-1] - self.after
        return maps[..., self.before : height, self.before : width]


class ScaledBelow(nn.Module):
    """What is below zero times ``slopes``, one for each channel or each place: ``(c, 1, 1)``, ``(c, h, w)``."""

    def __init__(self, slopes: Tensor) -> None:
        super().__init__()
        self.slopes = nn.Parameter(slopes.float(), requires_grad=False)

    def forward(self, maps: Tensor) -> Tensor:
        return torch.where(maps > 0, maps, maps * self.slopes)


class PixelNorm(nn.Module):
    """Every place divided by the root of the mean square of its channels."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps * torch.rsqrt(maps.square().mean(dim=1, keepdim=True) + 1e-8)


def _floats(tensor: Tensor) -> nn.Parameter:
    return nn.Parameter(tensor.float(), requires_grad=False)


def _linear(tensors: Tensors, options: Options, _: Shape) -> nn.Module:
    weight = _weight(tensors)
    bias = tensors.get("bias")
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    layer.weight = _floats(weight.contiguous())
    if bias is not None:
        layer.bias = _floats(bias)
    if not options.get("flatten"):
        return layer
    return nn.Sequential(Flatten() if options.get("channels_last") else nn.Flatten(), layer)


def _weight(tensors: Tensors) -> Tensor:
    """The weight as torch has it."""
    if "kernel" in tensors:  # Keras: (in, out), (height, width, in, out) or, transposed, (height, width, out, in)
        kernel = tensors["kernel"]
        return kernel.T if kernel.ndim == 2 else kernel.permute(3, 2, 0, 1)
    if "weight" in tensors:
        return tensors["weight"]
    raise LayerError(f"it has no tensor 'weight' (found: {', '.join(sorted(tensors)) or 'none of that name'})")


def _convolution(tensors: Tensors, options: Options, _: Shape) -> nn.Module:
    weight, bias = _weight(tensors), tensors.get("bias")
    size = weight.shape[-1]
    layer = nn.Conv2d(
        weight.shape[1], weight.shape[0], size, int(options.get("stride", 1)),
        int(options.get("padding", size // 2)), bias=bias is not None,
        padding_mode=options.get("padding_mode", "zeros"), device="meta",
    )  # fmt: skip
    layer.weight = _floats(weight.contiguous())
    if bias is not None:
        layer.bias = _floats(bias)
    return layer


def _transposed(tensors: Tensors, options: Options, before: Shape) -> nn.Module:
    weight, bias = _weight(tensors), tensors.get("bias")
    size, stride = weight.shape[-1], int(options.get("stride", 2))
    same = bool(options.get("same"))
    padding, extra = int(options.get("padding", 0 if same else 1)), int(options.get("output_padding", 0))
    layer = nn.ConvTranspose2d(
        weight.shape[0], weight.shape[1], size, stride, padding, extra, bias=bias is not None, device="meta"
    )
    layer.weight = _floats(weight.contiguous())
    if bias is not None:
        layer.bias = _floats(bias)
    parts: list[nn.Module] = [Reshape((before[0], 1, 1), last=False)] if len(before) == 1 else []
    parts.append(layer)
    if same:  # as Keras and TensorFlow cut it
        total = max(size - stride, 0)
        parts.append(Crop(total // 2, total - total // 2))
    return nn.Sequential(*parts) if len(parts) > 1 else layer


def _batch_norm(tensors: Tensors, options: Options, before: Shape) -> nn.Module:
    keras = "moving_mean" in tensors
    names = ("moving_mean", "moving_variance") if keras else ("running_mean", "running_var")
    mean, var = (tensors[name] for name in names)
    kind = nn.BatchNorm1d if len(before) == 1 else nn.BatchNorm2d
    weight, bias = (tensors.get(name) for name in (("gamma", "beta") if keras else ("weight", "bias")))
    layer = kind(len(mean), eps=float(options.get("eps", 1e-5)))
    layer.running_mean, layer.running_var = mean.float(), var.float()
    layer.weight = _floats(torch.ones_like(mean) if weight is None else weight)
    layer.bias = _floats(torch.zeros_like(mean) if bias is None else bias)
    return layer


def _instance_norm(tensors: Tensors, options: Options, before: Shape) -> nn.Module:
    layer = nn.InstanceNorm2d(before[0], eps=float(options.get("eps", 1e-5)), affine="weight" in tensors)
    if "weight" in tensors:
        layer.weight, layer.bias = _floats(tensors["weight"]), _floats(tensors["bias"])
    return layer


def _group_norm(tensors: Tensors, options: Options, before: Shape) -> nn.Module:
    layer = nn.GroupNorm(int(options.get("groups", 32)), before[0], eps=float(options.get("eps", 1e-5)))
    layer.weight, layer.bias = _floats(tensors["weight"]), _floats(tensors["bias"])
    return layer


def _layer_norm(tensors: Tensors, options: Options, _: Shape) -> nn.Module:
    layer = nn.LayerNorm(tuple(tensors["weight"].shape), eps=float(options.get("eps", 1e-5)))
    layer.weight, layer.bias = _floats(tensors["weight"]), _floats(tensors["bias"])
    return layer


def _prelu(tensors: Tensors, _: Options, __: Shape) -> nn.Module:
    if tensors["weight"].ndim == 3:  # Keras: (height, width, channels), of which the first two may be shared
        return ScaledBelow(tensors["weight"].permute(2, 0, 1))
    layer = nn.PReLU(tensors["weight"].numel())
    layer.weight = _floats(tensors["weight"])
    return layer


def _upsample(_: Tensors, options: Options, __: Shape) -> nn.Module:
    mode = str(options.get("mode", "nearest"))
    aligned = bool(options.get("align_corners")) if mode in {"bilinear", "bicubic"} else None
    return nn.Upsample(scale_factor=int(options.get("factor", 2)), mode=mode, align_corners=aligned)


def _pad(_: Tensors, options: Options, __: Shape) -> nn.Module:
    top, bottom, left, right = (int(side) for side in options["sides"])
    return nn.ZeroPad2d((left, right, top, bottom))  # negative sides cut


def _reshape(_: Tensors, options: Options, before: Shape) -> nn.Module:
    shape = tuple(int(part) for part in options["shape"])
    if len(shape) != 3 or min(shape) < 1 or math.prod(shape) != math.prod(before):
        raise LayerError(f"shape {shape} does not hold the {math.prod(before):,} numbers before it")
    return Reshape(shape, last=bool(options.get("channels_last")))


def _activation(_: Tensors, options: Options, __: Shape) -> nn.Module:
    name = str(options.get("name", "relu"))
    if name not in ACTIVATIONS:
        raise LayerError(f"there is no activation {name!r}; use one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name](options)


def _condition(tensors: Tensors, options: Options, _: Shape) -> nn.Module:
    return Condition(tensors["weight"], str(options.get("how", "before")))


KINDS: Mapping[str, Make] = {
    "linear": _linear,
    "conv": _convolution,
    "conv_transpose": _transposed,
    "batch_norm": _batch_norm,
    "instance_norm": _instance_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "pixel_norm": lambda *_: PixelNorm(),
    "prelu": _prelu,
    "upsample": _upsample,
    "pixel_shuffle": lambda _, options, __: nn.PixelShuffle(int(options.get("factor", 2))),
    "pad": _pad,
    "reshape": _reshape,
    "flatten": lambda _, options, __: Flatten() if options.get("channels_last") else nn.Flatten(),
    "activation": _activation,
    "condition": _condition,
}
