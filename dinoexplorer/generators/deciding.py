"""Which reading of a file is taken, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import CERTAIN, ChoiceNeededError, Reading
from dinoexplorer.generators.reading_pictures import pictures_of, sample_codes
from dinoexplorer.generators.rows import rows_of

_CLEAR = 0.01
"""By how much less the best must disagree with its tensors than the next (1 / score - 1, the scale of
`witness.disagreement`). An unusual answer costs 0.02 there, so a lead of half of that is more than the taste of this
program alone: of sixteen networks whose truth is known the right reading leads by 0.013 to 2.
"""
_SAME = 1.0
"""Readings whose pictures differ by less than one grey level on average are no choice for anybody."""
_CODES = 8
_SHOWN = 5
_TELLING = 0.55
"""Below this nothing agrees: codes are not found again, or pictures are noise, however the file is read."""
_OTHER_NETWORK = re.compile(r"(?i)d|e|net_?[de]|dis|.*(disc|crit|optim|enc|ema|avg|average).*")
"""Parts of names that say that a layer is not the generator's: of a discriminator, an encoder, a copy."""


def best_of(found: Sequence[Reading], contents: Contents) -> Reading:
    """The reading that is clearly the best of ``found``, best first.

    Raises
    ------
    ChoiceNeededError
        Another one agrees as well, and its pictures are different; or this one leaves layers of the file out.
    """
    best, name = found[0], contents.path.name
    left = list(_left_over(contents, best.description)) if best.description is not None else []
    if left:
        raise ChoiceNeededError(
            f"{name} can be read as {told(best)}, but then {_counted(left)}. Look at its pictures and use that reading"
            " all the same (--reading 1), or describe its layers.",
            tuple(found),
        )
    rivals = [other for other in found[1:] if _missed(other) - _missed(best) < _CLEAR and not _alike(best, other)]
    if not rivals:
        return best
    listed = "; ".join(f"{number}: {told(one)}" for number, one in enumerate(found[:_SHOWN], 1))
    raise ChoiceNeededError(
        f"{name} can be read in {len(rivals) + 1} ways that give different pictures, and its tensors do not say which"
        f" is right ({listed}). Choose one by its pictures, or name its number with --reading.",
        tuple(found),
    )


def told(reading: Reading) -> str:
    """A reading in a few words."""
    return f"{reading.family}, {reading.title}" if reading.title else reading.family


def how_sure(found: Sequence[Reading], taken: Reading) -> str:
    """How much better the best is than the next, for a person."""
    if taken.score >= CERTAIN:
        return "its tensors leave no doubt"
    if taken.score < _TELLING:
        return "its tensors do not tell, so the usual answers were taken"
    others = [reading for reading in found if reading is not taken]
    if not others:
        return f"the only reading that fits, agrees to {taken.score:.1%}"
    return f"agrees to {taken.score:.1%}, the next best to {others[0].score:.1%}"


def _left_over(contents: Contents, description: Mapping[str, Any]) -> Iterator[str]:
    """The layers that a row of layers takes no notice of.

    But for twins of those it takes, such as log-variances, and for bare tensors beside the network, such as the codes
    of a training's samples.
    """
    parts = (description, description.get("encoder") or {})
    used = {layer["weights"] for part in parts for layer in part.get("layers", ()) if "weights" in layer}
    rows = rows_of(contents.tensors)
    tops = {name.partition(".")[0] for name in used}
    rows = [row for row in rows if row.shape or row.name.partition(".")[0] in tops]
    shapes = {row.shape for row in rows if row.name in used}
    for row in rows:
        other = any(_OTHER_NETWORK.fullmatch(part) for part in row.name.split("."))
        if row.name not in used and row.shape not in shapes and row.kind != "batch_norm" and not other:
            yield row.name


def _counted(layers: Sequence[str]) -> str:
    shown = ", ".join(layers[:3]) + (", ..." if len(layers) > 3 else "")
    return f"{len(layers)} of its layers take no part ({shown})" if len(layers) > 1 else f"{shown} takes no part"


def _missed(reading: Reading) -> float:
    return 1 / max(reading.score, 1e-3) - 1


def _alike(one: Reading, other: Reading) -> bool:
    """Whether a person would see no difference."""
    try:
        first, second = one.build(), other.build()
    except GeneratorError:
        return False
    if (first.latent.dim, first.image_size) != (second.latent.dim, second.image_size):
        return False
    codes = sample_codes(first, _CODES)
    difference = pictures_of(first, codes).astype(np.float32) - pictures_of(second, codes)
    return float(np.abs(difference).mean()) < _SAME
