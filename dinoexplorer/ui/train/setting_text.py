"""A setting as text: how its value is shown, and what was meant by what was typed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pydantic takes its time, and only the shape is needed here
    from dinoexplorer.runs.schema import SettingField

YES, NO = "yes", "no"
_ENDLESS = 10_000_000
_GROUPED = re.compile(r"[+-]?\d{1,3}([, _ '’]\d{3})+")
_SEPARATORS = re.compile(r"[,;\s]+")


class SettingError(ValueError):
    """What was typed cannot be meant; the text is a sentence for the user."""


def shown(value: Any) -> str:
    """A value as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return str(value)


def parsed(field: SettingField, text: str) -> Any:
    """The value that was typed.

    Raises
    ------
    SettingError
        It is not of the setting's kind, or out of its range.
    """
    text = text.strip().replace("−", "-")
    if field.kind == "bool":
        return text == YES
    if field.kind == "text":
        return text
    if field.kind == "choice":
        return _chosen(field, text)
    if field.kind == "numbers":
        return _numbers(field, text)
    value = _number(text, whole=field.kind == "int")
    if value is None or not _within(field, value):
        raise SettingError(f"{field.title} must be {_wanted(field)}{_but(text)}.")
    return value


def separate(text: str) -> list[str]:
    """The parts of a list as it is typed, with commas, semicolons or spaces between them."""
    return [part for part in _SEPARATORS.split(text.strip()) if part]


def same(first: Any, second: Any) -> bool:
    """Whether two values of a setting are the same one."""
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return list(first) == list(second)
    return bool(first == second)


def range_text(field: SettingField, *, brief: bool = True) -> str:
    """What the value may be, in a few words; empty when that says itself. Brief, a limit nobody reaches is left out."""
    if field.kind == "numbers":
        return "numbers, with commas"
    if field.kind not in {"int", "float"}:
        return ""
    low, high = field.low, field.high
    if brief and high is not None and high >= _ENDLESS:
        high = None
    if low is not None and high is not None and not (field.open_low or field.open_high):
        return f"{_limit(low)} to {_limit(high)}"
    parts = []
    if low is not None:
        parts.append(f"{'more than' if field.open_low else 'at least'} {_limit(low)}")
    if high is not None:
        parts.append(f"{'less than' if field.open_high else 'at most'} {_limit(high)}")
    return " and ".join(parts)


def nudged(field: SettingField, value: float, steps: float) -> float:
    """``value`` a few steps on, kept within the range: steps of one, or of its leading digit's tenth."""
    low = -math.inf if field.low is None else field.low
    high = math.inf if field.high is None else field.high
    if field.kind == "int":
        return int(min(max(value + math.copysign(max(abs(steps), 1), steps), low), high))
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01
    place = max(0, 2 - math.floor(math.log10(step)))
    moved = min(max(round(value + steps * step, place), low), high)
    barred = (field.open_low and moved <= low) or (field.open_high and moved >= high)
    return value if barred else moved


def _wanted(field: SettingField) -> str:
    noun = "a whole number" if field.kind == "int" else "a number"
    limits = range_text(field, brief=False)
    if not limits:
        return noun
    return f"{noun} {'of ' if limits.startswith('at') else '' if limits[0].isalpha() else 'from '}{limits}"


def _chosen(field: SettingField, text: str) -> Any:
    for choice in field.choices:
        if shown(choice) == text:
            return choice
    if field.default is not None and shown(field.default) == text:
        return field.default
    if all(isinstance(choice, str) for choice in field.choices) and text:
        return text  # such as cuda:1; whether it may be is checked with everything else
    names = ", ".join(map(shown, field.choices))
    raise SettingError(f"{field.title} must be one of {names}{_but(text)}.")


def _numbers(field: SettingField, text: str) -> list[int | float]:
    values = []
    for part in separate(text.strip("[]()")):
        value = _number(part, whole=True)
        value = _number(part, whole=False) if value is None else value
        if value is None:
            raise SettingError(f"{field.title} must be numbers with commas between them, and '{_short(part)}' is none.")
        values.append(value)
    return values


def _number(text: str, *, whole: bool) -> int | float | None:
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[^\d+-]", "", text) if whole else text
    try:
        value = float(text.replace(" ", "") if whole else text.replace(",", "."))
        if not whole:
            return value if math.isfinite(value) else None
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else int(value) if value.is_integer() else None
    except (ValueError, OverflowError):
        return None


def _within(field: SettingField, value: float) -> bool:
    too_low = field.low is not None and (value < field.low or (field.open_low and value == field.low))
    too_high = field.high is not None and (value > field.high or (field.open_high and value == field.high))
    return not (too_low or too_high)


def _limit(value: float) -> str:
    whole = float(value).is_integer()
    return f"{int(value):,}" if whole else shown(float(value))


def _but(text: str) -> str:
    return f", and '{_short(text)}' is not" if text else "; nothing is written there"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
