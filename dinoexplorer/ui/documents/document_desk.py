"""The document as a file: its name and star, saving it, keeping it against crashes, and bringing others in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.document.arriving import Arrival
from dinoexplorer.document.document import Document
from dinoexplorer.document.snapshot import Snapshot
from dinoexplorer.document.standing import Standing
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.settings import Settings, runs_home
from dinoexplorer.ui.documents.autosaver import Autosaver
from dinoexplorer.ui.documents.document_opener import FIND, INSIST, DocumentOpener
from dinoexplorer.ui.documents.map_memory import MapMemory
from dinoexplorer.ui.documents.ordered_work import OrderedWork
from dinoexplorer.ui.documents.recovery_bar import RecoveryBar
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.status_line import StatusLine

if TYPE_CHECKING:
    from dinoexplorer.document.autosave import Offer
    from dinoexplorer.document.document_file import DocumentFile

_ENDING = ".dino.json"


class DocumentDesk(QObject):
    """Follows the document of the explorer, whichever that is, and knows what of it lies in which file.

    A document without a file is called after its checkpoint. What was not saved is never lost: another one that is
    opened instead, and a window that is closed, leave it behind for the bar to offer.
    """

    checkpoint_wanted = Signal(object)  # Path
    opened_with = Signal(object, object, str)  # Opened that is to be shown, its Document, a note
    placeless = Signal(object, str)  # Path of a picture that brings no place back, the sentence that says so
    refused = Signal(str, object)  # a sentence instead of a document; the ways out
    named = Signal(str, bool)  # what the document is called, and whether something of it is not saved
    saved = Signal(object)  # Path

    def __init__(
        self, explorer: Explorer, settings: Settings, status: StatusLine, chooser: FileChooser, window: QWidget
    ) -> None:
        super().__init__(window)
        self._explorer, self._settings, self._status, self._chooser = explorer, settings, status, chooser
        self._document: Document | None = None
        self._info: GeneratorInfo | None = None
        self._path: Path | None = None
        self._file: DocumentFile | None = None
        self._saved: Standing | None = None  # what lies in the file, or what the document began with; None: nowhere
        self._heard: Standing | None = None
        self._coming: tuple[Document, Arrival] | None = None  # what is about to be shown
        self._called: tuple[str, bool] | None = None
        self._looked_back = False
        self._work = OrderedWork(self)
        self._work.finished.connect(self._on_work_finished)
        self.bar = RecoveryBar(window)
        self.opener = DocumentOpener(self._places, self._current, self)
        self.autosaver = Autosaver(self._work, self._unsaved, self)
        self._map_memory = MapMemory(explorer.map_panel, self)
        self._connect()

    @property
    def path(self) -> Path | None:
        """The file of the document, if it has one."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether something has changed since it was opened or saved."""
        document = self._document
        if document is None or document.standing is self._saved:
            return False
        return self._saved is None or not document.standing.same_as(self._saved)

    def open(self, path: Path, *, checkpoint: Path | None = None) -> None:
        """Open a checkpoint, a document or a picture, by its content; a document in ``checkpoint`` if one is named."""
        self._status.tell(f"opening {path.name}…", stays=True)
        self._status.set_busy(True)
        if self._explorer.opened is None:
            self._explorer.stage.wait_for("Opening…", path.name)
        self.opener.open(path, checkpoint=checkpoint)

    def takes(self, opened: Opened) -> bool:
        """Whether a document waits for what has been opened; `opened_with` or `refused` follows then."""
        if not self.opener.awaits(opened.generator.info.path):
            self.opener.cancel()
            return False
        self.opener.fit(opened)
        return True

    def opening_failed(self, path: Path | None) -> None:
        """Say that this checkpoint could not be opened; a document that waits for it waits no longer."""
        if path is not None and self.opener.awaits(path):
            self.opener.cancel()

    @Slot()
    def new(self) -> None:
        """Begin anew in the checkpoint that is open."""
        opened = self._explorer.opened
        if opened is not None:
            self._explorer.show_document(Document(opened.generator.info.latent, start=opened.first))

    @Slot()
    def save(self) -> None:
        """Write the document to its file, or ask where to."""
        if self._path is None:
            self.save_as()
        else:
            self.save_to(self._path)

    @Slot()
    def save_as(self) -> None:
        """Ask where to write the document, and write it there."""
        if self._info is not None:
            folder = Path(self._settings.document_folder or Path.home())
            name = self._path.name if self._path is not None else f"{self._info.name}{_ENDING}"
            self._chooser.ask_for_document(folder / name)

    @Slot(object)
    def save_to(self, path: Path) -> None:
        """Write the document to this file; `saved` follows."""
        self._explorer.settle()
        snapshot = self._snapshot(with_map=True)
        if snapshot is not None:
            self._status.tell(f"saving {path.name}…", stays=True)
            self._work.start("save", partial(_save, self._document, snapshot, path))

    @Slot()
    def look_back(self) -> None:
        """Offer what crashes left behind; once."""
        if not self._looked_back:
            self._looked_back = True
            self.autosaver.look_back()

    def close_down(self) -> None:
        """Leave behind what was not saved, and end the threads."""
        self.opener.close()
        self._follow()
        self.autosaver.end(self._unsaved() if self._at_stake() else None)
        self._work.close()

    def _connect(self) -> None:
        self._explorer.document_changed.connect(self._follow)
        self._explorer.stage.way_chosen.connect(self._on_way_chosen)
        self._chooser.document_chosen.connect(self.save_to)
        self._chooser.checkpoint_chosen.connect(self.opener.find)
        self.opener.checkpoint_wanted.connect(self.checkpoint_wanted)
        self.opener.found.connect(self._on_found)
        self.opener.fitted.connect(self._on_fitted)
        self.opener.placeless.connect(self.placeless)
        self.opener.refused.connect(self.refused)
        self.autosaver.offered.connect(self.bar.add)
        self.autosaver.troubled.connect(self._status.tell)
        self.bar.wanted.connect(self._on_offer_wanted)
        self.bar.forgotten.connect(self.autosaver.forget)

    @Slot()
    def _follow(self) -> None:
        """Notice another document, and what has changed in it."""
        document, opened = self._explorer.document, self._explorer.opened
        if document is None or opened is None:
            return
        if document is not self._document:
            self._begin(document, opened.generator.info)
        if document.standing is not self._heard:
            self.autosaver.touch()
        self._info, self._heard = opened.generator.info, document.standing
        self._tell_name()

    def _begin(self, document: Document, info: GeneratorInfo) -> None:
        """Another document is open now; what was not saved of the one before is offered back."""
        left = self._snapshot(with_map=False)
        if left is not None and self._at_stake():
            self.autosaver.set_aside(left)
        else:
            self.autosaver.clear()
        self._document, self._info, self._path, self._file = document, info, None, None
        self._saved = self._heard = document.entries[0].state
        coming, self._coming = self._coming, None
        if coming is not None and coming[0] is document:
            self._welcome(coming[1])

    def _welcome(self, arrival: Arrival) -> None:
        """The document that is open now has come from a file."""
        self._file = arrival.file
        if not arrival.picture:
            self._path = arrival.file.path
        if arrival.offer is not None:
            self._saved = None
            self.bar.drop(arrival.offer)
            snapshot = self._snapshot(with_map=False)
            if snapshot is not None:
                self.autosaver.adopt(arrival.offer, snapshot)
        elif self._path is not None:
            self._settings.remember_document(self._path)
        self._map_memory.recall(arrival.file.view)

    def _tell_name(self) -> None:
        name = "" if self._info is None else self._info.name
        if self._path is not None:
            name = self._path.name.removesuffix(_ENDING)
        if self._called != (name, self.modified):
            self._called = (name, self.modified)
            self.named.emit(*self._called)

    def _at_stake(self) -> bool:
        """Whether somebody would miss what is not saved: of a document without a file not the place alone."""
        if self._document is None or not self.modified:
            return False
        standing = self._document.standing
        kept = standing.pins or standing.directions or standing.timeline or standing.locked.any()
        return bool(kept) or self._path is not None

    def _snapshot(self, *, with_map: bool) -> Snapshot | None:
        document, info = self._document, self._info
        if document is None or info is None:
            return None
        look = self._map_memory.look() if with_map else None
        return Snapshot(document.standing, info, look, self._path, self._file, len(document.entries) - 1)

    def _unsaved(self) -> Snapshot | None:
        return self._snapshot(with_map=True) if self.modified else None

    def _current(self) -> GeneratorInfo | None:
        opened = self._explorer.opened
        return None if opened is None else opened.generator.info

    def _places(self) -> Iterator[Path]:
        """Where a checkpoint may lie; called in a thread."""
        recent = [Path(path) for path in self._settings.recent]
        yield from recent
        yield from shipped_checkpoints()
        yield from dict.fromkeys(path.parent for path in recent)
        if self._settings.open_folder:
            yield Path(self._settings.open_folder)
        yield from sorted(runs_home().glob("*/checkpoints"))

    @Slot(object)
    def _on_found(self, arrival: Arrival) -> None:
        opened = self._explorer.opened
        if opened is not None and arrival.checkpoint == opened.generator.info.path and not arrival.note:
            self.opener.fit(opened)
        elif arrival.checkpoint is not None:
            self.checkpoint_wanted.emit(arrival.checkpoint)

    @Slot(object, object, object)
    def _on_fitted(self, opened: Opened, document: Document, arrival: Arrival) -> None:
        self._status.set_busy(False)
        if opened is not self._explorer.opened:
            self._coming = (document, arrival)
            self.opened_with.emit(opened, document, arrival.note)
            return
        if arrival.picture and self._document is not None:
            self._explorer.settle()
            self._document.become(document.standing, f"went to {arrival.title}")
            self._explorer.stage.put_notice_away()
        else:
            self._coming = (document, arrival)
            self._explorer.show_document(document)
        self._status.tell(arrival.note or f"opened {arrival.title}")

    @Slot(object)
    def _on_offer_wanted(self, offer: Offer) -> None:
        self._status.tell(f"opening {offer.name}…", stays=True)
        self._status.set_busy(True)
        self.opener.bring_back(offer)

    @Slot(str)
    def _on_way_chosen(self, name: str) -> None:
        if name == FIND:
            self._chooser.ask_for_checkpoint(Path(self._settings.open_folder or Path.home()))
        elif name == INSIST:
            self.opener.insist()

    @Slot(str, object)
    def _on_work_finished(self, task: str, result: object) -> None:
        if isinstance(result, _Saved):
            self._on_saved(result)
        elif task == "save":
            self._status.tell("")
            self._explorer.stage.notice.tell(str(result), {"save_as": "Save elsewhere…"})

    def _on_saved(self, saved: _Saved) -> None:
        self._status.tell(f"saved {saved.path}")
        self._settings.remember_document(saved.path)
        if saved.document is self._document:
            self._path, self._file, self._saved = saved.path, saved.file, saved.standing
            if not self.modified:
                self.autosaver.clear()
            self._tell_name()
        self.saved.emit(saved.path)


@dataclass(frozen=True, eq=False)
class _Saved:
    document: Document | None
    standing: Standing
    file: DocumentFile
    path: Path


def _save(document: Document | None, snapshot: Snapshot, path: Path) -> _Saved:
    named, file = snapshot.save(path)
    return _Saved(document, snapshot.standing, file, named)
