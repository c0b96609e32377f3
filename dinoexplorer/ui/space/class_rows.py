"""How much of each class there is in the present code of a class-conditional generator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.ui.amount_row import AmountRow

ALL_UP_TO = 12
_NAME_WIDTH = 96
_LEAST = 0.001  # what weighs less is not shown where there are many


class ClassRows(QWidget):
    """A slider for each class; of many those that there is some of, and a field that adds another."""

    began = Signal()
    weight_given = Signal(str, float)
    chosen = Signal(str)  # this class alone
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Add a class")
        self.field.setAccessibleName("Add a class")
        self.field.returnPressed.connect(self._on_return_pressed)
        self.rows: list[AmountRow] = []
        self._classes: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self.field)

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Show the classes of another generator."""
        self._classes = classes
        self.field.setVisible(len(classes) > ALL_UP_TO)
        completer = QCompleter(list(classes), self.field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._on_typed)
        self.field.setCompleter(completer)

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """Show how much there is of each; a row under the hand stays where it is."""
        held = any(row.slider.isSliderDown() for row in self.rows)
        names = [row.name for row in self.rows if not row.isHidden()] if held else self._shown(weights)
        while len(self.rows) < len(names):
            self._add_row()
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(names))
            if index < len(names):
                if row.name != names[index]:
                    row.set_name(names[index], f"Nothing but {names[index]}")
                row.show_value(weights.get(names[index], 0.0))

    def _shown(self, weights: Mapping[str, float]) -> list[str]:
        if len(self._classes) <= ALL_UP_TO:
            return list(self._classes)
        heaviest = sorted(weights, key=lambda name: -weights[name])[:ALL_UP_TO]
        return [name for name in heaviest if weights[name] >= _LEAST]

    def _add_row(self) -> None:
        row = AmountRow("", 1.0, self, name_width=_NAME_WIDTH, pressable=True)
        row.began.connect(self.began)
        row.ended.connect(self.ended)
        row.edited.connect(partial(self._on_edited, row))
        row.name_clicked.connect(partial(self._on_name_clicked, row))
        self.rows.append(row)
        self._column.addWidget(row)

    def _on_edited(self, row: AmountRow, weight: float) -> None:
        self.weight_given.emit(row.name, weight)

    def _on_name_clicked(self, row: AmountRow) -> None:
        self.chosen.emit(row.name)

    @Slot()
    def _on_return_pressed(self) -> None:
        self._on_typed(self.field.text())

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        """A class that was typed comes in as one half of all."""
        typed = text.strip().lower()
        found = next((name for name in self._classes if name.lower() == typed), None)
        if found is not None:
            QTimer.singleShot(0, self.field.clear)  # Qt writes a completed name into the field after this
            self.weight_given.emit(found, 0.5)
