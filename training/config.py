"""The configuration of a run: validated where it enters, complete when it leaves.

A configuration is a recipe (`resources/recipes/NAME.toml`) or a TOML file, plus overrides `key=value`. Nothing here
imports torch; only `resolve` does, through the family whose options it checks.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from training.errors import TrainingError

T = TypeVar("T", bound=BaseModel)

IMAGE_SIZES = tuple(sorted(base << k for base in (4, 5, 6, 7) for k in range(2, 8) if 16 <= base << k <= 512))
"""Sides that halve down to 4, 5, 6 or 7 pixels: 16, 20, 24, 28, 32, 40, ... 256, 320, 384, 448, 512."""


_NOT_SETTINGS: Mapping[str, Any] = {"title": "", "about": "", "expected": {}}
"""What a recipe says about itself."""


class ConfigError(TrainingError):
    """A configuration that cannot be used; the text names the key and what it may be."""


class Section(BaseModel):
    """A group of configuration keys; unknown keys are errors, defaults are checked like any value."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)


def _unit(unit: str) -> dict[str, Any]:
    return {"unit": unit}


class ImageSection(Section):
    size: int = Field(
        64,
        description="side of the square pictures; 4, 5, 6 or 7 times a power of two, 16 to 512",
        ge=16,
        le=512,
        json_schema_extra=_unit("px"),
    )
    channels: Literal[1, 3] = Field(3, description="1 for grey, 3 for colour")

    @field_validator("size")
    @classmethod
    def _size_halves(cls, value: int) -> int:
        if value not in IMAGE_SIZES:
            below = max(s for s in IMAGE_SIZES if s <= value)
            above = min(s for s in IMAGE_SIZES if s >= value)
            raise ValueError(f"must be one of {', '.join(map(str, IMAGE_SIZES))} (near: {below} or {above})")
        return value


class LatentSection(Section):
    dim: int = Field(32, description="number of latent dimensions", ge=1, le=4096)


class DataSection(Section):
    source: str = Field(
        "builtin:dinosaurs", description="a dataset, a folder of images, an .npz file or builtin:dinosaurs"
    )
    count: int = Field(
        12_000, description="how many built-in pictures to draw", ge=1, le=1_000_000, json_schema_extra=_unit("images")
    )
    variation: float = Field(1.0, description="how much the built-in pictures differ from each other", ge=0, le=1)
    licence: str = Field("", description="licence of the pictures, told in the checkpoint's header", max_length=200)
    credit: str = Field("", description="who made the pictures, told in the checkpoint's header", max_length=500)
    fit: Literal["crop", "squeeze"] = Field("crop", description="cut the centre square, or squeeze to a square")
    held_out: float = Field(
        0.05, description="share of the pictures kept for evaluation, chosen by content", ge=0, le=0.5
    )
    flip: bool = Field(False, description="mirror half of the pictures of each batch")


class OptimizerSection(Section):
    lr: float = Field(1e-3, description="learning rate after warm-up", gt=0, le=1)
    beta1: float = Field(0.9, description="decay of the mean of the gradient", ge=0, lt=1)
    beta2: float = Field(0.99, description="decay of the mean of its square", ge=0, lt=1)
    weight_decay: float = Field(0.0, description="decoupled weight decay (AdamW)", ge=0, le=1)
    warm_up: int = Field(
        100, description="steps over which the learning rate rises from 0", ge=0, json_schema_extra=_unit("steps")
    )
    schedule: Literal["cosine", "linear", "constant"] = Field(
        "cosine", description="course of the learning rate after warm-up; cosine and linear fall to a hundredth"
    )
    clip: float = Field(0.0, description="largest gradient norm; 0 does not clip", ge=0)


class EmaSection(Section):
    decay: float = Field(0.998, description="decay of the averaged weights per step; 0 keeps no average", ge=0, lt=1)


class CheckpointSection(Section):
    every: int = Field(1000, description="steps between checkpoints", ge=1, json_schema_extra=_unit("steps"))
    keep: int = Field(3, description="how many step checkpoints stay on disk; 0 keeps all", ge=0)
    dtype: Literal["float32", "float16"] = Field("float32", description="number format of the weights in the file")


class SamplesSection(Section):
    every: int = Field(500, description="steps between sample sheets", ge=1, json_schema_extra=_unit("steps"))


