"""A sentence that stands where the result would have been, with the ways out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label


class Notice(QFrame):
    """What went wrong, why, and buttons that lead on. Never a dialog."""

    chosen = Signal(str)  # name of the way out
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName("Notice")
        self._icon, self._text = QLabel(self), foreign_label(self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self._close = IconButton("close", "Dismiss", self)
        self._close.clicked.connect(self.dismissed)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        self._buttons: list[IconButton] = []
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon)
        head.addWidget(self._text, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(self._ways)
        self.setMinimumWidth(240)
        self.setMaximumWidth(560)
        self.hide()
        self._dress()

    @property
    def sentence(self) -> str:
        """What is said at present, empty when nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def tell(self, sentence: str, ways: dict[str, str]) -> None:
        """Show ``sentence`` and a button for each way out, given as name and text."""
        while (item := self._ways.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.clear()
        self._text.setText(sentence)
        self.setAccessibleDescription(sentence)
        self._ways.addStretch()
        for name, text in ways.items():
            button = IconButton("", text, self, text=text)
            button.setObjectName(name)
            button.clicked.connect(self._on_way_clicked)
            self._ways.addWidget(button)
            self._buttons.append(button)
        self.show()
        self.raise_()
        announce(self, sentence)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _on_way_clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())

    def _dress(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.BrightText)
        self._icon.setPixmap(icons.picture("warning", colour, 20, self.devicePixelRatioF()))
