"""One number of a report: what it is called, which way is better, its spread, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dinoexplorer.reports.wording import better_of, detail_of, value_of
from dinoexplorer.ui.texts import foreign_label

if TYPE_CHECKING:
    from training.evaluation.report import Figure


class FigureTile(QFrame):
    """Its texts below each other; whoever lays it out makes it as high as the others."""

    def __init__(self, figure: Figure, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self.figure = figure
        self.setAccessibleName(f"{figure.name}: {value_of(figure)}")
        self.setAccessibleDescription(f"{better_of(figure)}. {figure.meaning} {detail_of(figure)}")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(3)
        better = better_of(figure)
        for text, role in (
            (figure.name, "heading"), (value_of(figure), "title"), (better or "neither way is better", "small"),
            (figure.meaning, ""), (detail_of(figure), "small"),
        ):  # fmt: skip
            label = foreign_label(self)
            label.setText(text)
            label.setWordWrap(role != "title")
            label.setProperty("role", role)
            column.addWidget(label)
        column.addStretch(1)

    def least_height(self, width: int) -> int:
        """The height in which all of its text is seen."""
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 0