class EvaluateSection(Section):
    every: int = Field(
        1000, description="steps between evaluations on held-out pictures", ge=1, json_schema_extra=_unit("steps")
    )
    images: int = Field(
        0,
        description="pictures seen between evaluations; given, it decides evaluate.every",
        ge=0,
        le=10**13,
        json_schema_extra=_unit("images"),
    )
    metrics: str = Field(
        "", description="also measure these, such as recon,kid,memorisation (see dinotrain evaluate); empty for none"
    )
    samples: int = Field(
        500, description="pictures to generate for them", ge=16, le=100_000, json_schema_extra=_unit("images")
    )
    best: str = Field(
        "held_out/total",
        description="the figure that decides which checkpoint is best: held_out/... or evaluate/...",
        pattern=r"^(held_out|evaluate)/\S+$",
    )
    patience: int = Field(
        0, description="end after so many evaluations without a better one; 0 never does", ge=0, le=100_000
    )

    @field_validator("metrics")
    @classmethod
    def _metrics_are_known(cls, value: str) -> str:
        from training.evaluation.metrics import check_names  # noqa: PLC0415  it knows its names without torch

        try:
            return ",".join(check_names([name.strip() for name in value.split(",") if name.strip()]))
        except TrainingError as error:
            raise ValueError(str(error)) from error


class LogSection(Section):
    every: int = Field(20, description="steps between records in metrics.jsonl", ge=1, json_schema_extra=_unit("steps"))
    tensorboard: bool = Field(False, description="also write TensorBoard event files (needs the extra 'tensorboard')")


class ModelConfig(Section):
    """What rebuilds the modules of a checkpoint: family, image, latent and the family's own options."""

    family: str = Field("vae", description="model family, see training.models")
    image: ImageSection = ImageSection()
    latent: LatentSection = LatentSection()
    model: dict[str, Any] = Field(default_factory=dict, description="the family's options")


