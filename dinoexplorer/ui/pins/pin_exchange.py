"""Pins over the clipboard and to and from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from dinoexplorer.document.document import Document
from dinoexplorer.document.pin_export import pin_table
from dinoexplorer.document.pin_import import Named
from dinoexplorer.document.standing import Pin
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.code_mime import codes_of, mime_of
from dinoexplorer.ui.dropping import dropped_paths, dropped_picture
from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.pins.pin_traffic import PinTraffic, is_import

_NOTHING = "There are no codes on the clipboard; copy pins, numbers or a picture first."


class PinExchange(QObject):
    """What is read arrives as a signal, unless another document has been opened meanwhile."""

    arrived = Signal(object, object)  # the Document that asked, list of (name, code)
    picture_pasted = Signal(object)  # Path, or QImage: its place is to be found
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, parent: QObject, widget: QWidget) -> None:
        super().__init__(parent)
        self.traffic = PinTraffic(self)
        self.chooser = FileChooser(widget)
        self._folder = Path.home()
        self._document: Document | None = None  # the one that asked last
        self._leaving: tuple[Pin, ...] = ()  # while their file is being chosen
        self.traffic.arrived.connect(self._on_arrived)
        self.traffic.failed.connect(self.failed)
        self.traffic.told.connect(self.told)
        self.chooser.codes_chosen.connect(self._on_codes_chosen)
        self.chooser.codes_place_chosen.connect(self._on_place_chosen)

    def copy(self, pins: Sequence[Pin]) -> None:
        """Put pins on the clipboard: as they are, and as a table for other programs."""
        data = mime_of([(pin.name, pin.latent) for pin in pins])
        data.setText(pin_table(pins))
        QGuiApplication.clipboard().setMimeData(data)
        self.told.emit(f"copied {pins[0].name}" if len(pins) == 1 else f"copied {len(pins)} pins")

    def copy_code(self, code: FloatArray) -> None:
        """Put one code ``(dim,)`` on the clipboard: as it is, and as a line of numbers."""
        data = mime_of([("", code)])
        data.setText(",".join(f"{value:.9g}" for value in code.tolist()))  # nine digits tell one float32 from another
        QGuiApplication.clipboard().setMimeData(data)
        self.told.emit("copied the code of the picture")

    def paste(self, document: Document) -> None:
        """Read what is on the clipboard: codes, copied files, text, or a picture."""
        self._document = document
        data = QGuiApplication.clipboard().mimeData()
        if named := codes_of(data, document.spec.dim):
            self.arrived.emit(document, named)
        elif paths := [path for path in dropped_paths(data) if is_import(path)]:
            self.traffic.read_files(paths, document.spec)
        elif path := dropped_picture(data):
            self.picture_pasted.emit(path)
        elif text := data.text().strip():  # before the picture: of numbers, tables bring one as well
            self.traffic.read_text(text, document.spec)
        elif data.hasImage():
            self.picture_pasted.emit(QGuiApplication.clipboard().image())
        else:
            self.failed.emit(_NOTHING)

    def take_files(self, paths: Sequence[Path], document: Document) -> None:
        """Read codes from files."""
        self._document, self._folder = document, paths[0].parent
        self.traffic.read_files(paths, document.spec)

    def ask_for_import(self, document: Document) -> None:
        """Let files be chosen to be read."""
        self._document = document
        self.chooser.ask_for_codes(self._folder)

    def ask_for_export(self, pins: Sequence[Pin]) -> None:
        """Let a file be chosen for these pins."""
        self._leaving = tuple(pins)
        self.chooser.ask_for_codes_place(self._folder / "pins.npz")

    def close_down(self) -> None:
        """Wait for the threads."""
        self.traffic.close()

    @Slot(object)
    def _on_codes_chosen(self, paths: list[Path]) -> None:
        if self._document is not None:
            self.take_files(paths, self._document)

    @Slot(object)
    def _on_place_chosen(self, path: Path) -> None:
        pins, self._leaving, self._folder = self._leaving, (), path.parent
        self.traffic.write(path, pins)

    @Slot(object)
    def _on_arrived(self, named: list[Named]) -> None:
        self.arrived.emit(self._document, named)
