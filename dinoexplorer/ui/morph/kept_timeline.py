"""The timeline as the document keeps it, with the frames a second that it is shown at."""

from __future__ import annotations

from dataclasses import dataclass

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json, rate_of

USUAL_RATE = 30


@dataclass(frozen=True, slots=True)
class KeptTimeline:
    """What a document says of its timeline; ``problem`` is why what is there cannot be read."""

    timeline: Timeline | None = None
    fps: int = USUAL_RATE
    problem: str = ""


def read_kept(document: Document, fps: int) -> KeptTimeline:
    """The timeline of a document; without one, and without a rate of its own, ``fps`` holds."""
    value = document.timeline
    if value is None:
        return KeptTimeline(None, fps)
    try:
        return KeptTimeline(from_json(value), rate_of(value) or fps)
    except GeneratorError as error:
        return KeptTimeline(None, fps, str(error))


def keep(document: Document, timeline: Timeline | None, fps: int, what: str) -> None:
    """Put a timeline into a document, as one step."""
    document.set_timeline(None if timeline is None else as_json(timeline) | {"fps": fps}, what)
