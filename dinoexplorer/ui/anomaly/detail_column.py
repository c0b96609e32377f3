"""One judged picture in large: where it is strange, what the model makes of it, and how strange that is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.latent.anomaly.ranking import share_in_words
from dinoexplorer.latent.anomaly.strangeness import SCORES, Strangeness, percent
from dinoexplorer.ui.anomaly.anomaly_work import Look
from dinoexplorer.ui.anomaly.heat_view import HeatView
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.embedding.picture_box import PictureBox
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.slim_slider import SlimSlider

_GAP, _TIED = 8, "\N{NO-BREAK SPACE}"
_EMPTY = "Choose a picture to see where it is strange"
_NAMES = {"reconstruction": "Reconstruction", "features": "Features", "density": "Density"}


class DetailColumn(QWidget):
    """Its slider fades the heat; the button beside it, or H in the panel, switches it off and on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._words, self._shares = ElidedLabel(80, self), foreign_label(self), foreign_label(self)
        self.name.setProperty("role", "heading")
        self._shares.setProperty("role", "small")
        for label in (self._words, self._shares):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.view = HeatView(self)
        self.heat = IconButton("", "Heat", self, text="Heat")
        self.heat.setToolTip("Show where the picture is strange, or the picture alone (H)")
        self.heat.setCheckable(True)
        self.heat.setChecked(True)
        self.opacity = SlimSlider("Strength of the heat", self)
        self.opacity.setToolTip("How strongly the heat lies over the picture")
        self.opacity.setRange(0, 100)
        self.opacity.setValue(100)
        self.rebuilt = PictureBox("What the model makes of it", self)
        self.difference = PictureBox("Difference", self)
        for box in (self.rebuilt, self.difference):
            box.setMinimumSize(64, 64)
        self._lay_out()
        self.opacity.valueChanged.connect(self._on_strength)
        self.heat.toggled.connect(self._on_strength)
        self.clear()

    @property
    def words(self) -> str:
        """What is said about the picture."""
        return f"{self._words.text()} {self._shares.text()}".strip()

    def clear(self) -> None:
        """Show no picture."""
        self.name.show_text("")
        self._words.setText("")
        self._shares.setText("")
        self.view.show_heated(None, None, _EMPTY)
        self.rebuilt.show_picture(None)
        self.difference.show_picture(None)

    def show_figures(self, name: str, found: Strangeness, against: int) -> None:
        """Say how strange a picture is."""
        self.name.show_text(name)
        words = f"{share_in_words(found.stranger_than)} of {against:,} usual pictures"
        self._words.setText(f"{words[:1].upper()}{words[1:]}.")
        parts = (f"{_NAMES[score]} {percent(found.shares[score])}".replace(" ", _TIED) for score in SCORES)
        self._shares.setText("  ·  ".join(parts))

    def show_look(self, look: Look) -> None:
        """Show a picture and what the model makes of it."""
        self.view.show_heated(look.picture, look.heated)
        self.rebuilt.show_picture(look.rebuilt)
        self.difference.show_picture(look.difference)

    def tell(self, sentence: str) -> None:
        """Say why a picture cannot be shown."""
        self.view.show_heated(None, None, sentence)
        self.rebuilt.show_picture(None)
        self.difference.show_picture(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures are square, and nothing is between them and what is written over them."""
        super().resizeEvent(event)
        self.view.setMaximumHeight(self.width())
        for box in (self.rebuilt, self.difference):
            box.setMaximumHeight((self.width() - _GAP) // 2)

    @Slot()
    def _on_strength(self) -> None:
        self.opacity.setEnabled(self.heat.isChecked())
        self.view.set_opacity(self.opacity.value() / 100 if self.heat.isChecked() else 0.0)

    def _lay_out(self) -> None:
        heat = QHBoxLayout()
        heat.addWidget(self.heat)
        heat.addWidget(self.opacity, 1)
        boxes = QGridLayout()
        boxes.setHorizontalSpacing(_GAP)
        boxes.setVerticalSpacing(3)
        for column, (text, box) in enumerate(
            (("As the model knows it", self.rebuilt), ("Difference", self.difference))
        ):
            label = foreign_label(self)
            label.setText(text)
            label.setProperty("role", "small")
            boxes.addWidget(label, 0, column, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            boxes.addWidget(box, 1, column)
            boxes.setColumnStretch(column, 1)
        boxes.setRowStretch(1, 1)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(6)
        column_box.addWidget(self.name)
        column_box.addWidget(self._words)
        column_box.addWidget(self._shares)
        column_box.addWidget(self.view, 5)
        column_box.addLayout(heat)
        column_box.addLayout(boxes, 3)
        column_box.addStretch(1)
