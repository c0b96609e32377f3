"""Writing a film to a file or a folder: whole, or not at all."""

from __future__ import annotations

import errno
import math
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.cancelling import Cancellation
from dinoexplorer.morph.export.formats import format_of
from dinoexplorer.morph.export.pipeline import Pipeline, Told, core_count
from dinoexplorer.morph.export.png_folder import FolderWriter
from dinoexplorer.morph.export.settings import ExportSettings, FileFormat, Plan, Writer
from dinoexplorer.morph.reel import Pause, Reel
from dinoexplorer.picture_files import contact_sheet, save_png
from training.files import replace_file

_LEAST_FREE = 4 * 2**20
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def export(
    reel: Reel,
    path: Path,
    settings: ExportSettings | None = None,
    progress: Told | None = None,
    *,
    folder: bool = False,
    cancellation: Cancellation | None = None,
    pause: Pause | None = None,
    threads: int | None = None,
) -> None:
    """Write a film; what it is to be is told by the ending of ``path``, or a folder of PNG files.

    Runs in the calling thread and some of its own, and ends when the file is there. Whatever goes wrong, and whatever
    ``progress`` raises to end it, nothing is left under the name of ``path`` but what was there before.

    Parameters
    ----------
    folder : bool
        Write a folder even where ``path`` has an ending.
    cancellation : Cancellation or None
        By which another thread may end it.
    pause : callable or None
        Is called before each batch of frames is decoded, and may hold it up.
    threads : int or None
        How many threads convert and encode; None is one for each core. The frames are the same.

    Raises
    ------
    Cancelled
        If it was ended by ``cancellation``.
    MorphError
        In one sentence: before the first frame if the format cannot hold this film or something is missing, later if
        the disk is full or the model failed.
    """
    settings = ExportSettings() if settings is None else settings
    stop = Cancellation() if cancellation is None else cancellation
    plan = plan_of(reel, settings, threads)
    kind = checked_format(plan, path, folder=folder)

    def run(writer: Writer) -> None:
        try:
            Pipeline(reel, writer, plan.threads, stop, pause).run(progress)
            writer.finish()
        finally:
            writer.release()

    with readable_failures(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_space(path.parent, len(settings.note))
        if kind is None:
            with _replace_folder(path) as temporary:
                run(FolderWriter(temporary, plan))
        else:
            with replace_file(path) as file:
                run(kind.open(file, plan))


def plan_of(reel: Reel, settings: ExportSettings, threads: int | None = None) -> Plan:
    """What a writer is told of a reel."""
    threads = core_count() if threads is None else threads
    return Plan(reel.width, reel.height, reel.channels, reel.fps, reel.frames, settings, threads, reel.sample)


def checked_format(plan: Plan, path: Path, *, folder: bool = False) -> FileFormat | None:
    """The format that ``path`` asks for, None for a folder; raises `MorphError` where the film does not fit it."""
    kind = None if folder or not path.suffix else format_of(path)
    if kind is None:
        _check_folder(path, plan.settings)
    else:
        _check(kind, plan)
    return kind


def save_contact_sheet(reel: Reel, path: Path, count: int = 16) -> None:
    """Write some frames, spread evenly over the film, as one PNG picture of as many columns as rows.

    Raises
    ------
    MorphError
        If the film is not square, or the picture cannot be written.
    """
    check_contact_sheet(reel)
    pictures = reel.sample(count)
    columns = math.ceil(math.sqrt(len(pictures)))
    save_png(path, contact_sheet([np.stack(pictures)], -(-len(pictures) // columns), columns, reel.width))


def check_contact_sheet(reel: Reel) -> None:
    """Refuse with a `MorphError` a film that no contact sheet can be made of."""
    if reel.height != reel.width or reel.channels != 3:
        raise MorphError("A contact sheet is made of a square film that is not transparent; export one morph alone.")


@contextmanager
def readable_failures(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise MorphError(
                f"The disk is full, so {path.name} was not written; make room, or choose another place."
            ) from None
        raise MorphError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def _check(kind: FileFormat, plan: Plan) -> None:
    settings = plan.settings
    if settings.codec and settings.codec not in kind.codecs:
        choice = f"use {' or '.join(kind.codecs)}" if kind.codecs else "it has none to choose"
        raise MorphError(f"A {kind.title} is not written with {settings.codec!r}; {choice}.")
    if plan.fps > kind.highest_rate:
        raise MorphError(
            f"A {kind.title} shows at most {kind.highest_rate} frames a second, not {plan.fps}; "
            f"give --fps {kind.highest_rate} or less, or write an .mp4."
        )
    if max(plan.width, plan.height) > kind.largest_side:
        raise MorphError(
            f"A {kind.title} of {plan.width} x {plan.height} pixels is too large; {kind.largest_side} are the most."
        )
    if plan.channels == 4 and not kind.alpha:
        raise MorphError(f"A {kind.title} cannot be transparent; choose a background colour, or write .webp or .png.")
    if settings.audio is not None and not kind.sound:
        raise MorphError(f"A {kind.title} carries no sound; write an .mp4 or .webm.")
    kind.check(plan)


def _check_folder(path: Path, settings: ExportSettings) -> None:
    if settings.codec or settings.audio is not None:
        raise MorphError("A folder of pictures has neither codec nor sound; write an .mp4 or .webm for these.")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise MorphError(f"{path} is there already and not empty; name a new folder, so that nothing is mixed up.")


def _check_space(folder: Path, note: int) -> None:
    if shutil.disk_usage(folder).free < _LEAST_FREE + note:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _replace_folder(path: Path) -> Iterator[Path]:
    """Fill a folder under a temporary name; it takes the name when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.mkdir()
    try:
        yield temporary
        if path.is_dir():
            path.rmdir()  # it was empty; a folder that is none any more refuses
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
