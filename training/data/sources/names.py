"""Names of pictures inside a source: safe, printable, and what they tell of the class."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PIL import Image

MAX_BYTES = 512 * 2**20
"""Files that are larger are refused: no picture that can be decoded comes near it."""

_DRIVE = re.compile(r"[A-Za-z]:")
_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx"}
_SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation"}


class Refused(Exception):
    """Something that is left out before it is read; the text is the reason, as one sentence."""


def safe_name(name: str) -> str:
    """A member's name as a clean posix path.

    Raises
    ------
    Refused
        It leads out of the archive.
    """
    plain = name.replace("\\", "/")
    if plain.startswith("/") or _DRIVE.match(plain):
        raise Refused("its name is an absolute path, which an archive has no use for; it is left out")
    parts = [part for part in plain.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise Refused("its name leads out of the archive with '..'; it is left out")
    if not parts:
        raise Refused("it has no name; it is left out")
    return "/".join(parts)


def printable(name: str) -> str:
    """The name with what is no text (bytes of another encoding) written out, so that it can be stored as UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_hidden(part: str) -> bool:
    """Whether one part of a path is hidden, or kept by an operating system for itself."""
    return part.startswith(".") or part.casefold() in _SYSTEM_FILES


def is_picture_name(name: str) -> bool:
    """Whether the suffix is one of a picture format that Pillow knows."""
    return suffix_of(name) in Image.registered_extensions()


def suffix_of(name: str) -> str:
    """The suffix in small letters, with its dot; "" where there is none."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def labelling(names: Iterable[str]) -> Callable[[str], str | None]:
    """How the folders of a source name the classes: a function from a picture's name to its class.

    The class is the first folder, once folders are passed over that tell nothing: those that hold everything else
    (`dataset/cats`, `dataset/dogs`) and the halves of a set that was split already (`train/cats`, `test/cats`).
    """
    folders = {name.rpartition("/")[0] for name in names if is_picture_name(name)}
    rests = {tuple(folder.split("/")) if folder else () for folder in folders}
    depth = 0
    while any(len(rest) > depth + 1 for rest in rests):
        firsts = {rest[depth].casefold() if len(rest) > depth else "" for rest in rests}
        if len(firsts) > 1 and not firsts <= _SPLITS:
            break
        depth += 1

    def label(name: str) -> str | None:
        parts = name.split("/")[depth:-1]
        return printable(parts[0]) if parts else None

    return label


class Claims:
    """Names that are taken, so that each stands for one picture."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __len__(self) -> int:
        return len(self._taken)

    def claim(self, name: str) -> str:
        """The name, which is taken from now on.

        Raises
        ------
        Refused
            It was taken before.
        """
        if name in self._taken:
            raise Refused("it is named twice; the first is taken")
        self._taken.add(name)
        return name
