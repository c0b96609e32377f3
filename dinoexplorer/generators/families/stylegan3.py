"""StyleGAN3 in NVIDIA's layout: the translation- and the rotation-equivariant networks, of any number of layers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.families.stylegan2_ada import mapping_of
from dinoexplorer.generators.networks.stylegan3_names import layer_names
from dinoexplorer.generators.style_readings import (
    LARGEST_SIDE,
    MarkedFamily,
    limit,
    number,
)

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.style_network import StyleNetwork

_MARK = "synthesis.input.freqs"
_KNOWN = re.compile(
    r"mapping\.(?:fc\d+|embed)\.(?:weight|bias)$|mapping\.w_avg$"
    r"|synthesis\.input\.(?:weight|freqs|phases|transform|affine\.weight|affine\.bias)$"
    r"|synthesis\.L\d+_\d+_\d+\.(?:weight|bias|magnitude_ema|up_filter|down_filter|affine\.weight|affine\.bias)$"
)
_LEAST_LAYERS = 3


def _problem(tensors: Mapping[str, Tensor]) -> str:
    """What speaks against this family, or nothing."""
    layers = layer_names(tensors)
    if [layer.number for layer in layers] != list(range(len(layers))) or len(layers) < _LEAST_LAYERS:
        return "its layers synthesis.L0 to the last are not all there"
    strange = [name for name in tensors if name.startswith(("mapping.", "synthesis.")) and not _KNOWN.match(name)]
    if strange:
        return f"the tensor {strange[0]} is none of its own"
    if "mapping.fc0.weight" not in tensors:
        return "there is no mapping network"
    largest, channels = max(layer.size for layer in layers), layers[-1].channels
    if largest > LARGEST_SIDE:
        return f"its layers would have {largest} pixels a side"
    return "" if channels in {1, 3} else f"its pictures have {channels} channels, not 1 or 3"


def _network(tensors: Mapping[str, Tensor], arguments: Mapping[str, Any]) -> StyleNetwork:
    from dinoexplorer.generators.networks.style_network import StyleNetwork  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.stylegan3 import Synthesis3Options, SynthesisNetwork3  # noqa: PLC0415

    usual, names = Synthesis3Options(), layer_names(tensors)
    margin = number(arguments, ("synthesis.margin_size", "margin_size"), -1)
    options = Synthesis3Options(
        limit(arguments, (f"synthesis.{names[0].name}.conv_clamp", "conv_clamp"), usual.clamp),
        number(arguments, ("synthesis.output_scale", "output_scale"), usual.scale),
        int(number(arguments, ("lrelu_upsampling",), usual.raised)),
        number(arguments, ("synthesis.input.bandwidth", "first_cutoff"), usual.cutoff),
        int(margin) if margin >= 0 else None,
    )
    synthesis = SynthesisNetwork3(tensors, names, options)
    average = tensors.get("mapping.w_avg")
    return StyleNetwork(mapping_of(tensors, arguments), synthesis, average, names[-1].channels)


FAMILY = MarkedFamily("StyleGAN3", "stylegan3", _MARK, problem=_problem, network=_network)
