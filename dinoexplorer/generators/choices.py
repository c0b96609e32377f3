"""How a file of another program is to be read: what a person chose or wrote, kept by the file's SHA-256.

One small JSON file each, in the folder of the settings: whoever moves or renames a checkpoint need not choose again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, ValidationError

from dinoexplorer import __version__
from training.files import replace_text

How = Literal["best", "chosen", "described"]


class Choice(BaseModel):
    """One way to read a file.

    Attributes
    ----------
    how
        ``chosen`` or ``described`` by a person, or ``best``: found by this program, which need not look again.
    family, title
        Of the `Reading`.
    sure
        How sure it is, for a person: "agrees to 95 %, the next best to 93 %".
    description
        The reading as plain data, where it is a row of layers; see `blueprint.from_data`.
    program
        The version that found the best; another one looks again.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal[1] = 1
    how: How
    family: str
    title: str = ""
    sure: str = ""
    description: dict[str, Any] | None = None
    program: str = __version__


def choices_folder() -> Path:
    """Where the choices lie; the environment's DINOEXPLORER_CONFIG names another folder for all settings."""
    folder = os.environ.get("DINOEXPLORER_CONFIG") or platformdirs.user_config_dir("dinoexplorer", appauthor=False)
    return Path(folder) / "readings"


def recall(sha256: str) -> Choice | None:
    """What was kept for the file with this checksum; None where nothing was, or it cannot be read."""
    try:
        choice = Choice.model_validate_json(_place(sha256).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        return None
    return None if choice.how == "best" and choice.program != __version__ else choice


def keep(sha256: str, choice: Choice) -> bool:
    """Keep it; False where the disk refuses, which stops nothing: it is asked for again next time."""
    place = _place(sha256)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_text(place, choice.model_dump_json(indent=1))
    except OSError:
        return False
    return True


def forget(sha256: str) -> None:
    """Have this program look for the best reading again."""
    with suppress(OSError):
        _place(sha256).unlink(missing_ok=True)


def _place(sha256: str) -> Path:
    return choices_folder() / f"{sha256}.json"
