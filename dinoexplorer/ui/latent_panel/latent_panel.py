"""The panel of sliders with its title, its buttons and its filter."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.latent_rows import LatentRows

FILTER_FROM = 17


class LatentPanel(QFrame):
    """One slider for each dimension."""

    drag_began = Signal()
    drag_ended = Signal()
    value_edited = Signal(int, float)
    lock_toggled = Signal(int, bool)

    def __init__(self, random: QAction, reset: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(264)
        self.rows = LatentRows(self)
        self._count = QLabel(self)
        self._count.setProperty("role", "small")
        self.filter_field = QLineEdit(self)
        self.filter_field.setPlaceholderText("Find a dimension (Ctrl+F)")
        self.filter_field.setAccessibleName("Find a dimension")
        self.filter_field.setClearButtonEnabled(True)
        self.filter_field.textChanged.connect(self.rows.filter)
        self.rows.drag_began.connect(self.drag_began)
        self.rows.drag_ended.connect(self.drag_ended)
        self.rows.value_edited.connect(self.value_edited)
        self.rows.lock_toggled.connect(self.lock_toggled)
        title = QLabel("Latent code", self)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self._count, 1)
        for action, icon, text in ((random, "random", "Randomise what is not locked"), (reset, "reset", "")):
            button = IconButton(icon, action.text(), self)
            button.follow(action)
            if text:
                button.setAccessibleName(text)
            head.addWidget(button)
        self._filter_line = QWidget(self)
        line = QHBoxLayout(self._filter_line)
        line.setContentsMargins(12, 0, 8, 8)
        line.addWidget(self.filter_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._filter_line)
        column.addWidget(self.rows, 1)
        self.set_spec(None)

    def set_spec(self, spec: LatentSpec | None) -> None:
        """Show the sliders of another space."""
        self.filter_field.clear()
        self.rows.set_spec(spec)
        self._filter_line.setVisible(spec is not None and spec.dim >= FILTER_FROM)
        self._count.setText("" if spec is None else f"{spec.dim} dimensions" if spec.dim != 1 else "1 dimension")

    def show_values(self, latent: FloatArray, locked: np.ndarray) -> None:
        """Show the present code."""
        self.rows.show_values(latent, locked)

    @Slot()
    def start_filter(self) -> None:
        """Put the cursor into the filter."""
        if self._filter_line.isVisible():
            self.filter_field.setFocus()
            self.filter_field.selectAll()
