"""Between a picture with a hole and the document: what fills it is looked for, and kept as a pin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.filling.filling_panel import FillingPanel
from dinoexplorer.ui.filling.filling_work import FillingWork, Hole, Pass, Progress
from dinoexplorer.ui.filling.fillings import Fillings
from dinoexplorer.ui.filling.saver import Filled, Origin, Saver
from dinoexplorer.ui.search_text import end_text, progress_text
from dinoexplorer.ui.train.amounts import time_text

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Edge, Proposal
    from dinoexplorer.ui.explorer import Explorer

_SHOWN_NAME = "the picture"
_KNOWN = 18.0  # dB: below, what is known of the picture is not recognised in what the model makes of it
_STRANGE = "This model hardly knows such pictures, so what it puts into the hole is a guess."
_UNTRAINED = "In one pass. This network was not trained with holes: let it be searched, and compare."


class FillingDesk(QObject):
    """Fills holes in one picture at a time; the document changes only by the pins that are kept."""

    told = Signal(str)
    picture_wanted = Signal()  # another one, to be brought in

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._name = ""
        self._opened: Opened | None = None  # in which it is searched
        self._document: Document | None = None
        self._picture: ByteArray | None = None
        self._origin: Origin | None = None
        self._fillings: Fillings | None = None
        self._progress: Progress | None = None  # of the last search
        self._steps = 0  # of a search, as it is begun
        self.panel = FillingPanel(explorer.window())
        self.work = FillingWork(self)
        self.saver = Saver(explorer.window(), self)
        self._connect()

    def begin(self) -> None:
        """Fill a hole in the picture that is shown."""
        opened, document = self._explorer.opened, self._explorer.document
        if opened is not None and document is not None and self._take(_SHOWN_NAME):
            self.work.look(opened.generator, document.latent)

    def begin_with(self, name: str, picture: ByteArray, origin: Origin) -> None:
        """Fill a hole in another picture, of the size that the open generator sees; it is saved in its ``origin``."""
        if self._take(name):
            self._origin = origin
            self._on_shown(picture)

    def close_down(self) -> None:
        """End what is under way."""
        self.work.close()
        self.saver.close()

    def _connect(self) -> None:
        panel, work = self.panel, self.work
        work.shown.connect(self._on_shown)
        work.went.connect(self._on_went)
        work.found.connect(self._on_found)
        work.passed.connect(self._on_passed)
        work.edged.connect(self._on_edged)
        work.failed.connect(self._on_failed)
        panel.painted.connect(self._on_painted)
        panel.fill_wanted.connect(self._on_fill_wanted)
        panel.pass_wanted.connect(self._on_pass_wanted)
        panel.on_wanted.connect(self._on_on_wanted)
        panel.stopped.connect(work.stop)
        panel.tiles.chosen.connect(self._on_chosen)
        panel.edges.chosen.connect(self._on_edge_chosen)
        panel.keep_wanted.connect(self._on_keep_wanted)
        panel.save_wanted.connect(self._on_save_wanted)
        panel.picture_wanted.connect(self._on_picture_wanted)
        panel.gone.connect(self._on_gone)
        self.saver.began.connect(self._on_saving)
        self.saver.saved.connect(self._on_saved)
        self.saver.failed.connect(self._on_unsaved)
        self._explorer.document_changed.connect(self._on_document_changed)

    def _take(self, name: str) -> bool:
        """Come up for a picture; False where nothing here could fill a hole."""
        opened, document = self._explorer.opened, self._explorer.document
        if opened is None or document is None:
            return False
        info = opened.generator.info
        if not (isinstance(opened.generator, Differentiates) or info.encoder):
            self._explorer.stage.notice.tell(no_gradients(info), {"open": "Open another…"})
            return False
        self._explorer.settle()
        self.work.cancel()
        self._opened, self._document, self._name = opened, document, name
        self._picture = self._origin = self._fillings = self._progress = None
        self.panel.wait_for(name)
        return True

    @Slot(object)
    def _on_shown(self, picture: ByteArray) -> None:
        self._picture = picture
        self.panel.show_original(picture, smooth=self._explorer.smooth)

    @Slot()
    def _on_painted(self) -> None:
        """Another hole has other fillings; where strokes are taken back, those of the hole that was are there again."""
        if self._picture is None or self.panel.phase == "filling":
            return
        self.work.cancel()  # one pass through another hole
        sheet, fillings = self.panel.sheet, self._fillings
        if fillings is not None and fillings.all and np.array_equal(sheet.mask, fillings.mask):
            self.panel.show_fillings(fillings)
            self._enter_found("These were found for this hole.")
            return
        self.panel.forget()
        self.panel.enter("painting", f"{100 * sheet.share:.0f} % of the picture" if sheet.share else "")

    @Slot()
    def _on_fill_wanted(self) -> None:
        opened = self._opened
        if opened is None or self._picture is None:
            return
        fillings = self._here()
        fillings.begin_search()
        self._progress, self._steps = None, 0
        self.panel.enter("filling", "Looking for where to start…")
        self.work.search(opened.generator, Hole(self._picture, fillings.mask), opened.latent_map, fillings.searches - 1)

    @Slot()
    def _on_on_wanted(self) -> None:
        if self._progress is not None:
            self.panel.enter("filling", "Going on…")
            self.work.go_on(self._progress.search, self._steps)

    @Slot()
    def _on_pass_wanted(self) -> None:
        if self._opened is not None and self._picture is not None:
            fillings = self._here()
            self.panel.say("Filling it in one pass…", 0.0)
            self.work.fill_at_once(self._opened.generator, Hole(self._picture, fillings.mask))

    @Slot(object)
    def _on_went(self, progress: Progress) -> None:
        self._show(progress)
        self.panel.say(progress_text(progress.state), progress.state.step / max(progress.state.steps, 1))

    @Slot(object)
    def _on_found(self, progress: Progress) -> None:
        self._show(progress)
        state = progress.state
        strange = max(one.known_psnr for one in progress.proposals) < _KNOWN
        what = _STRANGE if strange else "Choose one, or search for others."
        self._enter_found(f"{end_text(state)}, in {time_text(state.seconds)}. {what}")
        self.panel.keep.setFocus()

    @Slot(object)
    def _on_passed(self, once: Pass) -> None:
        if self._fillings is not None:
            self._fillings.put_once(once.proposal)
            self.panel.show_fillings(self._fillings)
            self._enter_found("In one pass." if once.trained else _UNTRAINED)

    @Slot(object)
    def _on_edged(self, proposals: tuple[Proposal, ...]) -> None:
        if self._fillings is not None:
            self._fillings.exchange(proposals)
            self.panel.show_fillings(self._fillings)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        """Say why; what there was before is there still."""
        fillings = self._fillings
        if self._picture is None:
            self.panel.enter("failed", sentence)
        elif fillings is not None and fillings.all:
            self._enter_found(sentence)
        else:
            self._fillings = None
            self.panel.enter("painting", sentence)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if self._fillings is not None:
            self._fillings.index = index
            self.panel.show_fillings(self._fillings)

    @Slot(str)
    def _on_edge_chosen(self, edge: Edge) -> None:
        self.work.edge = edge
        fillings = self._fillings
        if fillings is not None and self._picture is not None:
            self.work.give_edge(Hole(self._picture, fillings.mask), fillings.all)

    @Slot()
    def _on_keep_wanted(self) -> None:
        chosen = None if self._fillings is None else self._fillings.chosen
        if chosen is not None and self._document is not None:
            pin = self._document.add_pin(f"{self._title()} filled", chosen.code)
            self.panel.tell(f"Kept as the pin {pin.name}. Its own picture shows what the model makes all over.")

    @Slot()
    def _on_save_wanted(self) -> None:
        fillings = self._fillings
        if fillings is not None and fillings.chosen is not None:
            filled = Filled(fillings.chosen, fillings.mask, self.work.edge, self._origin)
            self.saver.ask(filled, f"{self._title()}-filled")

    @Slot(object)
    def _on_saving(self, path: Path) -> None:
        self.panel.tell(f"Saving {path.name}…")

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.panel.tell(f"Saved {path}")
        self.told.emit(f"saved {path}")

    @Slot(str)
    def _on_unsaved(self, sentence: str) -> None:
        """Also where the panel is closed by now."""
        self.panel.tell(sentence)
        self.told.emit(sentence)

    @Slot()
    def _on_picture_wanted(self) -> None:
        self.panel.go_away()
        self.picture_wanted.emit()

    @Slot()
    def _on_gone(self) -> None:
        self.work.cancel()
        self._opened = self._document = self._picture = self._origin = self._fillings = self._progress = None

    @Slot()
    def _on_document_changed(self) -> None:
        if self.panel.isVisible() and not self._explorer.is_at(self._opened, self._document):
            # What would be found is no place in it.
            self.panel.go_away()
            self.told.emit("another model or document is open, so no hole is filled any more")

    def _title(self) -> str:
        return "Picture" if self._name == _SHOWN_NAME else self._name

    def _here(self) -> Fillings:
        """What there is for the hole as it is painted now."""
        mask = self.panel.sheet.mask
        if self._fillings is None or not np.array_equal(self._fillings.mask, mask):
            self._fillings = Fillings(mask)
            self.panel.forget()
        return self._fillings

    def _show(self, progress: Progress) -> None:
        if self._fillings is not None:
            self._progress, self._steps = progress, self._steps or progress.state.steps
            self._fillings.put_searched(progress.proposals)
            self.panel.show_fillings(self._fillings)

    def _enter_found(self, sentence: str) -> None:
        searched = self._progress is not None
        self.panel.enter("found", sentence, searched=searched)
