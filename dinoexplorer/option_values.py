"""What the values of options on the command line must be."""

from __future__ import annotations

import argparse
import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dinoexplorer.morph.music import Following


def reading(text: str) -> int:
    return 0 if text == "auto" else positive(text)


def positive(text: str) -> int:
    return whole_number(text, 1)


def from_zero(text: str) -> int:
    return whole_number(text, 0)


def whole_number(text: str, least: int) -> int:
    if not text.strip().isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} up")
    return int(text)


def seeds(text: str) -> tuple[int, ...]:
    return tuple(from_zero(word) for word in text.split(","))


def share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def pair(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as -1.5,1.5")
    return low, high


def numbers(text: str) -> list[int]:
    return [from_zero(number) for number in text.split(",")]


def beats(text: str) -> tuple[float, float] | str:
    """Beats a minute and the time of the first, or the word "onsets"."""
    if text == "onsets":
        return text
    rate, _, first = text.partition(",")
    try:
        return float(rate), float(first or 0)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is neither beats a minute, such as 120, nor the word onsets"
        ) from None


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to 3600")
    return number


def following(text: str) -> Following:
    from dinoexplorer.music_options import read_following  # noqa: PLC0415  with NumPy

    return read_following(text)


def colour(text: str) -> tuple[int, int, int] | None:
    if text == "none":
        return None
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a colour such as 20242c nor none")
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def axes(text: str) -> tuple[int, int] | str:
    return text if text == "pca" else int_pair(text)


def int_pair(text: str) -> tuple[int, int]:
    first, second = pair(text)
    if not (first.is_integer() and second.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is not two whole numbers such as 0,1")
    return int(first), int(second)


def arguments(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError(f'{text!r} is no JSON object such as {{"channels": 3}}')
    return found
