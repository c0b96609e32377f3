"""The bottom of the form: the button that starts, and beside it why it cannot."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label


class StartBar(QFrame):
    """Always in sight."""

    start_asked = Signal()
    problem_asked = Signal()  # the way to what is wrong

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reason = foreign_label(self)
        self._reason.setWordWrap(True)
        self._reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.show_button = IconButton("", "Show what is wrong", self, text="Show")
        self.show_button.hide()
        self.button = IconButton("", "Start training", self, text="Start training")
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(36)
        self.button.setToolTip("Start training (Ctrl+Return)")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self._reason, 1)
        row.addWidget(self.show_button)
        row.addWidget(self.button)
        self.button.clicked.connect(self.start_asked)
        self.show_button.clicked.connect(self.problem_asked)

    @property
    def reason(self) -> str:
        """Why training cannot start, or what else there is to say."""
        return self._reason.text()

    @property
    def ready(self) -> bool:
        """Whether the button can be pressed."""
        return self.button.isEnabled()

    def set_runs(self, runs: int) -> None:
        """Say how many runs would start."""
        text = "Start training" if runs <= 1 else f"Start {runs} runs"
        if text != self.button.text():
            self.button.setText(text)
            self.button.setAccessibleName(text)
            self.button.setToolTip(f"{text} (Ctrl+Return)")
            self.button.updateGeometry()

    def set_state(self, reason: str, *, wrong: bool, ready: bool, shows: bool = False) -> None:
        """Show why it cannot start (``wrong`` when that is for the user to mend), and whether it can."""
        role = "problem" if wrong else "muted"
        if self._reason.property("role") != role:
            self._reason.setProperty("role", role)
            self._reason.style().unpolish(self._reason)
            self._reason.style().polish(self._reason)
        if reason != self._reason.text():
            self._reason.setText(reason)
            if wrong:
                announce(self._reason, reason)
        self.button.setEnabled(ready)
        self.button.setAccessibleDescription(reason)
        self.show_button.setVisible(shows)

    @Slot()
    def press(self) -> None:
        """What Ctrl+Return does."""
        if self.button.isEnabled():
            self.button.click()
