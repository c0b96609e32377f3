"""The document that goes along with a search, and the hand that nudges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.generator import FloatArray

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class Follower(QObject):
    """Moves the document where a search is, so that stage, sliders and map show it; what moves it else is a nudge."""

    nudged = Signal(object)  # float32 (dim,)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._document: Document | None = None
        self._before: FloatArray | None = None  # where it stood
        self._put: FloatArray | None = None  # where it was put last
        self._held = False
        panel = explorer.latent_panel
        panel.drag_began.connect(self._on_drag_began)
        panel.drag_ended.connect(self._on_drag_ended)
        explorer.document_changed.connect(self._look)

    @property
    def following(self) -> bool:
        """Whether the document goes along."""
        return self._document is not None

    def begin(self, document: Document) -> None:
        """Have the document go along from here."""
        self._explorer.settle()
        self._document, self._before, self._put = document, document.latent, document.latent

    def show(self, code: FloatArray, *, last: bool = False) -> None:
        """Move to where the search is; the ``last`` time it becomes a step that can be undone."""
        document = self._document
        if document is None:
            return
        if not (self._look() or self._held):
            document.begin_gesture()
            document.set_latent(code, "searched")
            self._put = document.latent
        if last and not self._held:
            document.end_gesture()

    def end(self, *, back: bool) -> None:
        """Go along no more; ``back`` to where it stood before."""
        document, before = self._document, self._before
        self._document = self._before = self._put = None
        if document is None or before is None:
            return
        document.cancel_gesture()
        if back and not np.array_equal(document.latent, before):
            document.set_latent(before, "went back")

    @Slot()
    def _look(self) -> bool:
        """Whether the document was moved by somebody else; that is told."""
        document, put = self._document, self._put
        if document is None or put is None or np.array_equal(document.latent, put):
            return False
        self._put = document.latent
        self.nudged.emit(document.latent)
        return True

    @Slot()
    def _on_drag_began(self) -> None:
        self._held = True

    @Slot()
    def _on_drag_ended(self) -> None:
        self._held = False
