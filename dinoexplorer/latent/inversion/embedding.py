"""Embedding: the code of a real picture, searched for step by step. Imports torch, so import it late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.latent.inversion.asking import Course, Losses
from dinoexplorer.latent.inversion.likeness import Likeness
from dinoexplorer.latent.inversion.search import Search, Steered
from dinoexplorer.latent.inversion.starts import Asked, find_starts

if TYPE_CHECKING:
    from dinoexplorer.latent.latent_map import LatentMap

# Without an encoder; with the mean these are as many starts as are looked at in one batch.
_LANES, _RANDOM, _NEAREST, _STEPS = 8, 7, 8, 250


def usual_course(generator: Generator) -> Course:
    """An encoder's code is near its goal; without one several codes race, over more and longer steps."""
    return Course() if generator.info.encoder else Course(steps=_STEPS, rate=0.15, lanes=_LANES)


def usual_starts(generator: Generator, latent_map: LatentMap | None = None) -> Asked:
    """The encoder; without one many codes, since most lie in the wrong valley: the nearest of the data first."""
    if generator.info.encoder:
        return Asked(("encoder",))
    return Asked(("nearest", "mean", "random"), latent_map=latent_map, near=_NEAREST, random=_RANDOM)


class Embedding(Steered):
    """The search for the code of one picture.

    Use it in a thread of its own: ``for state in embedding: show(state)``, or call `step` and stop whenever you like;
    nothing is left running. `state.best_code` is the result at any time. Another thread may hand a code over to
    `nudge` only between two steps. The same seed gives the same states on the same machine.

    Parameters
    ----------
    generator : Generator
        With gradients; see `dinoexplorer.generators.differentiable`.
    target : uint8 (size, size, 3)
        As `align` makes it.
    losses, course, starts
        What is compared, how the search goes, where it may start; None for what is usual with this generator.

    Raises
    ------
    GeneratorError
        If the generator gives no gradients, the picture has another size, or no start is left.
    """

    def __init__(
        self,
        generator: Generator,
        target: ByteArray,
        *,
        losses: Losses | None = None,
        course: Course | None = None,
        starts: Asked | None = None,
    ) -> None:
        check_target(generator, target)
        losses, self.target = losses or Losses(), target
        decoder = differentiable(generator)
        found = find_starts(generator, target, starts or usual_starts(generator))
        course = course or usual_course(generator)
        course = replace(course, lanes=min(course.lanes, len(found.codes)), keeps=1)
        super().__init__(Search(decoder, Likeness(decoder, target, losses), found, course, losses.prior))


def check_target(generator: Generator, target: ByteArray) -> None:
    """Refuse pictures of another size or kind than the generator's.

    Raises
    ------
    GeneratorError
        Saying which size is wanted.
    """
    size = generator.info.image_size
    if target.shape != (size, size, 3) or target.dtype != np.uint8:
        raise GeneratorError(
            f"{generator.info.path.name} takes uint8 RGB pictures of {size} x {size} pixels; align the picture first."
        )
