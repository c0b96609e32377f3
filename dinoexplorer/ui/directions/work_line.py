"""How far a search is, with a way to end it; afterwards the sentence that says why there is nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar


class WorkLine(QWidget):
    """Hidden while there is nothing to tell."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._text, self._bar = foreign_label(self), ThinBar(self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel_button = IconButton("", "Cancel", self, text="Cancel")
        self.cancel_button.setProperty("quiet", True)
        self.cancel_button.clicked.connect(self.cancelled)
        self.dismiss_button = IconButton("close", "Dismiss", self)
        self.dismiss_button.clicked.connect(self.hide)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._text, 0, 0)
        grid.addWidget(self.cancel_button, 0, 1)
        grid.addWidget(self.dismiss_button, 0, 2)
        grid.addWidget(self._bar, 1, 0, 1, 3)
        self.hide()

    @property
    def text(self) -> str:
        """What is told at present, empty when nothing is."""
        return "" if self.isHidden() else self._text.text()

    @Slot(str)
    def begin(self, title: str) -> None:
        """Something is under way from now on."""
        self._title = title
        self._show(f"{title}…", "small", working=True)

    @Slot(float)
    def show_share(self, share: float) -> None:
        """Show how far it is."""
        self._text.setText(f"{self._title}  ·  {share:.0%}")

    def say(self, sentence: str) -> None:
        """Say what was done, until it is dismissed or something else is told."""
        self._show(sentence, "small", working=False)
        announce(self, sentence)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say what went wrong, until it is dismissed."""
        self._show(sentence, "problem", working=False)
        announce(self, sentence)

    def _show(self, text: str, role: str, *, working: bool) -> None:
        self._text.setText(text)
        self._text.setProperty("role", role)
        self._text.style().polish(self._text)
        self.cancel_button.setVisible(working)
        self._bar.setVisible(working)
        self.dismiss_button.setVisible(not working)
        self.setAccessibleName(text)
        self.show()
