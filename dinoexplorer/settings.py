"""Settings and window state: one versioned file in the platform's config folder; a broken one never stops the start."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

from training.files import replace_text

RECENT_LIMIT = 12
USED_LIMIT = 8


def _is_unicode(text: str) -> bool:
    """False for a name in bytes of another encoding, which JSON cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unicode_or_nothing(value: object) -> object:
    return "" if isinstance(value, str) and not _is_unicode(value) else value


Folder = Annotated[str, BeforeValidator(_unicode_or_nothing)]


class ExportChoices(BaseModel):
    """How a film was exported last. What belongs to one film alone, such as its title, is not among it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str = "mp4-h264"
    side: Annotated[int, Field(ge=1, le=8192)] = 512
    scaling: Literal["lanczos", "bicubic", "nearest"] = "lanczos"
    fps: Annotated[int, Field(ge=1, le=120)] = 30
    quality: Literal["small", "good", "master"] = "good"
    background: str = "#000000"
    transparent: bool = False
    sheet: bool = False  # a contact sheet beside it
    folder: Folder = ""


class Settings(BaseModel):
    """What is remembered between two starts. Unknown keys of a newer version are dropped, bad values fall back."""

    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    version: Literal[1] = 1
    device: str = "auto"
    theme: Literal["system", "light", "dark"] = "system"
    pixels: bool = False
    atlas: Literal["off", "behind", "instead"] = "off"  # the pictures over the map
    hint_seen: bool = False
    recent: list[str] = Field(default_factory=list)
    recent_documents: list[str] = Field(default_factory=list)  # saved and opened, newest first
    open_folder: Folder = ""  # of the last checkpoint that did not come with the program
    save_folder: Folder = ""  # of the last picture that was saved
    document_folder: Folder = ""  # of the last document that was saved or opened
    export: ExportChoices = Field(default_factory=ExportChoices)  # of the last film
    runs_outlive: bool = True  # a crash of the window
    palette_used: list[str] = Field(default_factory=list)  # what was chosen in the command palette, newest first
    recent_data: list[str] = Field(default_factory=list)  # what was trained on, newest first
    recent_datasets: list[str] = Field(default_factory=list)  # prepared and looked through, newest first
    dataset_folder: Folder = ""  # that the last dataset was put into
    window_geometry: str = ""  # base64 of QWidget.saveGeometry
    splitter_state: str = ""  # base64 of QSplitter.saveState
    tray: str = ""  # the tab that it shows, or "closed"; nothing until it was opened once

    def remember(self, path: Path) -> None:
        """Put ``path`` first in the recent list."""
        text = str(path)
        if _is_unicode(text):
            self.recent = [text, *(other for other in self.recent if other != text)][:RECENT_LIMIT]

    def remember_document(self, path: Path) -> None:
        """Put a document first in its list, and look in its folder next time."""
        text = str(path)
        if _is_unicode(text):
            others = (other for other in self.recent_documents if other != text)
            self.recent_documents = [text, *others][:RECENT_LIMIT]
            self.document_folder = str(path.parent)

    def remember_data(self, source: str) -> None:
        """Put what was trained on first in its list."""
        if _is_unicode(source):
            self.recent_data = [source, *(other for other in self.recent_data if other != source)][:RECENT_LIMIT]

    def remember_dataset(self, folder: Path) -> None:
        """Put a dataset first in its list."""
        text = str(folder)
        if _is_unicode(text):
            others = (other for other in self.recent_datasets if other != text)
            self.recent_datasets = [text, *others][:RECENT_LIMIT]

    def remember_used(self, key: str) -> None:
        """Put what was chosen in the command palette first in its list."""
        if _is_unicode(key):
            self.palette_used = [key, *(other for other in self.palette_used if other != key)][:USED_LIMIT]


def runs_home() -> Path:
    """Where the window keeps its runs; the environment's DINOEXPLORER_RUNS names another folder."""
    folder = os.environ.get("DINOEXPLORER_RUNS")
    return Path(folder) if folder else Path(platformdirs.user_data_dir("dinoexplorer", appauthor=False)) / "runs"


def settings_path() -> Path:
    """Where the settings lie; the environment's DINOEXPLORER_CONFIG names another folder."""
    folder = os.environ.get("DINOEXPLORER_CONFIG") or platformdirs.user_config_dir("dinoexplorer", appauthor=False)
    return Path(folder) / "settings.json"


def load_settings(path: Path | None = None) -> tuple[Settings, str]:
    """Read the settings, and a sentence to show when something was wrong with them (else an empty string).

    Single bad values are dropped; a file that cannot be read as a whole is copied aside.
    """
    path = path or settings_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, UnicodeDecodeError):
        return Settings(), _put_aside(path)
    try:
        return Settings.model_validate_json(text), ""
    except ValidationError as error:
        bad = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
    if not bad:
        return Settings(), _put_aside(path)
    import json  # noqa: PLC0415  only a broken file needs it

    kept = {key: value for key, value in json.loads(text).items() if key not in bad}
    try:
        settings = Settings.model_validate(kept)
    except ValidationError:
        return Settings(), _put_aside(path)
    return settings, f"The settings {', '.join(sorted(bad))} were not usable and are back to their defaults."


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings atomically; neither a disk nor a value that refuses stops the program."""
    path = path or settings_path()
    with suppress(OSError, PydanticSerializationError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, settings.model_dump_json(indent=2))


def _put_aside(path: Path) -> str:
    aside = path.with_name(path.name + ".broken")
    try:
        path.replace(aside)
    except OSError:
        return f"The settings in {path} could not be read; the program starts with its defaults."
    return f"The settings could not be read; they were put aside as {aside} and the program starts with its defaults."
