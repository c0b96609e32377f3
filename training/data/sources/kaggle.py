"""Data sets of kaggle.com, through kagglehub."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from training.data.images import Progress, Skipped
from training.data.sources.folder import FolderSource
from training.data.sources.kind import SourceKind, missing_extra, need_network
from training.data.sources.source import Item, SourceError
from training.data.sources.waiting import result_of
from training.data.workshop.preparation import Preparation

_PREFIX = "kaggle:"
_HANDLE = re.compile(r"[\w-]+/[\w-]+(/versions/\d+)?")
_NO_ACCOUNT = {401, 403}
_NOT_THERE = 404
_NO_ACCOUNT_ERRORS = {"UnauthenticatedError", "CredentialError"}


class KaggleSource:
    """A data set by its name; kagglehub downloads it once and keeps it."""

    def __init__(self, text: str, handle: str, download: Callable[[str], str]) -> None:
        self.name = text
        self._handle = handle
        self._download = download

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; those of the folder that was downloaded."""
        yield from FolderSource(self.name, self._folder(progress)).items(progress)

    def close(self) -> None:
        """Nothing is held open."""

    def _folder(self, progress: Progress) -> Path:
        def work() -> Path:
            try:
                return Path(self._download(self._handle))
            except Exception as error:  # whatever the library raises has to become a sentence
                raise self._refusal(error) from error

        return result_of(work, lambda: progress(f"downloading {self._handle}", 0, 0))

    def _refusal(self, error: Exception) -> SourceError:
        status = getattr(getattr(error, "response", None), "status_code", None)
        page = f"https://www.kaggle.com/datasets/{self._handle}"
        if status in _NO_ACCOUNT or type(error).__name__ in _NO_ACCOUNT_ERRORS:
            return SourceError(
                f"Kaggle refuses {self._handle} without an account: make an API token at"
                f" https://www.kaggle.com/settings, save it as ~/.kaggle/kaggle.json, and accept the terms on {page}"
            )
        if status == _NOT_THERE:
            return SourceError(f"Kaggle has no data set {self._handle}; look up its name on kaggle.com/datasets")
        reason = " ".join(str(error).split()) or type(error).__name__
        return SourceError(f"{self._handle} cannot be downloaded from Kaggle: {reason}; try again later")


def open_kaggle(text: str, handle: str) -> KaggleSource:
    """A data set by its name, as a source that the user named `text`.

    Raises
    ------
    SourceError
        The package kagglehub is missing.
    """
    try:
        from kagglehub import dataset_download  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise missing_extra(text, "kagglehub", "kaggle") from error
    return KaggleSource(text, handle, dataset_download)


def _open(text: str, preparation: Preparation) -> KaggleSource:
    handle = text.removeprefix(_PREFIX).strip().removeprefix("https://www.kaggle.com/datasets/")
    if not _HANDLE.fullmatch(handle):
        raise SourceError(f"{text} names no data set; write kaggle:OWNER/NAME, as in the address of its page")
    need_network(text, preparation)
    return open_kaggle(text, handle)


KIND = SourceKind(
    "Kaggle",
    "A data set of kaggle.com by its name",
    "kaggle:OWNER/NAME",
    lambda text: text.startswith(_PREFIX),
    _open,
    extra="kaggle",
    network=True,
)
