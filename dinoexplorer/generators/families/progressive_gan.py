"""Progressive GANs as pytorch_GAN_zoo saves them: ``netG`` and ``avgG`` beside a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator_tensors import generator_tensors
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

_MARKS = ("formatLayer.weight", "groupScale0.0.weight", "toRGBLayers.0.weight")
_SQUASHED = ("DCGAN", "MSE")
"""The objectives whose generators end in a tanh."""


class ProgressiveGANFamily:
    """See the module's first lines."""

    title = "progressive GAN of pytorch_GAN_zoo"

    def readings(self, contents: Contents) -> list[Reading]:
        own = generator_tensors(contents, _MARKS)
        return [] if own is None else [Reading("progressive-gan", "", CERTAIN, lambda: _built(own, contents.hints))]

    def missing(self, contents: Contents) -> str:
        near = any("scaleLayers.0." in name for name in contents.tensors)
        return f"{_MARKS[0]!r} is missing" if near else ""


FAMILY = ProgressiveGANFamily()


def _built(tensors: Mapping[str, Tensor], hints: Mapping[str, Any]) -> Built:
    from dinoexplorer.generators.networks.loading import drawable, filled, fitting, numbered  # noqa: PLC0415  imports torch
    from dinoexplorer.generators.networks.progressive_gan import ProgressiveGAN, scaled  # noqa: PLC0415

    with fitting("a progressive GAN's"):
        own = scaled(tensors) if _hint(hints, "equalizedlR", True) else dict(tensors)
    slope, alpha = _number(hints, "leakyReluLeak", 0.2), _number(hints, "alpha", 0.0)
    normalise = bool(_hint(hints, "perChannelNormalization", True))
    squash = _hint(hints, "lossCriterion", _hint(hints, "lossMode", "")) in _SQUASHED
    size = drawable(4 * 2 ** len(numbered(own, "scaleLayers")))
    network = filled(
        lambda: ProgressiveGAN(own, slope, alpha, normalise=normalise, squash=squash), own, "a progressive GAN's"
    )
    latent, _ = latent_with_classes(own["formatLayer.weight"].shape[1], 0)
    return Built(network, latent, size, own["toRGBLayers.0.weight"].shape[0])


def _hint(hints: Mapping[str, Any], name: str, usual: Any) -> Any:
    """From the configuration in the file, or beside it."""
    return hints.get(f"config.{name}", hints.get(name, usual))


def _number(hints: Mapping[str, Any], name: str, usual: float) -> float:
    found = _hint(hints, name, usual)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
        raise GeneratorError(f"The configuration's {name} is {found!r} and not a number from 0 to 1.")
    return float(found)
