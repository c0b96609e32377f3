"""What is written of a document at one moment: values alone, so that a thread may write them while we move on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.document.standing import Standing
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import GeneratorInfo

if TYPE_CHECKING:
    from dinoexplorer.document.document_file import DocumentFile


@dataclass(frozen=True, slots=True)
class Look:
    """Which part of which map is shown; see `schema.MapView`."""

    x: float
    y: float
    scale: float
    method: str
    home: bool


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """A document at one moment.

    Attributes
    ----------
    standing : Standing
    info : GeneratorInfo
        Of the checkpoint that is open.
    look : Look or None
        What is shown of the map, if there is one.
    path : Path or None
        The document's own file, if it has one.
    file : DocumentFile or None
        What that file, or the picture that it came from, held: keys that we do not know are kept.
    steps : int
        How many steps have been taken since it was opened.
    """

    standing: Standing
    info: GeneratorInfo
    look: Look | None = None
    path: Path | None = None
    file: DocumentFile | None = None
    steps: int = 0

    def compose(self, beside: Path | None, *, private: bool = False) -> DocumentFile:
        """The file that lies, or will lie, at ``beside``; one that is ``private`` names whole paths."""
        from dinoexplorer.document.document_file import compose  # noqa: PLC0415  pydantic models
        from dinoexplorer.document.finding import reference_to  # noqa: PLC0415  likewise
        from dinoexplorer.document.schema import MapView  # noqa: PLC0415  likewise

        view = None
        if self.look is not None:
            look = self.look
            view = MapView(x=look.x, y=look.y, scale=look.scale, method=look.method, home=look.home)
        reference = reference_to(self.info, beside, private=private)
        return compose(
            self.standing, self.info.latent, reference, view, opened=self.file, beside=beside, private=private
        )

    def save(self, path: Path) -> tuple[Path, DocumentFile]:
        """Write it to a file, to whose name the ending is added where it is missing; return that and what was written.

        Raises
        ------
        GeneratorError
            If it cannot be written there.
        """
        from dinoexplorer.document.document_file import with_ending, write_document  # noqa: PLC0415  pydantic models

        named = with_ending(path)
        if named != path and named.exists():  # nobody was asked whether that one may be replaced
            raise GeneratorError(f"{named.name} is there already; choose it by its whole name, or another name.")
        file = self.compose(named)
        write_document(named, file)
        return named, replace(file, path=named)
