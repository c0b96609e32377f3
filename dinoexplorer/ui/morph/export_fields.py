"""Fields of the export form: a whole number, a colour, a text that is switched on, a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from dinoexplorer.morph.look import Colour
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.train.text_control import HEIGHT, TextControl
from dinoexplorer.ui.train.tick_box import TickBox

_SWATCH = 16


class NumberField(TextControl):
    """A whole number within bounds; arrow keys move it."""

    def __init__(self, name: str, least: int, most: int, step: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedWidth(72)
        self._name, self._least, self._most, self._step = name, least, most, step
        self.nudged.connect(self._on_nudged)

    @property
    def value(self) -> int | None:
        """The number, None where there is none within the bounds."""
        text = self.text().strip()
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
        return number if self._least <= number <= self._most else None

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return "" if self.value is not None else f"{self._name}: a whole number from {self._least} to {self._most}."

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        size = max(1, round(abs(steps) * self._step)) * (1 if steps > 0 else -1)
        self.show_text(str(min(max((self.value or self._least) + size, self._least), self._most)))
        self.edited.emit(self.text())


class ColourField(TextControl):
    """A colour by its name or number, with a piece of it beside the text."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedWidth(112)
        self.setTextMargins(_SWATCH + 6, 0, 0, 0)
        self._name = name
        self.textChanged.connect(self.update)

    @property
    def value(self) -> Colour | None:
        """Red, green and blue, None where it is no colour."""
        text = self.text().strip()
        colour = QColor.fromString(text) if QColor.isValidColorName(text) else QColor()
        return (colour.red(), colour.green(), colour.blue()) if colour.isValid() else None

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        return "" if self.value is not None else f"{self._name}: a name such as black, or a number such as #1d3c2f."

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.value is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.setBrush(QColor(*self.value))
            painter.setOpacity(1.0 if self.isEnabled() else 0.3)
            painter.drawRoundedRect(7, (self.height() - _SWATCH) // 2, _SWATCH, _SWATCH, 3, 3)
            painter.end()


class SwitchedText(QWidget):
    """A box to tick, and the text that counts while it is ticked."""

    edited = Signal()

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.switch, self.field = TickBox("", self), QLineEdit(self, placeholderText=hint)
        self.switch.setAccessibleName(name)
        self.field.setAccessibleName(f"Text of the {name.lower()}")
        self.field.setMinimumHeight(HEIGHT)
        self.field.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.switch)
        row.addWidget(self.field, 1)
        self.switch.toggled.connect(self._on_toggled)
        self.field.textEdited.connect(self.edited)

    @property
    def value(self) -> str:
        """The text; empty where it is switched off."""
        return self.field.text().strip() if self.switch.isChecked() else ""

    @property
    def problem(self) -> str:
        """What is wrong with what was typed."""
        missing = self.switch.isChecked() and not self.value
        return f"{self._name}: type its text, or switch it off." if missing else ""

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.field.setEnabled(on)
        if on:
            self.field.setFocus()
        self.edited.emit()


class FileField(QWidget):
    """A path that is typed or chosen."""

    edited = Signal()
    asked = Signal()  # for a dialog to choose one

    def __init__(self, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self, placeholderText=hint)
        self.field.setAccessibleName(name)
        self.field.setMinimumHeight(HEIGHT)
        self.button = IconButton("open", f"Choose: {name.lower()}", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.field.textEdited.connect(self.edited)
        self.button.clicked.connect(self.asked)

    @property
    def path(self) -> Path | None:
        """What is there, None where it is empty."""
        text = self.field.text().strip()
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path | None) -> None:
        """Show a path or none, silently; its end is what is seen of a long one."""
        text = "" if path is None else str(path)
        self.field.setText(text)
        self.field.setToolTip(text)
