"""StyleGAN2 in NVIDIA's PyTorch layout (StyleGAN2-ADA, and the ``networks_stylegan2`` of StyleGAN3's code)."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.style_readings import (
    LARGEST_SIDE,
    MarkedFamily,
    limit,
    number,
)

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.style_layers import MappingNetwork
    from dinoexplorer.generators.networks.style_network import StyleNetwork

_MARK = "mapping.fc0.weight"
_BLOCK = re.compile(r"synthesis\.b(\d{1,5})\.")
_KNOWN = re.compile(
    r"mapping\.(?:fc\d+|embed)\.(?:weight|bias)$|mapping\.w_avg$"
    r"|synthesis\.b\d+\.(?:const|resample_filter|skip\.(?:weight|resample_filter)"
    r"|torgb\.(?:weight|bias|affine\.weight|affine\.bias)"
    r"|conv[01]\.(?:weight|bias|noise_const|noise_strength|resample_filter|affine\.weight|affine\.bias))$"
)
_ACTIVATIONS = {"lrelu": (0.2, math.sqrt(2)), "relu": (0.0, math.sqrt(2)), "linear": (1.0, 1.0)}


def _problem(tensors: Mapping[str, Tensor]) -> str:
    """What speaks against this family, or nothing."""
    sizes = _sizes(tensors)
    if not sizes:
        return "there is a mapping network but no block synthesis.b4"
    strange = [name for name in tensors if name.startswith(("mapping.", "synthesis.")) and not _KNOWN.match(name)]
    if strange:
        return f"the tensor {strange[0]} is none of its own"
    if any(large != 2 * small for small, large in itertools.pairwise(sizes)):
        return f"its blocks of {', '.join(map(str, sizes))} pixels do not double"
    if sizes[-1] > LARGEST_SIDE:
        return f"its pictures would have {sizes[-1]} pixels a side"
    last = tensors.get(f"synthesis.b{sizes[-1]}.torgb.weight")
    if last is None or last.ndim != 4 or f"synthesis.b{sizes[0]}.const" not in tensors:
        return "its first block has no constant or its last one no torgb"
    return "" if last.shape[0] in {1, 3} else f"its pictures have {last.shape[0]} channels, not 1 or 3"


def _sizes(tensors: Mapping[str, Tensor]) -> list[int]:
    """The sizes of the blocks ``synthesis.b{size}``, smallest first."""
    return sorted({int(found[1]) for name in tensors if (found := _BLOCK.match(name))})


def _network(tensors: Mapping[str, Tensor], arguments: Mapping[str, Any]) -> StyleNetwork:
    from dinoexplorer.generators.networks.style_network import StyleNetwork  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.stylegan2 import Synthesis2Options, SynthesisNetwork2  # noqa: PLC0415

    first = f"synthesis.b{_sizes(tensors)[0]}.conv1"
    slope, gain = _activation(arguments, f"{first}.activation", "activation")
    clamp = limit(arguments, (f"{first}.conv_clamp", "conv_clamp"), None)
    synthesis = SynthesisNetwork2(tensors, _sizes(tensors), Synthesis2Options(slope, gain, clamp))
    channels = tensors[f"synthesis.b{synthesis.size}.torgb.weight"].shape[0]
    return StyleNetwork(mapping_of(tensors, arguments), synthesis, tensors.get("mapping.w_avg"), channels)


def mapping_of(tensors: Mapping[str, Tensor], arguments: Mapping[str, Any]) -> MappingNetwork:
    """The network ``mapping.fc0``, ``mapping.fc1``, ... with, for classes, ``mapping.embed``.

    Raises
    ------
    GeneratorError
        Its activation is none that it could be built with.
    """
    from dinoexplorer.generators.networks.style_layers import (  # noqa: PLC0415  imports torch
        MappingNetwork,
        equalised,
        learned_rate,
    )

    slope, gain = _activation(arguments, "mapping.fc0.activation", "mapping_kwargs.activation")
    names = ("mapping.fc0.bias_gain", "mapping_kwargs.lr_multiplier")
    rate = number(arguments, names, learned_rate(tensors[_MARK]))
    depth = next(place for place in range(len(tensors) + 1) if f"mapping.fc{place}.weight" not in tensors)
    layers = [equalised(tensors, f"mapping.fc{place}", rate=rate, gain=gain) for place in range(depth)]
    embedding = equalised(tensors, "mapping.embed") if "mapping.embed.weight" in tensors else None
    return MappingNetwork(layers, embedding, slope)


def _activation(arguments: Mapping[str, Any], *names: str) -> tuple[float, float]:
    """The slope and the gain of the activation that the file tells under one of the names."""
    found = next((arguments[name] for name in names if name in arguments), "lrelu")
    if not isinstance(found, str) or found not in _ACTIVATIONS:
        raise GeneratorError(f"its activation is {found!r} where {', '.join(_ACTIVATIONS)} are known")
    return _ACTIVATIONS[found]


FAMILY = MarkedFamily("StyleGAN2 of NVIDIA", "stylegan2", _MARK, problem=_problem, network=_network)
