"""What the gallery asks for, done to the pins of the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal, Slot

from dinoexplorer.document.checking import one_line
from dinoexplorer.document.document import Document
from dinoexplorer.document.pin_import import Named
from dinoexplorer.document.standing import Pin, with_key
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.ui.code_mime import codes_of
from dinoexplorer.ui.pins.pin_exchange import PinExchange
from dinoexplorer.ui.pins.pin_gallery import PinGallery

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class PinEdits(QObject):
    """Each edit is a step of its own; a walk or a drag that is under way goes on after it."""

    made = Signal(int, bool)  # the key of the pin that is to be shown, and whether it is to be selected
    kept = Signal(str)  # in words what was added
    refused = Signal(str)
    plane_wanted = Signal(object)  # three codes (dim,) as a tuple

    def __init__(self, explorer: Explorer, gallery: PinGallery, exchange: PinExchange) -> None:
        super().__init__(explorer)
        self._explorer, self._gallery, self._exchange = explorer, gallery, exchange
        gallery.go_wanted.connect(self.go)
        gallery.tiles.name_edited.connect(self._on_name_edited)
        gallery.asked.connect(self._on_asked)
        gallery.reordered.connect(self._on_reordered)
        gallery.mixed.connect(self._on_mixed)
        gallery.codes_dropped.connect(self._on_codes_dropped)
        gallery.files_dropped.connect(self._on_files_dropped)
        exchange.arrived.connect(self._on_arrived)

    def chosen(self) -> tuple[Pin, ...]:
        """The pins that are selected, in their order."""
        document = self._explorer.document
        keys = {tile.key for tile in self._gallery.chosen()}
        return () if document is None else tuple(pin for pin in document.pins if pin.key in keys)

    def keep_present(self) -> None:
        """Keep the place where we stand."""
        with self._own_step() as document:
            if document is not None:
                pin = document.add_pin()
                self.made.emit(pin.key, False)
                self.kept.emit(f"kept as {pin.name}")

    @Slot(int)
    def go(self, key: int) -> None:
        """Go to a pin."""
        self._explorer.settle()
        if self._explorer.document is not None:
            self._explorer.document.go_to_pin(key)
            self.made.emit(key, False)

    @Slot(object)
    def go_to_dropped(self, data: QMimeData) -> None:
        """Go to the first of the codes that were dropped."""
        self._explorer.settle()
        for name, code in self._codes_in(data)[:1]:
            if self._explorer.document is not None:
                self._explorer.document.set_latent(code, f"went to {one_line(name) or 'a dropped code'}")

    @contextmanager
    def _own_step(self) -> Iterator[Document | None]:
        document = self._explorer.document
        held = document is not None and document.in_gesture
        if document is not None and held:
            document.end_gesture()
        try:
            yield document
        finally:
            if document is not None and held:
                document.begin_gesture()

    @Slot(str)
    def _on_asked(self, name: str) -> None:
        """What the menu and the keys of the gallery ask for."""
        document, chosen = self._explorer.document, self.chosen()
        if document is None:
            return
        if name == "import":
            self._exchange.ask_for_import(document)
        elif name == "paste":
            self._exchange.paste(document)
        elif name == "all":
            self._gallery.selectAll()
        elif name == "export_all":
            self._exchange.ask_for_export(document.pins)
        elif chosen:
            self._do(name, chosen)

    def _do(self, name: str, chosen: Sequence[Pin]) -> None:
        """Something with selected pins, of which there are some."""
        if name == "go":
            self.go(chosen[0].key)
        elif name == "rename":
            self._gallery.rename_current()
        elif name == "copy":
            self._exchange.copy(chosen)
        elif name == "export":
            self._exchange.ask_for_export(chosen)
        elif name == "plane" and len(chosen) == 3:
            self.plane_wanted.emit(tuple(pin.latent for pin in chosen))
        elif name == "mix" and len(chosen) > 1:
            self._mix([(pin.name, pin.latent) for pin in chosen], chosen[-1])
        elif name in {"earlier", "later"}:
            self._shift(chosen, left=name == "earlier")
        elif name == "remove":
            self._remove(chosen)

    def _shift(self, chosen: Sequence[Pin], *, left: bool) -> None:
        with self._own_step() as document:
            if document is not None:
                place = document.pins.index(chosen[0]) - 1 if left else document.pins.index(chosen[-1]) + 2
                document.move_pins([pin.key for pin in chosen], place)
                self.made.emit(chosen[0 if left else -1].key, False)

    def _remove(self, chosen: Sequence[Pin]) -> None:
        with self._own_step() as document:
            if document is not None:
                first = document.pins.index(chosen[0])
                document.remove_pins([pin.key for pin in chosen])
                if document.pins:
                    self.made.emit(document.pins[min(first, len(document.pins) - 1)].key, True)

    def _mix(self, named: Sequence[Named], after: Pin) -> None:
        """A new pin in the middle of several codes."""
        with self._own_step() as document:
            if document is not None:
                middle = np.stack([code for _, code in named]).mean(axis=0, dtype=np.float64)
                name = " + ".join(name or "copied code" for name, _ in named)
                (pin,) = document.add_pins([(name, np.asarray(middle, np.float32))], document.pins.index(after) + 1)
                self.made.emit(pin.key, True)
                self.kept.emit(f"mixed {pin.name}")

    def _keep(self, named: Sequence[Named], row: int) -> None:
        with self._own_step() as document:
            if document is not None:
                pins = document.add_pins(named, row)
                self.made.emit(pins[0].key, True)
                self.kept.emit(f"kept as {pins[0].name}" if len(pins) == 1 else f"kept {len(pins):,} pins")

    @Slot(int, str)
    def _on_name_edited(self, key: int, name: str) -> None:
        with self._own_step() as document:
            if document is not None:
                document.rename_pin(key, name)

    @Slot(int)
    def _on_reordered(self, row: int) -> None:
        with self._own_step() as document:
            if document is not None and (chosen := self.chosen()):
                document.move_pins([pin.key for pin in chosen], row)

    @Slot(int, object)
    def _on_mixed(self, key: int, data: QMimeData | None) -> None:
        document = self._explorer.document
        if document is None:
            return
        onto = with_key(document.pins, key)
        if data is None:
            named = [(pin.name, pin.latent) for pin in self.chosen() if pin is not onto]
        else:
            named = self._codes_in(data)
        if named:
            self._mix([*named, (onto.name, onto.latent)], onto)

    @Slot(object, int)
    def _on_codes_dropped(self, data: QMimeData, row: int) -> None:
        if named := self._codes_in(data):
            self._keep(named, row)

    @Slot(object)
    def _on_files_dropped(self, paths: list[Path]) -> None:
        if self._explorer.document is not None:
            self._exchange.take_files(paths, self._explorer.document)

    def _codes_in(self, data: QMimeData) -> list[Named]:
        document = self._explorer.document
        named = [] if document is None else codes_of(data, document.spec.dim)
        if document is not None and not named:
            self.refused.emit(
                f"What was dropped are no codes of {document.spec.dim} numbers, which this generator takes; "
                "open the checkpoint that they belong to."
            )
        return named

    @Slot(object, object)
    def _on_arrived(self, asked: Document, named: Sequence[Named]) -> None:
        document = self._explorer.document
        if document is None or document is not asked:
            return
        try:
            self._keep(named, len(document.pins))
        except GeneratorError as error:  # a mean or a range beyond float32
            self.refused.emit(str(error))
