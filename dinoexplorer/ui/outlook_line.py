"""Under a form: what will come of it, or why it cannot be; the button that starts it follows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dinoexplorer.ui.announcing import announce


class OutlookLine(QLabel):
    """Keeps room for ``lines``, so that what it says moves nothing."""

    def __init__(self, name: str, start: QWidget, lines: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._start = start
        self.setTextFormat(Qt.TextFormat.PlainText)  # it names files
        self.setWordWrap(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(lines * self.fontMetrics().lineSpacing())

    def say(self, text: str, *, wrong: bool, ready: bool) -> None:
        """Show a sentence; what is ``wrong`` is read out, and only where all is ``ready`` may it start."""
        role = "problem" if wrong else "muted"
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
        if text != self.text():
            self.setText(text)
            if wrong:
                announce(self, text)
        self._start.setEnabled(ready)
        self._start.setAccessibleDescription(text)
