"""BigGAN as BigGAN-PyTorch saves it (``G_ema.pth``): a class and a truncated normal code to a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.generator_tensors import generator_tensors
from dinoexplorer.generators.latent_layers import layers_of
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

_MARKS = ("linear.weight", "blocks.0.0.conv1.weight", "blocks.0.0.conv_sc.weight", "output_layer.2.weight")


class BigGANFamily:
    """See the module's first lines."""

    title = "BigGAN"

    def readings(self, contents: Contents) -> list[Reading]:
        own = generator_tensors(contents, _MARKS)
        return [] if own is None else [Reading("biggan", "", CERTAIN, lambda: _built(own))]

    def missing(self, contents: Contents) -> str:
        present = [mark for mark in _MARKS if any(name.endswith(mark) for name in contents.tensors)]
        absent = [mark for mark in _MARKS if mark not in present]
        return f"{absent[0]!r} is missing" if len(present) >= 2 and absent else ""


FAMILY = BigGANFamily()


def _built(tensors: Mapping[str, Tensor]) -> Built:
    from dinoexplorer.generators.networks.biggan import BigGAN, normalised  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.loading import drawable, filled, fitting  # noqa: PLC0415

    with fitting("BigGAN's"):
        own = normalised(tensors)
    network = filled(lambda: BigGAN(own), own, "BigGAN's")
    latent, classes = latent_with_classes(network.latent, network.classes)
    if network.chunk:
        sides = [network.bottom << place for place in range(len(network.blocks) + 1)]
        latent = replace(latent, layers=layers_of(sides, network.chunk))
    size = drawable(network.bottom * 2 ** len(network.blocks))
    return Built(network, latent, size, own["output_layer.2.weight"].shape[0], classes=classes)
