"""StyleGAN2 in the layout of rosinality's stylegan2-pytorch: the same network under other names."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.reading import Reading
from dinoexplorer.generators.style_readings import LARGEST_SIDE, inside, prefixes, style_readings

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.style_network import StyleNetwork

_MARK = "conv1.conv.modulation.weight"
_KNOWN = re.compile(
    r"style\.\d+\.(?:weight|bias)$|input\.input$|noises\.noise_\d+$"
    r"|(?:conv1|convs\.\d+)\.(?:conv\.(?:weight|modulation\.weight|modulation\.bias|blur\.kernel)"
    r"|noise\.weight|activate\.bias)$"
    r"|(?:to_rgb1|to_rgbs\.\d+)\.(?:bias|upsample\.kernel|conv\.(?:weight|modulation\.weight|modulation\.bias))$"
)
_AVERAGES = ("latent_avg", "mean_latent", "latent_mean")
_SMALLEST = 4
_AMPLIFIED = 4
"""The file's filters for doubling hold the factor that keeps the brightness."""


class RosinalityFamily:
    """See the module's first line."""

    title = "StyleGAN2 of rosinality"

    def readings(self, contents: Contents) -> list[Reading]:
        """The network below the first prefix that has all its parts, steered by z, by w and by layers."""
        for prefix in prefixes(contents.tensors, _MARK):
            own = inside(contents, prefix)
            if not _problem(own.tensors):
                average = next((contents.tensors[name] for name in _AVERAGES if name in contents.tensors), None)
                return style_readings("stylegan2", partial(_network, own.tensors, average))
        return []

    def missing(self, contents: Contents) -> str:
        return next((_problem(inside(contents, prefix).tensors) for prefix in prefixes(contents.tensors, _MARK)), "")


FAMILY = RosinalityFamily()


def _problem(tensors: Mapping[str, Tensor]) -> str:
    """What speaks against this family, or nothing."""
    strange = [name for name in tensors if name not in _AVERAGES and not _KNOWN.match(name)]
    if strange:
        return f"the tensor {strange[0]} is none of its own"
    if "input.input" not in tensors or "style.1.weight" not in tensors:
        return "there is no constant input.input or no mapping style.1"
    doubled = _doublings(tensors)
    if {f"convs.{place}.conv.weight" for place in range(2 * doubled)} - tensors.keys():
        return "there are not two layers of convs for each of to_rgbs"
    if _SMALLEST << doubled > LARGEST_SIDE:
        return f"its pictures would be doubled {doubled} times"
    channels = tensors["to_rgb1.conv.weight"].shape[1] if "to_rgb1.conv.weight" in tensors else 0
    return "" if channels in {1, 3} else f"its pictures have {channels} channels, not 1 or 3"


def _doublings(tensors: Mapping[str, Tensor]) -> int:
    return sum(1 for name in tensors if re.match(r"to_rgbs\.\d+\.conv\.weight$", name))


def _network(tensors: Mapping[str, Tensor], average: Tensor | None) -> StyleNetwork:
    from dinoexplorer.generators.networks.style_layers import (  # noqa: PLC0415  imports torch
        MappingNetwork,
        equalised,
        learned_rate,
    )
    from dinoexplorer.generators.networks.style_network import StyleNetwork  # noqa: PLC0415
    from dinoexplorer.generators.networks.stylegan2 import Synthesis2Options, SynthesisNetwork2  # noqa: PLC0415

    depth = next(place for place in range(1, len(tensors) + 2) if f"style.{place}.weight" not in tensors)
    rate = learned_rate(tensors["style.1.weight"])
    layers = [equalised(tensors, f"style.{place}", rate=rate, gain=math.sqrt(2)) for place in range(1, depth)]
    sizes = [_SMALLEST << step for step in range(_doublings(tensors) + 1)]
    synthesis = SynthesisNetwork2(_renamed(tensors), sizes, Synthesis2Options())
    return StyleNetwork(MappingNetwork(layers), synthesis, average, tensors["to_rgb1.conv.weight"].shape[1])


def _renamed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The synthesis network under NVIDIA's names."""
    found = {f"synthesis.b{_SMALLEST}.const": tensors["input.input"][0]}
    found |= _convolution(tensors, "conv1", f"synthesis.b{_SMALLEST}.conv1", 0)
    found |= _to_rgb(tensors, "to_rgb1", f"synthesis.b{_SMALLEST}.torgb")
    for step in range(_doublings(tensors)):
        block = f"synthesis.b{_SMALLEST << step + 1}"
        for place in range(2):
            found |= _convolution(tensors, f"convs.{2 * step + place}", f"{block}.conv{place}", 2 * step + place + 1)
        found |= _to_rgb(tensors, f"to_rgbs.{step}", f"{block}.torgb")
        kernel = tensors.get(f"to_rgbs.{step}.upsample.kernel")
        if kernel is not None:
            found[f"{block}.resample_filter"] = kernel.float() / _AMPLIFIED
    return found


def _convolution(tensors: Mapping[str, Tensor], name: str, new: str, number: int) -> dict[str, Tensor]:
    import torch  # noqa: PLC0415

    weight = tensors[f"{name}.conv.weight"][0].float()
    side = _SMALLEST << (number + 1) // 2
    noise = tensors.get(f"noises.noise_{number}")
    if noise is None:  # left out by the first versions, which drew it anew for every picture
        noise = torch.randn(side, side, generator=torch.Generator().manual_seed(number))
    return {
        f"{new}.weight": weight / math.sqrt(weight[0].numel()),
        f"{new}.bias": tensors[f"{name}.activate.bias"],
        f"{new}.affine.weight": tensors[f"{name}.conv.modulation.weight"],
        f"{new}.affine.bias": tensors[f"{name}.conv.modulation.bias"],
        f"{new}.noise_const": noise.reshape(side, side),
        f"{new}.noise_strength": tensors[f"{name}.noise.weight"],
    }


def _to_rgb(tensors: Mapping[str, Tensor], name: str, new: str) -> dict[str, Tensor]:
    return {
        f"{new}.weight": tensors[f"{name}.conv.weight"][0],
        f"{new}.bias": tensors[f"{name}.bias"].flatten(),
        f"{new}.affine.weight": tensors[f"{name}.conv.modulation.weight"],
        f"{new}.affine.bias": tensors[f"{name}.conv.modulation.bias"],
    }
