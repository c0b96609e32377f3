"""What the families of autoencoders with a grid of latents have in common: reading the configuration beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.grid_latents import GridAutoencoder
    from dinoexplorer.generators.networks.autoencoder_kl import Style

LARGEST = 256
"""Larger pictures take a CPU seconds each; these networks draw any size."""
Make = Callable[[Mapping[str, "Tensor"], Mapping[str, Any]], "GridAutoencoder"]


def reading(family: str, contents: Contents, own: Mapping[str, Tensor], make: Make) -> Reading:
    """The one reading of such an autoencoder; its network is made of ``own`` and the hints."""

    def build() -> Built:
        from dinoexplorer.generators.grid_latents import steered  # noqa: PLC0415  imports torch

        channels = _channels(own)
        return steered(make(own, contents.hints), own, _picture_size(contents.hints, own), channels)

    return Reading(family, "as its configuration says" if "_class_name" in contents.hints else "", CERTAIN, build)


def style_of(hints: Mapping[str, Any], activation: str) -> Style:
    """The groups and the activation that a configuration names, else the usual ones."""
    from dinoexplorer.generators.networks.autoencoder_kl import Style  # noqa: PLC0415  imports torch

    return Style(int(_number(hints, "norm_num_groups", 32)), str(hints.get("act_fn") or activation))


def factor_of(hints: Mapping[str, Any]) -> int:
    """How much each doubling of a tiny decoder enlarges."""
    return int(_number(hints, "upsampling_scaling_factor", 2))


def _number(hints: Mapping[str, Any], name: str, usual: int) -> int:
    found = hints.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 2**16:
        raise GeneratorError(f"The configuration's {name} is {found!r} and not a whole number; correct config.json.")
    return found


def _channels(tensors: Mapping[str, Tensor]) -> int:
    first = next(name for name in ("encoder.conv_in.weight", "encoder.layers.0.weight") if name in tensors)
    channels = int(tensors[first].shape[1])
    if channels not in {1, 3}:
        raise GeneratorError(f"The encoder takes {channels} channels; only pictures of 1 or 3 can be shown.")
    return channels


def _picture_size(hints: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> int:
    """The configured size, at most `LARGEST`, as a multiple of what one place of the grid stands for."""
    stored = hints.get("sample_size")
    if isinstance(stored, list | tuple) and stored:
        stored = max(stored)
    size = min(_number({"sample_size": stored or LARGEST}, "sample_size", LARGEST), LARGEST)
    halvings = sum("downsamplers" in name and name.endswith("conv.weight") for name in tensors)
    doublings = sum("upsamplers" in name and name.endswith("conv.weight") for name in tensors)
    step: int = 2 ** max(halvings, 3)
    if step > LARGEST or halvings != doublings:
        raise GeneratorError(
            f"The autoencoder halves a picture {halvings} times and doubles it {doublings} times; only those that give"
            f" back the size they were given, up to {LARGEST} pixels for one place of the grid, can be explored."
        )
    return max(size // step, 1) * step
