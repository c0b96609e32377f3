"""Music as JSON, and where its file lies: seen from a document, or nowhere in what is passed on."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # documents need the paths alone
    from dinoexplorer.morph.music import Music


def as_json(music: Music) -> dict[str, Any]:
    """Music as plain values."""
    beats = {} if music.beats is None else {"beats": asdict(music.beats)}
    return {
        "path": music.path, "sha256": music.sha256, "start": music.start, **beats,
        "follow": [asdict(following) for following in music.followings],
    }  # fmt: skip


def written_from(timeline: Any, beside: Path | None, *, private: bool = False) -> Any:
    """The JSON value of a timeline as a file at ``beside`` has it: the way to its sound is written from there.

    Without ``beside`` nothing says where on this machine the sound lies. A ``private`` file names the whole path.
    """

    def written(path: str) -> str:
        if beside is None:
            return PurePath(path).name
        with suppress(ValueError):  # on another drive of Windows there is no relative path
            folder = Path(os.path.abspath(beside)).parent  # noqa: PTH100  links stay as they are
            return Path(os.path.relpath(path, folder)).as_posix()
        return path

    return timeline if private else _with_path(timeline, written)


def read_from(timeline: Any, folder: Path) -> Any:
    """The JSON value of a timeline that was read from a file in ``folder``: its sound by its whole path.

    Where nothing is at that place, but a file of that name lies in ``folder``, it is that one.
    """

    def read(path: str) -> str:
        home = Path(os.path.abspath(folder))  # noqa: PTH100  links stay as they are
        whole, beside = Path(os.path.normpath(home / path)), home / PurePath(path).name
        with suppress(OSError, ValueError):  # a name that no disk can have
            if not whole.is_file() and beside.is_file():
                return str(beside)
        return str(whole)

    return _with_path(timeline, read)


def _with_path(timeline: Any, change: Callable[[str], str]) -> Any:
    """The value with the path of its music changed; as it is where there is none."""
    music = timeline.get("music") if isinstance(timeline, dict) else None
    if not isinstance(music, dict):
        return timeline
    path = music.get("path")
    return timeline | {"music": music | {"path": change(path)}} if isinstance(path, str) and path else timeline
