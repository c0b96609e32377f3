"""Which two dimensions a flat cut shows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, elided

_NAME_WIDTH = 72
_WAYS = ("across", "up")


class DimensionRow(QWidget):
    """Two buttons that drop down the dimensions, those that change the picture most first."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: LatentSpec | None = None
        self._pair = (0, 1)
        self.buttons: list[MenuButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for place, way in enumerate(_WAYS):
            label = QLabel(way, self)
            label.setProperty("role", "small")
            button = MenuButton("", f"Dimension {way}", self)
            button.setProperty("quiet", True)
            button.setToolTip(f"Choose the dimension that goes {way}; the others stay where they were held.")
            button.choices().aboutToShow.connect(partial(self._fill, place))
            label.setBuddy(button)
            row.addWidget(label)
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        self.hide()

    def set_pair(self, spec: LatentSpec, pair: tuple[int, int] | None) -> None:
        """Show which two are seen; None hides the row."""
        self._spec = spec
        self.setVisible(pair is not None)
        if pair is None:
            return
        self._pair = pair
        for button, number in zip(self.buttons, pair, strict=True):
            button.setText(as_label(elided(spec.name(number), button.fontMetrics(), _NAME_WIDTH)))
            button.setAccessibleDescription(spec.name(number))
            button.updateGeometry()

    def _fill(self, place: int) -> None:
        menu = self.buttons[place].choices()
        menu.clear()
        if self._spec is None:
            return
        for number in map(int, self._spec.order()):
            action = menu.addAction(as_label(self._spec.name(number)))
            action.setCheckable(True)
            action.setChecked(number == self._pair[place])
            action.triggered.connect(partial(self._choose, place, number))

    def _choose(self, place: int, number: int, *_checked: object) -> None:
        pair = list(self._pair)
        other = pair[1 - place]
        if number == other:  # they change places, since a plane needs two
            pair[1 - place] = pair[place]
        pair[place] = number
        self.chosen.emit(pair[0], pair[1])
