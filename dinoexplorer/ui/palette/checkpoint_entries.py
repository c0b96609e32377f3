"""The shipped and the recent checkpoints, for the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from dinoexplorer.ui.palette.entry import Entry


class CheckpointEntries:
    """Opens a checkpoint. Whether a recent one is still there is found out when it is opened."""

    def __init__(
        self, checkpoints: Callable[[], tuple[Sequence[Path], Sequence[Path]]], open_: Callable[[Path], object]
    ) -> None:
        """``checkpoints`` gives the shipped ones and the recent ones, newest first."""
        self._checkpoints, self._open = checkpoints, open_

    def entries(self) -> list[Entry]:
        """See `Provider`."""
        shipped, recent = self._checkpoints()
        found = [self._entry(path, "Came with the program.") for path in shipped]
        return found + [self._entry(path, str(path.parent)) for path in recent if path not in shipped]

    def _entry(self, path: Path, line: str) -> Entry:
        return Entry(
            f"checkpoint:{path}", f"Open {path.stem}", "checkpoint", partial(self._open, path), line, "model file"
        )
