"""Pins on their way in and out: files and pasted text, read and written in threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.pin_export import export_pins
from dinoexplorer.document.pin_import import Named, import_pins, pins_in_text
from dinoexplorer.document.standing import Pin
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.ui.background import Background

IMPORTS = (".npy", ".npz", ".csv", ".txt", ".json", ".pt", ".pth")
MOST = 2000  # at once; a map of data is the place for more
_WRITING = "write"


def is_import(path: Path) -> bool:
    """Whether codes may be read from a file of this name."""
    return path.suffix.lower() in IMPORTS and not path.name.lower().endswith(".dino.json")


class PinTraffic(QObject):
    """Reads one thing at a time: what is asked for later takes the place of what was asked for before."""

    arrived = Signal(object)  # list of (name, code)
    failed = Signal(str)
    told = Signal(str)
    reading = Signal(str)  # what is being read, empty when nothing is any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._asked = 0

    def read_files(self, paths: Sequence[Path], spec: LatentSpec) -> None:
        """Read codes from files; `arrived` or `failed` follows, unless it is cancelled."""
        first = paths[0].name
        self._read(first if len(paths) == 1 else f"{len(paths)} files", partial(_of_files, tuple(paths), spec))

    def read_text(self, text: str, spec: LatentSpec) -> None:
        """Read codes from pasted text; `arrived` or `failed` follows, unless it is cancelled."""
        self._read("what was pasted", partial(_of_text, text, spec))

    def write(self, path: Path, pins: Sequence[Pin]) -> None:
        """Write pins to a file; `told` or `failed` follows."""
        self.told.emit(f"exporting {path.name}…")
        self._background.start(_WRITING, partial(_written, path, tuple(pins)))

    @Slot()
    def cancel(self) -> None:
        """What is being read is not wanted any more."""
        self._asked += 1
        self.reading.emit("")

    def close(self) -> None:
        """Wait for the threads; nothing is told any more."""
        self._background.close()

    def _read(self, what: str, function: Callable[[], list[Named]]) -> None:
        self._asked += 1
        self.reading.emit(what)
        self._background.start(str(self._asked), function)

    @Slot(str, object)
    def _on_finished(self, task: str, result: object) -> None:
        if task not in {_WRITING, str(self._asked)}:
            return
        if task != _WRITING:
            self.reading.emit("")
        if isinstance(result, Exception):
            if task == _WRITING:
                self.told.emit("")
            self.failed.emit(str(result) or type(result).__name__)
        elif isinstance(result, str):
            self.told.emit(result)
        else:
            self.arrived.emit(result)


def _of_files(paths: Sequence[Path], spec: LatentSpec) -> list[Named]:
    named: list[Named] = []
    for path in paths:
        found = import_pins(path, spec)
        stem = path.stem
        for number, (name, code) in enumerate(found, 1):
            named.append((name or (stem if len(found) == 1 else f"{stem} {number}"), code))
    return _not_too_many(named, paths[0].name if len(paths) == 1 else f"These {len(paths)} files")


def _of_text(text: str, spec: LatentSpec) -> list[Named]:
    return _not_too_many(pins_in_text(text, spec), "This text")


def _not_too_many(named: list[Named], title: str) -> list[Named]:
    if len(named) > MOST:
        raise GeneratorError(
            f"{title}: {len(named):,} codes are more than pins are made for, which is {MOST:,}; take a part of them."
        )
    return named


def _written(path: Path, pins: Sequence[Pin]) -> str:
    export_pins(path, pins)
    return f"exported {len(pins):,} {'pin' if len(pins) == 1 else 'pins'} to {path}"
