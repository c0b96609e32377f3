"""A document on its way in: read from whatever brings it, and its checkpoint looked for. To be called in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.document.opening import NoPlaceError, is_document, is_picture, open_document
from dinoexplorer.generators.generator import GeneratorInfo

if TYPE_CHECKING:
    from dinoexplorer.document.autosave import Offer
    from dinoexplorer.document.document_file import DocumentFile


@dataclass(frozen=True, eq=False)
class Arrival:
    """A document before its checkpoint is open.

    Attributes
    ----------
    file : DocumentFile
    checkpoint : Path or None
        What is to be opened; None while that is not known.
    note : str
        What became of the checkpoint; empty where it is what it was.
    doubtful : bool
        Whether the checkpoint is another one, so that a person has to say that it is to be opened all the same.
    picture : bool
        Whether a picture brought it.
    offer : Offer or None
        What was left behind, if it came from there.
    """

    file: DocumentFile
    checkpoint: Path | None = None
    note: str = ""
    doubtful: bool = False
    picture: bool = False
    offer: Offer | None = None

    @property
    def title(self) -> str:
        """What to call it in passing."""
        return self.file.name if self.offer is None else self.offer.name


def read_arrival(path: Path, current: GeneratorInfo | None) -> Arrival | None:
    """Read a document or a picture of ours; None for any other file, which may be a checkpoint.

    Raises
    ------
    GeneratorError
        If it is damaged, or a picture that brings no place back: what can be done with that, in what is open at
        present (``current``), is said too.
    """
    pictured = is_picture(path)
    if not pictured and not is_document(path):
        return None
    try:
        return Arrival(open_document(path), picture=pictured)
    except NoPlaceError as error:
        if current is None or not current.encoder:
            raise
        raise NoPlaceError(
            f"{path.name} carries no place, since it was not saved by DinoExplorer or lost it on its way; "
            f"drop a folder of pictures on the map to see where {current.name} puts them."
        ) from error


def read_offer(offer: Offer) -> Arrival:
    """Read what was left behind, as if from its document's own place. Raises `GeneratorError` if it is gone."""
    from dinoexplorer.document.document_file import read_document  # noqa: PLC0415  pydantic models

    return Arrival(replace(read_document(offer.file), path=offer.document), offer=offer)


def locate(
    arrival: Arrival, candidates: Iterable[Path], current: GeneratorInfo | None, stopped: Callable[[], bool]
) -> Arrival:
    """Find the checkpoint: what is open already, or where `find_checkpoint` finds it. Raises `Stopped`."""
    from dinoexplorer.document.finding import find_checkpoint  # noqa: PLC0415  pydantic models

    wanted = arrival.file.checkpoint.sha256.lower()
    if current is not None and wanted and wanted == current.sha256:
        return replace(arrival, checkpoint=current.path)
    found = find_checkpoint(arrival.file, candidates, stopped=stopped)
    return replace(arrival, checkpoint=found.path, note=found.sentence)


def compare(arrival: Arrival, checkpoint: Path, stopped: Callable[[], bool]) -> Arrival:
    """Take a file that a person named for the checkpoint; it is `Arrival.doubtful` where it is another one."""
    from dinoexplorer.document.finding import is_checkpoint_of  # noqa: PLC0415  pydantic models

    if is_checkpoint_of(arrival.file, checkpoint, stopped=stopped):
        return replace(arrival, checkpoint=checkpoint, note="", doubtful=False)
    note = f"{checkpoint.name} is not the checkpoint that {arrival.file.name} was made with: its pictures will differ."
    return replace(arrival, checkpoint=checkpoint, note=note, doubtful=True)
