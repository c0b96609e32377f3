"""All settings of a recipe: the usual ones, and the others by section in a fold, found by a filter."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.train.fold_button import FoldButton
from dinoexplorer.ui.train.setting_editor import SettingEditor
from dinoexplorer.ui.train.setting_text import same
from dinoexplorer.ui.train.text_control import HEIGHT

if TYPE_CHECKING:
    from dinoexplorer.runs.schema import SettingField

_TURN = 0.004  # seconds of building editors before the window gets its turn


class SettingsForm(QWidget):
    """One editor for each setting, made when it is first seen and kept from recipe to recipe.

    Sixty editors take longer to make than the window may stand still, so they come a few at a time.
    """

    edited = Signal(str)  # key
    completed = Signal()  # every editor that is to be seen has been made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, SettingField] = {}
        self._changes: dict[str, Any] = {}
        self._typing: dict[str, str] = {}  # key to sentence
        self._problems: dict[str, str] = {}
        self._editors: dict[str, SettingEditor] = {}
        self._sections: dict[str, tuple[QLabel, QVBoxLayout]] = {}
        self._built_in = True
        self._hidden: frozenset[str] = frozenset()
        self.filter_field = QLineEdit(self)
        self.filter_field.setPlaceholderText("Find a setting")
        self.filter_field.setAccessibleName("Find a setting")
        self.filter_field.setClearButtonEnabled(True)
        self.filter_field.setMaximumWidth(200)
        self.filter_field.setMinimumHeight(HEIGHT)
        self.reset_button = IconButton("", "Reset every setting to the recipe's value", self, text="Reset all")
        self.reset_button.setProperty("quiet", True)
        self.fold = FoldButton("Advanced settings", self)
        self._nothing = QLabel("No setting with these words. Empty the field to see all.", self)
        self._nothing.setProperty("role", "muted")
        self._nothing.setContentsMargins(12, 4, 12, 4)
        self._nothing.hide()
        self._lay_out()
        self._builder = QTimer(self, interval=0)
        self._builder.timeout.connect(self._on_turn)
        self.filter_field.textChanged.connect(self._arrange)
        self.fold.toggled.connect(self._arrange)
        self.reset_button.clicked.connect(self.reset_all)
        self._tell()

    @property
    def fields(self) -> Sequence[SettingField]:
        """Every setting, those out of sight included."""
        return tuple(self._fields.values())

    def set_fields(self, fields: Sequence[SettingField]) -> None:
        """Show the settings of another recipe; changes that it knows too are kept."""
        self._fields = {field.key: field for field in fields}
        self._typing.clear()
        self._problems.clear()
        self._changes = {key: value for key, value in self._changes.items() if self._differs(key, value)}
        for key, editor in list(self._editors.items()):
            field = self._fields.get(key)
            if field is not None and field.kind == editor.field.kind:
                editor.bind(field)
                self._show_value(editor)
            else:
                editor.hide()
                editor.deleteLater()
                del self._editors[key]
        self._arrange()
        self._tell()

    def set_changes(self, changes: Mapping[str, Any]) -> None:
        """Show these values, and the recipe's everywhere else."""
        self._changes = {key: value for key, value in changes.items() if self._differs(key, value)}
        self._typing.clear()
        self._problems.clear()
        for editor in self._editors.values():
            self._show_value(editor)
        self._tell()

    def changes(self) -> dict[str, Any]:
        """What differs from the recipe and counts, by key; what cannot be read is left out."""
        keys = (key for key in self._fields if key in self._changes and self.counts(key))
        return {key: self._changes[key] for key in keys if key not in self._typing}

    def value(self, key: str) -> Any:
        """What a setting is now, its recipe's value unless it was changed; None for one that does not count."""
        field = self._fields.get(key)
        return self._changes.get(key, field.default) if field is not None and self.counts(key) else None

    def problems(self) -> dict[str, str]:
        """A sentence for each setting that is wrong; those that were found by typing come first."""
        found = {**self._typing, **{key: text for key, text in self._problems.items() if key not in self._typing}}
        return {key: text for key, text in found.items() if key in self._fields and self.counts(key)}

    def unreadable(self) -> bool:
        """Whether something is typed that cannot be read."""
        return any(self.counts(key) for key in self._typing)

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show what was found wrong with the values."""
        self._problems = dict(problems)
        for key, editor in self._editors.items():
            editor.set_problem(self._problems.get(key, ""))
        self._tell()

    def set_built_in(self, built_in: bool) -> None:
        """Show what is about pictures that the program draws only where it draws them."""
        if built_in != self._built_in:
            self._built_in = built_in
            self._arrange()
            self._tell()

    def set_swept(self, keys: Sequence[str]) -> None:
        """Leave out the settings that get several values elsewhere."""
        if frozenset(keys) != self._hidden:
            self._hidden = frozenset(keys)
            self._arrange()
            self._tell()

    def editor(self, key: str) -> SettingEditor | None:
        """The editor of a setting, once it has been made."""
        return self._editors.get(key)

    def reveal(self, key: str) -> SettingEditor | None:
        """Bring the editor of a setting to light."""
        field = self._fields.get(key)
        if field is None:
            return None
        self.filter_field.clear()
        if field.advanced:
            self.fold.setChecked(True)
        if key not in self._editors:
            self._build(field)
            self._arrange()
        return self._editors[key]

    def complete(self) -> bool:
        """Whether every editor that is to be seen has been made."""
        return not self._builder.isActive()

    @Slot()
    def reset_all(self) -> None:
        """Go back to the recipe's values."""
        self.set_changes({})
        self.filter_field.setFocus()
        self.edited.emit("")

    @Slot(str)
    def _on_edited(self, key: str) -> None:
        editor = self._editors[key]
        self._problems.pop(key, None)
        if editor.typing_problem:
            self._typing[key] = editor.typing_problem
        else:
            self._typing.pop(key, None)
            if editor.changed:
                self._changes[key] = editor.value
            else:
                self._changes.pop(key, None)
        self._tell()
        self.edited.emit(key)

    @Slot()
    def _on_turn(self) -> None:
        end = time.perf_counter() + _TURN
        for field in self._fields.values():
            if self._seen(field) and field.key not in self._editors:
                self._build(field)
                if time.perf_counter() > end:
                    return
        self._builder.stop()
        self._arrange()
        self.completed.emit()

    @Slot()
    def _arrange(self) -> None:
        """Show what is to be seen, and have made what is not there yet."""
        seen = {field.key for field in self._fields.values() if self._seen(field)}
        for key, editor in self._editors.items():
            editor.setVisible(key in seen)
        shown = {_place(field) for field in self._fields.values() if field.key in seen}
        for place, (heading, _) in self._sections.items():
            heading.setVisible(bool(place) and place in shown)
        self._nothing.setVisible(bool(self._fields) and not seen)
        if seen - self._editors.keys():
            self._builder.start()

    def _build(self, field: SettingField) -> None:
        editor = SettingEditor(field, self)
        self._show_value(editor)
        editor.edited.connect(self._on_edited)
        self._editors[field.key] = editor
        heading, column = self._section(_place(field))
        keys = [other.key for other in self._fields.values() if _place(other) == _place(field)]
        position = sum(key in self._editors for key in keys[: keys.index(field.key)])
        column.insertWidget(position, editor)
        heading.setVisible(field.advanced)

    def _section(self, place: str) -> tuple[QLabel, QVBoxLayout]:
        if place not in self._sections:
            heading, column = QLabel(place, self), QVBoxLayout()
            heading.setProperty("role", "heading")
            heading.setContentsMargins(12, 14, 12, 2)
            heading.hide()
            column.setSpacing(2)
            self._advanced.addWidget(heading)
            self._advanced.addLayout(column)
            self._sections[place] = heading, column
        return self._sections[place]

    def _show_value(self, editor: SettingEditor) -> None:
        key = editor.field.key
        editor.set_value(self._changes.get(key, editor.field.default))
        editor.set_problem(self._problems.get(key, ""))

    def _differs(self, key: str, value: Any) -> bool:
        return not self._fields or (key in self._fields and not same(value, self._fields[key].default))

    def counts(self, key: str) -> bool:
        """Whether a setting is one of the recipe's, is about these pictures, and gets one value only."""
        field = self._fields.get(key)
        return field is not None and key not in self._hidden and (self._built_in or not field.builtin_only)

    def _seen(self, field: SettingField) -> bool:
        if not self.counts(field.key):
            return False
        words = self.filter_field.text().lower().split()
        if not words:
            return not field.advanced or self.fold.isChecked()
        text = f"{field.title} {field.key} {field.section} {field.help}".lower()
        return all(word in text for word in words)

    def _tell(self) -> None:
        """Say how many are changed, and how many of the folded ones are wrong."""
        changed = sum(self.counts(key) for key in {*self._changes, *self._typing})
        self.reset_button.setVisible(changed > 0)
        self.reset_button.setText(f"Reset {changed} changed" if changed > 1 else "Reset the changed one")
        self.reset_button.updateGeometry()
        advanced = [key for key, field in self._fields.items() if field.advanced and self.counts(key)]
        self.fold.setVisible(bool(advanced))
        wrong = sum(key in self.problems() for key in advanced)
        altered = sum(key in self._changes for key in advanced)
        self.fold.set_remark(f"{wrong} wrong" if wrong else f"{altered} changed" if altered else f"{len(advanced)}")

    def _lay_out(self) -> None:
        title = QLabel("Settings", self)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 4)
        head.setSpacing(8)
        head.addWidget(title, 1)
        head.addWidget(self.reset_button)
        head.addWidget(self.filter_field)
        fold = QHBoxLayout()
        fold.setContentsMargins(4, 4, 4, 0)
        fold.addWidget(self.fold)
        fold.addStretch(1)
        basic_heading, basic = QLabel(self), QVBoxLayout()
        basic_heading.hide()
        basic.setSpacing(2)
        self._sections[""] = basic_heading, basic
        self._advanced = QVBoxLayout()
        self._advanced.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(basic)
        column.addLayout(fold)
        column.addWidget(self._nothing)
        column.addLayout(self._advanced)


def _place(field: SettingField) -> str:
    """The section a setting is shown in; the usual settings are above them all."""
    return field.section if field.advanced else ""
