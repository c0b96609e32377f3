"""StyleGAN2 in the layout of lucidrains' stylegan2-pytorch, with attention, transparency or a start made from w."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.reading import Reading
from dinoexplorer.generators.style_readings import LARGEST_SIDE, number, prefixes, style_readings

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.style_layers import MappingNetwork
    from dinoexplorer.generators.networks.style_network import StyleNetwork

_PAIRS = (("SE", "GE"), ("S", "G"))
_MARK = "blocks.0.to_style1.weight"
_KNOWN = re.compile(
    r"initial_block$|to_initial_block\.weight$|initial_conv\.(?:weight|bias)$"
    r"|blocks\.\d+\.(?:to_style[12]|to_noise[12]|to_rgb\.to_style)\.(?:weight|bias)$"
    r"|blocks\.\d+\.(?:conv[12]\.weight|to_rgb\.conv\.weight|to_rgb\.upsample\.1\.f)$"
    r"|attns\.\d+\.0\.fn\.fn\.(?:to_q\.weight|to_kv\.net\.[01]\.weight|to_out\.(?:weight|bias))$"
    r"|attns\.\d+\.[01]\.fn\.norm\.[gb]$|attns\.\d+\.1\.fn\.fn\.[02]\.(?:weight|bias)$"
)
_SMALLEST = 4
_USUAL_RATE = 0.1
_UNSCALED = 0.25
"""Weights of the mapping with a smaller deviation were made before the package scaled them."""
_LARGEST_NOTE = 2**20


class LucidrainsFamily:
    """See the module's first line."""

    title = "StyleGAN2 of lucidrains"

    def readings(self, contents: Contents) -> list[Reading]:
        """The averaged pair of mapping and generator, or the trained one, steered by z, by w and by layers."""
        for mapping, generator in _candidates(contents):
            if not _problem(mapping, generator):
                make = partial(_network, mapping, generator, contents.path.parent / ".config.json")
                return style_readings("stylegan2", make)
        return []

    def missing(self, contents: Contents) -> str:
        return next((_problem(mapping, generator) for mapping, generator in _candidates(contents)), "")


FAMILY = LucidrainsFamily()


def _candidates(contents: Contents) -> list[tuple[Mapping[str, Tensor], Mapping[str, Tensor]]]:
    """Tensors of mappings and of their generators, the averaged first."""
    fronts = {prefix.rpartition(".")[0] for prefix in prefixes(contents.tensors, _MARK)}
    found = []
    for style, generator in _PAIRS:
        for front in sorted(fronts):
            start = f"{front}." if front else ""
            if f"{start}{generator}.{_MARK}" in contents.tensors:
                pair = (contents.below(f"{start}{style}"), contents.below(f"{start}{generator}"))
                found.append((pair[0].tensors, pair[1].tensors))
    return found


def _problem(mapping: Mapping[str, Tensor], generator: Mapping[str, Tensor]) -> str:
    """What speaks against this family, or nothing."""
    if "net.0.weight" not in mapping:
        return "there is a generator but no mapping net.0 beside it"
    strange = [name for name in generator if not _KNOWN.match(name)]
    if strange:
        return f"the tensor {strange[0]} is none of its own"
    if not {"initial_block", "to_initial_block.weight"} & generator.keys():
        return "there is no initial_block"
    blocks = _blocks(generator)
    if _SMALLEST << blocks - 1 > LARGEST_SIDE:
        return f"its pictures would be doubled {blocks - 1} times"
    first = generator.get("blocks.0.to_rgb.conv.weight")
    channels = 0 if first is None else first.shape[0]
    return "" if channels in {3, 4} else f"its pictures have {channels} channels, not 3 or 4"


def _blocks(generator: Mapping[str, Tensor]) -> int:
    return sum(1 for name in generator if re.match(r"blocks\.\d+\.conv1\.weight$", name))


def _network(mapping: Mapping[str, Tensor], generator: Mapping[str, Tensor], note: Path) -> StyleNetwork:
    from dinoexplorer.generators.networks.lucidrains_stylegan2 import SoftSynthesisNetwork  # noqa: PLC0415
    from dinoexplorer.generators.networks.style_network import StyleNetwork  # noqa: PLC0415  imports torch

    return StyleNetwork(_mapping(mapping, note), SoftSynthesisNetwork(generator, _blocks(generator)), None)


def _mapping(tensors: Mapping[str, Tensor], note: Path) -> MappingNetwork:
    from dinoexplorer.generators.networks.style_layers import MappingNetwork, linear  # noqa: PLC0415

    first = tensors["net.0.weight"]
    rate = _rate(note) if float(first.float().std()) > _UNSCALED else 1.0
    depth = next(place for place in range(len(tensors) + 1) if f"net.{2 * place}.weight" not in tensors)
    layers = []
    for place in range(depth):
        weight, bias = tensors[f"net.{2 * place}.weight"].float(), tensors.get(f"net.{2 * place}.bias")
        # The writer's codes have length 1 in front of the first layer, ours a mean square of 1.
        shorter = 1 / math.sqrt(first.shape[1]) if place == 0 else 1.0
        layers.append(linear(weight * shorter, bias, rate))
    return MappingNetwork(layers)


def _rate(note: Path) -> float:
    """The rate of the mapping, which the writer puts in a file beside the weights."""
    try:
        if note.stat().st_size > _LARGEST_NOTE:
            return _USUAL_RATE
        values = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return _USUAL_RATE
    return number(values, ("lr_mlp",), _USUAL_RATE) if isinstance(values, dict) else _USUAL_RATE
