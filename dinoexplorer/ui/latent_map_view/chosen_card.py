"""The card over the map that says how many points are chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from dinoexplorer.ui.icon_button import IconButton

MOST_DRAGGED = 1000


class ChosenCard(QFrame):
    """How many points are chosen, at which of them we are, and a button to choose none. The points are dragged by it.

    Over the map, since a row of its own would move the map under the hand.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hover_card")
        self.count = QLabel(self)
        self.count.setProperty("role", "small")
        self.clear = IconButton("close", "Choose no points (Esc)", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 4, 2)
        row.addWidget(self.count)
        row.addWidget(self.clear)
        self.setToolTip(f"Drag the chosen points onto the pins or the timeline; {MOST_DRAGGED:,} at most.")
        self.hide()

    def show_count(self, count: int, at: int = -1, *, sought: bool = False) -> None:
        """Tell of ``count`` points, of which number ``at`` is shown; of none only where they were ``sought``."""
        place = f"{at + 1:,} of " if at >= 0 else ""
        self.count.setText(f"{place}{count:,} chosen" if count else "Nothing of that name")
        self.clear.setVisible(count > 0)
        self.setVisible(count > 0 or sought)
        self.adjustSize()
