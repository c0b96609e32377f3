"""Inpainting: a hole of any shape is filled by the code whose picture fits around it. Imports torch: import it late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo
from dinoexplorer.latent.inversion.asking import Course, Losses
from dinoexplorer.latent.inversion.embedding import check_target, usual_course, usual_starts
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.filling import Mask, blend, check_mask, distance_outside, feather, fill_smooth
from dinoexplorer.latent.inversion.likeness import Likeness
from dinoexplorer.latent.inversion.search import Search, Steered
from dinoexplorer.latent.inversion.starts import Asked, Way, find_starts

if TYPE_CHECKING:
    from dinoexplorer.latent.latent_map import LatentMap

Edge = Literal["poisson", "feather", "none"]
_NEAR = 1 / 8  # of the side: within this distance the surroundings of a hole count most
_FAR_WEIGHT = 0.25  # of what lies farther away
_MID_GREY = 128  # what trainings put into their holes
_PROPOSALS = 4
_RATE = 0.05  # with an encoder, whose code of a filled picture is farther away than that of a whole one


@dataclass(frozen=True, eq=False, slots=True)
class Proposal:
    """One way to fill a hole.

    Attributes
    ----------
    code : float32 (dim,)
    picture : uint8 (h, w, 3)
        The given picture with the hole filled; outside the hole as it was, but for a feathered edge.
    decoded : uint8 (h, w, 3)
        What the generator makes of the code, all over.
    loss : float
        Of the search, by which proposals are ordered; not a number where there was none.
    known_psnr : float
        In dB, outside the hole: how well the code explains what is known.
    """

    code: FloatArray
    picture: ByteArray
    decoded: ByteArray
    loss: float
    known_psnr: float


def usual_losses() -> Losses:
    """More of a likely code than for embedding: the hole itself says nothing."""
    return Losses(edges=0.0, prior=3e-4)


def several_starts(generator: Generator, latent_map: LatentMap | None = None) -> Asked:
    """The encoder and codes far from it: only codes from different places become different proposals."""
    if not generator.info.encoder:
        return usual_starts(generator, latent_map)
    ways: tuple[Way, ...] = ("encoder", "nearest", "mean", "random")
    return Asked(ways, latent_map=latent_map, near=_PROPOSALS, random=2 * _PROPOSALS)


def several_lanes(generator: Generator) -> Course:
    """Twice as many codes as there will be proposals, the worse half of which is dropped on the way."""
    rate = _RATE if generator.info.encoder else usual_course(generator).rate
    return replace(usual_course(generator), rate=rate, lanes=2 * _PROPOSALS, keeps=_PROPOSALS)


class Inpainting(Steered):
    """The search for what belongs into a hole (Yeh et al. 2016, with the density of codes as their prior loss).

    What is known is compared, the surroundings of the hole most. Several codes are followed to the end and become
    proposals, the best first; `proposals` may be asked for at any time, so a search that is stopped has them as well.
    See `Embedding` for how to run and nudge it.

    Parameters
    ----------
    picture : uint8 (size, size, 3)
        As `align` makes it; what it shows in the hole does not count.
    mask : (size, size)
        Not 0 in the hole.

    Raises
    ------
    GeneratorError
        If the mask holds everything or nothing, and where `Embedding` does.
    """

    def __init__(
        self,
        generator: Generator,
        picture: ByteArray,
        mask: NDArray[np.generic],
        *,
        losses: Losses | None = None,
        course: Course | None = None,
        starts: Asked | None = None,
    ) -> None:
        check_target(generator, picture)
        self._hole, self._picture = check_mask(mask, picture.shape), picture
        filled = fill_smooth(picture, self._hole)
        losses, decoder = losses or usual_losses(), differentiable(generator)
        found = find_starts(generator, filled, starts or several_starts(generator), ~self._hole)
        course = course or several_lanes(generator)
        lanes = min(course.lanes, len(found.codes))
        course = replace(course, lanes=lanes, keeps=min(course.keeps, lanes))
        weights = torch.from_numpy(context_weights(self._hole))
        super().__init__(Search(decoder, Likeness(decoder, filled, losses, weights), found, course, losses.prior))

    def filled(self, decoded: ByteArray, edge: Edge = "poisson") -> ByteArray:
        """The picture with its hole filled from a decoded one, as of a state."""
        return with_filling(self._picture, decoded, self._hole, edge)

    def proposals(self, edge: Edge = "poisson") -> tuple[Proposal, ...]:
        """What was found so far, best first."""
        return tuple(
            Proposal(code, self.filled(decoded, edge), decoded, float(loss), _known(self._picture, decoded, self._hole))
            for code, decoded, loss in zip(*self._search.found(), strict=True)
        )


def fill_in_one_pass(
    generator: Generator, picture: ByteArray, mask: NDArray[np.generic], edge: Edge = "poisson"
) -> Proposal:
    """Fill a hole by encoding the picture and decoding it again: milliseconds.

    A network that was trained with holes sees the hole as it did there; any other sees it smoothly filled, and does
    less well.

    Raises
    ------
    GeneratorError
        If there is no encoder, the mask holds everything or nothing, or the picture has another size.
    """
    info = generator.info
    check_target(generator, picture)
    hole = check_mask(mask, picture.shape)
    if not info.encoder:
        raise GeneratorError(f"{info.path.name} has no encoder, so it fills no hole in one pass; let it be searched.")
    if trained_with_holes(info):
        seen = picture.copy()
        seen[hole] = _MID_GREY
    else:
        seen = fill_smooth(picture, hole)
    code = generator.encode(seen[None])
    decoded = generator.decode(code)[0]
    filled = with_filling(picture, decoded, hole, edge)
    return Proposal(code[0], filled, decoded, float("nan"), _known(picture, decoded, hole))


def trained_with_holes(info: GeneratorInfo) -> bool:
    """Whether a checkpoint of ours says that its pictures were shown with holes."""
    from training.checkpoint import CheckpointError, read_header  # noqa: PLC0415  only when a hole is filled

    if info.format != "dinoexplorer.checkpoint":
        return False
    try:
        objective = read_header(info.path).config.get("objective")
    except (CheckpointError, OSError):
        return False
    share = objective.get("holes") if isinstance(objective, dict) else None
    return isinstance(share, int | float) and share > 0


def context_weights(hole: Mask) -> FloatArray:
    """How much each pixel counts, ``(h, w)``: 0 in the hole, 1 beside it, less with every pixel away from it."""
    reach = max(2.0, _NEAR * max(hole.shape))
    near = 1 - distance_outside(hole, reach) / reach
    weights = _FAR_WEIGHT + (1 - _FAR_WEIGHT) * near
    return np.where(hole, 0, weights).astype(np.float32)


def with_filling(picture: ByteArray, decoded: ByteArray, hole: Mask, edge: Edge) -> ByteArray:
    """The picture with its hole filled from another one.

    "poisson" takes the steps of the filling and the colours at the edge, "feather" fades over some pixels outside, and
    "none" sets it in as it is.
    """
    if edge == "poisson":
        return blend(picture, decoded, hole)
    if edge == "feather":
        return feather(picture, decoded, hole)
    return np.where(hole[..., None], decoded, picture)


def _known(picture: ByteArray, decoded: ByteArray, hole: Mask) -> float:
    return psnr(picture, decoded, ~hole)
