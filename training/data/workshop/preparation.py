"""What preparing a dataset is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from training.errors import TrainingError

Crop = Literal["center", "fit", "squeeze", "bbox", "none"]
LEAST_SIDE, MOST_SIDE = 8, 4096
_DECIDES_PICTURES = (
    "size", "channels", "crop", "background", "gamma_correct", "every_frame", "smallest", "widest", "quality",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preparation:
    """Sources, and what becomes of their pictures.

    Attributes
    ----------
    sources
        As the user names them: folders, archives, tables, arrays, lists of addresses, `kaggle:OWNER/NAME`,
        `huggingface:NAME`, `search:WORDS`, or a preset such as `reference-dinosaurs`.
    out
        The dataset folder.
    size
        Side of the prepared pictures in pixels.
    channels
        1 for grey, 3 for RGB.
    crop
        `center` scales the shorter side and cuts the middle; `fit` shows the whole on the background; `squeeze`
        distorts it to a square; `bbox` cuts a square around each marked box; `none` keeps the proportions, the longer
        side `size`.
    labels
        `folder` (the first folder, or what the source tells), `none`, or a CSV file of names and labels.
    background
        Colour under transparency and around `fit`, as `#rrggbb`.
    gamma_correct
        Resize in linear light.
    every_frame
        Take every frame of an animation instead of the first.
    smallest
        Pictures with a shorter side than this are left out, in pixels.
    widest
        Pictures that are more than this many times as long as they are wide are left out.
    near
        Two pictures whose perceptual hashes differ in at most this many 64ths of their bits are near duplicates; -1 to
        keep all.
    quality
        0 writes PNG; 1 to 100 writes JPEG of that quality.
    held_out
        Share of the pictures that training does not see.
    network
        Whether sources on the network may be asked; never without the user's word.
    """

    sources: tuple[str, ...]
    out: Path
    size: int = 128
    channels: int = 3
    crop: Crop = "center"
    labels: str = "folder"
    background: str = "#ffffff"
    gamma_correct: bool = False
    every_frame: bool = False
    smallest: int = 16
    widest: float = 4.0
    near: int = 4
    quality: int = 0
    held_out: float = 0.05
    network: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing came to: how many pictures were looked at, taken, new since last time, and left out by reason."""

    looked_at: int
    taken: int
    new: int
    left_out: Mapping[str, int]


class PreparationError(TrainingError):
    """Something that cannot be prepared as it is asked for, as one sentence."""


def check_preparation(preparation: Preparation) -> None:
    """Refuse what makes no sense.

    Raises
    ------
    PreparationError
        A value is out of its range.
    """
    asked = preparation
    for holds, text in (
        (asked.sources, "there is no source to prepare; name a folder, an archive or another source of pictures"),
        (
            LEAST_SIDE <= asked.size <= MOST_SIDE,
            f"pictures of {asked.size} pixels cannot be prepared; choose a size from {LEAST_SIDE} to {MOST_SIDE}",
        ),
        (asked.channels in {1, 3}, f"pictures have 1 channel (grey) or 3 (RGB), not {asked.channels}"),
        (asked.crop in get_args(Crop), f"there is no crop {asked.crop!r}; choose one of {', '.join(get_args(Crop))}"),
        (
            re.fullmatch("#[0-9a-fA-F]{6}", asked.background),
            f"the background {asked.background!r} is no colour; write it as #rrggbb, such as #ffffff",
        ),
        (asked.smallest >= 0, f"the smallest side cannot be {asked.smallest} pixels; give 0 or more"),
        (asked.widest >= 1, f"every picture is at least once as long as wide, so widest cannot be {asked.widest:g}"),
        (-1 <= asked.near <= 32, f"near duplicates differ in 0 to 32 of 64 bits (-1 keeps all), not in {asked.near}"),
        (0 <= asked.quality <= 100, f"the quality of a JPEG is 1 to 100 (0 writes PNG), not {asked.quality}"),
        (0 <= asked.held_out <= 0.5, f"a share of {asked.held_out:g} cannot be held out; give 0 to 0.5"),
    ):  # fmt: skip
        if not holds:
            raise PreparationError(text)


def picture_options(asked: Preparation | Mapping[str, Any]) -> dict[str, Any]:
    """What decides how pictures look and which are left out for it; where it changes, all are made again."""
    values = asdict(asked) if isinstance(asked, Preparation) else asked
    return {name: values[name] for name in _DECIDES_PICTURES if name in values}


def stored_options(preparation: Preparation) -> dict[str, Any]:
    """All that was asked for, but the folder itself, as `dataset.json` keeps it."""
    values = asdict(preparation)
    del values["out"]
    return {**values, "sources": list(preparation.sources)}
