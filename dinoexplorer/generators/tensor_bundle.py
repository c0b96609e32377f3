"""TensorFlow's checkpoints: an index of names, kinds, shapes and places, and files of bytes beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dinoexplorer.generators.level_table import entries
from dinoexplorer.generators.wire import Bytes, Field, WireError, fields, varint

if TYPE_CHECKING:
    from torch import Tensor

GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_STRING, _BFLOAT16 = 7, 14
_KINDS: Mapping[int, str] = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", _BFLOAT16: "<u2", 19: "<f2"}
_LARGEST_GRAPH = 2**26


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one array lies: the number of its file, offset and size in bytes."""

    kind: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    sliced: bool


def read_index(path: Path) -> tuple[int, dict[str, Entry]]:
    """How many files of bytes there are, and what they hold, by name. Raises `WireError` where it is damaged."""
    table = entries(memoryview(path.read_bytes()))
    shards, found = 1, {}
    for key, value in table:
        parts = list(fields(memoryview(value)))
        if key:
            found[key.decode("utf-8", "replace")] = _entry(parts)
            continue
        for part in parts:
            if part.number == 1:
                shards = part.value
            elif part.number == 2 and part.value:
                raise WireError("its numbers are big-endian")
    return shards, found


def _entry(parts: Sequence[Field]) -> Entry:
    values = {part.number: part.value for part in parts}
    shape = [
        next((part.signed for part in fields(size.data) if part.number == 1), 0)
        for field in parts if field.number == 2
        for size in fields(field.data) if size.number == 2
    ]  # fmt: skip
    sliced = any(part.number == 7 for part in parts)
    return Entry(values.get(1, 0), tuple(shape), values.get(3, 0), values.get(4, 0), values.get(5, 0), sliced)


def shard_path(index: Path, number: int, count: int) -> Path:
    """The file of bytes with this number beside an index."""
    return index.with_name(f"{index.name.removesuffix('.index')}.data-{number:05d}-of-{count:05d}")


def read_array(entry: Entry, shard: Path) -> Tensor | None:
    """The numbers of one entry; None for texts and other things. Raises `WireError` where they are not all there."""
    import torch  # noqa: PLC0415  not before the first window

    if entry.kind not in _KINDS or entry.sliced:
        return None
    kind = np.dtype(_KINDS[entry.kind])
    if min(entry.shape, default=1) < 0 or math.prod(entry.shape) * kind.itemsize != entry.size:
        raise WireError(f"an array of shape {entry.shape} does not take {entry.size:,} bytes")
    array = np.frombuffer(_bytes(entry, shard), kind).reshape(entry.shape).copy()
    tensor = torch.from_numpy(array)
    return tensor.view(torch.bfloat16) if entry.kind == _BFLOAT16 else tensor


def _bytes(entry: Entry, shard: Path) -> bytes:
    if entry.offset + entry.size > shard.stat().st_size:
        raise WireError(f"an array of {entry.size:,} bytes ends behind {shard.name}")
    with shard.open("rb") as file:
        file.seek(entry.offset)
        return file.read(entry.size)


def object_graph(entry: Entry, shard: Path) -> Bytes:
    """The description of the saved objects: one text, behind its length and a checksum of that."""
    if entry.kind != _STRING or entry.size > _LARGEST_GRAPH:
        raise WireError("its description of objects is none")
    data = memoryview(_bytes(entry, shard))
    length, place = varint(data, 0)
    return data[place + 4 : place + 4 + length]


def in_order(names: Sequence[str], graph: Bytes | None) -> tuple[list[str], list[str]]:
    """Names of arrays in the order of the network, and the names of all its layers, also of those without arrays.

    Objects were saved in the order in which the program made them; without their description, numbers in names are
    followed.
    """
    kept = sorted(names, key=_by_numbers)
    if graph is None:
        return kept, []
    nodes = [_node(field.data) for field in fields(graph) if field.number == 1]
    order: dict[str, int] = {}
    layers: list[str] = []
    for keys, path in _walk(nodes):
        if re.fullmatch(r"layer-\d+|layer_with_weights-\d+", path.rpartition("/")[2]):
            layers.append(path)
        for key in keys:
            order.setdefault(key, len(order))
    return sorted(kept, key=lambda name: order.get(name, len(order))), layers


def _by_numbers(name: str) -> list[Any]:
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", name)]


def _node(message: Bytes) -> tuple[list[tuple[str, int]], list[str]]:
    """The children of a saved object (name and number), and the keys of its own arrays."""
    children, keys = [], []
    for field in fields(message):
        inside = list(fields(field.data)) if field.number in {1, 2} else []
        texts = {part.number: part.text for part in inside if part.is_data}
        if field.number == 1:
            number = next((part.value for part in inside if part.number == 1), 0)
            children.append((texts.get(2, ""), number))
        elif field.number == 2:
            keys.append(texts.get(3, ""))
    return children, keys


def _walk(nodes: Sequence[tuple[list[tuple[str, int]], list[str]]]) -> Iterator[tuple[list[str], str]]:
    """Each object once, with its path, before what it holds."""
    seen: set[int] = set()
    waiting = [(0, "")]
    while waiting:
        number, path = waiting.pop()
        if number in seen or number >= len(nodes):
            continue
        seen.add(number)
        children, keys = nodes[number]
        yield keys, path
        waiting += [(child, f"{path}/{name}".lstrip("/")) for name, child in reversed(children)]
