"""Opening a checkpoint: look at its bytes, find the reader, or say readably why there is none."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol

from dinoexplorer.generators import readers
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator, GeneratorInfo
from dinoexplorer.generators.sniffing import refusal

_HEAD = 4096


class Reader(Protocol):
    """One checkpoint format. A module in ``readers/`` with a ``READER`` of this kind is found by being there."""

    title: str

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether the first 4096 bytes are this format's; names do not count."""
        ...

    def read_info(self, path: Path) -> GeneratorInfo:
        """Describe the file without loading its weights, and without torch where that is possible."""
        ...

    def open(self, path: Path, device: str) -> Generator: ...


def open_generator(path: Path | str, device: str = "cpu") -> Generator:
    """Open a checkpoint on a device as torch names it.

    Raises
    ------
    GeneratorError
        With a sentence that says what was found, why it does not open, and what to do.
    """
    path = _existing(Path(path))
    return reader_for(path).open(path, device)


def read_info(path: Path | str) -> GeneratorInfo:
    """What a checkpoint is, without loading its weights. Raises `GeneratorError` as `open_generator` does."""
    path = _existing(Path(path))
    return reader_for(path).read_info(path)


def all_readers() -> list[Reader]:
    """Every reader in ``readers/``, by the name of its file; the one for files of any other program is asked last."""
    modules = sorted((module.name for module in pkgutil.iter_modules(readers.__path__)), key=_last_of_all)
    return [importlib.import_module(f"{readers.__name__}.{name}").READER for name in modules]


def _last_of_all(name: str) -> tuple[bool, str]:
    return name == "foreign", name


def _existing(path: Path) -> Path:
    """The file; for what TensorFlow calls a checkpoint, which is the beginning of names alone, its index."""
    index = path.with_name(f"{path.name}.index") if path.name else path
    return index if not path.exists() and index.is_file() else path


def reader_for(path: Path) -> Reader:
    """What opens this file. Raises `GeneratorError` where nothing does."""
    head = _read_head(path)
    for reader in all_readers():
        if reader.recognises(head, path):
            return reader
    if path.is_dir():
        raise GeneratorError(f"{path} is a folder; name the checkpoint file in it (a .safetensors file).")
    raise GeneratorError(refusal(path, head))


def _read_head(path: Path) -> bytes:
    """The first bytes of a file, none of a folder."""
    if path.is_dir():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name, or whether it was moved.") from None
    except OSError as error:
        raise GeneratorError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None
