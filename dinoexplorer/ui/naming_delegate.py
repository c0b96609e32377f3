"""Names that are edited where they stand in a list."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex
_FILLED = "filled"


class _Editor(QLineEdit):
    """Keeps its keys to itself: QLineEdit ignores Return, and the view would take it for its own."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        event.accept()


class NamingDelegate(QStyledItemDelegate):
    """Base of delegates whose rows are renamed in place; subclasses paint, and place the editor."""

    editor_name = ""  # what a screen reader calls it
    longest = 200  # letters

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        editor = _Editor(parent)
        editor.setAccessibleName(self.editor_name)
        editor.setMaxLength(self.longest)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Called again at each change of the row, which must not undo what is being typed.
        if isinstance(editor, QLineEdit) and not editor.property(_FILLED):
            editor.setProperty(_FILLED, True)
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())
