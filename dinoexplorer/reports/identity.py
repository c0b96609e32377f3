"""Which checkpoint it is that a report is of."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.generators.readers.native import READER

_HEAD = 4096


def is_ours(target: Path) -> bool:
    """Whether `dinotrain evaluate` reads it: the folder of a run, or a checkpoint that this program wrote.

    Also what is not there or cannot be read, which is told there.
    """
    if target.is_dir():
        return (target / "config.toml").is_file()
    try:
        with target.open("rb") as file:
            return READER.recognises(file.read(_HEAD), target)
    except OSError:
        return True


def identity_of(info: GeneratorInfo) -> str:
    """What decides its pictures, in hexadecimal digits.

    The file and, where its tensors do not say how they are put together, its reading.
    """
    if not info.reading:
        return info.sha256
    return hashlib.sha256(f"{info.sha256} {info.read_as}".encode()).hexdigest()
