"""The checkpoint file: one `.safetensors` with everything that opens it again. The only file that knows its layout.

The header is read here byte by byte, without torch and with limits, so that a damaged or foreign file gets a sentence
instead of a crash. `__metadata__` holds `format`, `version`, `config`, `latent`, `training`, `classes` (JSON texts) and
`sha256`, the checksum of the tensor bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.files import replace_file

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "dinoexplorer.checkpoint"
VERSION = 1
MAX_HEADER = 100 * 1024 * 1024
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_TORCH_NAMES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
_LFS_POINTER = b"version https://git-lfs"
_CHUNK = 1 << 22


class CheckpointError(TrainingError):
    """A checkpoint file that cannot be used, as one sentence."""


class NotOursError(CheckpointError):
    """A file of another program."""


@dataclass(frozen=True)
class CheckpointHeader:
    """What a checkpoint says about itself.

    Attributes
    ----------
    config
        Family and every argument that rebuilds the modules (`training.config.ModelConfig`, plus the objective).
    latent
        `dim`, `prior`, `names`, `spaces`.
    training
        Step, images seen, metrics, seed, code version, dataset fingerprint.
    classes
        Names of the classes of the data; empty without labels.
    version
        Version of the file format.
    """

    config: Mapping[str, Any]
    latent: Mapping[str, Any]
    training: Mapping[str, Any] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def family(self) -> str:
        return str(self.config.get("family", ""))


@dataclass(frozen=True)
class _Entry:
    """Where a tensor lies: offsets from the first byte after the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class _Layout:
    metadata: Mapping[str, str]
    entries: Mapping[str, _Entry]
    data_start: int


