"""What is being opened: a checkpoint in the background, until it is shown or it is said why not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import ChoiceNeededError
from dinoexplorer.rendering.renderer import Opened, Renderer
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.ui.device_choice import DeviceChoice

if TYPE_CHECKING:
    from dinoexplorer.ui.main_window import MainWindow


class Opening(QObject):
    """Opens one checkpoint at a time; until it is ready everything stays as it is.

    Attributes
    ----------
    wanted
        What was asked to be opened last, whether it did or not.
    busy
        Whether it is being opened now.
    """

    ready = Signal()  # a checkpoint is open and shown
    failed = Signal(str)  # it could not be opened; the sentence that is shown
    choice_needed = Signal(object, object)  # a person is to say how it is read: Path, ChoiceNeededError

    def __init__(self, window: MainWindow, renderer: Renderer, device: DeviceChoice, trouble: str) -> None:
        super().__init__(window)
        self.wanted: Path | None = None
        self.busy = False
        self._renderer, self._device, self._settings = renderer, device, window.settings
        self._explorer, self._documents = window.explorer, window.documents
        self._bar, self._status_line = window.top_bar, window.status_line
        self._trouble = trouble  # is told with the first checkpoint
        self._followed: Path | None = None  # what is being opened as a later checkpoint of what is open
        self._note = ""  # is told when it is shown
        self._undecided: GeneratorError | None = None  # why what failed last did, where a person may decide
        device.named.connect(self.tell_device)
        renderer.opened.connect(self._on_opened)
        renderer.opening_failed.connect(self._on_failed)
        renderer.undecided.connect(self._on_undecided)
        self._documents.checkpoint_wanted.connect(self.open)
        self._documents.opened_with.connect(self._show)
        self._bar.device_chosen.connect(self._on_device_chosen)

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open a checkpoint in the background."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are, and no disk is asked
        self.wanted, self.busy, self._followed, self._undecided, self._note = path, True, None, None, ""
        title = "Waking the dinosaurs…" if "dino" in path.name.lower() else "Opening…"
        if self._renderer.current is None:
            self._explorer.stage.wait_for(title, path.name)
        self._status_line.tell(f"opening {path.name}…", stays=True)
        self._status_line.set_busy(True)
        self._renderer.open(path, self._settings.device)

    def open_later(self, path: Path, followed: bool = True, note: str = "") -> None:
        """Open a checkpoint that, if ``followed``, takes the place of what is open: where we stand we stay.

        The ``note`` is told once it is shown.
        """
        self.open(path)
        self._followed, self._note = self.wanted if followed else None, note

    def tell_empty(self) -> None:
        """Say that there is nothing to open yet, and how to change that."""
        sentence = "No checkpoint came with this program; open one, or drop a file on the window."
        self._explorer.stage.notice.tell(sentence, {"open": "Open…"})
        self.failed.emit(sentence)

    def refuse(self, sentence: str, ways: dict[str, str]) -> None:
        """Say why a file is not opened, and the ways on."""
        self.busy = False
        self._explorer.stage.tell_failure(sentence, ways)
        self._settle()
        self.failed.emit(sentence)

    @Slot()
    def tell_device(self) -> None:
        """Show what it runs on."""
        opened = self._explorer.opened
        if opened is not None:
            self._status_line.set_device(f"{self._device.name} ({opened.generator.runtime})")

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        if not self._documents.takes(opened):
            self._show(opened)

    @Slot(object, object, str)
    def _show(self, opened: Opened, document: Document | None = None, note: str = "") -> None:
        if not self._renderer.adopt(opened):
            return
        info, self.busy = opened.generator.info, False
        followed, self._followed = info.path == self._followed, None
        if not followed:  # what was opened by hand is not to be pushed out by every checkpoint of a run
            self._settings.remember(info.path)
            if info.path not in shipped_checkpoints():
                self._settings.open_folder = str(info.path.parent)
        self._explorer.show_opened(opened, followed=followed, document=document)
        self._bar.set_checkpoint(info.name, str(info.path), info.read_as)
        self._status_line.set_busy(False)
        self._device.opened_on(opened.generation, opened.generator.device)
        self._status_line.forget_speed()
        self.tell_device()
        how = f"Read as {info.read_as}." if info.read_as else ""
        self._status_line.tell(" ".join(filter(None, (note, self._note, opened.device_note, self._trouble, how))))
        self._trouble = self._note = ""
        self.ready.emit()

    @Slot(object)
    def _on_undecided(self, error: GeneratorError) -> None:
        self._undecided = error

    @Slot(int, str)
    def _on_failed(self, generation: int, sentence: str) -> None:
        self.busy = False
        self._documents.opening_failed(self.wanted)
        undecided, self._undecided = self._undecided, None
        by_device = undecided is None and self._device.untried
        self._explorer.stage.tell_failure(sentence, _ways_on(undecided), device=by_device)
        self._settle()
        self._device.opening_failed(generation)
        self.failed.emit(sentence)
        if isinstance(undecided, ChoiceNeededError):
            self.choice_needed.emit(self.wanted, undecided)

    def _settle(self) -> None:
        self._status_line.set_busy(False)
        self._status_line.tell("")

    @Slot(str)
    def _on_device_chosen(self, device: str) -> None:
        current, path = self._renderer.current, self.wanted
        self._device.choose(device)
        if current is not None and not self.busy:
            if self._explorer.stage.notice.isHidden():  # a failed opening that was put away is over
                path = current.generator.info.path
            if path == current.generator.info.path and self._device.resolved(device) == current.generator.device:
                self._device.in_use = device
                return
        if path is not None:
            self.open(path)


def _ways_on(undecided: GeneratorError | None) -> dict[str, str] | None:
    """The ways on from a file that only a person can say how to read; None for those of any other."""
    if undecided is None:
        return None
    if isinstance(undecided, ChoiceNeededError):
        return {"read_differently": "Choose by pictures…", "open": "Open another…"}
    return {"describe": "Describe its layers…", "open": "Open another…"}
