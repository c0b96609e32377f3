"""What an ONNX file says of itself, read from its bytes before any runtime sees it.

Field numbers are those of ``onnx.proto``. Nothing is loaded: arrays are only counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.wire import Bytes, Field, WireError, fields, numbers, varint

_OWN_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
"""Operators that the runtime itself brings; those of other domains would need a library of machine code."""
_TOP_LEVEL: Mapping[int, bool] = {
    1: False, 2: True, 3: True, 4: True, 5: False, 6: True, 7: True, 8: True, 14: True, 20: True, 25: True, 26: True,
}  # fmt: skip
_RESHAPING = frozenset({"Cast", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Flatten"})
_GRAPH = 7
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output: its number type as ONNX counts them, and its sides, None where they are open."""

    name: str
    kind: int
    shape: tuple[int | None, ...]


@dataclass(slots=True)
class Model:
    """A whole file."""

    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    arrays: dict[str, tuple[int, ...]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    """Tables that a `Gather` takes rows from, by the name of what it takes them with."""
    reshaped: dict[str, str] = field(default_factory=dict)
    """What has the same numbers as something else, in another shape or type."""
    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)
    """Files that arrays lie in."""

    @property
    def parameters(self) -> int:
        """How many numbers the arrays hold."""
        return sum(math.prod(shape) for shape in self.arrays.values())


def looks_like_onnx(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a model: there is no magic number, but few fields may come."""
    data, place, versioned = memoryview(head), 0, False
    try:
        while place < len(data):
            tag, place = varint(data, place)
            number, is_data = tag >> 3, tag & 7 == 2
            if _TOP_LEVEL.get(number) != is_data or tag & 7 not in {0, 2}:
                return False
            if number == _GRAPH:
                return versioned
            value, place = varint(data, place)
            versioned = versioned or (number == 1 and 3 <= value < 100)
            place += value if is_data else 0
    except WireError:
        return False
    return False


def read_model(name: str, data: Bytes) -> Model:
    """What the file ``name`` says of itself.

    Raises
    ------
    GeneratorError
        It is damaged, needs machine code of others, or leads out of its folder.
    """
    model = Model()
    try:
        for part in fields(data):
            if part.number == _GRAPH:
                _graph(part.data, model, 0, top=True)
            elif part.number == 20:
                for inner in fields(part.data):
                    if inner.number in {1, 2}:
                        _graph(inner.data, model, 1)
            elif part.number == 25:
                _function(part.data, model)
    except WireError as error:
        raise GeneratorError(
            f"{name} is an ONNX file that cannot be read ({error}); copy or download it again."
        ) from None
    _check(name, model)
    return model


def _check(name: str, model: Model) -> None:
    strange = sorted(
        f"{domain}.{kind}" for domain, kind in model.operators - model.functions if domain not in _OWN_DOMAINS
    )
    if strange:
        raise GeneratorError(
            f"{name} needs the operator {strange[0]}, which is machine code of another library, and no file may bring"
            " code; export it with the standard operators of ONNX alone."
        )
    for place in model.outside:
        parts = {*PurePosixPath(place).parts, *PureWindowsPath(place).parts}
        absolute = PurePosixPath(place).is_absolute() or PureWindowsPath(place).anchor
        if absolute or ".." in parts or not place:
            raise GeneratorError(
                f"{name} would read {place!r}, which is outside its folder, so it stays closed;"
                " ask its author for a file that holds its own weights."
            )


def _graph(message: Bytes, model: Model, depth: int, *, top: bool = False) -> None:
    if depth > _DEEPEST:
        raise WireError("graphs are nested without end")
    for part in fields(message):
        if part.number == 1:
            _node(part.data, model, depth)
        elif part.number == 5:
            name, shape = _array(part.data, model)
            if top and name:
                model.arrays[name] = shape
        elif part.number == 15:
            _sparse(part.data, model)
        elif top and part.number in {11, 12}:
            (model.inputs if part.number == 11 else model.outputs).append(_value(part.data))


def _function(message: Bytes, model: Model) -> None:
    """A function that the model brings as a row of operators of its own."""
    texts = {part.number: part.text for part in fields(message) if part.number in {1, 10}}
    model.functions.add((texts.get(10, ""), texts.get(1, "")))
    for part in fields(message):
        if part.number == 7:
            _node(part.data, model, 1)


def _node(message: Bytes, model: Model, depth: int) -> None:
    kind, domain, given, made = "", "", [], ""
    for part in fields(message):
        if part.number == 1:
            given.append(part.text)
        elif part.number == 2:
            made = made or part.text
        elif part.number == 4:
            kind = part.text
        elif part.number == 7:
            domain = part.text
        elif part.number == 5:
            _attribute(part.data, model, depth)
    model.operators.add((domain, kind))
    if kind == "Gather" and len(given) == 2:
        model.taken[given[1]] = given[0]
    elif kind in _RESHAPING and given:
        model.reshaped[made] = given[0]


def _attribute(message: Bytes, model: Model, depth: int) -> None:
    """Arrays and graphs within an option of an operator."""
    for part in fields(message):
        if part.number in {5, 10}:
            _array(part.data, model)
        elif part.number in {6, 11}:
            _graph(part.data, model, depth + 1)
        elif part.number in {22, 23}:
            _sparse(part.data, model)


def _sparse(message: Bytes, model: Model) -> None:
    for part in fields(message):
        if part.number in {1, 2}:
            _array(part.data, model)


def _array(message: Bytes, model: Model) -> tuple[str, tuple[int, ...]]:
    """Name and shape; where the numbers lie elsewhere, the file is noted."""
    name, shape, outside, place = "", [], False, ""
    for part in fields(message):
        if part.number == 1:
            shape += numbers(part)
        elif part.number == 8:
            name = part.text
        elif part.number == 13:
            pair = {inner.number: inner.text for inner in fields(part.data)}
            place = pair.get(2, "") if pair.get(1) == "location" else place
            outside = True
        elif part.number == 14:
            outside = outside or part.value == 1
    if outside:
        model.outside.append(place)
    if any(side < 0 for side in shape):
        raise WireError("an array has a negative side")
    return name, tuple(shape)


def _value(message: Bytes) -> Value:
    name, kind, shape = "", 0, []
    for part in fields(message):
        if part.number == 1:
            name = part.text
        elif part.number == 2:
            for tensor in _inside(part, 1):
                for inner in fields(tensor.data):
                    if inner.number == 1:
                        kind = inner.value
                    elif inner.number == 2:
                        shape = [_side(side) for side in _inside(inner, 1)]
    return Value(name, kind, tuple(shape))


def _side(dimension: Field) -> int | None:
    found = next((part.signed for part in fields(dimension.data) if part.number == 1 and not part.is_data), None)
    return found if found is not None and found > 0 else None


def _inside(message: Field, number: int) -> Iterator[Field]:
    return (part for part in fields(message.data) if part.number == number)
