"""The settings of a recipe as a form shows them, and what is wrong with a choice of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from dinoexplorer.runs.command_line import override
from dinoexplorer.runs.watching import flat_settings
from training.config import IMAGE_SIZES, RunConfig, load_recipe, resolve
from training.errors import TrainingError

Kind = Literal["int", "float", "bool", "choice", "text", "numbers"]

BASIC = (
    "image.size", "latent.dim", "steps", "batch_size", "optimizer.lr", "device", "precision", "seed",
    "data.count", "data.variation", "data.held_out", "data.flip",
)  # fmt: skip
"""What most people want to change, in the order in which a form shows it."""
_ELSEWHERE = {"recipe", "family", "name", "data.source"}
"""What an order says by itself."""
_BUILTIN_ONLY = {"data.count", "data.variation"}
_SECTIONS = {
    "": "Training", "image": "Pictures", "data": "Data", "latent": "Latent code", "model": "Model",
    "objective": "Objective", "optimizer": "Optimiser", "ema": "Averaged weights", "checkpoint": "Checkpoints",
    "samples": "Sample sheets", "evaluate": "Evaluation", "log": "Records",
}  # fmt: skip
_TITLES = {
    "image.size": "Picture size", "image.channels": "Colour channels", "latent.dim": "Latent size",
    "data.count": "Number of pictures", "data.variation": "Variety", "data.fit": "Fit to a square",
    "data.held_out": "Held out", "data.flip": "Mirror", "images": "Length in pictures", "accumulate": "Batches a step",
    "optimizer.lr": "Learning rate", "optimizer.beta1": "Beta 1", "optimizer.beta2": "Beta 2",
    "optimizer.clip": "Largest gradient", "ema.decay": "Decay", "checkpoint.dtype": "Number format",
    "checkpoint.keep": "Kept", "log.tensorboard": "TensorBoard", "objective.r1": "R1", "objective.r1_every": "R1 every",
    "objective.diffaugment": "DiffAugment", "objective.discriminator_lr": "Discriminator's rate",
}  # fmt: skip
_ALTERNATIVES = re.compile(r"\^\((.*)\)\$")


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: how it is called, what it may be, and what the recipe says.

    Attributes
    ----------
    key
        Dotted, as in ``--set latent.dim=2``.
    section
        Heading of the group it belongs to.
    default
        The recipe's own value; a list for `numbers`.
    low, high
        Smallest and largest value; None where there is none. With ``open_low`` (``open_high``) the limit itself is
        not allowed.
    choices
        What there is to choose from, for kind `choice`.
    builtin_only
        It means something only for the pictures that the program draws itself.
    """

    key: str
    section: str
    title: str
    help: str
    unit: str
    kind: Kind
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    advanced: bool = True
    open_low: bool = False
    open_high: bool = False
    builtin_only: bool = False


def fields_of(recipe: str) -> tuple[SettingField, ...]:
    """Every setting of a recipe: the basic ones in their order, then the others by section (imports torch).

    Raises
    ------
    training.config.ConfigError
        No such recipe.
    """
    values = flat_settings(resolve(recipe))
    described = dict(_described(load_recipe(recipe).family))
    found = {key: _setting(key, info, values.get(key)) for key, info in described.items() if key not in _ELSEWHERE}
    basic = [found[key] for key in BASIC if key in found]
    return (*basic, *(setting for key, setting in found.items() if key not in BASIC))


