"""A quiet bar that offers what was not saved, one document after the other."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip, foreign_label

if TYPE_CHECKING:
    from dinoexplorer.document.autosave import Offer

_ENDINGS = (".dino.json", ".safetensors")


class RecoveryBar(QFrame):
    """Shows the newest offer; the next one follows when that is answered."""

    wanted = Signal(object)  # Offer
    forgotten = Signal(object)  # Offer
    offering_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recovery")
        self.setAccessibleName("Not saved")
        self._offers: list[Offer] = []
        self._bare = False
        self._text = foreign_label(self)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bring_back = IconButton("", "Bring back", self, text="Bring back")
        self.bring_back.setToolTip("Open it as it was (Ctrl+Alt+B)")
        self.forget = IconButton("", "Forget", self, text="Forget")
        self.forget.setToolTip("Throw it away")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.bring_back)
        row.addWidget(self.forget)
        self.bring_back.clicked.connect(self.ask)
        self.forget.clicked.connect(self._on_forget)
        self.hide()

    @property
    def offer(self) -> Offer | None:
        """What is offered at present."""
        return self._offers[0] if self._offers else None

    @property
    def text(self) -> str:
        """What is said at present."""
        return self._text.text()

    @Slot(object)
    def add(self, offers: Iterable[Offer]) -> None:
        """Offer these too, the newest first."""
        self._offers = sorted([*self._offers, *offers], key=lambda offer: -offer.when)
        self._show_first()

    def drop(self, offer: Offer) -> None:
        """Offer one no more."""
        self._offers = [other for other in self._offers if other is not offer]
        self._show_first()

    def set_bare(self, bare: bool) -> None:
        """Nothing but the picture is shown."""
        self._bare = bare
        self.setVisible(bool(self._offers) and not bare)

    @Slot()
    def ask(self) -> None:
        """Want back what is offered."""
        if self._offers:
            self.wanted.emit(self._offers[0])

    @Slot()
    def _on_forget(self) -> None:
        offer = self._offers[0]
        self.drop(offer)
        self.forgotten.emit(offer)

    def _show_first(self) -> None:
        self.offering_changed.emit(bool(self._offers))
        had_focus = self.bring_back.hasFocus() or self.forget.hasFocus()
        self.setVisible(bool(self._offers) and not self._bare)
        if not self._offers:
            if had_focus:
                self.window().setFocus()
            return
        more = f"   (and {len(self._offers) - 1} more)" if len(self._offers) > 1 else ""
        sentence = f"Not saved: {described(self._offers[0])}{more}"
        self._text.setText(sentence)
        self._text.setToolTip(as_tool_tip(str(self._offers[0].document or "It has no file of its own yet.")))
        self.setAccessibleDescription(sentence)
        announce(self, sentence)


def described(offer: Offer) -> str:
    """What is offered, in a few words: its name, when it was kept, and how much it holds."""
    name = offer.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending) or name
    moment, today = time.localtime(offer.when), time.localtime()
    shape = "%H:%M" if moment[:3] == today[:3] else "%d %b %H:%M" if moment[0] == today[0] else "%d %b %Y %H:%M"
    pins = {0: "no pins", 1: "1 pin"}.get(offer.pins, f"{offer.pins} pins")
    return f"{name}, {time.strftime(shape, moment)}, {pins}"
