"""Timelines as JSON: for documents and ``dinoexplorer morph --timeline``. Codes come back bit by bit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from dinoexplorer.morph import music_json
from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import HIGHEST_RATE
from dinoexplorer.morph.keyframe import Direction, Keyframe, Segment
from dinoexplorer.morph.music import MOST_FOLLOWINGS, Following, Music
from dinoexplorer.morph.timeline import MOST_KEYFRAMES, Repeat, Timeline

VERSION = 1
_LARGEST_FILE = 64 * 2**20
_MOST_NUMBERS = 100_000  # of one code
_MOST_CHANNELS = 200
_LONGEST_TEXT = 1000
_LONGEST_PATH = 32_768  # as Windows has it
_Value = TypeVar("_Value")


def as_json(timeline: Timeline) -> dict[str, Any]:
    """A timeline as plain values: dicts, lists, strings and numbers."""
    music = {} if timeline.music is None else {"music": music_json.as_json(timeline.music)}
    return {
        "version": VERSION,
        "repeat": timeline.repeat,
        "directions": {direction.name: direction.vector.tolist() for direction in timeline.directions},
        "keyframes": [
            {
                "code": key.code.tolist(),
                "name": key.name,
                "hold": key.hold,
                "channels": dict(key.channels),
                "segment": {
                    "seconds": key.segment.seconds, "easing": key.segment.easing, "path": key.segment.path,
                },
            }
            for key in timeline.keyframes
        ],
        **music,
    }  # fmt: skip


def from_json(value: object) -> Timeline:
    """The timeline that `as_json` wrote; keys that are not known are passed over.

    Raises
    ------
    MorphError
        In one sentence, if it is of a newer version or anything in it is not what it should be.
    """
    try:
        return _parsed(value)
    except TypeError:
        raise MorphError(
            "This timeline is damaged: a value in it is not what it should be; take another copy."
        ) from None


def _parsed(value: object) -> Timeline:
    if not isinstance(value, dict):
        raise MorphError("This is no timeline: it is no JSON object; take one that DinoExplorer wrote.")
    version = _read(value, "version", _whole, VERSION)
    if version > VERSION:
        raise MorphError(f"This timeline is of version {version}, and this program reads up to {VERSION}; update it.")
    keyframes = _read(value, "keyframes", _list)
    if len(keyframes) > MOST_KEYFRAMES:
        raise MorphError(f"This timeline has {len(keyframes)} keyframes; {MOST_KEYFRAMES} are the most there can be.")
    directions = _mapping(value.get("directions", {}))
    return Timeline(
        tuple(_keyframe(key) for key in keyframes),
        cast("Repeat", _read(value, "repeat", _text, "once")),  # which the timeline checks
        tuple(Direction(_text(name), _numbers(vector)) for name, vector in directions.items()),
        None if value.get("music") is None else _music(value["music"]),
    )


def rate_of(value: object) -> int | None:
    """The frames a second that are kept beside a timeline, if they are some."""
    rate = value.get("fps") if isinstance(value, dict) else None
    is_rate = isinstance(rate, int) and not isinstance(rate, bool) and 1 <= rate <= HIGHEST_RATE
    return rate if is_rate else None


def read_timeline(path: Path) -> Timeline:
    """The timeline of a file, or of the document in it; raises `MorphError` where it cannot be read or holds none."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise MorphError(f"{path} is larger than any timeline; name a JSON file that holds one.")
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise MorphError(f"There is no file {path}; check the name.") from None
    except OSError as error:
        raise MorphError(f"{path} could not be read: {error.strerror or os.fspath(path)}; check it.") from None
    except (ValueError, RecursionError):
        raise MorphError(f"{path} is no JSON file; name one that holds a timeline.") from None
    if isinstance(value, dict) and "keyframes" not in value and "timeline" in value:
        value = value["timeline"]
    return from_json(music_json.read_from(value, path.parent))


def _keyframe(value: object) -> Keyframe:
    key = _mapping(value)
    segment = _mapping(key.get("segment", {}))
    usual = Segment()
    return Keyframe(
        _numbers(key.get("code")),
        _read(key, "name", _text, ""),
        _read(key, "hold", _number, 0.0),
        Segment(
            _read(segment, "seconds", _number, usual.seconds),
            _read(segment, "easing", _text, usual.easing),
            _read(segment, "path", _text, usual.path),
        ),
        {_text(name): _number(amount) for name, amount in _mapping(key.get("channels", {})).items()},
    )


def _music(value: object) -> Music:
    music = _mapping(value)
    beats, usual = music.get("beats"), Music()
    followings: list[Any] = _read(music, "follow", _list, [])
    if len(followings) > MOST_FOLLOWINGS:
        raise TypeError
    return Music(
        _read(music, "path", _path, ""),
        _read(music, "sha256", _text, ""),
        _read(music, "start", _number, usual.start),
        None if beats is None else _beats(_mapping(beats)),
        tuple(_following(_mapping(following)) for following in followings),
    )


def _beats(beats: Mapping[str, Any]) -> Beats:
    return Beats(_read(beats, "rate", _number), _read(beats, "offset", _number, 0.0), _read(beats, "parts", _whole, 1))


def _following(following: Mapping[str, Any]) -> Following:
    return Following(
        _read(following, "channel", _text),
        _read(following, "band", _text, "all"),
        _read(following, "strength", _number, 1.0),
        _read(following, "smoothing", _number, 0.1),
    )


def _read(
    value: Mapping[str, Any], name: str, reader: Callable[[object], _Value], default: _Value | None = None
) -> _Value:
    if name not in value and default is not None:
        return default
    try:
        return reader(value.get(name))
    except TypeError:
        raise MorphError(
            f"This timeline is damaged: its {name!r} is not what it should be; take another copy."
        ) from None


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 1e30:
        raise TypeError
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise TypeError
    return value


def _path(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_PATH or "\0" in value:
        raise TypeError
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > _MOST_CHANNELS:
        raise TypeError
    return value


def _numbers(value: object) -> Any:  # what a code is made of; Keyframe and Direction check the rest
    numbers = isinstance(value, list) and len(value) <= _MOST_NUMBERS
    if not numbers or not all(isinstance(number, int | float) for number in cast("list[object]", value)):
        raise MorphError("This timeline is damaged: a code in it is no list of numbers; take another copy.")
    return value
