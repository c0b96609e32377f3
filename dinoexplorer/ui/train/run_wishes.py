"""What a person wants done with runs, as signals, and the menu that asks for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui.train.run_offers import can_resume, offers


class RunWishes(QWidget):
    """Base of the list and the table: knows the selected runs, does nothing with them itself."""

    opened = Signal(object)  # Path
    selected = Signal(object)  # tuple[Path, ...], in the order of the view
    rename_wanted = Signal(object, str)
    unqueue_wanted = Signal(object)
    move_wanted = Signal(object, int)  # Path, its new place in the queue from 1
    resume_wanted = Signal(object)
    open_folder_wanted = Signal(object)
    rerun_wanted = Signal(object)
    compare_wanted = Signal(object)  # tuple[Path, ...]

    def selection(self) -> tuple[RunRow, ...]:
        """The runs that are selected, in the order of the view."""
        raise NotImplementedError

    def edit_title(self, folder: Path) -> None:
        """Let the title of a run be edited where it stands."""
        raise NotImplementedError

    def fill(self, menu: QMenu) -> None:
        """Put into ``menu`` what can be done with the selected runs."""
        menu.clear()
        for offer in offers(self.selection()):
            if not offer.name:
                menu.addSeparator()
                continue
            action = menu.addAction(offer.text)
            action.setObjectName(offer.name)
            action.setEnabled(offer.enabled)
            if offer.keys:  # shown only; the view listens to its keys itself
                action.setShortcut(QKeySequence(offer.keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def do(self, name: str) -> bool:
        """Carry out an offer for the selected runs; False when it is not offered now."""
        rows = self.selection()
        if not any(offer.name == name and offer.enabled for offer in offers(rows)):
            return False
        single = {
            "open": self.opened, "rerun": self.rerun_wanted, "folder": self.open_folder_wanted,
        }  # fmt: skip
        moves = {"first": 1, "earlier": rows[0].queue_place - 1, "later": rows[0].queue_place + 1}
        if name in single:
            single[name].emit(rows[0].folder)
        elif name == "compare":
            self.compare_wanted.emit(tuple(row.folder for row in rows))
        elif name == "rename":
            self.edit_title(rows[0].folder)
        elif name in moves:
            self.move_wanted.emit(rows[0].folder, moves[name])
        else:
            wanted = can_resume if name == "resume" else _is_queued
            signal = self.resume_wanted if name == "resume" else self.unqueue_wanted
            for row in filter(wanted, rows):
                signal.emit(row.folder)
        return True


def _is_queued(row: RunRow) -> bool:
    return row.state == "queued"
