"""Where there is no map: why, and a button that makes one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip, foreign_label


class MapOffer(QWidget):
    """A sentence and a button; in the middle of the panel, or small below the plane of a 2-D space."""

    make_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, large: bool) -> None:
        super().__init__(parent)
        self.label = foreign_label(self)
        self.label.setWordWrap(True)
        self.label.setProperty("role", "muted" if large else "small")
        self.button = IconButton("", "Make a map", self, text="Make a map")
        self.folder_button = IconButton("", "Map a folder of pictures", self, text="Of a folder…")
        self.folder_button.setToolTip("Choose a folder of pictures to make the map of, or drop one here.")
        self.button.setProperty("primary" if large else "quiet", True)
        if not large:
            self.folder_button.setProperty("quiet", True)
        self.button.clicked.connect(self.make_wanted)
        self.folder_button.clicked.connect(self.folder_wanted)
        column, row = QVBoxLayout(self), QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.button, self.folder_button):
            row.addWidget(widget)
        if large:
            self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.setContentsMargins(24, 24, 24, 24)
            column.setSpacing(16)
            column.addStretch()
            row.insertStretch(0)
        else:
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
        row.addStretch()
        column.addWidget(self.label)
        column.addLayout(row)
        if large:
            column.addStretch()
        self.set_offer("", "", "")

    def set_offer(self, make: str, folder: str, help_text: str) -> None:
        """Offer these ways by the texts on their buttons; an empty text offers nothing."""
        for button, text in ((self.button, make), (self.folder_button, folder)):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))
            button.updateGeometry()
        self.button.setToolTip(as_tool_tip(help_text))
        self.button.setAccessibleDescription(help_text)
