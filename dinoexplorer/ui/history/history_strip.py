"""The history as a strip: every state that was visited, the latest at the right."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtWidgets import QAbstractItemView, QWidget

from dinoexplorer.document.course import Course, courses
from dinoexplorer.document.history import Entry
from dinoexplorer.document.standing import Standing
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.strip.code_strip import CodeStrip
from dinoexplorer.ui.strip.tiles import Tile

_STRENGTHS: dict[Course, float] = {"before": 1.0, "present": 1.0, "after": 0.6, "aside": 0.35}
_SAID: dict[Course, str] = {"before": "", "present": "", "after": "undone", "aside": "on another branch"}


class HistoryStrip(CodeStrip):
    """Those on the way here are clear, what was undone is paler, and branches that were left are palest."""

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(thumbnailer, parent)
        self.setAccessibleName("History")
        self.setAccessibleDescription("Enter or a click goes there; nothing is ever lost by it.")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._made: dict[tuple[Entry[Standing], Course], Tile] = {}  # those that are shown

    def name_of(self, tile: Tile) -> str:
        return f"Step {tile.key}"

    def show_entries(self, entries: Iterable[Entry[Standing]], present: Entry[Standing]) -> None:
        """Show these; the present one is marked and brought into view."""
        entries = tuple(entries)
        before, lie = self._made, courses(entries, present)
        self._made = {}
        for entry in entries:
            key = entry, lie[entry.number]
            self._made[key] = before.get(key) or _tile(*key)
        self.tiles.set_tiles(tuple(self._made.values()))
        self.tiles.mark(frozenset({present.number}))
        index = self.tiles.index_of(present.number)
        self.setCurrentIndex(index)
        for beside in (1, -1, 0):  # so that one sees which way it goes on
            self.scrollTo(index.siblingAtRow(index.row() + beside))


def _tile(entry: Entry[Standing], course: Course) -> Tile:
    when = time.strftime("%H:%M:%S", time.localtime(entry.time))
    spoken = ", ".join(filter(None, (_SAID[course], when)))
    tip = ", ".join(filter(None, (entry.what, _SAID[course], when)))
    return Tile(entry.number, entry.what, entry.state.latent, tip, spoken, _STRENGTHS[course])
