"""Layers as Keras describes them, as the layers of a blueprint: sizes, borders and epsilons as Keras has them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dinoexplorer.generators.blueprint import Layer
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.keras_graph import KerasLayer
from dinoexplorer.generators.keras_names import snake
from training.models.layers import LARGEST

Shape = tuple[int, ...]
Step = tuple[list[Layer], Shape]
"""What a layer becomes, and the shape behind it: channels last, without the axis of the batch."""

_ACTIVATIONS: Mapping[str, Mapping[str, Any]] = {
    "relu": {"name": "relu"},
    "leaky_relu": {"name": "leaky_relu", "slope": 0.2},
    "elu": {"name": "elu"},
    "selu": {"name": "selu"},
    "gelu": {"name": "gelu"},
    "silu": {"name": "silu"},
    "swish": {"name": "silu"},
    "softplus": {"name": "softplus"},
    "tanh": {"name": "tanh"},
    "sigmoid": {"name": "sigmoid"},
}
_WITHOUT_EFFECT = frozenset(
    {"Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianNoise", "GaussianDropout", "ActivityRegularization"}
)


def translated(layers: Sequence[KerasLayer], shape: Shape) -> tuple[list[Layer], Shape]:
    """The layers behind something of ``shape``, and the shape at the end.

    Raises
    ------
    GeneratorError
        A layer is of a kind, or has an option, that a blueprint cannot say: half a sentence that names it.
    """
    found: list[Layer] = []
    for layer in layers:
        try:
            steps, shape = _translated(layer, shape)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
            raise GeneratorError(f"its layer {layer} is described wrongly ({error})") from None
        found += steps
    return found, shape


def _translated(layer: KerasLayer, shape: Shape) -> Step:
    if layer.kind in _WITHOUT_EFFECT:
        return [], shape
    if layer.kind in {"Lambda", "TFOpLambda", "SlicingOpLambda"}:
        raise GeneratorError(f"its layer {layer} carries code, and no file may run code here")
    if layer.kind not in _KINDS:
        raise GeneratorError(f"its layer {layer} is of a kind that is not known here")
    if layer.config.get("data_format") == "channels_first":
        raise GeneratorError(f"its layer {layer} runs channels first, which only some machines of Keras can")
    steps, after = _KINDS[layer.kind](layer, shape)
    if any(side < 1 for side in after):
        raise GeneratorError(f"its layer {layer} gives a picture of {'x'.join(map(str, after))}")
    if math.prod(after) > LARGEST:
        raise GeneratorError(f"its layer {layer} would give {math.prod(after):,} numbers for one picture")
    return [*steps, *_activated(layer)], after


def _activated(layer: KerasLayer) -> Iterator[Layer]:
    """The activation within a layer, if any."""
    options = _activation_options(layer, layer.config.get("activation"))
    if options:
        yield Layer("activation", "", options)


def _activation_options(layer: KerasLayer, described: Any) -> Mapping[str, Any]:
    """An activation by name, or, as Keras 3 describes objects, by class and configuration."""
    config: Mapping[str, Any] = {}
    if isinstance(described, Mapping):
        inside = described.get("config")
        config = inside if isinstance(inside, Mapping) else {}
        described = inside if described.get("class_name") == "function" else described.get("class_name")
    name = "linear" if described is None else str(described)
    if name in {"LeakyReLU", "ReLU", "ELU"}:
        return _of_class(KerasLayer(name, layer.name, config))
    name = snake(name) if name not in _ACTIVATIONS else name
    if name == "linear":
        return {}
    if name not in _ACTIVATIONS:
        raise GeneratorError(f"its layer {layer} has the activation {name!r}, which is not known here")
    return _ACTIVATIONS[name]


def _of_class(layer: KerasLayer) -> Mapping[str, Any]:
    """Activations that are layers of their own."""
    config = layer.config
    if layer.kind == "LeakyReLU":
        return {"name": "leaky_relu", "slope": _number(config, 0.3, "negative_slope", "alpha")}
    if layer.kind == "ELU":
        return {"name": "elu", "alpha": _number(config, 1.0, "alpha")}
    slope = _number(config, 0.0, "negative_slope")
    if config.get("max_value") is not None or _number(config, 0.0, "threshold"):
        raise GeneratorError(f"its layer {layer} cuts at a value, which is not known here")
    return {"name": "leaky_relu", "slope": slope} if slope else {"name": "relu"}


def _number(config: Mapping[str, Any], default: float, *names: str) -> float:
    """A number of a configuration; old files of Keras have numbers of NumPy as {"type": ..., "value": 0.2}."""
    found = next((config[name] for name in names if config.get(name) is not None), default)
    return float(found["value"] if isinstance(found, Mapping) else found)


def _activation(layer: KerasLayer, shape: Shape) -> Step:
    return ([] if layer.kind == "Activation" else [Layer("activation", "", _of_class(layer))]), shape


def _dense(layer: KerasLayer, shape: Shape) -> Step:
    if len(shape) == 3 and shape[0] == shape[1] == 1:
        return [Layer("flatten"), Layer("linear", layer.name)], (int(layer.config["units"]),)
    if len(shape) != 1:
        raise GeneratorError(f"its layer {layer} mixes the channels of maps, which only a 1x1 convolution does here")
    return [Layer("linear", layer.name)], (int(layer.config["units"]),)


def _as_maps(layer: KerasLayer, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise GeneratorError(f"its layer {layer} does not follow maps but {shape}")
    return shape[0], shape[1], shape[2]


def _square(layer: KerasLayer, key: str, default: int = 1) -> int:
    found = layer.config.get(key, default)
    sides = [found, found] if isinstance(found, int) else list(found)
    if len(sides) != 2 or sides[0] != sides[1]:
        raise GeneratorError(f"its layer {layer} has the {key} {sides}, and only squares are known here")
    return int(sides[0])


def _convolution(layer: KerasLayer, shape: Shape) -> Step:
    height, width, _ = _as_maps(layer, shape)
    size, stride = _square(layer, "kernel_size"), _square(layer, "strides")
    if _square(layer, "dilation_rate") != 1 or int(layer.config.get("groups") or 1) != 1:
        raise GeneratorError(f"its layer {layer} is dilated or grouped, which is not known here")
    if layer.config.get("padding") != "same":
        after = ((height - size) // stride + 1, (width - size) // stride + 1, int(layer.config["filters"]))
        return [Layer("conv", layer.name, {"stride": stride, "padding": 0})], after
    borders = [border for side in (height, width) for border in _same_borders(side, size, stride)]
    after = (math.ceil(height / stride), math.ceil(width / stride), int(layer.config["filters"]))
    if len(set(borders)) == 1:
        return [Layer("conv", layer.name, {"stride": stride, "padding": borders[0]})], after
    padded = Layer("pad", "", {"sides": borders})
    return [padded, Layer("conv", layer.name, {"stride": stride, "padding": 0})], after


def _same_borders(side: int, size: int, stride: int) -> tuple[int, int]:
    """What Keras adds before and after a side; the odd one goes behind."""
    total = max((math.ceil(side / stride) - 1) * stride + size - side, 0)
    return total // 2, total - total // 2


def _transposed(layer: KerasLayer, shape: Shape) -> Step:
    height, width, _ = _as_maps(layer, shape)
    size, stride = _square(layer, "kernel_size"), _square(layer, "strides")
    if _square(layer, "dilation_rate") != 1 or layer.config.get("output_padding") not in (None, [None, None]):
        raise GeneratorError(f"its layer {layer} is dilated or padded, which is not known here")
    filters = int(layer.config["filters"])
    options: dict[str, Any] = {"stride": stride, "output_padding": max(stride - size, 0)}
    if layer.config.get("padding") == "same":
        options["same"] = True
        return [Layer("conv_transpose", layer.name, options)], (height * stride, width * stride, filters)
    grown = max(size - stride, 0)
    after = (height * stride + grown, width * stride + grown, filters)
    return [Layer("conv_transpose", layer.name, {**options, "padding": 0})], after


def _batch_norm(layer: KerasLayer, shape: Shape) -> Step:
    axis = layer.config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if axis not in (-1, len(shape)):
        raise GeneratorError(f"its layer {layer} normalises along axis {axis} and not the channels")
    return [Layer("batch_norm", layer.name, {"eps": _number(layer.config, 1e-3, "epsilon")})], shape


def _layer_norm(layer: KerasLayer, shape: Shape) -> Step:
    if len(shape) != 1 or not (layer.config.get("scale", True) and layer.config.get("center", True)):
        raise GeneratorError(f"its layer {layer} normalises maps or lacks a scale, which is not known here")
    return [Layer("layer_norm", layer.name, {"eps": _number(layer.config, 1e-3, "epsilon")})], shape


def _group_norm(layer: KerasLayer, shape: Shape) -> Step:
    groups = int(layer.config.get("groups", 32))
    options = {"groups": shape[-1] if groups == -1 else groups, "eps": _number(layer.config, 1e-3, "epsilon")}
    return [Layer("group_norm", layer.name, options)], shape


def _reshape(layer: KerasLayer, shape: Shape) -> Step:
    target = [int(side) for side in layer.config["target_shape"]]
    if -1 in target:
        target[target.index(-1)] = math.prod(shape) // max(abs(math.prod(target)), 1)
    if len(target) == 2:
        target.append(1)  # a picture of one channel, without an axis for it
    steps = [] if len(shape) == 1 else [Layer("flatten", "", {"channels_last": True})]
    if len(target) == 1:
        return steps, (target[0],)
    height, width, channels = target
    return [*steps, Layer("reshape", "", {"shape": [channels, height, width], "channels_last": True})], tuple(target)


def _flatten(layer: KerasLayer, shape: Shape) -> Step:  # noqa: ARG001
    return ([] if len(shape) == 1 else [Layer("flatten", "", {"channels_last": True})]), (math.prod(shape),)


def _upsampling(layer: KerasLayer, shape: Shape) -> Step:
    height, width, channels = _as_maps(layer, shape)
    factor, mode = _square(layer, "size", 2), str(layer.config.get("interpolation", "nearest"))
    if mode not in {"nearest", "bilinear"}:
        raise GeneratorError(f"its layer {layer} enlarges by {mode!r}, which is not known here")
    return [Layer("upsample", "", {"factor": factor, "mode": mode})], (height * factor, width * factor, channels)


def _bordered(layer: KerasLayer, shape: Shape) -> Step:
    height, width, channels = _as_maps(layer, shape)
    cuts = layer.config["cropping" if layer.kind == "Cropping2D" else "padding"]
    both = [cuts, cuts] if isinstance(cuts, int) else cuts
    pairs = [[side, side] if isinstance(side, int) else side for side in both]
    sign = -1 if layer.kind == "Cropping2D" else 1
    top, bottom, left, right = (sign * int(side) for pair in pairs for side in pair)
    after = (height + top + bottom, width + left + right, channels)
    return [Layer("pad", "", {"sides": [top, bottom, left, right]})], after


def _prelu(layer: KerasLayer, shape: Shape) -> Step:
    return [Layer("prelu", layer.name)], shape


def _condition(layer: KerasLayer, shape: Shape) -> Step:
    classes, width, how = int(layer.config["input_dim"]), int(layer.config["output_dim"]), str(layer.config["how"])
    if how == "multiply" and (width,) != shape:
        raise GeneratorError(f"its layer {layer} has {width} numbers for a class and a code has {shape}")
    step = Layer("condition", layer.name, {"how": how, "classes": classes})
    return [step], shape if how == "multiply" else (shape[0] + width,)


_KINDS: Mapping[str, Callable[[KerasLayer, Shape], Step]] = {
    "Activation": _activation,
    "BatchNormalization": _batch_norm,
    "BatchNormalizationV1": _batch_norm,
    "SyncBatchNormalization": _batch_norm,
    "Condition": _condition,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "Cropping2D": _bordered,
    "Dense": _dense,
    "ELU": _activation,
    "Flatten": _flatten,
    "GroupNormalization": _group_norm,
    "LayerNormalization": _layer_norm,
    "LeakyReLU": _activation,
    "PReLU": _prelu,
    "ReLU": _activation,
    "Reshape": _reshape,
    "UpSampling2D": _upsampling,
    "ZeroPadding2D": _bordered,
}
