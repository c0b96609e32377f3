"""Where a time lies on the axis, and what time lies where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MARGIN = 36.0
"""Pixels left free at both ends, so that the first and the last picture are seen whole."""
_MOST_PER_SECOND = 4000.0
_LEAST_WHOLE = 1.0  # seconds that an axis shows at least
_STEPS = (1 / 60, 1 / 30, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
_LEAST_GAP = 64.0  # pixels between two figures


@dataclass(frozen=True, slots=True)
class TimeScale:
    """How the axis is zoomed and moved.

    Attributes
    ----------
    width : float
        Of the axis, in pixels.
    whole : float
        Seconds that there are.
    zoom : float
        1 shows the whole; it follows the width and the whole.
    start : float
        The second at the left margin.
    """

    width: float = 100.0
    whole: float = 0.0
    zoom: float = 1.0
    start: float = 0.0

    @property
    def per_second(self) -> float:
        """Pixels of a second."""
        return min(self._fitting * self.zoom, _MOST_PER_SECOND)

    def x(self, seconds: float) -> float:
        return MARGIN + (seconds - self.start) * self.per_second

    def seconds(self, x: float) -> float:
        return self.start + (x - MARGIN) / self.per_second

    def over(self, whole: float, width: float) -> TimeScale:
        """The same zoom over another whole, or on another width."""
        return replace(self, whole=whole, width=width).bounded()

    def zoomed(self, factor: float, x: float) -> TimeScale:
        """Larger by a factor, with what is at ``x`` staying there; never smaller than the whole."""
        held = self.seconds(x)
        zoom = min(max(self.zoom * factor, 1.0), _MOST_PER_SECOND / self._fitting)
        scale = replace(self, zoom=max(zoom, 1.0))
        return replace(scale, start=held - (x - MARGIN) / scale.per_second).bounded()

    def moved(self, pixels: float) -> TimeScale:
        """Further along the axis."""
        return replace(self, start=self.start + pixels / self.per_second).bounded()

    def showing(self, seconds: float) -> TimeScale:
        """Moved as little as needed for a time to be in view."""
        x = self.x(seconds)
        return self.moved(min(x - MARGIN, 0.0) + max(x - (self.width - MARGIN), 0.0))

    def bounded(self) -> TimeScale:
        """Not beyond either end."""
        room = (self.width - 2 * MARGIN) / self.per_second
        last = max(max(self.whole, _LEAST_WHOLE) - room, 0.0)
        return replace(self, start=min(max(self.start, 0.0), last))

    def step(self) -> float:
        """Seconds between two figures of the ruler."""
        wanted = _LEAST_GAP / self.per_second
        return next((step for step in _STEPS if step >= wanted), math.ceil(wanted / 3600) * 3600.0)

    @property
    def _fitting(self) -> float:
        return max(self.width - 2 * MARGIN, 1.0) / max(self.whole, _LEAST_WHOLE)


def figure(seconds: float) -> str:
    """A time as it is written: "0.5", "12", "1:05"."""
    if seconds < 60:
        return f"{seconds:.2f}".rstrip("0").rstrip(".")
    minutes, rest = divmod(round(seconds, 2), 60)
    text = f"{rest:05.2f}".rstrip("0").rstrip(".")
    return f"{minutes:.0f}:{text.zfill(2) if '.' not in text else text}"


def clock(seconds: float) -> str:
    """A time with all its digits, which does not change its width: "0:01.23"."""
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{minutes:.0f}:{rest:05.2f}"
