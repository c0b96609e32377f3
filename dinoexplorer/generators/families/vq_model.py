"""Autoencoders with a codebook (``VQModel``), with a grid of latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.grid_families import reading, style_of
from dinoexplorer.generators.ldm_names import as_diffusers
from dinoexplorer.generators.reading import Reading

if TYPE_CHECKING:
    from torch import Tensor

    from dinoexplorer.generators.networks.vq_model import VQModel

_MARKS = ("encoder.mid_block.resnets.0.conv1.weight", "decoder.conv_in.weight", "quantize.embedding.weight")


class VQModelFamily:
    """See the module's first lines."""

    title = "VQModel of latent diffusion"

    def readings(self, contents: Contents) -> list[Reading]:
        own = as_diffusers(contents.tensors)
        return [reading("vq-model", contents, own, _network)] if all(mark in own for mark in _MARKS) else []

    def missing(self, contents: Contents) -> str:
        own = as_diffusers(contents.tensors)
        absent = [mark for mark in _MARKS if mark not in own]
        return f"{absent[0]!r} is missing" if len(absent) == 1 and absent[0] != _MARKS[2] else ""


FAMILY = VQModelFamily()


def _network(tensors: Mapping[str, Tensor], hints: Mapping[str, Any]) -> VQModel:
    from dinoexplorer.generators.networks.loading import filled  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.vq_model import VQModel  # noqa: PLC0415

    style = style_of(hints, "silu")
    return filled(lambda: VQModel(tensors, style), tensors, "a VQModel")
