"""The document as a file, ``NAME.dino.json``: composed, written whole, read with suspicion."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dinoexplorer.document.checking import one_line
from dinoexplorer.document.conversion import parts_of, standing_of
from dinoexplorer.document.schema import VERSION, CheckpointReference, DocumentParts, MapView
from dinoexplorer.document.standing import Standing
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.morph.music_json import read_from, written_from
from training.files import replace_text

ENDING = ".dino.json"
LARGEST_DOCUMENT = 64 * 2**20
"""Bytes: about a million pins of a small space, and more than a few thousand of a large one."""

_DEEPEST = 60


@dataclass(frozen=True, eq=False)
class DocumentFile:
    """What a document file says, before the checkpoint that it names is open.

    ``path`` is where it was read from (a document, or a picture that carries one), None for one that has no place yet.
    """

    parts: DocumentParts
    path: Path | None = None

    @property
    def name(self) -> str:
        """What sentences call it."""
        return _name_of(self.path)

    @property
    def checkpoint(self) -> CheckpointReference:
        return self.parts.checkpoint

    @property
    def view(self) -> MapView | None:
        return self.parts.map

    @property
    def text(self) -> str:
        """The file's text: one line for each pin, so that a difference can be read."""
        lines = []
        for key, value in self.parts.model_dump(exclude_unset=True).items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                inner = ",\n".join(f"    {json.dumps(item, allow_nan=False)}" for item in value)
                lines.append(f"  {json.dumps(key)}: [\n{inner}\n  ]")
            else:
                lines.append(f"  {json.dumps(key)}: {json.dumps(value, allow_nan=False)}")
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def standing(self, spec: LatentSpec) -> Standing:
        """Where the file says we stand, in the space of the checkpoint that it names.

        Raises
        ------
        GeneratorError
            If it does not fit: the sentence names the file.
        """
        parts = self.parts
        if self.path is not None:
            parts = parts.model_copy(update={"timeline": read_from(parts.timeline, self.path.parent)})
        try:
            return standing_of(parts, spec)
        except GeneratorError as error:
            sentence = str(error)
            raise GeneratorError(f"{self.name} does not fit: {sentence[:1].lower()}{sentence[1:]}") from None


def compose(
    standing: Standing,
    spec: LatentSpec,
    checkpoint: CheckpointReference,
    view: MapView | None = None,
    *,
    opened: DocumentFile | None = None,
    beside: Path | None = None,
    private: bool = False,
) -> DocumentFile:
    """The file for where we stand. What ``opened``, the file it came from, had in keys of its own is kept.

    ``beside`` and ``private`` say how it names the sound of its film, as `reference_to` does with the checkpoint.
    """
    parts = parts_of(standing, spec, checkpoint, view, opened.parts if opened is not None else None)
    if parts.timeline is not None:
        parts = parts.model_copy(update={"timeline": written_from(parts.timeline, beside, private=private)})
    return DocumentFile(parts)


def write_document(path: Path, file: DocumentFile) -> None:
    """Write a document whole or not at all.

    Raises
    ------
    GeneratorError
        If the place cannot be written to, or the document would be too large to be read again.
    """
    text = file.text
    if len(text) > LARGEST_DOCUMENT:
        raise GeneratorError(
            f"{path.name} would be larger than {LARGEST_DOCUMENT >> 20} MiB; export some of the pins and remove them."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def read_document(path: Path) -> DocumentFile:
    """Read a ``.dino.json``.

    Raises
    ------
    GeneratorError
        With a sentence for whatever it is that cannot be read as one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_DOCUMENT + 1)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name, or whether it was moved.") from None
    except OSError as error:
        raise GeneratorError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None
    return parse_document(data, path)


def parse_document(data: bytes | str, path: Path | None = None) -> DocumentFile:
    """Read the text of a document that was found in ``path``. Raises `GeneratorError` as `read_document` does."""
    name = _name_of(path)
    if len(data) > LARGEST_DOCUMENT:
        raise GeneratorError(
            f"{name} is larger than {LARGEST_DOCUMENT >> 20} MiB, which no document is; open another file."
        )
    try:
        raw = json.loads(data, parse_constant=_refuse_constant)
        _check_plain(raw)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise GeneratorError(f"{name} is not a document, or it is cut short or damaged; open another copy.") from None
    if not isinstance(raw, dict) or "version" not in raw or "checkpoint" not in raw:
        raise GeneratorError(f"{name} is not a DinoExplorer document; open a file that ends in {ENDING}.")
    version = raw["version"]
    if isinstance(version, int) and version > VERSION:
        raise GeneratorError(
            f"{name} was written by a newer DinoExplorer (document version {str(version)[:9]}); update DinoExplorer to "
            f"open it."
        )
    if version != VERSION:
        raise GeneratorError(f"{name} is a document of an unknown version; open another copy.")
    try:
        return DocumentFile(DocumentParts.model_validate(raw), path)
    except ValidationError as error:
        raise GeneratorError(f"{name} is damaged: {_first_problem(error)}; open another copy.") from None


def with_ending(path: Path) -> Path:
    """The path with ``.dino.json`` at its end."""
    return path if path.name.endswith(ENDING) else path.with_name(path.name.removesuffix(".json") + ENDING)


def _name_of(path: Path | None) -> str:
    return path.name if path is not None else "This document"


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = one_line(".".join(map(str, problem["loc"])))
    message = problem["msg"].partition(" or instance of")[0]  # a class means nothing to a person
    return f"{where}: {message[:1].lower()}{message[1:]}"


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check_plain(value: object) -> None:
    """Refuse what could not be written again: numbers beyond all bounds, and endless nesting."""
    level = [value]
    for _ in range(_DEEPEST):
        inner: list[object] = []
        for item in level:
            if isinstance(item, float) and not math.isfinite(item):
                raise ValueError("not finite")
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise ValueError("too deep")
