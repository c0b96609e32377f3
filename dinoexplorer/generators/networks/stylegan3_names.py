"""The names of StyleGAN3's layers, which say what no tensor does. Nothing here imports torch."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_LAYER = re.compile(r"synthesis\.(L(\d{1,3})_(\d{1,5})_(\d{1,5}))\.weight$")


class LayerName(NamedTuple):
    """A layer's name, and what it says: which one it is, the size and the channels that it gives."""

    name: str
    number: int
    size: int
    channels: int


def layer_names(names: Iterable[str]) -> list[LayerName]:
    """The layers ``synthesis.L{number}_{size}_{channels}``, in order."""
    found = (match.groups() for name in names if (match := _LAYER.match(name)))
    layers = [LayerName(name, int(number), int(size), int(channels)) for name, number, size, channels in found]
    return sorted(layers, key=lambda layer: layer.number)
