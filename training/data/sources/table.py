"""Pictures that a table lists: CSV or JSON lines of paths and labels."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.data.images import Progress, Skipped
from training.data.sources.folder import stamp_of
from training.data.sources.kind import SourceKind
from training.data.sources.names import Claims, Refused, printable
from training.data.sources.source import Item, SourceError
from training.data.workshop.preparation import Preparation

_PATHS = ("path", "file", "image", "filename", "file_name", "name")
_LABELS = ("label", "class", "category", "species")
_EVERY = 256
_CSV, _JSON = {".csv", ".tsv"}, {".jsonl", ".ndjson"}


class TableSource:
    """The pictures that a table names; what it names absolutely may lie anywhere on this machine."""

    def __init__(self, text: str, path: Path) -> None:
        self.name = text
        self._path = path

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the table."""
        claims = Claims()
        listed = 0
        for listed, (written, label) in enumerate(_rows(self._path), 1):
            if listed % _EVERY == 1:
                progress("reading the table", listed, listed)
            name = self._name(written)
            try:
                path = self._local(written)
                yield Item(self.name, claims.claim(name), _stamp(path), path.read_bytes, label)
            except Refused as refused:
                yield Skipped(name, str(refused))
        if not listed:
            raise SourceError(f"{self.name} lists no picture; give a row with a path for each")

    def close(self) -> None:
        """Nothing is held open."""

    def _local(self, written: str) -> Path:
        if "://" in written:
            raise Refused("it is an address; put addresses into a text file, one a line, and give that")
        return self._path.parent / Path(written.replace("\\", "/")).expanduser()

    def _name(self, written: str) -> str:
        """As written, without what leads out: `../x.png` and `/data/x.png` are named after where they lead."""
        path = Path(written.replace("\\", "/"))
        parts = path.parts
        if path.is_absolute() or ".." in parts or parts[:1] == ("~",):
            parts = Path((self._path.parent / path.expanduser()).absolute()).resolve().parts[1:]
        return printable("/".join(parts))


def read_labels(path: Path) -> Mapping[str, str]:
    """Labels by name, from a CSV or JSON-lines file with a column `path` (or `file`, `image`, `name`) and one `label`.

    Raises
    ------
    SourceError
        The file is missing or has no such columns.
    """
    if not path.is_file():
        raise SourceError(f"the labels {path} are not there; give a CSV file with the columns path and label")
    found = {
        written.replace("\\", "/").removeprefix("./"): label for written, label in _rows(path) if label is not None
    }
    if not found:
        raise SourceError(f"{path} holds no labels; give a CSV file with the columns path and label")
    return found


def _rows(path: Path) -> Iterator[tuple[str, str | None]]:
    """Path and label of each row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _json_rows(file) if path.suffix.lower() in _JSON else _csv_rows(file, path)
            for number, row in rows:
                found = {str(key).strip().casefold(): value for key, value in row.items() if isinstance(key, str)}
                written = _first(found, _PATHS)
                if written is None and not any(name in found for name in _PATHS):
                    raise SourceError(
                        f"row {number} of {path} has no column path, file or image, only {_listed(found)}; name the"
                        " columns in the first line"
                    )
                if written is not None:
                    yield written, _first(found, _LABELS)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}; choose another file") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is no UTF-8 text; save it as UTF-8") from error
    except (csv.Error, ValueError, RecursionError) as error:
        raise SourceError(f"{path} is no table that can be read: {error}; mend it") from error


def _csv_rows(file: Any, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    header = file.readline()
    file.seek(0)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=header.count)
    yield from enumerate(csv.DictReader(file, delimiter=delimiter), 1)


def _json_rows(file: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(file, 1):
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is no object")
            yield number, row


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    values = (row[name] for name in names if row.get(name) is not None)
    return next((printable(str(value).strip()) for value in values if str(value).strip()), None)


def _listed(row: Mapping[str, Any]) -> str:
    return ", ".join(sorted(row)) or "nothing"


def _stamp(path: Path) -> str:
    try:
        if not path.is_file():
            raise Refused("there is no such file")
        return stamp_of(path.stat())
    except (OSError, ValueError) as error:
        raise Refused(f"it cannot be read: {error}") from error


def _is_table(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() in _CSV | _JSON and path.is_file()


def _open(text: str, _preparation: Preparation) -> TableSource:
    return TableSource(text, Path(text).expanduser())


KIND = SourceKind("table", "A CSV or JSON-lines file with the columns path and label", "pictures.csv", _is_table, _open)
