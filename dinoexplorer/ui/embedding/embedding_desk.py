"""Between pictures that are brought in and the document: the search for their place, and going there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.alignment import Aligned, Rectangle
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.embedding.embedding_panel import EmbeddingPanel
from dinoexplorer.ui.embedding.embedding_work import EmbeddingWork, Original, Progress, Source

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

_PASTED = "the pasted picture"


class EmbeddingDesk(QObject):
    """Brings in one picture at a time; the document changes only when what was found is taken."""

    told = Signal(str)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._name = ""
        self._opened: Opened | None = None  # in which it is searched
        self._document: Document | None = None
        self._original: Original | None = None
        self._target: ByteArray | None = None
        self._best: Progress | None = None
        self.panel = EmbeddingPanel(explorer.window())
        self.work = EmbeddingWork(self)
        self.work.read.connect(self._on_read)
        self.work.cut.connect(self._on_cut)
        self.work.went.connect(self._on_went)
        self.work.found.connect(self._on_found)
        self.work.failed.connect(self.panel.tell)
        self.panel.cropped.connect(self._on_cropped)
        self.panel.started.connect(self._on_started)
        self.panel.stopped.connect(self.work.stop)
        self.panel.taken.connect(self._on_taken)
        self.panel.gone.connect(self._on_gone)
        explorer.document_changed.connect(self._on_document_changed)

    def bring(self, source: Source) -> None:
        """Show a picture, to be cut and searched for in what is open."""
        opened, document = self._explorer.opened, self._explorer.document
        if opened is None or document is None:
            return
        info = opened.generator.info
        if not isinstance(opened.generator, Differentiates):
            self._explorer.stage.notice.tell(no_gradients(info), {"open": "Open another…"})
            return
        self._opened, self._document = opened, document
        self._original = self._target = self._best = None
        self._name = "Pasted picture" if isinstance(source, QImage) else source.stem
        self.panel.wait_for(source.name if isinstance(source, Path) else _PASTED, info.name)
        self.work.look(source, info)

    def close_down(self) -> None:
        """End the search."""
        self.work.close()

    @Slot(object)
    def _on_read(self, original: Original) -> None:
        self._original, self._target = original, original.aligned.pixels
        self.panel.show_original(original)

    @Slot(object)
    def _on_cropped(self, crop: Rectangle) -> None:
        if self._original is not None and self._opened is not None:
            self._best = None
            self.work.recut(self._original.content, self._opened.generator.info, crop)

    @Slot(object)
    def _on_cut(self, aligned: Aligned) -> None:
        self._target = aligned.pixels
        self.panel.show_cut(aligned)

    @Slot()
    def _on_started(self) -> None:
        if self._target is not None and self._opened is not None:
            self._best = None
            self.panel.wait_for_search()
            self.work.search(self._opened.generator, self._target, self._opened.latent_map)

    @Slot(object)
    def _on_went(self, progress: Progress) -> None:
        self._best = progress
        self.panel.show_progress(progress)

    @Slot(object)
    def _on_found(self, progress: Progress) -> None:
        self._best = progress
        self.panel.show_found(progress)

    @Slot()
    def _on_taken(self) -> None:
        """Go to what was found and keep it, in one step."""
        best, document = self._best, self._document
        if best is None or document is None:
            return
        self._explorer.settle()
        document.begin_gesture()
        document.add_pin(self._name, best.state.best_code)
        document.set_latent(best.state.best_code, f"brought in {self._name}")
        document.end_gesture()
        locked = "; locked values stayed where they were" if document.locked.any() else ""
        self.panel.go_away()
        self.told.emit(f"brought in {self._name}, and kept it as a pin{locked}")

    @Slot()
    def _on_gone(self) -> None:
        self.work.cancel()
        self._opened = self._document = self._original = self._target = self._best = None

    @Slot()
    def _on_document_changed(self) -> None:
        explorer = self._explorer
        if self.panel.isVisible() and (
            explorer.document is not self._document or explorer.opened is not self._opened
        ):  # what would be found is no place in it
            self.panel.go_away()
            self.told.emit("another model or document is open, so the search has ended")
