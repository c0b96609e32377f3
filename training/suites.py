"""A suite: several trainings on the same pictures, and one table of what they came to.

A suite ships as `resources/suites/NAME.toml`, or is anyone's file of the same form.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from training.config import ConfigError, RunConfig, Section, resolve
from training.evaluation.metrics import check_names
from training.evaluation.report import Figure
from training.evaluation.tables import number


class Entry(Section):
    """One training: the recipe, and what is different from it."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)
    recipe: str
    settings: tuple[str, ...] = ()


class Suite(Section):
    """Trainings, and what each is evaluated by. Settings of the suite are every entry's; those of an entry win."""

    title: str
    about: str = ""
    settings: tuple[str, ...] = ()
    metrics: tuple[str, ...]
    samples: int = Field(2000, ge=1)
    columns: tuple[str, ...] = Field(description="figures to show, in this order; those that nobody has are left out")
    entry: tuple[Entry, ...] = Field(min_length=1)

    @field_validator("entry")
    @classmethod
    def _names_differ(cls, value: tuple[Entry, ...]) -> tuple[Entry, ...]:
        names = [entry.name for entry in value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the name {twice!r} is given twice; each entry needs its own")
        return value

    def config(self, entry: Entry, data: str, more: Sequence[str]) -> RunConfig:
        """The complete configuration of an entry; `more` wins over everything."""
        source = f"data.source={json.dumps(data)}"
        return resolve(entry.recipe, [*self.settings, *entry.settings, source, f"name={json.dumps(entry.name)}", *more])


def suite_names() -> tuple[str, ...]:
    """The suites that ship with the program."""
    folder = files("resources") / "suites"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def read_suite(name: str) -> Suite:
    """The suite of that name, or of a file that ends in `.toml`.

    Raises
    ------
    ConfigError
        There is none, or it cannot be used; the text says why.
    """
    if name.endswith(".toml"):
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot read the suite {name}: {getattr(error, 'strerror', None) or error}") from error
    elif name in suite_names():
        text = (files("resources") / "suites" / f"{name}.toml").read_text("utf-8")
    else:
        raise ConfigError(f"unknown suite {name!r}; there are {', '.join(suite_names())}, or name a file NAME.toml")
    try:
        suite = Suite.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the suite {name} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"the suite {name} cannot be used: {key}: {first['msg'].removeprefix('Value error, ')}"
        ) from error
    check_names(suite.metrics)
    return suite


def markdown_table(suite: Suite, rows: Iterable[tuple[RunConfig, Sequence[Figure]]], command: str) -> str:
    """What the trainings came to, with the command that does it again."""
    found = [(config, {figure.name: figure for figure in figures}) for config, figures in rows]
    columns = [name for name in suite.columns if any(name in figures for _, figures in found)]
    head = ["model", "z", *columns]
    lines = [f"# {suite.title}", "", f"`{command}`", "", _line(head), _line(["---"] * len(head))]
    for config, figures in found:
        cells = [_cell(figures.get(name)) for name in columns]
        lines.append(_line([config.name, str(config.latent.dim), *cells]))
    lines += ["", f"± is one standard deviation; {suite.samples:,} random pictures each."]
    return "\n".join(lines) + "\n"


def _cell(figure: Figure | None) -> str:
    return "" if figure is None else f"{number(figure.value)} ± {figure.spread:.1g}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
