"""What distances between pictures are measured in: every module of this package with a `load` is a kind of features.

None is ever fetched from the web; a kind that needs a file says where it comes from and where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.evaluation.material import Material
    from training.evaluation.subject import Bytes, Floats

KINDS = ("inception", "squeezenet", "classifier", "encoder", "pixels")
"""From the one that means most to others to the one that is always there."""


@dataclass(frozen=True)
class Features:
    """Pictures uint8 (n, h, w, 3) to features float32 (n, d).

    Attributes
    ----------
    about
        What they are, to be read after "features of".
    identity
        What decides them beside the pictures.
    probabilities
        Pictures to the probability of each class, where the network names classes.
    """

    about: str
    identity: str
    embed: Callable[[Bytes], Floats]
    probabilities: Callable[[Bytes], Floats] | None = None

    def __call__(self, pictures: Bytes) -> Floats:
        return self.embed(pictures)


def load_features(kind: str, material: Material) -> Features:
    """Features of a kind, ready to use.

    Raises
    ------
    training.evaluation.material.UnavailableError
        They cannot be had here; the text says how to get them.
    """
    load: Callable[[Material], Features] = import_module(f"{__name__}.{kind}").load
    return load(material)
