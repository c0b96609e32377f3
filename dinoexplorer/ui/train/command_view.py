"""What would be run, as one could type it, ready to be copied."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton

_THANKS = 1500


class CommandView(QFrame):
    """A read-only line and a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.line = QLineEdit(self)
        self.line.setReadOnly(True)
        self.line.setAccessibleName("Command line")
        self.copy_button = IconButton("", "Copy the command line", self, text="Copy")
        self.copy_button.setEnabled(False)
        title = QLabel("As a command", self)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 14)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.line)
        self._timer = QTimer(self, interval=_THANKS, singleShot=True)
        self._timer.timeout.connect(self._on_time)
        self.copy_button.clicked.connect(self._on_copy_clicked)

    @property
    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Show a command."""
        self.line.setText(text)
        self.line.setCursorPosition(0)
        self.line.setToolTip(text)
        self.copy_button.setEnabled(bool(text))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())
        self.copy_button.setText("Copied")
        self.copy_button.updateGeometry()
        announce(self.copy_button, "Copied")
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        self.copy_button.setText("Copy")
        self.copy_button.updateGeometry()
