"""Lightweight GANs as lucidrains' program saves them (``model_{n}.pt``): ``G`` and its average ``GE``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.generator_tensors import generator_tensors
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

_MARKS = ("initial_conv.0.weight", "layers.0.0.0.net.0.weight", "out_conv.weight")


class LightweightGANFamily:
    """See the module's first lines."""

    title = "lightweight GAN of lucidrains"

    def readings(self, contents: Contents) -> list[Reading]:
        own = generator_tensors(contents, _MARKS)
        return [] if own is None else [Reading("lightweight-gan", "", CERTAIN, lambda: _built(own))]

    def missing(self, contents: Contents) -> str:
        near = any(name.endswith(_MARKS[0]) for name in contents.tensors)
        return "its layers do not double the size by shuffling pixels: a file of an older version" if near else ""


FAMILY = LightweightGANFamily()


def _built(tensors: Mapping[str, Tensor]) -> Built:
    from dinoexplorer.generators.networks.lightweight_gan import LightweightGAN  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.loading import drawable, filled, numbered  # noqa: PLC0415

    size = drawable(4 * 2 ** len(numbered(tensors, "layers")))
    network = filled(lambda: LightweightGAN(tensors), tensors, "a lightweight GAN's")
    latent, _ = latent_with_classes(tensors["initial_conv.0.weight"].shape[0], 0)
    channels = 1 if tensors["out_conv.weight"].shape[0] == 1 else 3
    return Built(network, latent, size, channels)
