"""One of the two groups that a direction is taught from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.direction_lessons import Group
from dinoexplorer.ui.directions.field_button import FieldButton
from dinoexplorer.ui.directions.group_sources import GroupSources
from dinoexplorer.ui.texts import as_label, as_tool_tip

_NOTHING_CHOSEN = "Choose points on the map: Shift + drag around them"


class GroupButton(FieldButton):
    """Shows a group and how many examples it has; drops down where it can be taken from."""

    changed = Signal()
    pins_wanted = Signal()

    def __init__(self, letter: str, sources: Callable[[], GroupSources], parent: QWidget | None = None) -> None:
        super().__init__(f"Group {letter}", parent)
        self._letter, self._sources = letter, sources
        self.examples: Group | None = None
        self.choices().aboutToShow.connect(self.fill)
        self.take(None)

    def take(self, group: Group | None) -> None:
        """Hold this group; None for none yet."""
        self.examples = group
        if group is None:
            self.show_text("Choose…")
            self.setToolTip(f"Group {self._letter}: chosen points of the map, one of its classes, or pins")
        else:
            count = len(group.codes)
            self.show_text(f"{group.title} ({count:,})")
            told = f"Group {self._letter}: {group.title}, {count:,} example{'s' if count != 1 else ''}"
            self.setToolTip(as_tool_tip(told))
        self.changed.emit()

    def take_chosen(self) -> bool:
        """Take the points that are chosen on the map; whether there are any."""
        group = self._sources().chosen_points()
        if group is not None:
            self.take(group)
        return group is not None

    def take_class(self, number: int, *_checked: object) -> None:
        """Take all points of a class."""
        self.take(self._sources().of_class(number))

    def take_pins(self, keys: list[int]) -> None:
        """Take some of the pins."""
        self.take(self._sources().of_pins(keys))

    @Slot()
    def fill(self) -> None:
        """Put into the menu what there is."""
        menu, sources = self.choices(), self._sources()
        menu.clear()
        chosen = len(sources.chosen)
        take = menu.addAction(f"Take the selection as {self._letter} ({chosen:,})" if chosen else _NOTHING_CHOSEN)
        take.setEnabled(bool(chosen))
        take.triggered.connect(self._on_chosen_wanted)
        classes = sources.classes()
        of_class = menu.addMenu("A class")
        of_class.setEnabled(bool(classes))
        for number, name, count in classes:
            of_class.addAction(f"{as_label(name)} ({count:,})").triggered.connect(partial(self.take_class, number))
        pins = menu.addAction("Pins…" if sources.pins else "Pins (there are none yet)")
        pins.setEnabled(bool(sources.pins))
        pins.triggered.connect(self._on_pins_wanted)

    @Slot()
    def _on_chosen_wanted(self) -> None:
        self.take_chosen()

    @Slot()
    def _on_pins_wanted(self) -> None:
        self.pins_wanted.emit()
