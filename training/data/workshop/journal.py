"""What a preparation has done so far, one line a picture: it survives a kill, and the next run takes it up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from training.data.dataset import Record, json_bytes, record_of

NAME = "manifest.partial.jsonl"


class Journal:
    """`manifest.partial.jsonl`: a first line with the options that the pictures were made with, then records.

    A line that a kill cut short is skipped when it is read, and so is whatever else cannot be understood: what is not
    known is made again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._file: BinaryIO | None = None

    def read(self, options: Mapping[str, Any]) -> list[Record] | None:
        """The records, or None where there is no journal of a preparation with these options."""
        try:
            with self._path.open("rb") as file:
                if json.loads(file.readline()) != {"options": options}:
                    return None
                return [record for line in file if (record := _understood(line)) is not None]
        except (OSError, ValueError):
            return None

    def begin(self, options: Mapping[str, Any], *, new: bool) -> None:
        """Open it to append, from the start where it is `new`."""
        self._file = self._path.open("wb" if new else "ab")
        self._file.write(json_bytes({"options": options}) + b"\n" if new else b"\n")  # ends a line that was cut short
        self._file.flush()

    def add(self, records: Iterable[Record]) -> None:
        """Append what is known of one item; it is with the operating system when this returns."""
        if self._file is not None:
            self._file.write(b"".join(json_bytes(asdict(record)) + b"\n" for record in records))
            self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what a full disk did not take was told when it was written
                file.close()

    def remove(self) -> None:
        """It is all in the manifest now."""
        self.close()
        self._path.unlink(missing_ok=True)


def _understood(line: bytes) -> Record | None:
    try:
        return record_of(json.loads(line))
    except (ValueError, TypeError, KeyError):
        return None
