"""What a pickle would call, found by reading its opcodes: nothing in it is ever run."""

from __future__ import annotations

import io
import pickletools
import zipfile
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError

_HARMLESS_PREFIXES = ("torch.", "torch_utils.", "numpy.", "collections.", "argparse.Namespace", "_codecs.encode")
_LARGEST_PICKLE = 256 * 2**20


def globals_of(data: bytes) -> list[str]:
    """The ``module.name`` of everything that a pickle would import, in order of appearance.

    Raises
    ------
    GeneratorError
        If the bytes are not a whole pickle.
    """
    found: dict[str, None] = {}
    strings: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(data)):
            if opcode.name in {"GLOBAL", "INST"}:
                found[str(argument).replace(" ", ".", 1)] = None
            elif opcode.name == "STACK_GLOBAL":
                found[".".join(strings[-2:]) or "an unnamed function"] = None
            elif isinstance(argument, str):
                strings.append(argument)
    except Exception:  # noqa: BLE001  pickletools raises whatever its decoders raise on damaged bytes
        raise GeneratorError("its pickle is cut short or damaged") from None
    return list(found)


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
