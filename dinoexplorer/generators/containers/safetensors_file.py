"""``.safetensors`` files of other programs; ours say what they are and are read by `readers.native`."""

from __future__ import annotations

import json
from pathlib import Path

from dinoexplorer.generators.contents import Contents, flattened
from dinoexplorer.generators.errors import GeneratorError, cause

_LONGEST_HEADER = 16 * 2**20
"""Some 100,000 tensors. The format allows 100 MB, of which the reader would make several times as much."""
_LONGEST_CLAIM = 2**48


class SafetensorsFile:
    """Reads tensors and the metadata in the header."""

    title = "safetensors file"

    def recognises(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  by bytes alone
        return len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") < _LONGEST_CLAIM

    def unpack(self, path: Path) -> Contents:
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415  with torch

        _check_header(path)

        try:
            with safe_open(path, framework="pt", device="cpu") as file:
                stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no mapping
                metadata = dict(file.metadata() or {})
        except (SafetensorError, OSError, ValueError) as error:
            raise GeneratorError(
                f"{path.name} is a safetensors file that cannot be read ({cause(error)}); copy or download it again."
            ) from None
        if not stored:
            raise GeneratorError(
                f"{path.name} is a safetensors file without a single tensor; open the file of the weights instead."
            )
        tensors, _ = flattened(stored)
        return Contents(path, self.title, tensors, {key: _plain(value) for key, value in metadata.items()})


CONTAINER = SafetensorsFile()


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
    size = path.stat().st_size
    if length > _LONGEST_HEADER:
        raise GeneratorError(
            f"{path.name} is a safetensors file whose header claims {length:,} bytes, more than any model's; copy or "
            "download it again."
        )
    if length > size - 8:
        raise GeneratorError(
            f"{path.name} is a safetensors file that is cut short: its header alone takes {length:,} bytes, the file "
            f"has {size:,}; copy or download it again."
        )


def _plain(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
