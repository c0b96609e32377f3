"""The autoencoders of latent diffusion (``AutoencoderKL``), with a grid of latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.grid_families import reading, style_of
from dinoexplorer.generators.ldm_names import as_diffusers
from dinoexplorer.generators.reading import Reading

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.autoencoder_kl import AutoencoderKL

_MARKS = ("encoder.mid_block.resnets.0.conv1.weight", "decoder.mid_block.resnets.0.conv1.weight")
_CODEBOOK = "quantize.embedding.weight"


class AutoencoderKLFamily:
    """See the module's first lines."""

    title = "AutoencoderKL of latent diffusion"

    def readings(self, contents: Contents) -> list[Reading]:
        own = as_diffusers(contents.tensors)
        if not all(mark in own for mark in _MARKS) or _CODEBOOK in own:
            return []
        return [reading("autoencoder-kl", contents, own, _network)]

    def missing(self, contents: Contents) -> str:
        own = as_diffusers(contents.tensors)
        if _MARKS[1] in own and _MARKS[0] not in own:
            return "it has the decoder but no encoder, so there is no way to find what its latents look like"
        return ""


FAMILY = AutoencoderKLFamily()


def _network(tensors: Mapping[str, Tensor], hints: Mapping[str, Any]) -> AutoencoderKL:
    from dinoexplorer.generators.networks.autoencoder_kl import AutoencoderKL  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.loading import filled  # noqa: PLC0415

    style = style_of(hints, "silu")
    return filled(lambda: AutoencoderKL(tensors, style), tensors, "an AutoencoderKL")
