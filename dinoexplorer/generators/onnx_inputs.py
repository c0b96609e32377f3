"""What the inputs of an ONNX model mean: the code, and perhaps the class."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.onnx_file import Model, Value

_FLOATS = {1: "float32", 10: "float16", 11: "float64"}
_WHOLE = {6: "int32", 7: "int64"}
_CLASS_WORDS = ("label", "class", "cond", "category", "digit")
_LARGEST = 2**16


@dataclass(frozen=True, slots=True)
class Meaning:
    """How codes go in.

    Attributes
    ----------
    code, label
        The input of the codes, and that of the class or None.
    dim, classes
        Numbers of a code without the class, and how many classes there are.
    batch
        How many codes go in at once, None for any number.
    """

    code: Value
    dim: int
    batch: int | None
    label: Value | None = None
    classes: int = 0

    @property
    def one_hot(self) -> bool:
        """Whether the class goes in as weights and not as a number."""
        return self.label is not None and self.label.kind in _FLOATS

    def number_type(self, value: Value) -> str:
        """As NumPy names it."""
        return {**_FLOATS, **_WHOLE}[value.kind]


def meaning_of(name: str, model: Model) -> Meaning:
    """Which input of the file ``name`` is the code, and which, if any, the class.

    Raises
    ------
    GeneratorError
        None can be, or there are more; the sentence names them.
    """
    inputs = [value for value in model.inputs if value.name not in model.arrays]
    codes = [value for value in inputs if value.kind in _FLOATS]
    labels = [value for value in inputs if value.kind in _WHOLE]
    if len(codes) == 2 and not labels:
        labels = [_label_of(codes[0], codes[1])]
        codes = [value for value in codes if value is not labels[0]]
    if len(codes) != 1 or len(labels) > 1 or len(inputs) != len(codes) + len(labels):
        raise GeneratorError(
            f"{name} takes {_listed(inputs)}, and a generator takes one code of numbers and at most one class;"
            " export the decoder alone."
        )
    code = codes[0]
    dim = _length(name, code)
    batch = code.shape[0] if len(code.shape) > 1 else 1
    if not labels:
        return Meaning(code, dim, batch)
    return Meaning(code, dim, batch, labels[0], _classes(name, labels[0], model))


def _label_of(one: Value, two: Value) -> Value:
    """Of two rows of numbers the one that is the class: by its name, else the second."""
    named = [value for value in (one, two) if any(word in value.name.lower() for word in _CLASS_WORDS)]
    return named[0] if len(named) == 1 else two


def _length(name: str, code: Value) -> int:
    sides = code.shape[1:] if len(code.shape) > 1 else code.shape
    if None in sides or not sides:
        raise GeneratorError(
            f"{name} does not say how long a code is: its input {code.name!r} is {_spoken(code)};"
            " export it with a fixed length (only the batch may be open)."
        )
    known = [side for side in sides if side is not None]
    dim = math.prod(known)
    if sum(side > 1 for side in known) > 1 or dim > _LARGEST:
        raise GeneratorError(
            f"{name} takes {_spoken(code)} in {code.name!r}, which is a picture or a grid and not a code;"
            " export the decoder of a generator, whose input is one row of numbers."
        )
    return dim


def _classes(name: str, label: Value, model: Model) -> int:
    """How many classes there are: the length of a row of weights, else the rows of the table they are looked up in."""
    if label.kind in _FLOATS:
        return _length(name, label)
    for source, table in model.taken.items():
        if table in model.arrays and _origin(source, model) == label.name:
            return model.arrays[table][0]
    raise GeneratorError(
        f"{name} takes a class in {label.name!r}, but no table of classes tells how many there are;"
        " export it with the class as a row of weights."
    )


def _origin(name: str, model: Model) -> str:
    """What a number was before it was only reshaped."""
    for _ in range(len(model.reshaped)):
        name = model.reshaped.get(name, name)
    return name


def _listed(inputs: list[Value]) -> str:
    return " and ".join(f"{value.name!r} ({_spoken(value)})" for value in inputs[:4]) or "nothing"


def _spoken(value: Value) -> str:
    return " x ".join("any" if side is None else str(side) for side in value.shape) or "a single number"
