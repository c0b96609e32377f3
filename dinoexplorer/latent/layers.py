"""Codes in layers: which numbers a choice of layers means, the same move in several of them, and two codes in one.

Layers are counted from 0; a choice of them is the first and the one after the last, as a document keeps it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, LatentSpec

Chosen = tuple[int, int]


def dimensions_of_layers(spec: LatentSpec, chosen: Chosen) -> NDArray[np.intp]:
    """The numbers of a code that belong to these layers, in their order.

    Raises
    ------
    GeneratorError
        If there are no such layers.
    """
    first, last = chosen
    if not 0 <= first < last <= len(spec.layers):
        raise GeneratorError(
            f"There are no layers {first + 1} to {last} here; this generator has {len(spec.layers) or 'none'}."
        )
    return np.concatenate([np.arange(layer.start, layer.stop) for layer in spec.layers[first:last]])


def alike_in_layers(spec: LatentSpec, chosen: Chosen) -> NDArray[np.intp]:
    """The numbers ``(layers, width)`` of layers that share one space: a column is the same number in all of them."""
    return dimensions_of_layers(spec, chosen).reshape(chosen[1] - chosen[0], -1)


def told_layers(spec: LatentSpec, chosen: Chosen) -> str:
    """A choice of layers in a few words."""
    first, last = chosen
    if (first, last) == (0, len(spec.layers)):
        return "all layers"
    names = [layer.name for layer in spec.layers[first:last]]
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def only_in_layers(vector: FloatArray, spec: LatentSpec, chosen: Chosen | None) -> FloatArray:
    """A move ``(dim,)`` of which other layers take no part; None is all of it, as in a space without layers."""
    if chosen is None or not spec.layers:
        return vector
    kept = dimensions_of_layers(spec, chosen)
    result = np.zeros_like(vector)
    result[kept] = vector[kept]
    return result


def styles_mixed(one: FloatArray, two: FloatArray, spec: LatentSpec, chosen: Chosen) -> FloatArray:
    """A code ``(dim,)`` that has the chosen layers of ``two``, and everything else of ``one``.

    The style mixing of StyleGAN (Karras et al. 2019, section 3.1) for any run of layers.

    Raises
    ------
    GeneratorError
        If there are no such layers.
    """
    taken = dimensions_of_layers(spec, chosen)
    result = np.array(one, np.float32)
    result[taken] = two[taken]
    return result


def free_moves(spec: LatentSpec, free: int) -> FloatArray:
    """The moves ``(k, dim)`` that directions are made of: one for each coordinate, of ``free`` in all.

    Layers that share one space move together, each by as much, as they do in random codes; otherwise a search would
    look at thousands of numbers that mean nothing alone.
    """
    if not spec.shared:
        return np.eye(spec.dim, dtype=np.float32)[:free]
    alike = alike_in_layers(spec, (0, len(spec.layers)))
    steps = np.zeros((alike.shape[1], spec.dim), np.float32)
    for layer in alike:
        steps[np.arange(len(layer)), layer] = 1
    return steps


def along_moves(codes: FloatArray, spec: LatentSpec, free: int) -> FloatArray:
    """Codes ``(n, dim)`` as values ``(n, k)`` of `free_moves`: of layers that share one space their mean."""
    if not spec.shared:
        return codes[:, :free]
    alike = alike_in_layers(spec, (0, len(spec.layers)))
    return np.asarray(codes[:, alike].mean(axis=1), np.float32)
