"""HDF5 files of Keras: whole models of Keras 2 (``.h5``), and weights alone (``.weights.h5``)."""

from __future__ import annotations

from pathlib import Path

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.keras_hdf5 import read_hdf5

_MAGIC = b"\x89HDF\r\n\x1a\n"


class Hdf5File:
    """Reads the arrays, and the description of the layers where the file has one."""

    title = "Keras file (HDF5)"

    def recognises(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  by bytes alone
        return head.startswith(_MAGIC)

    def unpack(self, path: Path) -> Contents:
        saved = read_hdf5(path.name, path, path.stat().st_size)
        hints = {"keras.layers": [list(layer) for layer in saved.layers], "keras.config": saved.config}
        return Contents(path, self.title, saved.tensors, hints)


CONTAINER = Hdf5File()
