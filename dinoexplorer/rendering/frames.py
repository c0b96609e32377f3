"""What goes to the render thread and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from dinoexplorer.generators.generator import ByteArray, FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class RenderRequest:
    """One picture that is wanted.

    ``generation`` is the number of the opened checkpoint, so that no frame of an old model appears after a switch;
    ``submitted`` is `time.perf_counter` at the change that asked for it; a picture that is ``kept`` is one of a film,
    which may be wanted again.
    """

    number: int
    generation: int
    code: FloatArray
    side: int
    smooth: bool
    submitted: float
    kept: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One picture, finished: RGBX ``(side, side, 4)``, or the sentence that says why there is none.

    ``started`` and ``finished`` are `time.perf_counter` around the decode.
    """

    request: RenderRequest
    image: ByteArray | None
    started: float
    finished: float
    error: str = ""

    @property
    def decode_ms(self) -> float:
        """Milliseconds the decode took."""
        return (self.finished - self.started) * 1e3
