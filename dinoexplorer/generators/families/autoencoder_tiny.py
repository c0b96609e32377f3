"""The tiny distilled autoencoders of diffusion models (``AutoencoderTiny``, TAESD), with a grid of latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.grid_families import factor_of, reading, style_of
from dinoexplorer.generators.reading import Reading

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.autoencoder_tiny import AutoencoderTiny

_MARKS = ("encoder.layers.0.weight", "encoder.layers.1.conv.0.weight", "decoder.layers.2.conv.4.weight")


class AutoencoderTinyFamily:
    """See the module's first lines."""

    title = "AutoencoderTiny (TAESD)"

    def readings(self, contents: Contents) -> list[Reading]:
        if not all(mark in contents.tensors for mark in _MARKS):
            return []
        return [reading("autoencoder-tiny", contents, contents.tensors, _network)]

    def missing(self, contents: Contents) -> str:
        if _MARKS[2] in contents.tensors and _MARKS[0] not in contents.tensors:
            return "it has the decoder but no encoder, so there is no way to find what its latents look like"
        return ""


FAMILY = AutoencoderTinyFamily()


def _network(tensors: Mapping[str, Tensor], hints: Mapping[str, Any]) -> AutoencoderTiny:
    from dinoexplorer.generators.networks.autoencoder_tiny import AutoencoderTiny  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.loading import filled  # noqa: PLC0415

    style, factor, mode = style_of(hints, "relu"), factor_of(hints), str(hints.get("upsample_fn") or "nearest")
    return filled(lambda: AutoencoderTiny(tensors, style, factor, mode), tensors, "an AutoencoderTiny")
