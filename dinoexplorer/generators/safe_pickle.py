"""What a pickle would call, found by reading its opcodes: nothing in it is ever run."""

from __future__ import annotations

import io
import pickletools
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError

_HARMLESS_PREFIXES = ("torch.", "torch_utils.", "numpy.", "collections.", "argparse.Namespace", "_codecs.encode")
_LARGEST_PICKLE = 256 * 2**20
_PICKLES_IN_OLD_FILES = 5


def globals_of(data: bytes) -> list[str]:
    """The ``module.name`` of everything that a pickle would import, in order of appearance.

    Raises
    ------
    GeneratorError
        If the bytes are not a whole pickle.
    """
    found: dict[str, None] = {}
    stream = io.BytesIO(data)
    try:
        _collect(stream, found)
    except Exception:  # noqa: BLE001  pickletools raises whatever its decoders raise on damaged bytes
        raise GeneratorError("its pickle is cut short or damaged") from None
    # Before PyTorch 1.6 a file was five pickles, the model the fourth, and then the bare weights.
    with suppress(Exception):
        for _ in range(_PICKLES_IN_OLD_FILES - 1):
            _collect(stream, found)
    return list(found)


def _collect(stream: io.BytesIO, found: dict[str, None]) -> None:
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in {"GLOBAL", "INST"}:
            found[str(argument).replace(" ", ".", 1)] = None
        elif opcode.name == "STACK_GLOBAL":
            found[".".join(strings[-2:]) or "an unnamed function"] = None
        elif isinstance(argument, str):
            strings.append(argument)


def unsafe_globals(path: Path) -> list[str]:
    """What a pickle file, or a PyTorch zip archive, would call beyond the plain building of tensors."""
    return [name for name in globals_of(_pickle_bytes(path)) if not name.startswith(_HARMLESS_PREFIXES)]


def _pickle_bytes(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            member = next((item for item in archive.infolist() if item.filename.endswith("data.pkl")), None)
            if member is None:
                raise GeneratorError("it is a zip archive without a model in it")
            if member.file_size > _LARGEST_PICKLE:
                raise GeneratorError("its pickle is larger than any model's")
            return archive.read(member)
    except zipfile.BadZipFile:
        with path.open("rb") as file:
            return file.read(_LARGEST_PICKLE)
    except (zlib.error, RuntimeError, EOFError, ValueError):  # NotImplementedError is a RuntimeError
        raise GeneratorError("its zip archive is damaged") from None
