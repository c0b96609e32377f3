"""Teaching a direction from a lesson: fit a boundary, say how good it is where it was not fitted, keep its normal."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.boundaries import Array, Fit, held_out_accuracy
from dinoexplorer.latent.direction import Direction, make_direction
from dinoexplorer.latent.directions import Material, Told

_MOST = 20_000  # examples: more change a boundary no more
_FLOOR = 1e-3  # of the largest deviation: dimensions that hardly differ are not blown up


def teach(
    material: Material, fit: Fit, how: str, progress: Told | None = None, *, in_deviations: bool = True
) -> tuple[Direction, ...]:
    """The direction that leads across the boundary which ``fit`` finds between the two sides of the lesson.

    ``in_deviations`` measures codes in deviations of the data, so that the solver's preference for short normals treats
    wide dimensions and narrow ones alike; the result is the normal of the boundary among the codes themselves. The
    weights of classes are left out.

    Raises
    ------
    GeneratorError
        If there is no lesson, or it does not fit the model.
    """
    lesson, free = material.lesson, material.free
    if lesson is None:
        raise GeneratorError("A taught direction needs examples on two sides; choose some pictures for each.")
    if lesson.codes.shape[1] != material.info.latent.dim:
        raise GeneratorError(
            f"The examples of {lesson.name!r} have {lesson.codes.shape[1]} numbers and {material.info.path.name} takes "
            f"{material.info.latent.dim}; give codes of this model."
        )
    codes, high = lesson.centred()
    if len(codes) > _MOST:
        chosen = np.random.default_rng(material.seed).permutation(len(codes))[:_MOST]
        codes, high = codes[chosen], high[chosen]
    spread = _spread(material.codes[:, :free]) if in_deviations else np.ones(free)
    points, sides = codes[:, :free] / spread, np.where(high, 1.0, -1.0)
    accuracy = held_out_accuracy(points, sides, fit, material.seed)
    if progress is not None:
        progress(1, 2)
    normal = np.zeros(material.info.latent.dim)
    normal[:free] = fit(points, sides)[0] / spread
    return (make_direction(lesson.name, normal, material.codes, material.info, how, accuracy=accuracy),)


def _spread(codes: FloatArray) -> Array:
    deviations = codes.std(axis=0, dtype=np.float64)
    largest = float(deviations.max(initial=0.0))
    return np.maximum(deviations, _FLOOR * largest) if largest > 0 else np.ones_like(deviations)
