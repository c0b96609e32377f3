"""A sheet of a report with its caption; a click on a picture shows it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.sheet_canvas import Cells, SheetCanvas

if TYPE_CHECKING:
    from dinoexplorer.ui.train.sheet_loader import Sheet as SheetPicture
    from training.evaluation.report import Sheet

_HIGHEST, _LOWEST, _WIDEST = 620, 140, 900


class SheetView(QWidget):
    """As wide as there is room, and so high that the whole sheet is seen."""

    def __init__(self, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.sheet = sheet
        self.canvas = SheetCanvas(self, names=_name)
        self.canvas.setAccessibleName(sheet.title)
        self.canvas.setAccessibleDescription(
            f"{sheet.caption} The arrows choose a picture, Return shows it alone, Escape all of them."
        )
        self.canvas.show_text("Reading the pictures…")
        self.canvas.setFixedHeight(_LOWEST)
        self.whole = IconButton("grid", "Show the whole sheet again (Escape)", self, text="All")
        self.whole.setProperty("small", True)
        self.whole.hide()
        title, caption = foreign_label(self), foreign_label(self)
        title.setText(sheet.title)
        caption.setText(sheet.caption)
        caption.setWordWrap(True)
        caption.setProperty("role", "muted")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self.whole)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(caption)
        column.addWidget(self.canvas)
        self.canvas.setMaximumWidth(_WIDEST)
        self.canvas.moved.connect(self.canvas.step)
        self.canvas.cell_changed.connect(self._on_cell_changed)
        self.whole.clicked.connect(self._on_whole)
        self.canvas.installEventFilter(self)

    def show_picture(self, picture: SheetPicture) -> None:
        """Show what was read, or why it could not be."""
        if picture.problem:
            self.canvas.show_text(picture.problem)
        else:
            self.canvas.show_image(picture.image)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        size = self.canvas.image.size()
        if not size.isEmpty():
            high = round(self.canvas.width() * size.height() / size.width())
            self.canvas.setFixedHeight(min(max(high, _LOWEST), _HIGHEST))

    @Slot(int)
    def _on_cell_changed(self, cell: int) -> None:
        self.whole.setVisible(cell >= 0)

    @Slot()
    def _on_whole(self) -> None:
        self.canvas.choose(-1)
        self.canvas.setFocus()


def _name(cells: Cells, index: int) -> str:
    row, column = divmod(index, cells.count // cells.rows)
    return f"Row {row + 1}, picture {column + 1}: click to see it alone"
