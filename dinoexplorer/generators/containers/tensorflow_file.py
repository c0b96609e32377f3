"""What TensorFlow's ``save_weights`` and ``tf.train.Checkpoint`` write: ``NAME.index`` and ``NAME.data-...``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.level_table import FOOTER, MAGIC
from dinoexplorer.generators.tensor_bundle import (
    GRAPH,
    VALUE,
    Entry,
    in_order,
    object_graph,
    read_array,
    read_index,
    shard_path,
)
from dinoexplorer.generators.wire import WireError

if TYPE_CHECKING:
    from torch import Tensor

_DATA = re.compile(r"(?P<name>.+)\.data-\d{5}-of-\d{5}")
_LARGEST_INDEX = 2**27
_NO_WEIGHTS = ("_", "keras_api/", "save_counter", "global_step")
_OF_OPTIMISERS = (".OPTIMIZER_SLOT", "optimizer", "/Adam", "/RMSProp", "/Momentum")


class TensorflowFile:
    """Reads the arrays of the network itself; what its optimiser kept is left out. Either of the files opens both."""

    title = "TensorFlow checkpoint"

    def recognises(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  the mark is at the end of the index
        try:
            return _index(path) is not None
        except OSError:
            return False

    def unpack(self, path: Path) -> Contents:
        index = _index(path)
        if index is None:
            raise GeneratorError(f"{path.name} changed while it was read; open it again.")
        try:
            return self._unpack(path, index)
        except FileNotFoundError as error:
            raise GeneratorError(
                f"{index.name} is the index of a TensorFlow checkpoint, but {Path(str(error.filename)).name} with its"
                " numbers is not beside it; put both into one folder."
            ) from None
        except WireError as error:
            raise GeneratorError(
                f"{path.name} is a TensorFlow checkpoint that cannot be read ({error}); copy or download it again."
            ) from None
        except OSError as error:
            raise GeneratorError(f"{path.name} could not be read: {error.strerror}; check its permissions.") from None

    def _unpack(self, path: Path, index: Path) -> Contents:
        shards, found = read_index(index)
        graph = found.get(GRAPH)
        described = None if graph is None else object_graph(graph, shard_path(index, graph.shard, shards))
        names, layers = in_order([name for name, entry in found.items() if _is_weight(name, entry)], described)
        files = {shard_path(index, found[name].shard, shards) for name in names}
        if sum(found[name].size for name in names) > sum(file.stat().st_size for file in files):
            raise WireError("its arrays claim more bytes than its files have")
        tensors: dict[str, Tensor] = {}
        for name in names:
            tensor = read_array(found[name], shard_path(index, found[name].shard, shards))
            if tensor is not None:
                tensors[name.removesuffix(VALUE).replace("/", ".")] = tensor
        if not tensors:
            raise GeneratorError(
                f"{path.name} is a TensorFlow checkpoint without the weights of a network;"
                " open the checkpoint of the generator, or convert the model to ONNX."
            )
        return Contents(path, self.title, tensors, {"keras.layers": [[name.replace("/", "."), ""] for name in layers]})


CONTAINER = TensorflowFile()


def _index(path: Path) -> Path | None:
    """The index that a file is, or belongs to; None where it does neither."""
    part = _DATA.fullmatch(path.name)
    index = path.with_name(f"{part['name']}.index") if part else path
    if not index.is_file() or not FOOTER <= index.stat().st_size <= _LARGEST_INDEX:
        return None
    with index.open("rb") as file:
        file.seek(-len(MAGIC), os.SEEK_END)
        return index if file.read() == MAGIC else None


def _is_weight(name: str, entry: Entry) -> bool:
    """Whether it is an array of a network; single numbers are counters."""
    return bool(entry.shape) and not name.startswith(_NO_WEIGHTS) and not any(part in name for part in _OF_OPTIMISERS)
