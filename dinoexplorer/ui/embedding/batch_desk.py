"""Between a folder of pictures and the document: their places are searched for, kept in a file, and made pins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.embedding.batch_chooser import BatchChooser
from dinoexplorer.ui.embedding.batch_panel import MOST_PINS, BatchPanel
from dinoexplorer.ui.embedding.batch_work import BatchResult, BatchWork
from dinoexplorer.ui.saving import pictures_folder

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class BatchDesk(QObject):
    """Brings in one folder at a time."""

    told = Signal(str)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._folder: Path | None = None
        self._opened: Opened | None = None
        self._document: Document | None = None
        self._result: BatchResult | None = None
        self.panel = BatchPanel(explorer.window())
        self.chooser = BatchChooser(explorer.window())
        self.work = BatchWork(self)
        self.chooser.folder_chosen.connect(self.bring)
        self.chooser.out_chosen.connect(self._on_out_chosen)
        self.work.went.connect(self.panel.show_step)
        self.work.found.connect(self._on_found)
        self.work.failed.connect(self.panel.tell)
        self.panel.stopped.connect(self.work.stop)
        self.panel.pins_wanted.connect(self._on_pins_wanted)
        self.panel.gone.connect(self.work.cancel)
        explorer.document_changed.connect(self._on_document_changed)

    @Slot()
    def ask(self) -> None:
        """Ask which folder to bring in."""
        if self._may_begin():
            self.chooser.ask_for_folder(Path(pictures_folder()))

    @Slot(object)
    def bring(self, folder: Path) -> None:
        """Ask where the codes of this folder's pictures go, and search for them."""
        opened = self._explorer.opened
        if self._may_begin() and opened is not None:
            self._folder = folder
            self.chooser.ask_for_out(folder.parent / f"{folder.name} in {opened.generator.info.name}.npz")

    def close_down(self) -> None:
        """End the search; its file keeps what was done."""
        self.work.close()

    def _may_begin(self) -> bool:
        opened = self._explorer.opened
        if opened is None:
            return False
        if not isinstance(opened.generator, Differentiates):
            self._explorer.stage.notice.tell(no_gradients(opened.generator.info), {"open": "Open another…"})
            return False
        return True

    @Slot(object)
    def _on_out_chosen(self, out: Path) -> None:
        opened, folder = self._explorer.opened, self._folder
        if opened is None or folder is None or not self._may_begin():
            return
        self._opened, self._document, self._result = opened, self._explorer.document, None
        self.panel.wait_for(folder.name, opened.generator.info.name, out.name)
        self.work.bring(opened.generator, [folder], out)

    @Slot(object)
    def _on_found(self, result: BatchResult) -> None:
        self._result = result
        self.panel.show_found(result)

    @Slot()
    def _on_pins_wanted(self) -> None:
        result, document = self._result, self._document
        if result is None or document is None:
            return
        kept = result.embedded[:MOST_PINS]
        document.add_pins([(Path(one.name).stem, one.code) for one in kept])
        self.panel.go_away()
        self.told.emit(f"kept {len(kept):,} pictures as pins")

    @Slot()
    def _on_document_changed(self) -> None:
        if self.panel.isVisible() and not self._explorer.is_at(self._opened, self._document):
            # Its codes are no places in it.
            self.panel.go_away()
            self.told.emit("another model or document is open, so the search has ended; the file keeps what was done")
