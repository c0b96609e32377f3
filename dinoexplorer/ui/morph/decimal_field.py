"""A number that is typed letter by letter, within bounds."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.train.text_control import TextControl


class DecimalField(TextControl):
    """With a point or a comma; arrow keys move it."""

    def __init__(self, name: str, least: float, most: float, step: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}; the arrows change it")
        self.setFixedWidth(84)
        self._name, self._least, self._most, self._step = name, least, most, step
        self.nudged.connect(self._on_nudged)

    @property
    def value(self) -> float | None:
        """The number, None where there is none within the bounds."""
        try:
            number = float(self.text().strip().replace("−", "-").replace(",", "."))
        except ValueError:
            return None
        return number if self._least <= number <= self._most else None

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        bounds = f"a number from {self._least:g} to {self._most:g}"
        return "" if self.value is not None else f"{self._name}: {bounds}."

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        number = (self._least if self.value is None else self.value) + steps * self._step
        self.show_text(f"{min(max(number, self._least), self._most):.6g}")
        self.edited.emit(self.text())
