"""What `dinoexplorer render` starts from: a checkpoint, a document, or a picture that carries its place. No Qt here."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.document.checking import all_unlocked, check_standing
from dinoexplorer.document.opening import is_document, open_document
from dinoexplorer.document.standing import Draw, Standing, frozen
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo, LatentSpec
from dinoexplorer.resources import shipped_checkpoints

if TYPE_CHECKING:
    from dinoexplorer.document.document_file import DocumentFile
    from dinoexplorer.morph.timeline import Timeline


class Source:
    """A checkpoint, and the place in it where a document or a picture of ours stands, if one was named.

    Raises
    ------
    GeneratorError
        If it is a document whose checkpoint is missing, or no whole document.
    """

    def __init__(self, path: Path) -> None:
        self._file = open_document(path) if is_document(path) else None
        self.checkpoint = path if self._file is None else _checkpoint_of(self._file)

    def codes(self, spec: LatentSpec) -> FloatArray:
        """The place of the document ``(1, dim)``."""
        if self._file is None:
            raise GeneratorError("A checkpoint alone is no picture; give --seed, --z or --latents.")
        return self._file.standing(spec).latent[None]

    def film(self, spec: LatentSpec) -> tuple[Timeline, int | None]:
        """The timeline of the document, and its frames a second where it says them."""
        from dinoexplorer.morph.timeline_json import from_json, rate_of  # noqa: PLC0415  only a film needs them

        kept = "" if self._file is None else self._file.standing(spec).timeline
        if not kept:
            raise GeneratorError("There are no keyframes in this document; add some in Morph, or give --seeds.")
        value = json.loads(kept)
        return from_json(value), rate_of(value)

    def metadata(self, info: GeneratorInfo, code: FloatArray, draw: Draw | None) -> dict[str, str]:
        """What the picture of ``code`` says about its place, for its metadata; ``draw`` is how the code came about."""
        from dinoexplorer.document.pictures import place_metadata  # noqa: PLC0415  pydantic models

        if self._file is None:
            standing = Standing(frozen(code), all_unlocked(len(code)), draw=draw)
        else:
            before = self._file.standing(info.latent)
            standing = replace(before, latent=frozen(code), draw=draw or before.draw)
        return place_metadata(info, check_standing(info.latent, standing), opened=self._file)


def _checkpoint_of(file: DocumentFile) -> Path:
    """Where the checkpoint of a document is now; what became of it is told on stderr."""
    from dinoexplorer.document.finding import find_checkpoint  # noqa: PLC0415  pydantic models
    from dinoexplorer.settings import load_settings  # noqa: PLC0415  likewise

    recent = map(Path, load_settings()[0].recent)
    found = find_checkpoint(file, [*recent, *shipped_checkpoints(), Path.cwd()])
    if found.path is None:
        raise GeneratorError(found.sentence)
    if found.sentence:
        print(found.sentence, file=sys.stderr)
    return found.path
