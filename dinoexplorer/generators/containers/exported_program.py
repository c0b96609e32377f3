"""What ``torch.export.save`` writes: only the weights are read, never the graph or the sample inputs beside them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.archives import ZIP, members, names_in, opened_archive
from dinoexplorer.generators.contents import Contents, flattened
from dinoexplorer.generators.errors import GeneratorError, shown
from dinoexplorer.generators.inert import readable
from dinoexplorer.generators.inert_tensors import Storage, read_into, sketch
from dinoexplorer.generators.safe_pickle import PickleError

if TYPE_CHECKING:
    from torch import Tensor

_TABLE = "data/weights/model_weights_config.json"
_LARGEST_TABLE = 16 * 2**20
_TYPES = {1: "uint8", 2: "int8", 3: "int16", 4: "int32", 5: "int64", 6: "float16", 7: "float32", 8: "float64",
          12: "bool", 13: "bfloat16"}  # fmt: skip
"""The numbers that stand for kinds of numbers in such a table."""


class ExportedProgram:
    """Reads the table of weights and the numbers that it names."""

    title = "exported PyTorch program"

    def recognises(self, head: bytes, path: Path) -> bool:
        return head.startswith(ZIP) and any(name.endswith(_TABLE) for name in names_in(path))

    def unpack(self, path: Path) -> Contents:
        try:
            with readable(path), opened_archive(path) as archive:
                stored = _weights(archive)
        except PickleError as problem:
            raise GeneratorError(
                f"{path.name} is an {self.title}, but {problem}; save the model's state_dict() instead, or copy it "
                "again."
            ) from None
        tensors, _ = flattened(stored)
        return Contents(path, self.title, tensors)


CONTAINER = ExportedProgram()


def _weights(archive: zipfile.ZipFile) -> dict[str, Tensor]:
    found = members(archive)
    table = next(name for name in found if name.endswith(_TABLE))
    if found[table].file_size > _LARGEST_TABLE:
        raise PickleError("its table of weights is longer than any model's")
    entries = json.loads(archive.read(table))["config"]
    if not entries:
        raise PickleError("it has no weights")
    folder = table.rpartition("/")[0]
    return {name: _tensor(archive, found.get(f"{folder}/{entry['path_name']}"), name, entry)
            for name, entry in entries.items()}  # fmt: skip


def _tensor(archive: zipfile.ZipFile, member: zipfile.ZipInfo | None, name: str, entry: Mapping[str, Any]) -> Tensor:
    if entry.get("use_pickle"):
        raise PickleError(f"its tensor '{shown(name)}' is stored as a pickle")
    if member is None:
        raise PickleError(f"the numbers of its tensor '{shown(name)}' are missing")
    meta = entry["tensor_meta"]
    dtype = _TYPES.get(meta["dtype"])
    if dtype is None:
        raise PickleError(f"its tensor '{shown(name)}' holds numbers of a kind that is not read here")

    def fetch() -> Tensor:
        with archive.open(member) as stream:
            return read_into(stream, member.file_size)

    storage = Storage("uint8", member.file_size, fetch)
    shape, stride = (tuple(part["as_int"] for part in meta[key]) for key in ("sizes", "strides"))
    return sketch(storage, meta["storage_offset"]["as_int"], shape, stride, dtype).tensor()
