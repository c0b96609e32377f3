"""A name that can be typed over where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget


class NameField(QLineEdit):
    """Looks like text until the pointer or the focus is on it; Return takes what was typed, Escape drops it."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAcceptDrops(False)
        self.setMaxLength(200)
        self._name = ""
        self.editingFinished.connect(self._on_editing_finished)

    def set_name(self, name: str) -> None:
        """Show a name, silently; what is being typed is left alone."""
        if name != self._name:
            unchanged, self._name = self.text() == self._name, name
            if unchanged:
                self._show()

    def event(self, event: QEvent) -> bool:
        # While something is typed Escape is about that, otherwise it is the window's.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.text() != self._name
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._name:
            self._show()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursorPosition(0)  # of a long name the beginning says more

    def _show(self) -> None:
        self.setText(self._name)
        self.setCursorPosition(0)

    @Slot()
    def _on_editing_finished(self) -> None:
        typed = self.text().strip()
        if typed and typed != self._name:
            self._name = typed
            self.renamed.emit(typed)
        self._show()