def write_checkpoint(
    path: Path, tensors: Mapping[str, Tensor], header: CheckpointHeader, *, dtype: str = "float32"
) -> None:
    """Write atomically: a reader sees the old file or the new one, never half.

    Parameters
    ----------
    tensors
        By module path (`decoder.0.weight`, `latent.mean`, ...), any device.
    dtype
        `float32` or `float16`, for the floating-point tensors whose name does not start with `latent.`.
    """
    import torch  # noqa: PLC0415  reading headers must not need torch

    stored = {}
    for name, tensor in tensors.items():
        wanted = tensor.dtype
        if tensor.is_floating_point():
            wanted = torch.float32 if name.startswith("latent.") else getattr(torch, dtype)
        stored[name] = tensor.detach().to("cpu", wanted).contiguous()
    # Wide numbers first, so that every tensor is aligned for readers that map the file.
    stored = dict(sorted(stored.items(), key=lambda item: (-item[1].element_size(), item[0])))
    codes = {getattr(torch, value): key for key, value in _TORCH_NAMES.items()}
    digest, offset, table = hashlib.sha256(), 0, {}
    blobs = [tensor.reshape(-1).view(torch.uint8).numpy() for tensor in stored.values()]
    for (name, tensor), blob in zip(stored.items(), blobs, strict=True):
        table[name] = {"dtype": codes[tensor.dtype], "shape": list(tensor.shape),
                       "data_offsets": [offset, offset + blob.nbytes]}  # fmt: skip
        offset += blob.nbytes
        digest.update(blob.data)
    text = json.dumps({"__metadata__": _metadata(header, digest.hexdigest()), **table}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with replace_file(path) as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for blob in blobs:
            file.write(blob.data)


def _metadata(header: CheckpointHeader, checksum: str) -> dict[str, str]:
    return {
        "format": FORMAT,
        "version": str(header.version),
        "config": json.dumps(header.config),
        "latent": json.dumps(header.latent),
        "training": json.dumps(header.training),
        "classes": json.dumps(list(header.classes)),
        "sha256": checksum,
    }


def read_header(path: Path | str) -> CheckpointHeader:
    """Read what a checkpoint says about itself, without torch and without reading the weights.

    Raises
    ------
    CheckpointError
        Not a safetensors file, cut short, a Git LFS pointer, not ours, or newer than this program.
    """
    layout = _read_layout(Path(path))
    metadata = layout.metadata
    if metadata.get("format") != FORMAT:
        raise NotOursError(f"{Path(path).name} is a safetensors file, but not a checkpoint of this program")
    version = metadata.get("version", "")
    if not version.isdecimal():
        raise CheckpointError(f"{Path(path).name} names no version of its format; the file is damaged")
    if int(version) > VERSION:
        raise CheckpointError(
            f"{Path(path).name} was written by a newer version of this program (format {version}, this one reads up to"
            f" {VERSION}); update the program"
        )
    parts = [_json_part(Path(path), metadata, key, kind) for key, kind in
             (("config", dict), ("latent", dict), ("training", dict), ("classes", list))]  # fmt: skip
    config, latent, training, classes = parts
    return CheckpointHeader(config, latent, training, tuple(map(str, classes)), int(version))


def _json_part(path: Path, metadata: Mapping[str, str], key: str, kind: type) -> Any:
    try:
        value = json.loads(metadata[key])
    except (KeyError, ValueError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise CheckpointError(f"the entry {key!r} in the header of {path.name} cannot be read; the file is damaged")
    return value


def read_tensors(path: Path | str, device: str = "cpu") -> dict[str, Tensor]:
    """All tensors by name, float16 and bfloat16 widened to float32; the checksum is verified when there is one.

    Raises
    ------
    CheckpointError
        As `read_header`, or the weights do not match their checksum.
    """
    import torch  # noqa: PLC0415  reading headers must not need torch

    path = Path(path)
    layout = _read_layout(path)
    size = max((entry.end for entry in layout.entries.values()), default=0)
    data = _read_data(path, layout.data_start, size)
    expected = layout.metadata.get("sha256")
    if expected is not None and hashlib.sha256(data).hexdigest() != expected:
        raise CheckpointError(
            f"the weights do not match their checksum in {path.name}: the file was damaged after it was saved;"
            " copy or download it again"
        )
    tensors = {}
    for name, entry in layout.entries.items():
        dtype = getattr(torch, _TORCH_NAMES[entry.dtype])
        if entry.begin == entry.end:
            tensor = torch.zeros(entry.shape, dtype=dtype)
        else:
            count = math.prod(entry.shape)
            tensor = torch.frombuffer(data, dtype=dtype, count=count, offset=entry.begin).reshape(entry.shape).clone()
        tensors[name] = tensor.to(device, torch.float32 if tensor.is_floating_point() else dtype)
    return tensors


def read_shapes(path: Path | str) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor by name, without torch and without reading the weights; raises as `read_header`."""
    return {name: entry.shape for name, entry in _read_layout(Path(path)).entries.items()}


def read_statistics(path: Path | str) -> dict[str, NDArray[np.float32]]:
    """The float32 tensors named `latent.*` as arrays, without torch; raises as `read_header`."""
    layout = _read_layout(Path(path))
    found = {}
    for name, entry in layout.entries.items():
        if name.startswith("latent.") and entry.dtype == "F32":
            data = _read_data(Path(path), layout.data_start + entry.begin, entry.end - entry.begin)
            found[name] = np.frombuffer(bytes(data), dtype="<f4").reshape(entry.shape).astype(np.float32)
    return found


def _read_data(path: Path, start: int, size: int) -> bytearray:
    data = bytearray(size)
    try:
        with path.open("rb") as file:
            file.seek(start)
            count = file.readinto(data)
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    if count != size:
        raise CheckpointError(_cut_short(path, start + size, start + count))
    return data


def _cut_short(path: Path, promised: int, found: int) -> str:
    return (
        f"{path.name} is cut short: its header promises {promised:,} bytes, the file has {found:,};"
        " copy or download it again"
    )


def _read_layout(path: Path) -> _Layout:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(8)
            (length,) = struct.unpack("<Q", start) if len(start) == 8 else (0,)
            text = file.read(length) if 0 < length <= min(MAX_HEADER, size) else b""
    except IsADirectoryError as error:
        raise CheckpointError(f"{path} is a folder, not a checkpoint file") from error
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    _refuse_foreign(path, size, start, text, length)
    try:
        metadata, entries = _parsed(text)
    except _BadEntryError as error:
        raise CheckpointError(f"the header of {path.name} is damaged: {error}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"the header of {path.name} cannot be read; the file is damaged") from error
    _check_offsets(path, entries, 8 + length, size)
    return _Layout(metadata, entries, 8 + length)


class _BadEntryError(ValueError):
    """A tensor's entry in the header that contradicts itself."""


def _parsed(text: bytes) -> tuple[dict[str, str], dict[str, _Entry]]:
    table = json.loads(text)
    if not isinstance(table, dict):
        raise TypeError
    metadata = table.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise TypeError
    return metadata, {name: _entry(name, value) for name, value in table.items()}


def _refuse_foreign(path: Path, size: int, start: bytes, text: bytes, length: int) -> None:
    if size == 0:
        raise CheckpointError(f"{path.name} is empty; copy or download it again")
    if _LFS_POINTER.startswith(start) and size >= 8:
        raise CheckpointError(
            f"{path.name} is a Git LFS pointer, not the weights themselves; fetch them with 'git lfs pull' or"
            " download the file from its page"
        )
    looks_like_header = len(start) == 8 and 0 < length <= MAX_HEADER and (not text or text[:1] == b"{")
    if not looks_like_header:
        raise NotOursError(f"{path.name} is not a safetensors file")
    if len(text) < length:
        # Text files start with eight letters, which read as a length far beyond MAX_HEADER; this one is plausible.
        raise CheckpointError(_cut_short(path, 8 + length, size))


def _entry(name: str, value: Any) -> _Entry:
    dtype, shape, (begin, end) = value["dtype"], value["shape"], value["data_offsets"]
    numbers = [*shape, begin, end]
    if dtype not in _BYTES:
        raise _BadEntryError(f"tensor {name} has the unknown number format {dtype!r}")
    if not all(type(n) is int and 0 <= n < 2**48 for n in numbers):
        raise _BadEntryError(f"tensor {name} has an impossible shape or place")
    if end - begin != math.prod(shape) * _BYTES[dtype]:
        raise _BadEntryError(f"tensor {name} of shape {tuple(shape)} does not fit its {end - begin} bytes")
    return _Entry(dtype, tuple(shape), begin, end)


def _check_offsets(path: Path, entries: Mapping[str, _Entry], start: int, size: int) -> None:
    place = 0
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != place:
            raise CheckpointError(f"the header of {path.name} is damaged: tensor {name} does not follow the one before")
        place = entry.end
    if start + place > size:
        raise CheckpointError(_cut_short(path, start + place, size))
    if start + place < size:
        raise CheckpointError(
            f"{path.name} has {size - start - place:,} bytes too many at its end; the file is damaged"
        )
