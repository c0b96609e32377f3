"""Loading what ``torch.save`` and ``pickle`` wrote without running anything in it.

Stricter than ``torch.load(weights_only=True)``, whose list of names grows and whose tensors may speak of more numbers
than the file has: no name of a file is imported at all, and a tensor is made by us, within the bytes that are there.
"""

from __future__ import annotations

import errno
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from dinoexplorer.generators.archives import members, opened_archive
from dinoexplorer.generators.errors import GeneratorError, shown
from dinoexplorer.generators.inert_names import MAKERS
from dinoexplorer.generators.inert_tensors import Storage, read_into, storage_of
from dinoexplorer.generators.inert_tree import plain
from dinoexplorer.generators.safe_pickle import Maker, Named, PickleError, WouldRunError, unpickled

_LEGACY_MARK = 0x1950A86A20F9469CFC6C
_LEGACY_VERSION = 1001
_LARGEST_PICKLE = 256 * 2**20
_LOAD_FROM_BYTES = "torch.storage._load_from_bytes"


def load_inert(path: Path) -> Any:
    """What a PyTorch file or a pickle holds: dictionaries and lists of tensors (on the CPU) and plain data.

    Objects of other programs become dictionaries of what they were given, networks their state dicts; see
    `inert_tree.plain`. States of optimisers are left out.

    Raises
    ------
    GeneratorError
        With what stopped it.
    """
    try:
        with readable(path), path.open("rb") as file:
            if file.read(2) == b"PK":
                return _from_archive(path)
            file.seek(0)
            return plain(_from_pickles(file, nested=False))
    except WouldRunError as error:
        raise GeneratorError(would_run(path.name, error.name)) from None
    except PickleError as problem:
        raise GeneratorError(
            f"{path.name} looks like a PyTorch or pickle file, but {problem}; copy or download it again."
        ) from None


def would_run(name: str, function: str) -> str:
    """The sentence for a file that names something to be called."""
    return (
        f"{name} is a pickle that would run {shown(function)} when it is loaded; no file may run code here, so it "
        f"stays closed: ask its author for .safetensors weights, or save the model's state_dict() alone."
    )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what reading a file may raise into a sentence, or a `PickleError`."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the start of the file
            raise PickleError("it is cut short or damaged") from None
        raise GeneratorError(
            f"{path.name} could not be read: {error.strerror or error}; check its permissions."
        ) from None
    except (zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError, NotImplementedError):
        raise PickleError("its zip archive is damaged") from None
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, struct.error):
        raise PickleError("what it holds contradicts itself") from None


def _from_archive(path: Path) -> Any:
    with opened_archive(path) as archive:
        found = members(archive)
        name = next((name for name in found if name.rpartition("/")[2] == "data.pkl"), None)
        if name is None:
            raise PickleError("it is a zip archive without a model in it")
        root = name.removesuffix("data.pkl")
        if found[name].file_size > _LARGEST_PICKLE:
            raise PickleError("its pickle is larger than any model's")
        if f"{root}byteorder" in found and archive.read(found[f"{root}byteorder"]) != b"little":
            raise PickleError("its numbers are stored with the other end first")
        storages: dict[str, Storage] = {}

        def stored(mark: Any) -> Storage:
            return _in_archive(archive, found, root, storages, mark)

        return plain(unpickled(io.BytesIO(archive.read(found[name])), MAKERS, stored))


def _in_archive(
    archive: zipfile.ZipFile,
    found: Mapping[str, zipfile.ZipInfo],
    root: str,
    storages: dict[str, Storage],
    mark: Any,
) -> Storage:
    word, kind, key, _, count = mark
    if word != "storage" or not isinstance(key, str):
        raise TypeError
    if key not in storages:
        storage = storage_of(kind, count)
        member = found.get(f"{root}data/{key}")
        if member is None or member.file_size < storage.size:
            raise PickleError(f"the numbers of its tensor '{shown(key)}' are missing or cut short")

        def fetch() -> Any:
            with archive.open(member) as stream:
                return read_into(stream, member.file_size)

        storage.fetch = fetch
        storages[key] = storage
    return storages[key]


def _from_pickles(file: BinaryIO, *, nested: bool) -> Any:
    """A plain pickle, or the row of pickles that PyTorch wrote before 1.6, with the numbers behind them."""
    makers: dict[str, Maker] = dict(MAKERS)
    if not nested:  # a storage within a pickle is such a row again, but never a third time
        makers[_LOAD_FROM_BYTES] = lambda data: _from_pickles(io.BytesIO(data), nested=True)
    first = unpickled(file, makers)
    if first != _LEGACY_MARK or isinstance(first, bool):
        return first
    if unpickled(file, makers) != _LEGACY_VERSION:
        raise PickleError("it was written by a version of PyTorch that is not known")
    unpickled(file, makers)  # about the machine that wrote it
    storages: dict[str, Storage] = {}
    found = unpickled(file, makers, lambda mark: _in_row(storages, mark))
    keys = unpickled(file, makers)
    end = file.seek(0, 2) if not keys else _end(file)
    for key in keys:
        storage = storages.get(key) if isinstance(key, str) else None
        count = int.from_bytes(file.read(8), "little")
        if storage is None or count != storage.count or storage.size > end - file.tell():
            raise PickleError("the numbers of its tensors are cut short or damaged")
        read = read_into(file, storage.size)
        storage.fetch = lambda read=read: read
    return found


def _end(file: BinaryIO) -> int:
    here = file.tell()
    end = file.seek(0, 2)
    file.seek(here)
    return end


def _in_row(storages: dict[str, Storage], mark: Any) -> Storage | Named:
    if mark[0] == "module" and isinstance(mark[1], Named):  # a class, with its source text beside it
        return mark[1]
    word, kind, key, _, count, *view = mark
    if word != "storage" or not isinstance(key, str) or (view and view[0] is not None):
        raise PickleError("it holds views of storages as PyTorch wrote them before 0.4")
    if key not in storages:
        storages[key] = storage_of(kind, count)
    return storages[key]
