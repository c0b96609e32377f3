"""What tells one checkpoint from every other: the checksum of its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(path: Path) -> str:
    """SHA-256 of a file; of a folder, of the names and the checksums of the files in it."""
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    whole = hashlib.sha256()
    for inside in sorted(inside for inside in path.rglob("*") if inside.is_file()):
        whole.update(f"{inside.relative_to(path).as_posix()}\n{fingerprint(inside)}\n".encode())
    return whole.hexdigest()