def check(recipe: str, changes: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the changes, a sentence for each key; empty when the recipe takes them (imports torch).

    A problem that belongs to no single key is found under ``""``.
    """
    try:
        described = dict(_described(load_recipe(recipe).family))
    except TrainingError as error:
        return {"": str(error)}
    problems = {
        key: f"There is no setting called {key!r}; choose one of the form." for key in changes if key not in described
    }
    known = {key: value for key, value in changes.items() if key in described}
    problems |= _refused(load_recipe(recipe).family, known)
    if problems:
        return problems
    try:
        _try(resolve(recipe, [override(key, value) for key, value in known.items()]))
    except TrainingError as error:
        key, equals, _ = str(error).partition(" = ")
        return {key if equals and key in described else "": f"{str(error)[:1].upper()}{str(error)[1:]}."}
    return {}


def _try(config: RunConfig) -> None:
    """Build the model without memory: a family may refuse what only makes sense together."""
    import torch  # noqa: PLC0415  never on the way to the first window

    from training.device import choose_device  # noqa: PLC0415  imports torch
    from training.models import family_named  # noqa: PLC0415  asks for a family, so torch

    choose_device(config.device)
    with torch.device("meta"):
        family_named(config.family).build(config, 6)


def _refused(family_name: str, changes: Mapping[str, Any]) -> dict[str, str]:
    from training.models import family_named  # noqa: PLC0415  imports torch

    family = family_named(family_name)
    kinds: dict[str, type[BaseModel]] = {"": RunConfig, "model": family.Options, "objective": family.Objective}
    problems: dict[str, str] = {}
    for section, kind in kinds.items():
        values: dict[str, Any] = {}
        for key, value in changes.items():
            group, _, name = key.rpartition(".")
            if section and group == section:
                values[name] = value
            elif not section and group not in {"model", "objective"}:
                place = values.setdefault(group, {}) if group else values
                place[name] = value
        try:
            kind.model_validate(values)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                place = [str(part) for part in found["loc"] if not isinstance(part, int)]
                key = ".".join([section, *place] if section else place)
                problems.setdefault(key, _sentence(key, dict(found)))
    return problems


def _sentence(key: str, error: Mapping[str, Any]) -> str:
    limits: Mapping[str, Any] = error.get("ctx") or {}
    wanted = {
        "greater_than_equal": "at least {ge}", "greater_than": "more than {gt}", "less_than_equal": "at most {le}",
        "less_than": "less than {lt}", "literal_error": "{expected}", "int_parsing": "a whole number",
        "int_type": "a whole number", "int_from_float": "a whole number", "float_parsing": "a number",
        "float_type": "a number", "finite_number": "a number that is finite", "bool_parsing": "yes or no",
        "bool_type": "yes or no", "string_type": "text", "tuple_type": "a list of numbers",
        "too_short": "at least {min_length} long",
    }  # fmt: skip
    form = wanted.get(str(error["type"]))
    if form is not None:
        return f"{_title(key)} must be {form.format(**limits)}, and {error['input']!r} is not."
    if error["type"] == "string_pattern_mismatch" and (choices := _alternatives(str(limits.get("pattern", "")))):
        return f"{_title(key)} must be one of {', '.join(choices)}, and {error['input']!r} is not."
    return f"{_title(key)} {str(error['msg']).removeprefix('Value error, ')}."


def _described(family_name: str) -> Iterator[tuple[str, FieldInfo]]:
    from training.models import family_named  # noqa: PLC0415  imports torch

    family = family_named(family_name)
    for name, info in RunConfig.model_fields.items():
        inner: Any = {"model": family.Options, "objective": family.Objective}.get(name, info.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from ((f"{name}.{key}", field) for key, field in inner.model_fields.items())
        else:
            yield name, info


def _setting(key: str, info: FieldInfo, default: Any) -> SettingField:
    limits = {name: value for part in info.metadata for name in ("ge", "gt", "le", "lt")
              if (value := getattr(part, name, None)) is not None}  # fmt: skip
    kind, choices = _kind(key, info)
    whole = kind == "int"  # a limit that is left out moves by one where there are whole numbers only
    low = limits["gt"] + 1 if whole and "gt" in limits else limits.get("ge", limits.get("gt"))
    high = limits["lt"] - 1 if whole and "lt" in limits else limits.get("le", limits.get("lt"))
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    return SettingField(
        key, _SECTIONS.get(key.rpartition(".")[0], key.rpartition(".")[0].capitalize()), _title(key),
        info.description or "", str(extra.get("unit", "")), kind, default, low, high, choices,
        advanced=key not in BASIC, open_low=not whole and "gt" in limits, open_high=not whole and "lt" in limits,
        builtin_only=key in _BUILTIN_ONLY,
    )  # fmt: skip


def _kind(key: str, info: FieldInfo) -> tuple[Kind, tuple[Any, ...]]:
    if key == "image.size":
        return "choice", IMAGE_SIZES
    if get_origin(info.annotation) is Literal:
        return "choice", get_args(info.annotation)
    if info.annotation is str:
        patterns = [part.pattern for part in info.metadata if isinstance(getattr(part, "pattern", None), str)]
        choices = _alternatives(patterns[0]) if patterns else ()
        return ("choice", choices) if choices else ("text", ())
    plain: dict[Any, Kind] = {bool: "bool", int: "int", float: "float"}
    return plain.get(info.annotation, "numbers"), ()


def _alternatives(pattern: str) -> tuple[str, ...]:
    """The words of a pattern such as ``^(fast|slow)$``, without what may follow one of them."""
    found = _ALTERNATIVES.fullmatch(pattern)
    return tuple(re.sub(r"\([^)]*\)\?", "", found[1]).split("|")) if found else ()


def _title(key: str) -> str:
    name = key.rpartition(".")[2].replace("_", " ")
    return _TITLES.get(key) or f"{name[:1].upper()}{name[1:]}"
