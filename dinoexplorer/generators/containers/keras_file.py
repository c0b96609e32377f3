"""``.keras`` files: a zip archive of a description in JSON and weights in HDF5."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.keras_hdf5 import read_hdf5

_ZIP = b"PK\x03\x04"
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_LARGEST_CONFIG = 2**26
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, RecursionError)


class KerasFile:
    """Reads the arrays and the description; layers that carry code are data here and never run."""

    title = "Keras model"

    def recognises(self, head: bytes, path: Path) -> bool:
        if not head.startswith(_ZIP):
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                return {_CONFIG, _WEIGHTS} <= set(archive.namelist())
        except (*_DAMAGED, OSError):
            return False

    def unpack(self, path: Path) -> Contents:
        try:
            with zipfile.ZipFile(path) as archive:
                config = json.loads(_member(path, archive, _CONFIG, _LARGEST_CONFIG))
                weights = _member(path, archive, _WEIGHTS, path.stat().st_size)
        except _DAMAGED as error:  # NotImplementedError of unknown compressions is a RuntimeError
            cause = " ".join(str(error).split())[:120].rstrip(".")
            raise GeneratorError(
                f"{path.name} is a Keras model that cannot be read ({cause}); copy or download it again."
            ) from None
        except OSError as error:
            raise GeneratorError(f"{path.name} could not be read: {error.strerror}; check its permissions.") from None
        described: Any = config if isinstance(config, dict) else {}
        saved = read_hdf5(path.name, io.BytesIO(weights), len(weights), described)
        hints = {"keras.layers": [list(layer) for layer in saved.layers], "keras.config": described}
        return Contents(path, self.title, saved.tensors, hints)


CONTAINER = KerasFile()


def _member(path: Path, archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    """A file of the archive. Raises `GeneratorError` where it would unpack to more than a model of this size has."""
    size = archive.getinfo(name).file_size
    if size > largest:
        raise GeneratorError(
            f"{path.name} holds {name!r} that would unpack to {size:,} bytes, more than a file of this size can mean;"
            " ask its author for one that is not compressed."
        )
    return archive.read(name)
