"""What a file is by its first bytes, when no reader takes it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dinoexplorer.generators.archives import opened_archive
from dinoexplorer.generators.inert import would_run
from dinoexplorer.generators.safe_pickle import PickleError, WouldRunError, unpickled

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
)
_TAR_PLACE = 257
_WAY_OUT = "open the file of its weights (such as .safetensors, .pt or .pkl), or train a model with 'dinotrain fit'"


def refusal(path: Path, head: bytes) -> str:
    """Why a file that no reader recognised does not open, as one sentence with a way out."""
    if not head:
        return f"{path.name} is empty; copy or download it again."
    if head.startswith(b"version https://git-lfs"):
        return f"{path.name} is a Git LFS pointer, not the model itself; fetch the real file with 'git lfs pull'."
    kind = _other_kind(path, head)
    if kind:
        return f"{path.name} is {kind}, not a checkpoint of an image generator; {_WAY_OUT}."
    function = _called(path, head)
    if function:
        return would_run(path.name, function)
    if head.startswith(b"PK\x03\x04"):
        return f"{path.name} looks like a zip archive, but it is cut short or damaged; copy or download it again."
    return f"{path.name} is no checkpoint format that DinoExplorer knows, or it is damaged; {_WAY_OUT}."


def _other_kind(path: Path, head: bytes) -> str:
    """What a file is that no PyTorch program wrote, or an empty string."""
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[_TAR_PLACE:].startswith(b"ustar"):
        return "a tar archive (PyTorch wrote such files before 0.2; today's PyTorch can load and save it again)"
    return "a text file" if _is_text(head) and not _called(path, head) else ""


def _zip_kind(path: Path) -> str:
    """What a zip archive is, or an empty string for PyTorch's and damaged ones."""
    try:
        with opened_archive(path) as archive:
            names = archive.namelist()
    except PickleError:
        return "a zip archive that claims more than it can hold"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    marks = {"a Keras file": ".weights.h5", "a NumPy archive": ".npy"}
    return next((kind for kind, end in marks.items() if any(name.endswith(end) for name in names)), "a zip archive")


def _called(path: Path, head: bytes) -> str:
    """What a pickle of protocol 0 or 1, which has no magic number, would call; else nothing."""
    if head[:1] not in {b"c", b"i", b"(", b"]", b"}"}:
        return ""
    try:
        with path.open("rb") as file:
            unpickled(file, {})
    except WouldRunError as error:
        return error.name
    except (PickleError, OSError):
        pass
    return ""


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not just a character cut at the end
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and all(character.isprintable() or character in "\r\n\t\f" for character in text)
