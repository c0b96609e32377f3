"""Data sets of huggingface.co, through the package datasets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from training.data.images import Progress, Skipped
from training.data.pictures import PictureError
from training.data.sources.kind import SourceKind, missing_extra, need_network
from training.data.sources.names import printable
from training.data.sources.source import Item, SourceError
from training.data.sources.waiting import result_of
from training.data.workshop.preparation import Preparation

_PREFIX = "huggingface:"
_NAMED = re.compile(r"([\w.-]+(?:/[\w.-]+)?)(?::([\w.+-]+))?")
_SPLIT = "train"
_LABELS = ("label", "labels", "class", "category", "species", "fine_label")
_NO_ACCOUNT = re.compile(r"gated|\b40[13]\b|log in|authenticat", re.IGNORECASE)
_EVERY = 256


class HuggingFaceSource:
    """One split of a data set; `datasets` downloads it once, keeps it, and runs no code of others."""

    def __init__(self, text: str, name: str, split: str, library: Any) -> None:
        self.name = text
        self._dataset = name
        self._split = split
        self._library = library

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the data set."""
        rows = result_of(self._load, lambda: progress(f"downloading {self._dataset}", 0, 0))
        pictures = next((name for name, kind in rows.features.items() if type(kind).__name__ == "Image"), None)
        if pictures is None:
            raise SourceError(
                f"{self._dataset} has no column of pictures, only {', '.join(rows.features)}; choose another data set"
            )
        rows = rows.cast_column(pictures, self._library.Image(decode=False))
        label = _labels(rows)
        fingerprint = str(getattr(rows, "_fingerprint", rows.num_rows))
        for index in range(rows.num_rows):
            if index % _EVERY == 0:
                progress("looking for pictures", index, rows.num_rows)
            yield Item(
                self.name, f"{self._split}/{index:07}", fingerprint, partial(_read, rows, pictures, index),
                label(index),
            )  # fmt: skip

    def close(self) -> None:
        """Nothing is held open."""

    def _load(self) -> Any:
        try:
            return self._library.load_dataset(self._dataset, split=self._split)
        except Exception as error:  # whatever the library raises has to become a sentence
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> SourceError:
        reason = " ".join(str(error).split()) or type(error).__name__
        if _NO_ACCOUNT.search(reason):
            return SourceError(
                f"Hugging Face refuses {self._dataset} without an account: sign in with 'hf auth login', and accept the"
                f" terms on https://huggingface.co/datasets/{self._dataset}"
            )
        if type(error).__name__ == "DatasetNotFoundError":
            return SourceError(
                f"Hugging Face has no data set {self._dataset}; look up its name on huggingface.co/datasets"
            )
        return SourceError(
            f"{self._dataset} cannot be loaded from Hugging Face: {reason}; write huggingface:NAME:SPLIT"
            " for another split"
        )


def _labels(rows: Any) -> Callable[[int], str | None]:
    """From the number of a row to its label: of the column that is named so, or of one that holds classes."""
    classes = [name for name, kind in rows.features.items() if type(kind).__name__ == "ClassLabel"]
    column = next((name for name in (*_LABELS, *classes) if name in rows.features), None)
    if column is None:
        return lambda _index: None
    values, names = rows.select_columns([column]), getattr(rows.features[column], "names", None)

    def label(index: int) -> str | None:
        value = values[index][column]
        if isinstance(value, int) and names is not None:
            return printable(str(names[value])) if 0 <= value < len(names) else None  # -1 is held back
        return None if value is None or isinstance(value, list | dict) else printable(str(value))

    return label


def _read(rows: Any, column: str, index: int) -> bytes:
    stored = rows[index][column]
    if stored and stored.get("bytes"):
        return bytes(stored["bytes"])
    if stored and stored.get("path"):
        return Path(stored["path"]).read_bytes()
    raise PictureError(f"row {index} holds no picture")


def _open(text: str, preparation: Preparation) -> HuggingFaceSource:
    named = _NAMED.fullmatch(text.removeprefix(_PREFIX).strip())
    if named is None:
        raise SourceError(f"{text} names no data set; write huggingface:OWNER/NAME or huggingface:OWNER/NAME:SPLIT")
    need_network(text, preparation)
    try:
        import datasets  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise missing_extra(text, "datasets", "huggingface") from error
    return HuggingFaceSource(text, named[1], named[2] or _SPLIT, datasets)


KIND = SourceKind(
    "Hugging Face",
    "A data set of huggingface.co by its name, and a split if you like",
    "huggingface:OWNER/NAME:train",
    lambda text: text.startswith(_PREFIX),
    _open,
    extra="huggingface",
    network=True,
)
