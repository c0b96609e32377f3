"""From values to the parts of a document file, and back."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import numpy as np

from dinoexplorer.document.checking import check_standing, one_line
from dinoexplorer.document.schema import (
    VERSION,
    CheckpointReference,
    DirectionPart,
    DocumentParts,
    LatentRecipe,
    MapView,
    Part,
    PinPart,
    SpacePart,
)
from dinoexplorer.document.standing import Direction, Draw, Pin, Space, Standing, frozen
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, LatentSpec

AnyPart = TypeVar("AnyPart", bound=Part)


def parts_of(
    standing: Standing,
    spec: LatentSpec,
    checkpoint: CheckpointReference,
    view: MapView | None,
    before: DocumentParts | None,
) -> DocumentParts:
    """What a file says about where we stand; what ``before`` had in keys of its own is kept."""
    pins = {part.key: part.unknown for part in before.pins} if before else {}
    ways = {part.key: part.unknown for part in before.directions} if before else {}
    values: dict[str, Any] = {
        "version": VERSION,
        "checkpoint": _with_unknown(checkpoint, before and before.checkpoint),
        "latent": _with_unknown(_recipe(standing, spec), before and before.latent),
        "locked": np.flatnonzero(standing.locked).tolist(),
        "pins": [_pin_part(pin, pins.get(pin.key, {})) for pin in standing.pins],
        "directions": [_direction_part(way, ways.get(way.key, {})) for way in standing.directions],
        "space": _with_unknown(SpacePart(truncation=standing.space.truncation), before and before.space),
    }
    if standing.timeline:
        values["timeline"] = json.loads(standing.timeline)
    if view is not None:
        values["map"] = _with_unknown(view, before and before.map)
    elif before and before.map:
        values["map"] = before.map
    return DocumentParts(**(before.unknown if before else {}), **values)


def standing_of(parts: DocumentParts, spec: LatentSpec) -> Standing:
    """Where the parts of a file say we stand.

    Raises
    ------
    GeneratorError
        If they do not fit the space.
    """
    code, draw = _code(parts.latent, spec)
    standing = Standing(
        frozen(code), _locks(parts.locked, len(code)), _pins(parts.pins), _directions(parts.directions),
        Space(parts.space.truncation), _timeline_text(parts.timeline), draw,
    )  # fmt: skip
    return check_standing(spec, standing)


def _with_unknown(part: AnyPart, before: Part | None) -> AnyPart:
    """The same part with the unknown keys that the part of the file before had."""
    if before is None or not before.unknown:
        return part
    return type(part)(**{**before.unknown, **part.model_dump(exclude_unset=True)})


def _recipe(standing: Standing, spec: LatentSpec) -> LatentRecipe:
    """The values, and the seed where most of the code is still what it drew."""
    values = _numbers(standing.latent)
    if standing.draw is None:
        return LatentRecipe(values=values)
    seed, truncation = standing.draw.seed, standing.draw.truncation
    drawn = _drawn(standing.draw, spec)
    edited = np.flatnonzero(drawn.view(np.uint32) != standing.latent.view(np.uint32)).tolist()
    if 2 * len(edited) > spec.dim:
        return LatentRecipe(values=values)
    edits = {str(dimension): values[dimension] for dimension in edited}
    return LatentRecipe(seed=seed, truncation=truncation, edits=edits, values=values)


def _code(recipe: LatentRecipe, spec: LatentSpec) -> tuple[FloatArray, Draw | None]:
    draw = None if recipe.seed is None else Draw(recipe.seed, recipe.truncation)
    if recipe.values is not None:
        return _array(recipe.values), draw
    if draw is None:
        raise GeneratorError("It names no place, neither by a seed nor by values; open another copy.")
    code = _drawn(draw, spec)
    for dimension, value in recipe.edits.items():
        place = int(dimension) if dimension.isdecimal() and len(dimension) < 10 else len(code)
        if place >= len(code):
            raise GeneratorError(_no_dimension(dimension, len(code)))
        code[place] = _array([value])[0]
    return code, draw


def _drawn(draw: Draw, spec: LatentSpec) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):  # an endless truncation; refused with the code
        code: FloatArray = spec.sample(1, draw.seed, draw.truncation)[0]
    return code


def _locks(dimensions: list[int], count: int) -> np.ndarray:
    if dimensions and max(dimensions) >= count:
        raise GeneratorError(_no_dimension(str(max(dimensions)), count))
    locked = np.zeros(count, dtype=bool)
    locked[dimensions] = True
    return frozen(locked)


def _no_dimension(dimension: str, count: int) -> str:
    named = one_line(dimension)[:20]
    return f"Its dimension {named} does not exist, the dimensions here are 0 to {count - 1}; open another copy."


def _pin_part(pin: Pin, unknown: dict[str, Any]) -> PinPart:
    return PinPart(**unknown, key=pin.key, name=pin.name, latent=_numbers(pin.latent))


def _pins(parts: list[PinPart]) -> tuple[Pin, ...]:
    keys = _keys([part.key for part in parts])
    return tuple(
        Pin(key, one_line(part.name) or f"Pin {place + 1}", frozen(_array(part.latent)))
        for place, (key, part) in enumerate(zip(keys, parts, strict=True))
    )


def _directions(parts: list[DirectionPart]) -> tuple[Direction, ...]:
    keys = _keys([part.key for part in parts])
    return tuple(
        Direction(
            key, one_line(part.name) or "direction", frozen(_array(part.vector)), part.unit, part.how, part.space,
            None if part.layers is None else (part.layers[0], part.layers[1]), part.share, part.accuracy,
        )
        for key, part in zip(keys, parts, strict=True)
    )  # fmt: skip


def _direction_part(direction: Direction, unknown: dict[str, Any]) -> DirectionPart:
    layers = None if direction.layers is None else list(direction.layers)
    figures: dict[str, Any] = {"layers": layers, "share": direction.share, "accuracy": direction.accuracy}
    known = {name: figure for name, figure in figures.items() if figure is not None}
    return DirectionPart(
        **unknown, **known, key=direction.key, name=direction.name, vector=_numbers(direction.vector),
        unit=direction.unit, how=direction.how, space=direction.space,
    )  # fmt: skip


def _keys(given: list[int | None]) -> list[int]:
    """The keys of the file; where one is missing or comes again, a new one."""
    following = 1 + max((key for key in given if key is not None), default=0)
    keys: list[int] = []
    seen: set[int] = set()
    for wish in given:
        key = wish
        if key is None or key in seen:
            key, following = following, following + 1
        seen.add(key)
        keys.append(key)
    return keys


def _timeline_text(timeline: Any) -> str:
    return "" if timeline is None else json.dumps(timeline, allow_nan=False, separators=(",", ":"))


def _numbers(array: FloatArray) -> list[float]:
    """Nine significant digits tell one float32 from all others."""
    return [float(f"{value:.9g}") for value in array.tolist()]


def _array(values: list[float]) -> FloatArray:
    with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, and is refused with the code
        return np.array(values, dtype=np.float64).astype(np.float32)
