"""Tensors out of pickles: described while the pickle is read, checked, and only then made of stored bytes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dinoexplorer.generators.errors import shown
from dinoexplorer.generators.safe_pickle import Instance, Named, PickleError

if TYPE_CHECKING:
    from torch import Tensor

_MOST_AXES = 8
_SPREAD = 2**16
"""Numbers that a tensor may show beyond those that are stored: a single one may be shown as a whole vector."""
_STORAGES = {
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "UntypedStorage": "uint8",
    "ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128",
}  # fmt: skip
_SIZES = {"float64": 8, "int64": 8, "complex64": 8, "complex128": 16, "float32": 4, "int32": 4, "float16": 2,
          "bfloat16": 2, "int16": 2}  # fmt: skip


@dataclass(eq=False, slots=True)
class Storage:
    """A row of numbers that stands somewhere outside the pickle; ``fetch`` reads its bytes, once."""

    dtype: str
    count: int
    fetch: Callable[[], Tensor] | None = field(default=None, repr=False)
    _read: Tensor | None = field(default=None, repr=False)

    @property
    def size(self) -> int:
        """In bytes."""
        return self.count * _SIZES.get(self.dtype, 1)

    def bytes(self) -> Tensor:
        if self._read is None:
            if self.fetch is None:
                raise PickleError("it lacks the numbers of a tensor")
            self._read = self.fetch()
        return self._read


def storage_of(kind: Any, count: Any) -> Storage:
    """What a pickle says of a storage. Raises `PickleError` for a kind that holds no plain numbers."""
    name = kind.name.rpartition(".")[2] if isinstance(kind, Named) and kind.name.startswith("torch.") else ""
    if name not in _STORAGES:
        raise PickleError(f"it holds numbers of a kind that is not read here ({shown(name) or 'unknown'})")
    if not _is_count(count):
        raise PickleError("it holds a tensor of a negative size")
    return Storage(_STORAGES[name], count)


@dataclass(frozen=True, eq=False, slots=True)
class Sketch:
    """A tensor that is not made yet."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def tensor(self) -> Tensor:
        """The tensor, on the stored numbers where they are laid out for it."""
        import torch  # noqa: PLC0415  not before the first window

        stored = self.storage.bytes()
        dtype = getattr(torch, self.dtype)
        width = _SIZES.get(self.dtype, 1)
        row = stored[: len(stored) // width * width]
        if row.data_ptr() % width:
            row = row.clone()  # numbers must lie where their width says
        return row.view(dtype).as_strided(self.shape, self.stride, self.offset)


def sketch(storage: Any, offset: Any, shape: Any, stride: Any, dtype: str | None = None) -> Sketch:
    """A tensor on a storage, checked: it must lie within it.

    Raises
    ------
    PickleError
        For negative or wild sizes and strides, and for a storage that is too small.
    """
    if not isinstance(storage, Storage) or not isinstance(shape, tuple) or not isinstance(stride, tuple):
        raise TypeError
    if not all(map(_is_count, (offset, *shape, *stride))) or not len(shape) == len(stride) <= _MOST_AXES:
        raise PickleError("it holds a tensor with negative or wild sizes")
    dtype = storage.dtype if dtype is None else dtype
    count = storage.size // _SIZES.get(dtype, 1)
    numbers = math.prod(shape)
    last = offset + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    if numbers and (last >= count or numbers > max(count, _SPREAD)):
        raise PickleError(f"it holds a tensor of {numbers:,} numbers of which {count:,} are stored")
    if not numbers and max(shape, default=0) > _SPREAD:
        raise PickleError("it holds a tensor with negative or wild sizes")
    return Sketch(storage, dtype, offset, shape, stride)


def read_into(stream: Any, size: int) -> Tensor:
    """The next ``size`` bytes of something with ``readinto``; the caller knows that they are there."""
    import torch  # noqa: PLC0415  not before the first window

    stored = torch.empty(size, dtype=torch.uint8)
    view, done = stored.numpy().data, 0
    while done < size:
        count = stream.readinto(view[done:])
        if not count:
            raise PickleError("it is cut short")
        done += count
    return stored


# NumPy's arrays, put together by hand: nothing of NumPy unpickles them


@dataclass(eq=False, slots=True)
class Kind:
    """A ``numpy.dtype``: its letters, and then its byte order."""

    code: str
    order: str = "<"

    def build(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in {"<", ">", "|", "="}:
            self.order = state[1]

    @property
    def dtype(self) -> Any:
        import numpy as np  # noqa: PLC0415  with torch

        dtype = np.dtype(self.code).newbyteorder(cast("Any", self.order))
        if dtype.kind not in "biufcSU" or dtype.itemsize == 0:
            raise PickleError(f"it holds a NumPy array of {dtype.kind!r} objects, which could be anything")
        return dtype


@dataclass(eq=False, slots=True)
class Array:
    """A ``numpy.ndarray`` that is not made yet."""

    shape: tuple[int, ...] = (0,)
    kind: Kind | None = None
    columns_first: bool = False
    data: bytes | bytearray = b""

    def build(self, state: Any) -> None:
        *_, shape, kind, columns_first, data = state
        if isinstance(data, list):
            raise PickleError("it holds a NumPy array of objects, which could be anything")
        self.shape, self.kind, self.columns_first, self.data = shape, kind, bool(columns_first), data

    def value(self) -> Any:
        """As a tensor where torch has such numbers, else as a list."""
        import numpy as np  # noqa: PLC0415  with torch
        import torch  # noqa: PLC0415

        if self.kind is None:
            return []
        dtype = self.kind.dtype
        sizes = self.shape
        if not all(map(_is_count, sizes)) or math.prod(sizes) * dtype.itemsize != len(self.data):
            raise PickleError("it holds a NumPy array whose size is not that of its numbers")
        found = np.frombuffer(self.data, dtype).reshape(sizes, order="F" if self.columns_first else "C")
        if dtype.kind in "SU" or dtype.name not in _SIZES.keys() | {"uint8", "int8", "bool"}:
            return found.tolist() if found.size <= _SPREAD else []
        return torch.from_numpy(np.array(found, dtype.newbyteorder("=")))


def array_of(data: Any, kind: Any, shape: Any, order: Any = "C") -> Array:
    """What protocol 5 calls: ``numpy.core.numeric._frombuffer``."""
    if not isinstance(kind, Kind) or not isinstance(data, bytes | bytearray):
        raise TypeError
    return Array(shape, kind, order == "F", data)


def number_of(kind: Any, data: Any) -> Any:
    """``numpy.core.multiarray.scalar``: a plain number."""
    import numpy as np  # noqa: PLC0415  with torch

    dtype = kind.dtype
    if not isinstance(data, bytes | str) or dtype.kind not in "biuf":
        raise TypeError
    return np.frombuffer(data if isinstance(data, bytes) else data.encode("latin-1"), dtype, count=1)[0].item()


def kind_of(code: Any, *_: Any) -> Kind:
    """``numpy.dtype(code, align, copy)``."""
    if isinstance(code, Instance | Named) or not isinstance(code, str):
        raise TypeError
    return Kind(code)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**48


def as_counts(values: Any) -> tuple[int, ...]:
    """A ``torch.Size``."""
    if not isinstance(values, Sequence) or not all(map(_is_count, values)):
        raise TypeError
    return tuple(values)
