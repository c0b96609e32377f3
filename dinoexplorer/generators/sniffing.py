"""What a file is by its first bytes, when no reader takes it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.safe_pickle import unsafe_globals

_MAGIC = (
    (b"\x89HDF\r\n\x1a\n", "a Keras or HDF5 file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
)
_WAY_OUT = "open a .safetensors checkpoint that 'dinotrain fit' wrote"


def refusal(path: Path, head: bytes) -> str:
    """Why a file that no reader recognised does not open, as one sentence with a way out."""
    if not head:
        return f"{path.name} is empty; copy or download it again."
    if head.startswith(b"version https://git-lfs"):
        return f"{path.name} is a Git LFS pointer, not the model itself; fetch the real file with 'git lfs pull'."
    kind = _other_kind(path, head)
    if kind:
        return f"{path.name} is {kind}, not a checkpoint of an image generator; {_WAY_OUT}."
    if head.startswith((b"PK\x03\x04", b"\x80")) or _is_old_pickle(path, head):
        return _pickle_refusal(path)
    return f"{path.name} is no checkpoint format that DinoExplorer knows, or it is damaged; {_WAY_OUT}."


def _other_kind(path: Path, head: bytes) -> str:
    """What a file is that no PyTorch program wrote, or an empty string."""
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return "a text file" if _is_text(head) and not _is_old_pickle(path, head) else ""


def _pickle_refusal(path: Path) -> str:
    try:
        unsafe = unsafe_globals(path)
    except GeneratorError as problem:
        return f"{path.name} looks like a PyTorch or pickle file, but {problem}; copy or download it again."
    except OSError as error:
        return f"{path.name} could not be read: {error.strerror}; check its permissions."
    if unsafe:
        return (
            f"{path.name} is a pickle that would run {', '.join(unsafe[:3])} when it is loaded; no file may run code "
            f"here, so it stays closed: ask its author for .safetensors weights."
        )
    return f"{path.name} is a PyTorch file of another program, which this version cannot read yet; {_WAY_OUT}."


def _zip_kind(path: Path) -> str:
    """What a zip archive is, or an empty string for PyTorch's and damaged ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    if any(name.endswith("data.pkl") for name in names):
        return ""
    marks = {"a Keras file": ".weights.h5", "a NumPy archive": ".npy"}
    return next((kind for kind, end in marks.items() if any(name.endswith(end) for name in names)), "a zip archive")


def _is_old_pickle(path: Path, head: bytes) -> bool:
    """Whether this is a pickle of protocol 0 or 1, which has no magic number, and would call something."""
    if head[:1] not in {b"c", b"i", b"(", b"]", b"}"}:
        return False
    try:
        return bool(unsafe_globals(path))
    except (GeneratorError, OSError):
        return False


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not just a character cut at the end
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and all(character.isprintable() or character in "\r\n\t\f" for character in text)
