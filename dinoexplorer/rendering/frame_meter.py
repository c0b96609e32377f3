"""How fast pictures come: their rate while moving, and the time from a change to the paint."""

from __future__ import annotations

from collections import deque

from dinoexplorer.rendering.frames import Frame

_WINDOW = 1.0
_PAUSE = 0.25


class FrameMeter:
    """Counts the frames that were painted; a pause ends a movement, so that standing still is not slowness."""

    def __init__(self) -> None:
        self._painted: deque[float] = deque(maxlen=512)
        self.decode_ms = 0.0
        self.latency_ms = 0.0

    def record(self, frame: Frame, painted: float) -> None:
        """Take note of a frame that was painted at ``painted`` (`time.perf_counter`)."""
        if self._painted and painted - self._painted[-1] > _PAUSE:
            self._painted.clear()
        self._painted.append(painted)
        self.decode_ms = frame.decode_ms or self.decode_ms  # one that was kept took no decode
        self.latency_ms = (painted - frame.request.submitted) * 1e3

    @property
    def rate(self) -> float:
        """Pictures per second over the last second of the present movement; 0 before there is one."""
        recent = [moment for moment in self._painted if moment > self._painted[-1] - _WINDOW]
        if len(recent) < 3:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0])
