"""Children of several codes: blended, crossed over and mutated, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.components import PrincipalAxes
from dinoexplorer.latent.mixing import blend
from dinoexplorer.latent.spaces import free_dimensions

Groups = Sequence[NDArray[np.intp]]
_FEWEST_GROUPS = 8


def usual_group(info: GeneratorInfo) -> int:
    """How many dimensions stay together unless somebody says otherwise: an eighth of them."""
    return max(free_dimensions(info) // _FEWEST_GROUPS, 1)


def groups_for(info: GeneratorInfo, size: int | None = None) -> list[NDArray[np.intp]]:
    """What stays together in a crossover: so many dimensions in a row; with 0, the layers of a model that has some.

    Without a size what is usual: layers, where there are any.
    """
    spec = info.latent
    if spec.layers and not size:
        return [np.arange(layer.start, layer.stop) for layer in spec.layers]
    return groups_of(info.free, size or usual_group(info))


def groups_of(dim: int, size: int) -> list[NDArray[np.intp]]:
    """Dimensions that stay together in a crossover: so many in a row, the last group may be smaller.

    With the width of one layer's code as ``size`` these are the layers of a model that takes one code a layer.

    Raises
    ------
    GeneratorError
        If the size is below 1.
    """
    if size < 1:
        raise GeneratorError(f"Groups of {size} dimensions are none; give 1 or more.")
    return [np.arange(start, min(start + size, dim)) for start in range(0, dim, size)]


def crossover(one: FloatArray, two: FloatArray, groups: Groups, seed: int | np.random.Generator = 0) -> FloatArray:
    """A code ``(dim,)`` that has each group of dimensions from one parent or from the other, by chance.

    Of two or more groups at least one comes from each parent. Dimensions in no group come from ``one``.

    Raises
    ------
    GeneratorError
        If the parents differ in length, or a group names a dimension that is not there.
    """
    if one.shape != two.shape or one.ndim != 1:
        raise GeneratorError("The parents of a crossover have codes of different length; take both from one model.")
    if any(len(group) and (group.min() < 0 or group.max() >= len(one)) for group in groups):
        raise GeneratorError(
            f"A group of the crossover names a dimension that is not there; there are 0 to {len(one) - 1}."
        )
    rng = np.random.default_rng(seed)
    from_two = rng.random(len(groups)) < 0.5
    if len(groups) > 1 and (from_two.all() or not from_two.any()):
        changed = int(rng.integers(len(groups)))
        from_two[changed] = not from_two[changed]
    result = np.array(one, np.float32)
    for group, taken in zip(groups, from_two, strict=True):
        if taken:
            result[group] = two[group]
    return result


def crossed_child(parents: FloatArray, info: GeneratorInfo, size: int, seed: int) -> FloatArray:
    """A child ``(dim,)`` that has each group of `groups_for` this ``size`` from one of two of ``parents (k, dim)``.

    Which two, and which group from whom, ``seed`` says; of classes it is half one and half the other.

    Raises
    ------
    GeneratorError
        If there are fewer than two parents.
    """
    if len(parents) < 2:
        raise GeneratorError("A crossover needs two parents; put another picture into the mix.")
    rng, free = np.random.default_rng(seed), free_dimensions(info)
    one, two = parents[rng.choice(len(parents), 2, replace=False)]
    heir = crossover(one, two, groups_for(info, size), rng)
    heir[free:] = (one[free:] + two[free:]) / 2
    return heir


def breed(
    parents: FloatArray,
    info: GeneratorInfo,
    count: int,
    *,
    mutation: float = 0.2,
    seed: int = 0,
    axes: PrincipalAxes | None = None,
    groups: Groups | None = None,
) -> FloatArray:
    """A sheet of children ``(count, dim)`` of ``parents (k, dim)``.

    Each child has two parents of the k, by chance. Every other child is a blend of them somewhere between a quarter and
    three quarters of the way, the others a crossover. All are then mutated: moved by ``mutation`` deviations, as the
    root mean square over all dimensions, along the spread of the data, which ``axes`` tell with its correlations (else
    that of each dimension). Weights of classes are inherited and not mutated. With one parent the children are its
    mutations. A child depends on its number and the seed alone, so more children leave the first ones as they are.

    Raises
    ------
    GeneratorError
        If there are no parents, or the mutation is below 0 or not a number.
    """
    parents = info.latent.check(parents)
    if len(parents) == 0:
        raise GeneratorError("Children need at least one parent; choose a picture.")
    if not (np.isfinite(mutation) and mutation >= 0):
        raise GeneratorError(f"A mutation of {mutation} is not possible; give 0 or more.")
    free = free_dimensions(info)
    if groups is None:
        groups = groups_for(info)
    children = np.empty((count, info.latent.dim), np.float32)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        children[number] = _heir(parents, info, number, groups, rng)
        children[number, :free] += np.float32(mutation) * _mutation(info, free, axes, rng)
    return children


def _heir(
    parents: FloatArray, info: GeneratorInfo, number: int, groups: Groups, rng: np.random.Generator
) -> FloatArray:
    if len(parents) == 1:
        return np.asarray(parents[0])
    one, two = rng.choice(len(parents), 2, replace=False)
    share = rng.uniform(0.25, 0.75)
    mixed = blend(parents[[one, two]], (1 - share, share), info)
    if number % 2 == 0:
        return mixed
    heir, free = crossover(parents[one], parents[two], groups, rng), free_dimensions(info)
    heir[free:] = mixed[free:]  # a class from here and a class from there
    return heir


def _mutation(info: GeneratorInfo, free: int, axes: PrincipalAxes | None, rng: np.random.Generator) -> FloatArray:
    """A step ``(free,)`` of one deviation in the root mean square over all dimensions."""
    count = free if axes is None else len(axes.vectors)
    step = rng.standard_normal(count)
    step *= np.sqrt(count) / max(float(np.linalg.norm(step)), 1e-12)
    if axes is None:
        return np.asarray(step * info.latent.std[:free], np.float32)
    return np.asarray((step * axes.deviations) @ axes.vectors[:, :free], np.float32)
