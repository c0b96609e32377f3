"""The row of what can be done with the brush and what it has painted."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.ui.brush.canvas import Canvas
from dinoexplorer.ui.brush.sheet import MaskSheet
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_slider import ValueSlider


class BrushBar(QWidget):
    """Follows a canvas: how wide its brush is, erasing, undo, redo, the other side of a mask, and nothing at all."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.breadth = ValueSlider(self)
        self.breadth.setAccessibleName("Width of the brush")
        self.breadth.setToolTip("Width of the brush ([ and ], or the wheel on the picture)")
        self.breadth.setFixedWidth(96)
        self.figure = QLabel(self)
        self.figure.setProperty("role", "small")
        self.figure.setMinimumWidth(self.figure.fontMetrics().horizontalAdvance("0000 px"))
        self.erase = IconButton("eraser", "Erase", self, checked_icon="eraser")
        self.erase.setToolTip("Erase with the left button (the right one always does, and Alt for a mask)")
        self.undo = IconButton("undo", "Take back a stroke", self)
        self.undo.setToolTip("Take back a stroke (Ctrl+Z)")
        self.redo = IconButton("redo", "Paint it again", self)
        self.redo.setToolTip("Paint it again (Ctrl+Shift+Z)")
        self.invert = IconButton("invert", "Invert", self)
        self.invert.setToolTip("Choose what is not chosen")
        self.clear = IconButton("clear", "Clear", self)
        self.clear.setToolTip("Wipe off everything")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.breadth, self.figure, self.erase, self.undo, self.redo, self.invert, self.clear):
            row.addWidget(widget)
        self.breadth.value_dragged.connect(canvas.set_radius)
        self.breadth.nudged.connect(canvas.widen)
        self.erase.toggled.connect(canvas.set_erasing)
        self.undo.clicked.connect(canvas.undo)
        self.redo.clicked.connect(canvas.redo)
        self.invert.clicked.connect(canvas.invert)
        self.clear.clicked.connect(canvas.clear)
        canvas.painted.connect(self._follow)
        canvas.radius_changed.connect(self._follow)
        canvas.erasing_changed.connect(self.erase.setChecked)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        canvas = self._canvas
        sheet = canvas.sheet
        self.breadth.set_bounds(0.5, canvas.most_radius, 0.5)
        self.breadth.set_value(canvas.radius, locked=False)
        self.figure.setText(f"{2 * canvas.radius:.0f} px")
        self.undo.setEnabled(sheet.can_undo)
        self.redo.setEnabled(sheet.can_redo)
        self.clear.setEnabled(not sheet.empty)
        self.invert.setVisible(isinstance(sheet, MaskSheet))
