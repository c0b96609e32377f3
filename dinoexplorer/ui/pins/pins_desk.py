"""The tab Pins of the tray and the marks on the map, kept in line with the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence

from dinoexplorer.document.standing import Pin
from dinoexplorer.ui.code_drops import CodeDrops
from dinoexplorer.ui.pins.pin_edits import PinEdits
from dinoexplorer.ui.pins.pin_exchange import PinExchange
from dinoexplorer.ui.pins.pin_places import PinPlaces
from dinoexplorer.ui.pins.pins_panel import PinsPanel
from dinoexplorer.ui.strip.tiles import Tile

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

TAB = "pins"


class PinsDesk(QObject):
    """Holds the parts together: the panel, what is done to the pins, and their way in and out."""

    told = Signal(str)  # for the status line

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction]) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._pins: tuple[Pin, ...] = ()
        self._codes = np.zeros((0, 0), np.float32)  # of the pins (n, dim)
        self._last: int | None = None  # the pin that was shown last
        self._to_show: tuple[int, bool] | None = None  # key, and whether to select it, once the gallery has it
        actions["pin"].setAutoRepeat(False)  # a key that is held means one pin
        key = actions["pin"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        empty = f"No pins yet: {key} keeps the place where you stand. Codes and files of codes can be dropped here."
        self.panel = PinsPanel(explorer.thumbnailer, empty, explorer.tray)
        self.gallery = self.panel.gallery
        self.exchange = PinExchange(self, explorer)
        self.edits = PinEdits(explorer, self.gallery, self.exchange)
        self._places = PinPlaces(explorer.map_panel.canvas.pin_marks)
        explorer.tray.add(TAB, "Pins", self.panel, self.panel.more)
        explorer.tray.tabs.buttons[TAB].setToolTip(actions["pins"].toolTip())
        self._connect()

    def close_down(self) -> None:
        """Wait for the threads."""
        self.exchange.close_down()
        self._places.close()

    @Slot()
    def toggle(self) -> None:
        """Show the tab, or put it away."""
        tray = self._explorer.tray
        tray.toggle_tab(TAB)
        if tray.opened:
            self.gallery.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def pin(self) -> None:
        """Keep the present place."""
        self.edits.keep_present()
        if not self._explorer.tray.touched:  # once it shows by itself what a pin is
            self._explorer.tray.show_tab(TAB)

    @Slot()
    def go_next(self) -> None:
        self._step(1)

    @Slot()
    def go_previous(self) -> None:
        self._step(-1)

    @Slot()
    def copy(self) -> None:
        """Copy the selected pins where the gallery has the focus, else the place where we stand."""
        document, pins = self._explorer.document, self.edits.chosen()
        if pins and self.gallery.hasFocus():
            self.exchange.copy(pins)
        elif document is not None:
            self.exchange.copy_code(document.latent)

    @Slot()
    def paste(self) -> None:
        """Keep what is on the clipboard as pins."""
        if self._explorer.document is not None:
            self.exchange.paste(self._explorer.document)

    def _connect(self) -> None:
        exchange, edits, explorer = self.exchange, self.edits, self._explorer
        explorer.document_changed.connect(self._follow)
        explorer.map_panel.map_changed.connect(self._follow_map)
        edits.made.connect(self._on_made)
        edits.kept.connect(self.told)
        edits.kept.connect(self.panel.notice.hide)  # what failed before is over
        edits.refused.connect(self._refuse)
        exchange.arrived.connect(self._on_arrived)
        exchange.failed.connect(self._refuse)
        exchange.told.connect(self.told)
        exchange.traffic.reading.connect(self.panel.reading.tell)
        self.panel.reading.cancelled.connect(exchange.traffic.cancel)
        for widget in (explorer.map_panel.canvas, explorer.stage.image_view):
            CodeDrops(widget).dropped.connect(edits.go_to_dropped)

    @Slot()
    def _follow(self) -> None:
        document = self._explorer.document
        if document is None:
            return
        if document.pins is not self._pins:
            self._pins = document.pins
            self._codes = np.array([pin.latent for pin in self._pins], np.float32).reshape(-1, document.spec.dim)
            self.gallery.tiles.set_tiles(tuple(Tile(pin.key, pin.name, pin.latent, pin.name) for pin in self._pins))
            self.panel.empty.setVisible(not self._pins)
            self._explorer.tray.set_title(TAB, f"Pins {len(self._pins):,}" if self._pins else "Pins")
        here = np.flatnonzero((self._codes == document.latent).all(1)) if self._pins else ()
        self.gallery.tiles.mark(frozenset(self._pins[row].key for row in here))
        self._follow_map()
        if self._to_show is not None:
            (key, select), self._to_show = self._to_show, None
            self.gallery.show_key(key)
            if select:
                self.gallery.setCurrentIndex(self.gallery.tiles.index_of(key))

    @Slot()
    def _follow_map(self) -> None:
        document = self._explorer.document  # whose pins may be others than those that were followed last
        self._places.follow(self._explorer.map_panel.steering, () if document is None else document.pins)

    @Slot(int, bool)
    def _on_made(self, key: int, select: bool) -> None:
        self._last, self._to_show = key, (key, select)

    @Slot()
    def _on_arrived(self) -> None:
        self._explorer.tray.show_tab(TAB)

    def _step(self, step: int) -> None:
        """Go to the pin after or before the one where we stand, or were last; round at the ends."""
        document = self._explorer.document
        if document is None or not document.pins:
            return
        keys = [pin.key for pin in document.pins]
        here = [pin.key for pin in document.pins if np.array_equal(pin.latent, document.latent)]
        at = self._last if self._last in here or not here else here[0]
        place = keys.index(at) + step if at in keys else (0 if step > 0 else -1)
        self.edits.go(keys[place % len(keys)])

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self._explorer.tray.show_tab(TAB)
        self.panel.say_refused(sentence)
