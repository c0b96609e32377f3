"""One setting: its name, its value, what it may be, what it means, and the way back to the recipe's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.train.choice_control import ChoiceControl
from dinoexplorer.ui.train.setting_text import SettingError, nudged, parsed, range_text, same, shown
from dinoexplorer.ui.train.switch_control import SwitchControl
from dinoexplorer.ui.train.text_control import TextControl

if TYPE_CHECKING:
    from dinoexplorer.runs.schema import SettingField

Control = TextControl | ChoiceControl | SwitchControl

NAME_WIDTH = 136
_MARK_WIDTH = 3
_FIELD_WIDTH = {"int": 112, "float": 112}
_RESET_HINT = "A double click on the name does the same."


class SettingEditor(QWidget):
    """One editor for each kind of setting. A value that differs from the recipe's is marked by a bar and bold type."""

    edited = Signal(str)  # key

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._value: Any = field.default
        self._typing_problem, self._problem = "", ""
        self.name = _Name(self)
        self.name.setWordWrap(True)
        self.name.setFixedWidth(NAME_WIDTH)
        self.control = _new_control(field, self)
        self._note, self._range = foreign_label(self), foreign_label(self)
        self._note.setWordWrap(True)
        self._range.setProperty("role", "small")
        self._note.setProperty("role", "small")
        self.reset_button = IconButton("undo", "Back to the recipe's value", self)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self._lay_out()
        self.control.edited.connect(self._on_edited)
        if isinstance(self.control, TextControl):
            self.control.nudged.connect(self._on_nudged)
        self.reset_button.clicked.connect(self.reset)
        self.name.double_clicked.connect(self.reset)
        self.bind(field)

    @property
    def value(self) -> Any:
        """The last value that could be read."""
        return self._value

    @property
    def changed(self) -> bool:
        """Whether the value is not the recipe's; so is what cannot be read."""
        return bool(self._typing_problem) or not same(self._value, self.field.default)

    @property
    def typing_problem(self) -> str:
        """Why what is typed cannot be read, in a sentence; empty when it can."""
        return self._typing_problem

    @property
    def note(self) -> str:
        """What stands below the value: help, or the problem."""
        return self._note.text()

    def bind(self, field: SettingField) -> None:
        """Show another recipe's setting of the same key and kind, at its default."""
        self.field = field
        self.name.setText(field.title)
        self._range.setText("  ·  ".join(part for part in (field.unit, range_text(field)) if part))
        default = shown(field.default) or "nothing"
        self.reset_button.setToolTip(as_tool_tip(f"Back to {default}, the recipe's value. {_RESET_HINT}"))
        self.reset_button.setAccessibleName(f"{field.title}: back to {default}")
        self.control.setAccessibleName(field.title)
        self.name.setToolTip(as_tool_tip(f"{field.key}: {field.help}"))
        if isinstance(self.control, ChoiceControl):
            self.control.set_choices([shown(choice) for choice in field.choices])
        self.control.setToolTip(as_tool_tip(f"{field.key}: {field.help}"))
        self._problem = ""
        self.set_value(field.default)

    def set_value(self, value: Any) -> None:
        """Show ``value``, silently."""
        self._value, self._typing_problem = value, ""
        self.control.show_text(shown(value))
        self._dress()

    def set_text(self, text: str) -> None:
        """Show ``text`` as if it had been typed, silently."""
        self.control.show_text(text)
        self._read(text)

    def set_problem(self, sentence: str) -> None:
        """Show what is wrong with the value; an empty sentence takes that away."""
        if sentence != self._problem:
            self._problem = sentence
            self._dress()

    def matches(self, words: list[str]) -> bool:
        """Whether every word of a filter occurs in what is said about the setting."""
        field = self.field
        text = f"{field.title} {field.key} {field.section} {field.help}".lower()
        return all(word in text for word in words)

    @Slot()
    def reset(self) -> None:
        """Go back to the recipe's value."""
        if self.changed:
            if self.reset_button.hasFocus():
                self.control.setFocus()
            self.set_value(self.field.default)
            self.edited.emit(self.field.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.changed:
            painter = QPainter(self)
            painter.fillRect(
                QRect(0, 2, _MARK_WIDTH, self.height() - 4), self.palette().color(QPalette.ColorRole.Accent)
            )
            painter.end()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._problem = ""  # it was about the old value
        self._read(text)
        self.edited.emit(self.field.key)

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        if self.field.kind in {"int", "float"} and not self._typing_problem:
            value = nudged(self.field, self._value, steps)
            if value != self._value:
                self.set_value(value)
                self.edited.emit(self.field.key)

    def _read(self, text: str) -> None:
        try:
            self._value, self._typing_problem = parsed(self.field, text), ""
        except SettingError as error:
            self._typing_problem = str(error)
        self._dress()

    def _dress(self) -> None:
        problem = self._typing_problem or self._problem
        self._note.setText(problem or _sentence_case(self.field))
        self._note.setVisible(bool(self._note.text()))
        role = "problem" if problem else "small"
        if self._note.property("role") != role:
            self._note.setProperty("role", role)
            self._note.style().unpolish(self._note)
            self._note.style().polish(self._note)
        self.control.set_wrong(bool(problem))
        changed = self.changed
        self.control.setAccessibleDescription(
            " ".join(part for part in (self._state_text(changed), self._note.text(), self._range.text()) if part)
        )
        self.reset_button.setVisible(changed)
        font = self.name.font()
        if font.bold() != changed:
            font.setBold(changed)
            self.name.setFont(font)
        self.update()

    def _state_text(self, changed: bool) -> str:
        value = self.control.text() if isinstance(self.control, ChoiceControl) else ""
        return " ".join(
            part for part in (value and f"{value}.", f"Changed from {shown(self.field.default)}." if changed else "")
            if part
        )  # fmt: skip

    def _lay_out(self) -> None:
        short = self.field.kind in {"int", "float", "choice", "bool"}
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.control, 0 if short else 1)
        line.addWidget(self._range, 1 if short else 0)
        line.addWidget(self.reset_button)
        self._range.setWordWrap(short)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 8, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.name, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(line, 0, 1)
        grid.addWidget(self._note, 1, 1)
        grid.setColumnStretch(1, 1)


class _Name(QLabel):
    """The name of a setting, which takes a double click."""

    double_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()
        event.accept()


def _sentence_case(field: SettingField) -> str:
    """The help with a capital, but where it begins with a value."""
    first = field.help.partition(" ")[0].strip(",;")
    return field.help if first in field.choices else field.help[:1].upper() + field.help[1:]


def _new_control(field: SettingField, parent: QWidget) -> Control:
    if field.kind == "bool":
        return SwitchControl(parent)
    if field.kind == "choice":
        return ChoiceControl(parent)
    control = TextControl(parent)
    if field.kind in _FIELD_WIDTH:
        control.setFixedWidth(_FIELD_WIDTH[field.kind])
    return control
