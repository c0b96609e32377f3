"""What can be done with pins, as a menu; each entry is known by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    text: str
    keys: str
    fits: Callable[[int, int], bool]  # how many are selected, and how many there are


def _one(chosen: int, _total: int) -> bool:
    return chosen == 1


def _some(chosen: int, _total: int) -> bool:
    return chosen > 0


def _any(_chosen: int, total: int) -> bool:
    return total > 0


_ENTRIES = (
    _Entry("go", "Go there", "Return", _one),
    _Entry("rename", "Rename", "F2", _one),
    _Entry("mix", "Mix: a new pin half way", "", lambda chosen, _total: chosen > 1),
    _Entry("plane", "Plane through these on the map", "", lambda chosen, _total: chosen == 3),
    _Entry("", "", "", _some),
    _Entry("earlier", "Move to the left", "Ctrl+Left", _some),
    _Entry("later", "Move to the right", "Ctrl+Right", _some),
    _Entry("", "", "", _any),
    _Entry("copy", "Copy", "Ctrl+C", _some),
    _Entry("paste", "Paste", "Ctrl+V", lambda _chosen, _total: True),
    _Entry("all", "Select all", "Ctrl+A", _any),
    _Entry("", "", "", lambda _chosen, _total: True),
    _Entry("export", "Export the selected pins…", "", _some),
    _Entry("export_all", "Export all pins…", "", _any),
    _Entry("import", "Import codes…", "", lambda _chosen, _total: True),
    _Entry("", "", "", _some),
    _Entry("remove", "Remove", "Delete", _some),
)


def fill_menu(menu: QMenu, chosen: int, total: int) -> None:
    """Offer what fits so many selected pins of so many; keys are shown, and belong to the gallery."""
    menu.clear()
    for entry in _ENTRIES:
        if not entry.fits(chosen, total):
            continue
        if not entry.name:
            menu.addSeparator()
            continue
        keys = QKeySequence(entry.keys).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(f"{entry.text}\t{keys}" if keys else entry.text)
        action.setObjectName(entry.name)
