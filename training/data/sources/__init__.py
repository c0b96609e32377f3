"""Where pictures come from; one file a kind, and a line here."""

from __future__ import annotations

from pathlib import Path

from training.data.sources import (
    addresses,
    arrays,
    folder,
    huggingface,
    idx,
    kaggle,
    picture,
    reference,
    search,
    table,
    tar_archive,
    zip_archive,
)
from training.data.sources.kind import SourceKind
from training.data.sources.source import Source, SourceError
from training.data.workshop.preparation import Preparation

__all__ = ["SourceKind", "open_source", "source_kinds"]

_KINDS = (
    reference.KIND,
    kaggle.KIND,
    huggingface.KIND,
    search.KIND,
    folder.KIND,
    arrays.KIND,
    zip_archive.KIND,
    tar_archive.KIND,
    table.KIND,
    addresses.KIND,
    idx.KIND,
    picture.KIND,
)
"""In the order in which they are asked: what a name tells for sure comes before what takes a look inside."""


def source_kinds() -> tuple[SourceKind, ...]:
    """Every kind of source."""
    return _KINDS


def open_source(text: str, preparation: Preparation) -> Source:
    """Open what the user named.

    Raises
    ------
    SourceError
        It is missing, of no known kind, damaged, not allowed, or needs a package that is not there.
    """
    try:
        for kind in _KINDS:
            if kind.recognises(text):
                return kind.open(text, preparation)
        missing = not Path(text).expanduser().exists()
    except (OSError, ValueError, RuntimeError) as error:  # a name that no file can have, an unknown ~user
        raise SourceError(f"the source {text!r} cannot be opened: {error}; give a folder or a file") from error
    if missing:
        raise SourceError(f"the source {text!r} is not there; give a folder, an archive, a table, or {_examples()}")
    raise SourceError(
        f"{text} is no source of pictures that is known; give a folder, a ZIP or TAR archive, a CSV or JSON-lines"
        " table, an .npz or IDX file, a text file of addresses, or a picture"
    )


def _examples() -> str:
    return ", ".join(kind.example for kind in _KINDS if kind.extra)
