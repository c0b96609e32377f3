"""A written description, checked line by line against the tensors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dinoexplorer.generators.blueprint import (
    Blueprint,
    LayerFitError,
    build_encoder,
    build_with_shapes,
    from_data,
)
from dinoexplorer.generators.blueprint_building import built
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import Built

if TYPE_CHECKING:
    from torch import Tensor

_KIND = re.compile(r"""^[^#]*?(?<![\w"'-])kind\s*=""")
_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")


class DescriptionError(GeneratorError):
    """A description that cannot be read; ``line`` counts from 1, 0 where no line is to blame."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True, eq=False, slots=True)
class Checked:
    """What is known of a description.

    Attributes
    ----------
    shapes
        By line, counted from 1: what its layer gives for one code, such as "512 x 4 x 4".
    problem, line
        What is wrong, and where; empty and 0 where all is well.
    blueprint, built
        There where all is well.
    """

    shapes: Mapping[int, str]
    problem: str = ""
    line: int = 0
    blueprint: Blueprint | None = None
    built: Built | None = None


def parsed(text: str) -> Blueprint:
    """The blueprint that a description in TOML says. Raises `DescriptionError`."""
    try:
        return from_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place.group(1)) if place is not None and place.group(1) else len(text.splitlines())
        said = _PLACE.sub("", str(error))
        raise DescriptionError(f"line {line} is no TOML: {said[:1].lower()}{said[1:]}.", line) from None
    except GeneratorError as error:
        raise DescriptionError(str(error), _line_of_key(text, str(error))) from None


def checked(text: str, tensors: Mapping[str, Tensor]) -> Checked:
    """Build what the description says, as far as it fits; takes as long as that."""
    try:
        blueprint = parsed(text)
    except DescriptionError as error:
        return Checked({}, str(error), error.line)
    lines = layer_lines(text)
    shapes: dict[int, str] = {}
    try:
        _, found = build_with_shapes(blueprint, tensors)
        shapes = _told(lines, found)
        channels, size, _ = found[-1]
        lines = lines[len(blueprint.layers) :]
        build_encoder(blueprint, tensors, (channels, size, size))
        return Checked(shapes, "", 0, blueprint, built(blueprint, tensors))
    except LayerFitError as error:
        line = lines[error.number - 1] if 0 < error.number <= len(lines) else 0
        return Checked(shapes | _told(lines, list(error.shapes)), str(error), line)
    except GeneratorError as error:
        return Checked(shapes, str(error))


def layer_lines(text: str) -> list[int]:
    """The lines, counted from 1, in which the kinds of the layers stand."""
    return [number for number, line in enumerate(text.splitlines(), 1) if _KIND.match(line)]


def _told(lines: list[int], shapes: list[tuple[int, ...]]) -> dict[int, str]:
    return {line: " x ".join(map(str, shape)) for line, shape in zip(lines, shapes, strict=False)}


def _line_of_key(text: str, sentence: str) -> int:
    """Where the key that a sentence names is written."""
    for key in re.findall(r"'(\w+)'", sentence):
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(rf"\s*\[*{key}\]*\s*(=|$)", line):
                return number
    return 0
