"""Moving within a space as a whole: truncation, a surprise near here, classes and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo

Array = NDArray[np.float64]


def free_dimensions(info: GeneratorInfo) -> int:
    """How many numbers of a code are neither noise nor weights of classes; these come last."""
    return info.free


def is_gaussian(info: GeneratorInfo) -> bool:
    """Whether codes are draws of a standard normal, so that in many dimensions they lie on a shell around 0.

    They are not where a mixture says where the encoded data lie; that of a generator without an encoder only says which
    classes there are. Nor are they in a space behind a mapping, such as w.
    """
    spec = info.latent
    return spec.prior == "normal" and spec.spaces[0] == "z" and (spec.mixture is None or not info.encoder)


def surprises(
    code: FloatArray,
    info: GeneratorInfo,
    radius: float,
    *,
    count: int = 1,
    seed: int = 0,
    locked: NDArray[np.bool_] | None = None,
) -> FloatArray:
    """Random codes ``(count, dim)`` around one ``(dim,)``: "surprise me like this".

    ``radius`` is the largest departure, as the root mean square over the dimensions in deviations of the data: 0 is the
    same code, 1 about as far as the data lie from their mean. All places within it are equally likely. Weights of
    classes stay, and so do dimensions that are ``locked (dim,)``.

    Raises
    ------
    GeneratorError
        If the radius is below 0 or not a number.
    """
    if not (np.isfinite(radius) and radius >= 0):
        raise GeneratorError(f"A radius of {radius} has no inside; give 0 or more.")
    rng = np.random.default_rng(seed)
    moving = np.arange(info.latent.dim) < free_dimensions(info)
    if locked is not None:
        moving &= ~locked
    dim = int(np.count_nonzero(moving))
    steps = np.zeros((count, info.latent.dim))
    if dim:
        towards = rng.standard_normal((count, dim))
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        steps[:, moving] = towards * np.sqrt(dim) * radius * rng.random((count, 1)) ** (1 / dim)
    return np.asarray(code + steps * info.latent.std, np.float32)


def class_weights(code: FloatArray, info: GeneratorInfo) -> dict[str, float]:
    """The weight of each class in a code ``(dim,)``; empty where the generator is not class-conditional."""
    if not info.conditional:
        return {}
    return {name: float(weight) for name, weight in zip(info.classes, code[-len(info.classes) :], strict=True)}


def with_classes(codes: FloatArray, info: GeneratorInfo, weights: Mapping[str, float]) -> FloatArray:
    """Codes ``(dim,)`` or ``(n, dim)`` with these weights of classes, which are brought to a sum of 1; others get 0.

    Between two classes lies what is between them: ``{"horned": 0.5, "plated": 0.5}``.

    Raises
    ------
    GeneratorError
        If the generator is not class-conditional, a class is unknown, or no weight is above 0.
    """
    if not info.conditional:
        raise GeneratorError(f"{info.path.name} is not class-conditional, so its codes have no weights of classes.")
    for name, weight in weights.items():
        if name not in info.classes:
            raise GeneratorError(f"{info.path.name} knows no class {name!r}; use {', '.join(info.classes)}.")
        if not (np.isfinite(weight) and weight >= 0):
            raise GeneratorError(f"The class {name!r} cannot weigh {weight}; give 0 or more.")
    values = np.array([weights.get(name, 0.0) for name in info.classes])
    if not values.sum() > 0:
        raise GeneratorError("At least one class needs a weight above 0; choose one.")
    result = np.array(codes, np.float32)
    result[..., -len(info.classes) :] = values / values.sum()
    return result


def with_class_weight(code: FloatArray, info: GeneratorInfo, name: str, weight: float) -> FloatArray:
    """A code ``(dim,)`` with one class weighing ``weight``, from 0 to 1; the others share the rest as they did.

    Where they weigh nothing the class keeps all of it. Raises `GeneratorError` as `with_classes` does.
    """
    present = class_weights(tidied_classes(code, info), info)
    rest = sum(value for other, value in present.items() if other != name)
    wanted = min(max(weight, 0.0), 1.0) if rest > 0 else 1.0
    weights = {other: value * (1 - wanted) / rest if rest > 0 else 0.0 for other, value in present.items()}
    return with_classes(code, info, weights | {name: wanted})


def tidied_classes(codes: FloatArray, info: GeneratorInfo) -> FloatArray:
    """Codes whose weights of classes are none below 0 and add up to 1, as arithmetic may leave them otherwise.

    Weights that are all 0 or less become alike.
    """
    if not info.conditional:
        return codes
    result, count = np.array(codes, np.float32), len(info.classes)
    weights = np.maximum(result[..., -count:].astype(np.float64), 0)
    total = weights.sum(axis=-1, keepdims=True)
    result[..., -count:] = np.where(total > 0, weights / np.where(total > 0, total, 1), 1 / count)
    return result
