"""A single picture file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from training.data.images import Progress, Skipped
from training.data.sources.folder import stamp_of
from training.data.sources.kind import SourceKind
from training.data.sources.names import Refused, printable
from training.data.sources.source import Item
from training.data.workshop.preparation import Preparation


class PictureSource:
    """One picture; its folder is no class."""

    def __init__(self, text: str, path: Path) -> None:
        self.name = text
        self._path = path

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`."""
        progress("looking for pictures", 1, 1)
        name = printable(self._path.name)
        try:
            yield Item(self.name, name, stamp_of(self._path.stat()), self._path.read_bytes)
        except Refused as refused:
            yield Skipped(name, str(refused))
        except OSError as error:
            yield Skipped(name, f"it cannot be read: {error.strerror}")

    def close(self) -> None:
        """Nothing is held open."""


def _is_picture(text: str) -> bool:
    try:
        with Image.open(Path(text).expanduser()):
            return True
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False


def _open(text: str, _preparation: Preparation) -> PictureSource:
    return PictureSource(text, Path(text).expanduser())


KIND = SourceKind("picture", "A single picture file", "rex.png", _is_picture, _open)
