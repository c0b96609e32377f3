"""What a film will take, found out by writing a few of its frames into memory."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.export.exporting import check_contact_sheet, checked_format, plan_of
from dinoexplorer.morph.export.making import Material, Order, reel_of
from dinoexplorer.morph.export.png_folder import FolderWriter
from dinoexplorer.morph.export.settings import FileFormat, Plan
from dinoexplorer.morph.reel import Unfinished

_MOST_FRAMES, _LEAST_FRAMES = 12, 2
_PIXELS = 12_000_000  # of all frames that are tried: a second or two on a CPU
_WHOLE_PICTURE_EVERY = 250  # frames: what encoders put between two pictures that need no other
_SOUND = 20_000  # bytes a second


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a film will take.

    Attributes
    ----------
    frames, width, height : int
    seconds : float
        How long it plays.
    size : float
        Bytes, from some frames of its middle.
    work : float
        Seconds to write it, if nothing else is done meanwhile.
    """

    frames: int
    width: int
    height: int
    seconds: float
    size: float
    work: float


def estimate(material: Material, order: Order, *, stopped: Callable[[], bool] = lambda: False) -> Estimate:
    """Write some frames of a film into memory, and work out from them what the whole takes.

    Raises
    ------
    MorphError
        If the film cannot be written this way: what `make_film` would say.
    Cancelled
        If ``stopped`` says so.
    """
    reel = reel_of(material, order, stopped=stopped)
    if order.sheet is not None:
        check_contact_sheet(reel)
    note = material.note()
    kind = checked_format(plan_of(reel, replace(order.settings, note=note)), order.path, folder=order.folder)
    count = min(max(_PIXELS // (reel.width * reel.height), _LEAST_FRAMES), _MOST_FRAMES)
    began = time.perf_counter()
    pictures = reel.excerpt(count)
    decoding = (time.perf_counter() - began) / len(pictures)
    plan = plan_of(reel, replace(order.settings, note="", audio=None))
    first, more = _tried(kind, plan, pictures[:1], stopped), _tried(kind, plan, pictures, stopped)
    others = max(len(pictures) - 1, 1)
    each = (more[0] - first[0]) / others if len(pictures) > 1 else first[0]
    working = max((more[1] - first[1]) / others, 0.0) if len(pictures) > 1 else first[1]
    whole = math.ceil(reel.frames / _WHOLE_PICTURE_EVERY)
    size = first[0] * whole + max(each, 0.0) * (reel.frames - whole) + len(note)
    if order.settings.audio is not None:
        size += _SOUND * reel.seconds
    return Estimate(reel.frames, reel.width, reel.height, reel.seconds, size, reel.frames * (decoding + working))


def _tried(
    kind: FileFormat | None, plan: Plan, pictures: Sequence[Unfinished], stopped: Callable[[], bool]
) -> tuple[float, float]:
    """Bytes and seconds of these frames."""
    began = time.perf_counter()
    file = io.BytesIO()
    writer = FolderWriter(Path(), plan) if kind is None else kind.open(file, replace(plan, frames=len(pictures)))
    size = 0
    try:
        for picture in pictures:
            if stopped():
                raise Cancelled
            prepared = writer.prepare(picture())
            if kind is None:
                size += len(prepared)
            else:
                writer.write(prepared)
        if kind is not None:
            writer.finish()
            size = len(file.getbuffer())
    finally:
        writer.release()
    return size, time.perf_counter() - began
