"""A direction in a latent space: what a slider in standard deviations moves a code along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo

_LEFT_OVER = 1e-3  # of its length: a direction that keeps no more of itself beside others is none of its own
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


@dataclass(frozen=True, eq=False, slots=True)
class Direction:
    """A way through a latent space that a person can give a name.

    Attributes
    ----------
    name : str
        What it changes, as far as that is known: "facing", or "pca 1".
    vector : float32 (dim,)
        Of length 1.
    deviation : float
        One standard deviation of the data along it, more than 0: the unit of its slider.
    how : str
        The way it was found, as `dinoexplorer.latent.directions` names it.
    checkpoint_sha256 : str
        Of the model it belongs to.
    share : float or None
        0 to 1: what it explains of all that its way of finding looked at.
    accuracy : float or None
        0 to 1: how well it tells its two groups apart where they were held out; 0.5 is chance.
    layers : (int, int) or None
        The first and the last layer that take the moved code, for models that take one code a layer; None is all.
    space : str
        Of those that a network may be read in, the one it lies in; empty in older files.
    """

    name: str
    vector: FloatArray
    deviation: float
    how: str
    checkpoint_sha256: str
    share: float | None = None
    accuracy: float | None = None
    layers: tuple[int, int] | None = None
    space: str = ""

    def moved(self, codes: FloatArray, deviations: float) -> FloatArray:
        """Codes ``(dim,)`` or ``(n, dim)`` so many standard deviations further along; 0 leaves them as they are."""
        return np.asarray(codes + np.float32(deviations * self.deviation) * self.vector, np.float32)

    def place(self, codes: FloatArray, origin: FloatArray) -> FloatArray:
        """How many standard deviations codes ``(n, dim)`` lie from ``origin (dim,)`` along it, ``(n,)``."""
        away = codes.astype(np.float64) - origin
        return np.asarray(away @ self.vector / self.deviation, np.float32)

    def as_json(self) -> dict[str, Any]:
        """Plain values for a document; numbers as short as float32 allows, which `from_json` brings back exactly."""
        return {
            "name": self.name,
            "vector": [_short(value) for value in self.vector],
            "deviation": self.deviation,
            "how": self.how,
            "checkpoint_sha256": self.checkpoint_sha256,
            "share": self.share,
            "accuracy": self.accuracy,
            "layers": None if self.layers is None else list(self.layers),
            "space": self.space,
        }


def make_direction(
    name: str,
    vector: np.ndarray,
    codes: FloatArray,
    info: GeneratorInfo,
    how: str,
    *,
    share: float | None = None,
    accuracy: float | None = None,
) -> Direction:
    """A direction of any length ``(dim,)`` as a record, its unit measured over ``codes (n, dim)``.

    Raises
    ------
    GeneratorError
        If it has no length, or the codes do not differ along it.
    """
    exact = np.asarray(vector, np.float64)
    length = float(np.linalg.norm(exact))
    if not (np.isfinite(length) and length > 0):
        raise GeneratorError(f"The direction {name!r} has no length: what it was found from does not differ.")
    exact = exact / length
    deviation = spread_along(codes, exact)
    if not deviation > 0:
        raise GeneratorError(f"The codes do not differ along the direction {name!r}, so its slider has no unit.")
    vector, space = exact.astype(np.float32), info.latent.spaces[0]
    return Direction(name, vector, deviation, how, info.sha256, share, accuracy, space=space)


def spread_along(codes: FloatArray, unit: np.ndarray) -> float:
    """The standard deviation of codes ``(n, dim)`` along a unit vector."""
    return float((codes.astype(np.float64) @ unit).std()) if len(codes) else 0.0


def conditioned(direction: Direction, others: Sequence[Direction], codes: FloatArray) -> Direction:
    """The direction without what it shares with ``others``, which a move along it then leaves as they are.

    The conditional manipulation of InterFaceGAN (Shen et al. 2020) for any number of others: their span is projected
    out. ``codes (n, dim)`` give the new unit.

    Raises
    ------
    GeneratorError
        If nothing is left, or a direction belongs to another model.
    """
    if not others:
        return direction
    for other in others:
        if other.checkpoint_sha256 != direction.checkpoint_sha256 or other.vector.shape != direction.vector.shape:
            raise GeneratorError(f"The directions {direction.name!r} and {other.name!r} belong to different models.")
    exact = direction.vector.astype(np.float64)
    span = np.stack([other.vector for other in others], axis=1).astype(np.float64)
    left = exact - span @ np.linalg.lstsq(span, exact, rcond=None)[0]
    length = float(np.linalg.norm(left))
    if length < _LEFT_OVER:
        names = ", ".join(repr(other.name) for other in others)
        raise GeneratorError(f"Nothing is left of {direction.name!r} without {names}; take one of these out.")
    unit = left / length
    deviation = spread_along(codes, unit)
    if not deviation > 0:
        raise GeneratorError(f"The codes do not differ along {direction.name!r} without the others; keep it as it was.")
    return replace(direction, vector=unit.astype(np.float32), deviation=deviation)


def from_json(value: object, info: GeneratorInfo | None = None) -> Direction:
    """What `Direction.as_json` made; with ``info`` also whether it belongs to that model.

    Raises
    ------
    GeneratorError
        If it is no direction, or one of another model.
    """
    try:
        kept = _Kept.model_validate(value)
    except ValidationError as error:
        named = ".".join(map(str, error.errors()[0]["loc"])) or "all of it"
        raise GeneratorError(
            f"This is no direction: {named} does not fit; take it out, or find the direction anew."
        ) from None
    with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, and is refused below
        vector = np.array(kept.vector, np.float32)
    direction = Direction(
        kept.name, vector, kept.deviation, kept.how, kept.checkpoint_sha256, kept.share, kept.accuracy, kept.layers,
        kept.space,
    )  # fmt: skip
    check(direction)
    if info is not None:
        check_belongs([direction], info)
    return direction


def check(direction: Direction) -> None:
    """Refuse what came from outside and cannot be moved along.

    Raises
    ------
    GeneratorError
        If the vector is not of length 1 or the unit is not more than 0.
    """
    length = float(np.linalg.norm(direction.vector.astype(np.float64))) if direction.vector.ndim == 1 else 0.0
    if not abs(length - 1) < 1e-3 or not (np.isfinite(direction.deviation) and direction.deviation > 0):
        raise GeneratorError(f"The direction {direction.name!r} has no usable length; find it anew.")


def check_belongs(directions: Iterable[Direction], info: GeneratorInfo) -> None:
    """Refuse directions of another model.

    Raises
    ------
    GeneratorError
        Naming the first that does not belong, and why.
    """
    for direction in directions:
        if len(direction.vector) != info.latent.dim:
            raise GeneratorError(
                f"The direction {direction.name!r} has {len(direction.vector)} numbers and {info.path.name} takes "
                f"{info.latent.dim}; open the model that it was found for."
            )
        if direction.checkpoint_sha256 != info.sha256:
            raise GeneratorError(
                f"The direction {direction.name!r} was found for another model than {info.path.name}; "
                "open that model, or find the direction anew."
            )
        if direction.space not in {"", info.latent.spaces[0]}:
            raise GeneratorError(
                f"The direction {direction.name!r} was found in {direction.space} and {info.path.name} is read in "
                f"{info.latent.spaces[0]}; read it in {direction.space}, or find the direction anew."
            )


class _Kept(BaseModel):
    """A direction as it lies in a file."""

    model_config = ConfigDict(extra="ignore", strict=False, allow_inf_nan=False)

    name: str
    vector: list[float] = Field(min_length=1)
    deviation: float = Field(gt=0)
    how: str
    checkpoint_sha256: str
    share: _Share | None = None
    accuracy: _Share | None = None
    layers: tuple[int, int] | None = None
    space: str = ""


def _short(value: np.float32) -> float:
    """The shortest number that is this one in float32."""
    return float(str(value))