class RunConfig(ModelConfig):
    """Everything that decides a run. `resolve` makes complete ones; `to_toml` and `from_toml` keep them."""

    recipe: str = Field("", description="the recipe this came from")
    name: str = Field("run", description="name of the run, used for its folder", min_length=1, max_length=100)
    steps: int = Field(
        10_000, description="length of the training", ge=1, le=100_000_000, json_schema_extra=_unit("steps")
    )
    images: int = Field(
        0,
        description="length of the training in pictures seen; given, it decides the steps",
        ge=0,
        le=10**13,
        json_schema_extra=_unit("images"),
    )
    batch_size: int = Field(
        64, description="pictures computed at once", ge=1, le=65_536, json_schema_extra=_unit("images")
    )
    accumulate: int = Field(
        1, description="batches whose gradients make one step (gradient accumulation)", ge=1, le=65_536
    )
    seed: int = Field(0, description="seed of everything random in the run", ge=0, lt=2**63)
    device: str = Field("auto", description="auto, cpu, cuda, cuda:N or mps", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field("auto", description="number format of the arithmetic")
    data: DataSection = DataSection()
    objective: dict[str, Any] = Field(default_factory=dict, description="the family's objective")
    optimizer: OptimizerSection = OptimizerSection()
    ema: EmaSection = EmaSection()
    checkpoint: CheckpointSection = CheckpointSection()
    samples: SamplesSection = SamplesSection()
    evaluate: EvaluateSection = EvaluateSection()
    log: LogSection = LogSection()

    @property
    def images_per_step(self) -> int:
        """Pictures that one process sees in a step."""
        return self.batch_size * self.accumulate

    @field_validator("name")
    @classmethod
    def _name_is_a_folder(cls, value: str) -> str:
        if value != Path(value).name or value in {".", ".."} or any(c in value for c in '\\:*?"<>|\0'):
            raise ValueError('must be usable as the name of a folder, without / \\ : * ? " < > |')
        return value


@dataclass(frozen=True)
class Recipe:
    """A named configuration that ships with the program."""

    name: str
    title: str
    about: str
    values: Mapping[str, Any] = field(repr=False)
    expected: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was measured: `cpu_minutes`, `gpu_minutes` for the whole recipe, on the machines named `cpu`, `gpu`."""

    @property
    def family(self) -> str:
        return str(self.values.get("family", "vae"))


@cache
def list_recipes() -> tuple[Recipe, ...]:
    """All recipes, sorted by name."""
    folder = files("resources") / "recipes"
    found = [
        _read_recipe(item.name, item.read_text("utf-8")) for item in folder.iterdir() if item.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda recipe: recipe.name))


def _read_recipe(file_name: str, text: str) -> Recipe:
    values = tomllib.loads(text)
    name = file_name.removesuffix(".toml")
    title, about, expected = (values.pop(key, default) for key, default in _NOT_SETTINGS.items())
    return Recipe(name, str(title) or name, str(about), values, expected)


def load_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises
    ------
    ConfigError
        No such recipe; the text suggests the nearest name.
    """
    recipes = {recipe.name: recipe for recipe in list_recipes()}
    if name not in recipes:
        raise ConfigError(f"unknown recipe {name!r}{_suggestion(name, recipes)}; 'dinotrain recipes' lists them")
    return recipes[name]


def resolve(recipe_or_toml: str | Path, overrides: Sequence[str] = ()) -> RunConfig:
    """The complete configuration of a recipe or TOML file with overrides.

    Parameters
    ----------
    recipe_or_toml
        Name of a recipe, or path of a file ending in `.toml`.
    overrides
        `key=value` each, keys dotted (`latent.dim=2`), values as in TOML; what is not TOML is taken as text.

    Raises
    ------
    ConfigError
        An unknown recipe, key or value, by name and with the nearest valid name.
    """
    name = str(recipe_or_toml)
    if name.endswith(".toml"):
        values = _read_toml(Path(name))
    else:
        recipe = load_recipe(name)
        values = _deep_copy(recipe.values) | {"recipe": name}
        values.setdefault("name", name)
    for override in overrides:
        key, value = parse_override(override)
        _put(values, key, value)
        if key == "steps":  # whoever gives a number of steps means it, whatever the recipe says in pictures
            values.pop("images", None)
        if key == "evaluate.every":
            values["evaluate"].pop("images", None)
    return complete(values)


def complete(values: Mapping[str, Any]) -> RunConfig:
    """Check nested `values` and fill in every default, those of the family included (imports the family, so torch)."""
    from training.models import family_named  # noqa: PLC0415  torch is loaded only here

    family = family_named(str(values.get("family", "vae")))
    _refuse_unknown_keys(values, known_keys(family.Options, family.Objective))
    config = _validated(RunConfig, values, prefix="")
    options = _validated(family.Options, config.model, prefix="model.")
    objective = _validated(family.Objective, config.objective, prefix="objective.")
    update: dict[str, Any] = {"model": options.model_dump(mode="json"), "objective": objective.model_dump(mode="json")}
    a_step = config.images_per_step * world_size()
    if config.images:
        update["steps"] = -(-config.images // a_step)
    if config.evaluate.images:
        every = -(-config.evaluate.images // a_step)
        update["evaluate"] = config.evaluate.model_copy(update={"every": every})
    return config.model_copy(update=update)


def world_size() -> int:
    """How many processes train together: what `torchrun` says, else 1."""
    text = os.environ.get("WORLD_SIZE", "1")
    return int(text) if text.isdecimal() and int(text) else 1


def known_keys(options: type[BaseModel], objective: type[BaseModel]) -> tuple[str, ...]:
    """Every dotted key a configuration of a family with these option classes may have."""
    keys = [f"model.{name}" for name in options.model_fields]
    keys += [f"objective.{name}" for name in objective.model_fields]
    for name, info in RunConfig.model_fields.items():
        section = info.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            keys += [f"{name}.{inner}" for inner in section.model_fields]
        elif name not in {"model", "objective"}:
            keys.append(name)
    return tuple(keys)


def parse_override(text: str) -> tuple[str, Any]:
    """Split `key=value`; the value is read as TOML (`0.5`, `true`, `[1, 2]`, `"text"`), else taken as text."""
    key, equals, raw = text.partition("=")
    key, raw = key.strip(), raw.strip()
    if not equals or not key:
        raise ConfigError(f"cannot read {text!r}: settings are written key=value, such as latent.dim=2")
    try:
        return key, tomllib.loads(f"value = {raw}")["value"]
    except tomllib.TOMLDecodeError:
        return key, raw


def to_toml(config: RunConfig) -> str:
    """The configuration as TOML text; `from_toml` reads it back equal."""
    return tomli_w.dumps(config.model_dump(exclude_none=True))


def from_toml(text: str) -> RunConfig:
    """Read what `to_toml` wrote. Family options are taken as they are, so this does not load torch."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration is not TOML: {error}") from error
    return _validated(RunConfig, values, prefix="")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot read the configuration {path}: {getattr(error, 'strerror', None) or error}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    return {key: value for key, value in values.items() if key not in _NOT_SETTINGS}


def _deep_copy(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _deep_copy(value) if isinstance(value, Mapping) else value for key, value in values.items()}


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    *sections, last = key.split(".")
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"unknown key {key!r}: {section!r} is a value, not a group of keys")
        values = inner
    values[last] = value


def _refuse_unknown_keys(values: Mapping[str, Any], known: Sequence[str]) -> None:
    sections = {key.partition(".")[0] for key in known if "." in key}
    for name, value in values.items():
        given = [f"{name}.{inner}" for inner in value] if isinstance(value, Mapping) else [name]
        for key in given:
            if key in sections:
                inner = ", ".join(k for k in known if k.startswith(f"{key}."))
                raise ConfigError(f"{key!r} is a group of keys, not a value: set one of {inner}")
            if key not in known:
                raise ConfigError(f"unknown key {key!r}{_suggestion(key, known)}")


def _suggestion(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if not near:
        near = [k for k in known if k.rpartition(".")[2] == name.rpartition(".")[2]][:1]
    return f": did you mean {near[0]!r}?" if near else ""


def _validated(kind: type[T], values: Mapping[str, Any], *, prefix: str) -> T:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = prefix + ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{key} = {first['input']!r}: {reason[:1].lower()}{reason[1:]}") from error
