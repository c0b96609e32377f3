"""Between the tab Mix and the document: what is mixed, and where that leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.breeding import crossed_child, usual_group
from dinoexplorer.latent.layers import styles_mixed, told_layers
from dinoexplorer.latent.mix import MOST, Mix, Named
from dinoexplorer.latent.spaces import Array
from dinoexplorer.ui.code_mime import codes_of
from dinoexplorer.ui.mixing.mix_panel import MixPanel

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

_VISITED = 10


class MixDesk(QObject):
    """Keeps the mix of the present document, and moves the document to what it says."""

    changed = Signal()  # what is in the mix; with it what can be done

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction], seeds: Callable[[], int]) -> None:
        super().__init__(explorer)
        self._explorer, self._seeds = explorer, seeds
        self._document: Document | None = None
        self._info: GeneratorInfo | None = None
        self._mix, self._group = Mix(), 1
        self._code: FloatArray | None = None  # what the mix says
        self.panel = MixPanel(explorer.thumbnailer, actions, explorer)
        self.panel.added.connect(self.add)
        self.panel.add_menu_wanted.connect(self._on_menu_wanted)
        self.panel.emptied.connect(self._on_emptied)
        self.panel.straight_chosen.connect(self._on_straight)
        self.panel.group_chosen.connect(self._on_group)
        self.panel.rows.weight_given.connect(self._on_weight)
        self.panel.rows.removed.connect(self._on_removed)
        field = self.panel.field
        field.drag_began.connect(self._on_drag_began)
        field.weights_given.connect(self._on_weights)
        field.drag_ended.connect(self._on_drag_ended)
        field.drag_cancelled.connect(self._on_drag_cancelled)
        field.dropped.connect(self._on_dropped)
        explorer.document_changed.connect(self._on_document_changed)

    @property
    def mix(self) -> Mix:
        """What is being mixed."""
        return self._mix

    @property
    def has_two(self) -> bool:
        """Whether there are two to have a child."""
        return len(self._mix) == 2

    @property
    def can_cross(self) -> bool:
        """Whether there are parents for a crossover."""
        return len(self._mix) > 1

    @property
    def can_mix_layers(self) -> bool:
        """Whether there are two whose layers can be mixed."""
        return self.has_two and self._info is not None and bool(self._info.latent.layers)

    @Slot(object)
    def add(self, *named: Named) -> None:
        """Put codes into the mix; the picture stays until the handle is moved."""
        if self._document is None:
            return
        try:
            self._set(self._mix.holding(named))
        except GeneratorError as error:
            self.panel.tell(str(error))

    @Slot()
    def add_here(self) -> None:
        """Put the present place into the mix, and show the tab."""
        if self._document is not None:
            self._explorer.side.show_tab("mix")
            self.add((self._free_name(), self._document.latent))

    @Slot()
    def have_child(self) -> None:
        """Go to the child of the two that are in the mix: halfway between them."""
        if len(self._mix) == 2:
            self._set(self._mix.weighing((0.5, 0.5)))
            one, two = (name for name, _ in self._mix.named)
            self._go(f"child of {one} and {two}")

    @Slot()
    def cross(self) -> None:
        """Go to a child that has each group of dimensions from one parent or from another, by chance."""
        if len(self._mix) > 1 and self._info is not None and self._document is not None:
            self._explorer.settle()
            code = crossed_child(self._mix.codes, self._info, self._group, self._seeds())
            self._document.set_latent(code, self._mix.words.replace("mixed", "crossed", 1))

    @Slot()
    def mix_layers(self) -> None:
        """Go to the first of the two that are in the mix, with the chosen layers of the second."""
        if not self.can_mix_layers or self._info is None or self._document is None:
            return
        self._explorer.settle()
        (one, first), (two, second) = self._mix.named
        layers = self.panel.layers.layers
        code = styles_mixed(first, second, self._info.latent, layers)
        self._document.set_latent(code, f"{one} with {told_layers(self._info.latent, layers)} of {two}")

    def _free_name(self) -> str:
        taken = {name for name, _ in self._mix.named}
        return next(name for number in range(1, MOST + 3) if (name := f"Place {number}") not in taken)

    def _set(self, mix: Mix) -> None:
        more_or_less = len(mix) != len(self._mix)
        self._mix = mix
        self._code = mix.code(self._info) if len(mix) > 1 and self._info is not None else None
        self._show()
        if more_or_less:
            self.changed.emit()

    def _go(self, what: str = "") -> None:
        """Move to what the mix says."""
        if self._code is None or self._document is None:
            return
        if not self.panel.field.dragging:
            self._explorer.settle()
        self._document.set_latent(self._code, what or self._mix.words)
        self._show()

    def _show(self) -> None:
        document, here = self._document, False
        if document is not None and self._code is not None:
            here = np.array_equal(np.where(document.locked, document.latent, self._code), document.latent)
        self.panel.show_mix(self._mix, here=here)

    @Slot()
    def _on_document_changed(self) -> None:
        opened, document = self._explorer.opened, self._explorer.document
        info = None if opened is None else opened.generator.info
        if document is not self._document or info is not self._info:
            emptied = document is not self._document
            self._document, self._info = document, info
            if info is not None:
                self._group = 0 if info.latent.layers else usual_group(info)
            self.panel.set_info(info)
            self._set(Mix() if emptied else self._mix)
        else:
            self._show()

    @Slot()
    def _on_menu_wanted(self) -> None:
        if self._document is None:
            return
        visited: dict[int, Named] = {}
        for entry in reversed(self._document.entries):
            code = entry.state.latent
            if len(visited) < _VISITED or id(code) in visited:  # what came there is its name, not what was done there
                visited[id(code)] = (f"{entry.what} (step {entry.number})", code)
        pins = [(pin.name, pin.latent) for pin in self._document.pins]
        self.panel.offer(pins, list(visited.values()), full=len(self._mix) == MOST)

    @Slot()
    def _on_emptied(self) -> None:
        self._set(Mix(straight=self._mix.straight))

    @Slot(int)
    def _on_removed(self, index: int) -> None:
        self._set(self._mix.without(index))

    @Slot(bool)
    def _on_straight(self, straight: bool) -> None:
        self._set(replace(self._mix, straight=straight))
        self._go()

    @Slot(int)
    def _on_group(self, size: int) -> None:
        if self._info is not None:
            self._group = size
            self.panel.show_group(size, self._info)

    @Slot(int, float)
    def _on_weight(self, index: int, weight: float) -> None:
        self._set(self._mix.with_weight(index, weight))
        self._go()

    @Slot(object)
    def _on_weights(self, weights: Array) -> None:
        self._set(self._mix.weighing(weights))
        self._go()

    @Slot(object, int)
    def _on_dropped(self, data: QMimeData, corner: int) -> None:
        if self._document is None:
            return
        named = codes_of(data, self._document.spec.dim)
        if not named:
            self.panel.tell("These are places of another model; drop some of this one.")
        elif corner >= 0 and len(named) == 1:
            self._set(self._mix.replacing(corner, named[0]))
        else:
            self.add(*named)

    @Slot()
    def _on_drag_began(self) -> None:
        self._explorer.settle()
        if self._document is not None:
            self._document.begin_gesture()

    @Slot()
    def _on_drag_ended(self) -> None:
        if self._document is not None and not self._explorer.walker.walking:  # begun under a hand that held still
            self._document.end_gesture()

    @Slot()
    def _on_drag_cancelled(self) -> None:
        if self._document is not None:
            self._document.cancel_gesture()
