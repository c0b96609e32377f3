"""One setting over several values: a run for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, foreign_label
from dinoexplorer.ui.train.choice_control import plain
from dinoexplorer.ui.train.setting_text import SettingError, parsed, separate, shown
from dinoexplorer.ui.train.text_control import TextControl
from dinoexplorer.ui.train.tick_box import TickBox

if TYPE_CHECKING:
    from dinoexplorer.runs.schema import SettingField

MOST = 24
_FIRST = ("latent.dim", "2, 5, 10, 50, 150")  # the reference project's own sweep
_KINDS = {"int", "float", "choice"}
_EXAMPLE = "such as 2, 5, 10"


class SweepRow(QWidget):
    """A box to tick; then which setting, and which values."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, SettingField] = {}
        self._key, self._values, self._problem = "", [], ""  # type: str, list[Any], str
        self.switch = TickBox("Try several values of one setting", self)
        self.switch.setToolTip("Queues one run for each value; afterwards they can be compared.")
        self.setting = MenuButton("", "Setting to try", self)
        plain(self.setting)
        self.values_field = TextControl(self)
        self.values_field.setAccessibleName("Values to try")
        self.values_field.setPlaceholderText(_EXAMPLE)
        self._note = foreign_label(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "small")
        self._inner = QWidget(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.setting)
        row.addWidget(QLabel("=", self))
        row.addWidget(self.values_field, 1)
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(24, 4, 0, 0)
        inner.setSpacing(2)
        inner.addLayout(row)
        inner.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(0)
        column.addWidget(self.switch)
        column.addWidget(self._inner)
        self._inner.hide()
        self.switch.toggled.connect(self._on_toggled)
        self.values_field.edited.connect(self._on_typed)
        self.setting.choices().triggered.connect(self._on_triggered)

    @property
    def active(self) -> bool:
        """Whether several runs are wanted."""
        return self.switch.isChecked() and self._key in self._fields

    @property
    def key(self) -> str:
        """The setting that gets several values."""
        return self._key

    @property
    def values(self) -> list[Any]:
        """The values, in the order in which they were typed, each once."""
        return list(self._values)

    @property
    def problem(self) -> str:
        """Why it cannot be started like this, in a sentence; empty when it can."""
        return self._problem if self.active else ""

    @property
    def note(self) -> str:
        return self._note.text()

    def set_fields(self, fields: Sequence[SettingField]) -> None:
        """Offer the settings of a recipe, the usual ones first and the others by section."""
        self._fields = {field.key: field for field in fields if field.kind in _KINDS}
        menu = self.setting.choices()
        menu.clear()
        sections: dict[str, QMenu] = {}
        for field in self._fields.values():
            place = menu
            if field.advanced:
                if not sections:
                    menu.addSeparator()
                if field.section not in sections:
                    sections[field.section] = menu.addMenu(as_label(field.section))
                place = sections[field.section]
            action = place.addAction(as_label(field.title))
            action.setData(field.key)
            action.setToolTip(as_tool_tip(f"{field.key}: {field.help}"))
        if self._key not in self._fields:
            self._key = _FIRST[0] if _FIRST[0] in self._fields else next(iter(self._fields), "")
            self.values_field.show_text(_FIRST[1] if self._key == _FIRST[0] else "")
        self.switch.setEnabled(bool(self._fields))
        self._read()

    def set_sweep(self, key: str, text: str) -> None:
        """Choose a setting and its values."""
        self.switch.setChecked(True)
        self._key = key
        self.values_field.show_text(text)
        self._read()
        self.edited.emit()

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self._inner.setVisible(checked)
        self._read()
        self.edited.emit()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() is None or action.data() == self._key:
            return
        self._key = action.data()
        field = self._fields[self._key]
        self.values_field.show_text(shown(field.default))
        self.values_field.setFocus()
        self.values_field.end(False)
        self._read()
        self.edited.emit()

    @Slot()
    def _on_typed(self) -> None:
        self._read()
        self.edited.emit()

    def _read(self) -> None:
        field = self._fields.get(self._key)
        self.setting.setText(as_label(_title(field)))
        self.setting.setToolTip(as_tool_tip(f"{self._key}: which setting gets several values"))
        self.setting.setAccessibleDescription(_title(field))
        self._values, self._problem = [], ""
        if field is not None:
            try:
                self._values = _parsed(field, self.values_field.text())
            except SettingError as error:
                self._problem = str(error)
        names = ", ".join(shown(value) for value in self._values)
        self._note.setText(self._problem or f"{len(self._values)} runs, one after the other: {names}")
        self._note.setProperty("role", "problem" if self._problem else "small")
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)
        self.values_field.set_wrong(bool(self._problem))
        self.values_field.setAccessibleDescription(self._note.text())


def _parsed(field: SettingField, text: str) -> list[Any]:
    values: list[Any] = []
    for part in separate(text):
        value = parsed(field, part)
        if value not in values:
            values.append(value)
    if len(values) < 2:
        raise SettingError(f"Several values of {field.title} are wanted; write them with commas, {_EXAMPLE}.")
    if len(values) > MOST:
        raise SettingError(f"{len(values)} runs are more than can be compared; write at most {MOST} values.")
    return values


def _title(field: SettingField | None) -> str:
    if field is None:
        return "Setting"
    return f"{field.section}: {field.title}" if field.advanced else field.title
