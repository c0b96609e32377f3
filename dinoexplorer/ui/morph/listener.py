"""Listens to a sound file in a thread."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dinoexplorer.morph.hearing import Song, hear
from dinoexplorer.ui.one_work import Line, OneWork


class Listener(OneWork):
    """One file at a time; `heard` brings what there was to hear, `failed` the sentence why there is nothing."""

    heard = Signal(object)  # Song
    told = Signal(float)  # how much is done, 0 to 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This sound could not be listened to: {cause}. Convert it to WAV and try again.", parent)

    def listen(self, path: Path) -> None:
        """Listen to a file; what was under way is given up."""
        self._begin(partial(_listened, path), self.heard.emit, self.told.emit)


def _listened(path: Path, line: Line) -> Song:
    def stopped() -> bool:
        line.check()
        return False

    return hear(path, stopped=stopped, told=partial(line.tell_step, "listening"))
