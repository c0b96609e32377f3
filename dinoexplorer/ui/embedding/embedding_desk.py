"""Between pictures that are brought in and the document: the search for their place, and going there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.inversion.alignment import Aligned, Rectangle
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.settings import runs_home
from dinoexplorer.ui.embedding.embedding_panel import EmbeddingPanel
from dinoexplorer.ui.embedding.embedding_work import EmbeddingWork, Original, Source
from dinoexplorer.ui.embedding.follower import Follower
from dinoexplorer.ui.embedding.live_strip import LiveStrip
from dinoexplorer.ui.embedding.session import Progress

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

_PASTED = "the pasted picture"
_FITTED = " fitted to "
_LONGEST = 60  # letters of a name in a name
_MOST_PINS = 64  # whose pictures a fitting holds


class EmbeddingDesk(QObject):
    """Brings in one picture at a time; it becomes a pin only when what was found is taken."""

    told = Signal(str)
    folder_dropped = Signal(object)  # Path, on the panel
    fitted = Signal(object, str)  # Path of the fitted model, in which the document goes on; what is told then
    hole_wanted = Signal(str, object, object)  # name and pixels of a picture to fill, its content and what was cut

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._name = ""
        self._opened: Opened | None = None  # in which it is searched
        self._document: Document | None = None
        self._original: Original | None = None
        self._aligned: Aligned | None = None
        self._best: Progress | None = None
        self.panel = EmbeddingPanel(explorer.window())
        self.strip = LiveStrip(explorer)
        explorer.set_top(self.strip)
        self.work = EmbeddingWork(self)
        self.follower = Follower(explorer)
        self._connect()

    def bring(self, source: Source) -> None:
        """Show a picture, to be cut and searched for in what is open."""
        opened, document = self._explorer.opened, self._explorer.document
        if opened is None or document is None:
            return
        info = opened.generator.info
        if not isinstance(opened.generator, Differentiates):
            self._explorer.stage.notice.tell(no_gradients(info), {"open": "Open another…"})
            return
        self._leave()
        self._opened, self._document = opened, document
        self._name = "Pasted picture" if isinstance(source, QImage) else source.stem
        self.panel.wait_for(source.name if isinstance(source, Path) else _PASTED, info.name)
        self.work.look(source, info)

    @Slot()
    def come_back(self) -> bool:
        """Show the large panel again in place of the strip; whether there was one."""
        if not self.strip.isVisible():
            return False
        self.strip.hide()
        self.follower.end(back=True)
        self.panel.come_back()
        return True

    def close_down(self) -> None:
        """End the search."""
        self.work.close()

    def _connect(self) -> None:
        work, panel, strip = self.work, self.panel, self.strip
        work.read.connect(self._on_read)
        work.cut.connect(self._on_cut)
        work.went.connect(self._on_went)
        work.found.connect(self._on_found)
        work.kept.connect(self._on_kept)
        work.failed.connect(panel.tell)
        work.failed.connect(strip.tell)
        panel.cropped.connect(self._on_cropped)
        panel.started.connect(self._on_started)
        panel.hole_wanted.connect(self._on_hole_wanted)
        panel.put_aside.connect(self._on_put_aside)
        panel.gone.connect(self._leave)
        panel.folder_dropped.connect(self._on_folder_dropped)
        strip.left.connect(self._leave)
        strip.large_wanted.connect(self.come_back)
        for view in (panel, strip):
            view.stopped.connect(work.stop)
            view.went_on.connect(self._on_went_on)
            view.taken.connect(self._on_taken)
        self.follower.nudged.connect(work.nudge)
        self._explorer.document_changed.connect(self._on_document_changed)

    @Slot(object)
    def _on_read(self, original: Original) -> None:
        self._original, self._aligned = original, original.aligned
        self.panel.show_original(original)

    @Slot(object)
    def _on_cropped(self, crop: Rectangle) -> None:
        if self._original is not None and self._opened is not None:
            self._best = None
            self.work.recut(self._original.content, self._opened.generator.info, crop)

    @Slot(object)
    def _on_cut(self, aligned: Aligned) -> None:
        self._aligned = aligned
        self.panel.show_cut(aligned)

    @Slot()
    def _on_started(self) -> None:
        opened, document = self._opened, self._document
        if self._aligned is None or opened is None or document is None:
            return
        self._best = None
        self.panel.wait_for_search()
        pins = [pin.latent for pin in document.pins[-_MOST_PINS:]]
        kept = np.stack(pins) if pins else np.zeros((0, document.spec.dim), np.float32)
        fits = self.panel.fitting.box.isChecked()
        self.work.search(opened.generator, self._aligned.pixels, opened.latent_map, fits=fits, kept=kept)

    @Slot()
    def _on_went_on(self) -> None:
        self.panel.wait_for_more()
        self.work.go_on(fits=self.panel.fitting.box.isChecked())

    @Slot(object)
    def _on_went(self, progress: Progress) -> None:
        self._best = progress
        self.panel.show_progress(progress)
        self.strip.show_progress(progress)
        if progress.nudges == self.work.nudges:  # else it has not heard of the hand yet
            search = progress.reached.search
            self.follower.show(search.best_code if search.done else search.code)

    @Slot(object)
    def _on_found(self, progress: Progress) -> None:
        self._best = progress
        self.panel.show_found(progress)
        self.strip.show_found(progress)
        self.follower.show(progress.reached.code, last=True)

    @Slot()
    def _on_put_aside(self) -> None:
        """The window is free, and goes along with the search."""
        if self._aligned is None or self._document is None:
            return
        self.panel.step_aside()
        self.strip.come_up(self.panel.title, self._aligned.pixels)
        self.follower.begin(self._document)
        best = self._best
        if best is not None:
            (self.strip.show_progress if self.work.working else self.strip.show_found)(best)
            self.follower.show(best.reached.code, last=not self.work.working)

    @Slot()
    def _on_taken(self) -> None:
        """Go to what was found and keep it; where a model was fitted, in that, once it is written."""
        best, opened = self._best, self._opened
        if best is None or opened is None:
            return
        if best.reached.fitting is None or not self.panel.fitting.box.isChecked():
            locked = self._take(best.reached.code)
            self.told.emit(f"brought in {self._name}, and kept it as a pin{locked}")
        else:
            self.panel.wait_for_keeping()
            self.strip.tell("Writing the fitted model…")
            steering = self._explorer.map_panel.steering
            shown = None if steering is None else steering.map
            self.work.keep(_free_path(opened.generator.info, self._name), shown)

    @Slot(object)
    def _on_folder_dropped(self, folder: Path) -> None:
        self._leave()
        self.folder_dropped.emit(folder)

    @Slot(object)
    def _on_kept(self, path: Path) -> None:
        best, opened = self._best, self._opened
        if best is not None and opened is not None:
            locked = self._take(best.reached.code)
            model = opened.generator.info.name
            way_back = f"undo stays in the copy, the list at the upper left opens {model} again"
            self.fitted.emit(path, f"{self._name} is a pin in a copy of {model} now; {way_back}{locked}")

    def _take(self, code: FloatArray) -> str:
        """In one step; a remark on what was locked."""
        document, name = self._document, self._name
        if document is None:
            return ""
        self.follower.end(back=False)
        self._explorer.settle()
        document.begin_gesture()
        document.add_pin(name, code)
        document.set_latent(code, f"brought in {name}")
        document.end_gesture()
        self._leave()
        return "; locked values stayed where they were" if document.locked.any() else ""

    @Slot()
    def _on_hole_wanted(self) -> None:
        name, original, aligned = self._name, self._original, self._aligned
        if original is not None and aligned is not None:
            self._leave()
            self.hole_wanted.emit(name, aligned.pixels, (original.content, aligned.crop))

    @Slot()
    def _leave(self) -> None:
        """Put everything away; the document is where it was before it went along."""
        self.work.cancel()
        self.follower.end(back=True)
        self._opened = self._document = self._original = self._aligned = self._best = None
        self.strip.hide()
        if self.panel.isVisible():
            self.panel.step_aside()

    @Slot()
    def _on_document_changed(self) -> None:
        if self._document is not None and not self._explorer.is_at(self._opened, self._document):
            # What would be found is no place in it.
            self._leave()
            self.told.emit("another model or document is open, so the search has ended")


def _free_path(info: GeneratorInfo, name: str) -> Path:
    """Where the model that is fitted to a picture goes: among the runs, where documents look for their models."""
    model = info.name.partition(_FITTED)[0][:_LONGEST]
    letters = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name)[:_LONGEST].strip()
    folder, stem = runs_home() / "fitted" / "checkpoints", f"{model}{_FITTED}{letters or 'a picture'}"
    path, number = folder / f"{stem}.safetensors", 2
    while path.exists():
        path, number = folder / f"{stem} {number}.safetensors", number + 1
    return path
