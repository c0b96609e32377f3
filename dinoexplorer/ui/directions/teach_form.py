"""Teaching a direction: from which examples to which, by what way, without changing what, under what name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from dinoexplorer.document.standing import Direction
from dinoexplorer.latent.direction_lessons import Group
from dinoexplorer.latent.directions import Way, all_ways, find_way
from dinoexplorer.ui.directions.field_button import FieldButton
from dinoexplorer.ui.directions.group_button import GroupButton
from dinoexplorer.ui.directions.group_sources import GroupSources
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_label

_HELP = {
    "logistic": "Weighs all examples, those near the boundary most",
    "means": "From the one middle to the other; good for a few examples",
    "svm": "Weighs the examples near the boundary alone",
}
_FIRST = "logistic"


@dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """What is to be taught: from ``away`` to ``towards``, without changing the directions with these keys."""

    way: str
    name: str
    away: Group
    towards: Group
    without: frozenset[int]


class TeachForm(QWidget):
    """Two groups, and how to go from A to B."""

    taught = Signal(object)  # Wanted
    pins_wanted = Signal(object)  # the GroupButton that is to have them

    def __init__(self, sources: Callable[[], GroupSources], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._directions: tuple[Direction, ...] = ()
        self._without: frozenset[int] = frozenset()
        self._way = ""
        self.away, self.towards = GroupButton("A", sources, self), GroupButton("B", sources, self)
        self.way, self.without = FieldButton("Way to teach", self), FieldButton("Without changing", self)
        self.name = QLineEdit(self)
        self.name.setAccessibleName("Name of the direction")
        self.name.setMaxLength(200)
        self.teach = IconButton("", "Teach the direction from A to B", self, text="Teach")
        self.teach.setProperty("primary", True)
        for group in (self.away, self.towards):
            group.changed.connect(self._follow)
            group.pins_wanted.connect(partial(self._on_pins_wanted, group))
        self.way.choices().aboutToShow.connect(self.fill_ways)
        self.without.choices().aboutToShow.connect(self.fill_without)
        self.name.returnPressed.connect(self.teach.click)
        self.teach.clicked.connect(self._on_teach)
        self._lay_out()
        self._choose_way(find_way(_FIRST))
        self._follow()

    def forget(self) -> None:
        """Another model: its examples are others."""
        self._without = frozenset()
        self.away.take(None)
        self.towards.take(None)
        self.name.clear()

    def show_directions(self, directions: tuple[Direction, ...]) -> None:
        """Offer these to be left as they are."""
        self._directions = directions
        self._without &= {direction.key for direction in directions}
        self._follow()

    @Slot()
    def fill_without(self) -> None:
        """Put the directions of the document into the menu."""
        menu = self.without.choices()
        menu.clear()
        for direction in self._directions:
            action = menu.addAction(as_label(direction.name))
            action.setCheckable(True)
            action.setChecked(direction.key in self._without)
            action.toggled.connect(partial(self._on_without, direction.key))
        if not self._directions:
            menu.addAction("Nothing: there are no directions yet").setEnabled(False)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows = (("From A", self.away), ("to B", self.towards), ("by", self.way), ("keeping", self.without))
        for row, (text, field) in enumerate(rows):
            grid.addWidget(_small(text, self), row, 0)
            grid.addWidget(field, row, 1)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.name, 1)
        line.addWidget(self.teach)
        grid.addWidget(_small("called", self), len(rows), 0)
        grid.addLayout(line, len(rows), 1)

    @Slot()
    def fill_ways(self) -> None:
        """Put the ways that take examples into the menu."""
        menu = self.way.choices()
        menu.clear()
        for way in (way for way in all_ways() if way.needs == "lesson"):
            action = menu.addAction(way.title)
            action.setToolTip(_HELP.get(way.name, way.title))
            action.triggered.connect(partial(self._choose_way, way))

    def _choose_way(self, way: Way, *_checked: object) -> None:
        self._way = way.name
        self.way.show_text(way.title)
        self.way.setToolTip(f"{way.title}: {_HELP.get(way.name, way.title)}")

    def _on_pins_wanted(self, group: GroupButton) -> None:
        self.pins_wanted.emit(group)

    def _on_without(self, key: int, checked: bool) -> None:
        self._without = self._without | {key} if checked else self._without - {key}
        self._follow()

    @Slot()
    def _follow(self) -> None:
        away, towards = self.away.examples, self.towards.examples
        proposed = f"{away.title if away else 'A'} to {towards.title if towards else 'B'}"
        self.name.setPlaceholderText(proposed)
        self.teach.setEnabled(away is not None and towards is not None)
        self.teach.setToolTip("Teach it" if self.teach.isEnabled() else "Choose both groups first")
        kept = [direction.name for direction in self._directions if direction.key in self._without]
        self.without.show_text(", ".join(kept) or "nothing")
        self.without.setToolTip("Without changing these: the new direction does not move along them")

    @Slot()
    def _on_teach(self) -> None:
        away, towards = self.away.examples, self.towards.examples
        if away is not None and towards is not None:
            name = self.name.text().strip() or self.name.placeholderText()
            self.taught.emit(Wanted(self._way, name, away, towards, self._without))
            self.name.clear()


def _small(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "small")
    return label
