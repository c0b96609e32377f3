"""The pictures that a map is made of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import GeneratorInfo

if TYPE_CHECKING:
    from training.data.images import ImageSet, Progress

BUILTIN = "builtin:"
UNSEEN_SEED = 1_000_000  # built-in pictures of a map are others than those of the trainings, which count seeds from 0
_DRAWN = 3000
_HELD_OUT = 0.05  # as `training.config.DataSection` has it
_READ = 20_000  # pictures at most, taken evenly from a larger set


@dataclass(frozen=True, slots=True)
class MapData:
    """Where pictures come from: a folder, an .npz file, or built-in ones, which are drawn with a seed.

    ``variation`` is how much built-in pictures differ; None for as much as those of the recipe.
    """

    source: str
    count: int = _READ
    seed: int = UNSEEN_SEED
    variation: float | None = None

    @property
    def text(self) -> str:
        """What a person would call it."""
        if self.source.startswith(BUILTIN):
            return f"{self.count:,} built-in {self.source.removeprefix(BUILTIN)} that it was not trained on"
        return f"the pictures in {Path(self.source).name or self.source}"


def data_of_training(info: GeneratorInfo) -> MapData | None:
    """What a checkpoint was trained on, where that is known and can be reached from here.

    Its header names built-in pictures; a folder is named by the configuration of the run that it lies in.
    """
    return data_of_checkpoint(info.path, info.training)


def data_of_checkpoint(path: Path, training: Mapping[str, Any]) -> MapData | None:
    """As `data_of_training`, of a checkpoint that is not open: its file, and what its header says of its training."""
    dataset, run = training.get("dataset"), _run_data(path)
    known = dict(dataset) if isinstance(dataset, dict) else {}
    if run:
        known = run | {name: value for name, value in known.items() if name != "source" or _is_builtin(value)}
    source = known.get("source")
    if not isinstance(source, str):
        return None
    if not _is_builtin(source):
        folder = Path(source).expanduser()
        return MapData(str(folder)) if source and folder.is_absolute() and folder.exists() else None
    count, variation = known.get("count"), known.get("variation")
    most = count if isinstance(count, int) and count > 1 else _DRAWN
    share = min(max(float(variation), 0.0), 1.0) if isinstance(variation, int | float) else None
    return MapData(source, min(most, _DRAWN), variation=share)


def read_data(data: MapData, info: GeneratorInfo, progress: Progress | None = None) -> ImageSet:
    """The pictures as this generator was trained to see them, in colour.

    Raises
    ------
    GeneratorError
        If there is nothing readable.
    """
    from training.data.images import DataError, open_images  # noqa: PLC0415  only when a map is made

    variation = _recipe_variation(info) if data.variation is None else data.variation
    try:
        return open_images(
            data.source, size=info.image_size, channels=3, count=data.count, fit=fit_of(info), seed=data.seed,
            variation=variation, progress=progress,
        )  # fmt: skip
    except DataError as error:
        text = str(error).rstrip(".")
        raise GeneratorError(f"{text[:1].upper()}{text[1:]}.") from None


def fit_of(info: GeneratorInfo) -> Literal["crop", "squeeze"]:
    """How the pictures of the training were made square."""
    dataset = info.training.get("dataset")
    return "squeeze" if isinstance(dataset, dict) and dataset.get("fit") == "squeeze" else "crop"


def held_out_share(info: GeneratorInfo) -> float:
    """The share of its pictures that the training kept to itself: what the run says that a checkpoint lies in.

    Elsewhere the default; which pictures are held out goes by content, and fewer of them are among more.
    """
    share = _run_data(info.path).get("held_out")
    return float(share) if isinstance(share, int | float) else _HELD_OUT


def _is_builtin(source: object) -> bool:
    return isinstance(source, str) and source.startswith(BUILTIN)


def _run_data(checkpoint: Path) -> dict[str, Any]:
    """The data section of the run that a checkpoint lies in; empty where it lies in none."""
    if checkpoint.parent.name != "checkpoints":
        return {}
    try:
        config = tomllib.loads((checkpoint.parent.parent / "config.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    data = config.get("data")
    return data if isinstance(data, dict) else {}


def _recipe_variation(info: GeneratorInfo) -> float:
    """How much the built-in pictures of the recipe differ, for checkpoints that do not say so themselves."""
    from training.config import list_recipes  # noqa: PLC0415  only when a map is made

    name = info.training.get("recipe")
    values = next((recipe.values for recipe in list_recipes() if recipe.name == name), {})
    return float(values.get("data", {}).get("variation", 1.0))
