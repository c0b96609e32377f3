"""Residual generators of SNGAN and its kin as mimicry saves them (``model_state_dict``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.generator_tensors import generator_tensors
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

_MARKS = ("l1.weight", "block2.c1.weight", "block2.c_sc.weight")
_SPECTRAL = "block2.c1.sn_u"


class ResNetGANFamily:
    """See the module's first lines."""

    title = "residual generator of mimicry (SNGAN)"

    def readings(self, contents: Contents) -> list[Reading]:
        own = generator_tensors(contents, _MARKS)
        if own is None or _SPECTRAL in own:
            return []
        return [Reading("resnet-gan", "", CERTAIN, lambda: _built(own))]

    def missing(self, contents: Contents) -> str:
        own = generator_tensors(contents, _MARKS)
        return "its convolutions are normalised by their spectrum, as SAGAN's" if own and _SPECTRAL in own else ""


FAMILY = ResNetGANFamily()


def _built(tensors: Mapping[str, Tensor]) -> Built:
    from dinoexplorer.generators.networks.loading import drawable, filled  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.resnet_gan import ResNetGAN  # noqa: PLC0415

    network = filled(lambda: ResNetGAN(tensors), tensors, "a residual generator's")
    latent, classes = latent_with_classes(network.latent, network.classes)
    size = drawable(network.bottom * 2 ** len(network.names))
    return Built(network, latent, size, tensors[f"c{network.last}.weight"].shape[0], classes=classes)
