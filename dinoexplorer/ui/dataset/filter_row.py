"""Which pictures of a dataset are shown: by what became of them, class, warning and name."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from dinoexplorer.datasets.orders import IN_WORDS
from dinoexplorer.datasets.sifting import NO_CLASS, Counts, State, Wanted
from dinoexplorer.ui.morph.export_choice import Choice, ExportChoice
from dinoexplorer.ui.train.text_control import HEIGHT

_ANY = "any"
_PAUSE = 120  # milliseconds of typing
_STATES: tuple[tuple[State, str], ...] = (
    ("all", "All"), ("taken", "Taken"), ("left-out", "Left out"), ("decided", "Decided by hand"),
)  # fmt: skip


class FilterRow(QWidget):
    """`edited` tells of every change, of typing when it pauses."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = ExportChoice("What became of them", [Choice(key, text) for key, text in _STATES], self)
        self.label = ExportChoice("Class", [Choice(_ANY, "Every class")], self)
        self.code = ExportChoice("Warning", [Choice(_ANY, "With and without warnings")], self)
        self.search = QLineEdit(self, placeholderText="Find a name", clearButtonEnabled=True)
        self.search.setAccessibleName("Find a name")
        self.search.setMinimumHeight(HEIGHT)
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for choice in (self.state, self.label, self.code):
            row.addWidget(choice)
            choice.edited.connect(self.edited)
        row.addWidget(self.search, 1)
        self._pause.timeout.connect(self.edited)
        self.search.textChanged.connect(self._pause.start)
        self.search.returnPressed.connect(self._on_return)

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        label = self.label.present
        return Wanted(
            cast("State", self.state.present),
            None if label == _ANY else label.partition(":")[2],
            "" if self.code.present == _ANY else self.code.present,
            self.search.text(),
        )

    def show_counts(self, counts: Counts) -> None:
        """Offer what there is to choose from, with how many there are of each."""
        self.state.set_choices([Choice(key, f"{text} ({counts.states.get(key, 0):,})") for key, text in _STATES])
        labels = [
            Choice(f"class:{name}", f"{name if name != NO_CLASS else 'No class'} ({count:,})")
            for name, count in counts.labels.items()
        ]
        self.label.set_choices([Choice(_ANY, "Every class"), *labels])
        codes = [
            Choice(code, f"{IN_WORDS.get(code, code).capitalize()} ({count:,})") for code, count in counts.codes.items()
        ]
        self.code.set_choices([Choice(_ANY, "With and without warnings"), *codes])
        self.code.setVisible(bool(codes))

    def clear(self) -> None:
        """Look for all, silently."""
        self.state.choose("all")
        self.label.choose(_ANY)
        self.code.choose(_ANY)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)

    def stop(self) -> None:
        """Wait for no more typing."""
        self._pause.stop()

    @Slot()
    def _on_return(self) -> None:
        self._pause.stop()
        self.edited.emit()
