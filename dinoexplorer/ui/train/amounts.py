"""Amounts as a person says them: times, days, sizes, counts."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

_BYTES = ("bytes", "kB", "MB", "GB", "TB")
_COUNTS = ((1e9, "billion"), (1e6, "million"))


def time_text(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`; empty for what is not known."""
    if not math.isfinite(seconds) or seconds < 0:
        return ""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(minutes / 60), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def rate_text(rate: float, what: str) -> str:
    """`14 steps/s`, `0.4 pictures/s`: what is slow has a digit more."""
    return f"{rate:,.0f} {what}/s" if rate >= 10 else f"{rate:.1f} {what}/s"


def day_text(moment: float, today: date | None = None) -> str:
    """`today 12:01`, `yesterday`, `2026-11-03`, of a Unix time in seconds; empty for what is not known."""
    if moment <= 0:
        return ""
    then = datetime.fromtimestamp(moment).astimezone()
    days = (today or datetime.now().astimezone().date()) - then.date()
    if days == timedelta(0):
        return f"today {then:%H:%M}"
    return "yesterday" if days == timedelta(1) else f"{then:%Y-%m-%d}"


def size_text(count: float) -> str:
    """`12 MB`, `1.4 GB`: powers of 1000, as disks are sold and file managers count."""
    value, power = float(count), 0
    while value >= 999.5 and power < len(_BYTES) - 1:
        value, power = value / 1000, power + 1
    return f"{value:.1f} {_BYTES[power]}" if power and value < 9.95 else f"{value:.0f} {_BYTES[power]}"


def count_text(count: int) -> str:
    """`12,000`, `1.24 million`."""
    for unit, name in _COUNTS:
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:,}"
