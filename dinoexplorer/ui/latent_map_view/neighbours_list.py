"""The images of the map nearest to the present picture, with their distances: is it one of them?"""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.neighbours import Found
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip

COUNT = 5
_SIDE = 36
_EXPLAINED = (
    "Below each image is how far its code lies from that of the picture. The sentence compares the least of these with "
    "how far images of this map lie from the one nearest to them. If the model was trained on these images and the "
    "picture is practically one of them, it is a copy, learned by heart, and not an invention."
)


class _NeighbourButton(IconButton):
    """As wide as its image or its distance, which stand one upon the other."""

    def sizeHint(self) -> QSize:
        return QToolButton.sizeHint(self)


class NeighboursList(QWidget):
    """A button for each neighbour; a click goes to its code."""

    chosen = Signal(int)  # index of the map's point

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = QLabel(self)
        self.verdict.setToolTip(_EXPLAINED)
        self.verdict.setProperty("role", "small")
        self.verdict.setWordWrap(True)
        self.buttons: list[QToolButton] = []
        self._indices: list[int] = []
        row = QHBoxLayout()
        row.setSpacing(2)
        for number in range(COUNT):
            button = _NeighbourButton("", "", self)
            button.setProperty("quiet", True)
            button.setIconSize(QSize(_SIDE, _SIDE))
            button.clicked.connect(partial(self._on_clicked, number))
            button.hide()
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.verdict)
        column.addLayout(row)

    @property
    def indices(self) -> list[int]:
        """The points of the map that are listed, the nearest first."""
        return self._indices

    def show_found(self, latent_map: LatentMap, found: Found) -> None:
        """Show these neighbours."""
        self._indices = found.indices.tolist()
        self.verdict.setText(f"Nearest images of the map. {found.verdict}".rstrip())
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(self._indices))
            if number < len(self._indices):
                self._dress(button, latent_map, self._indices[number], float(found.distances[number]))

    def _dress(self, button: QToolButton, latent_map: LatentMap, index: int, distance: float) -> None:
        has_image = index < len(latent_map.thumbnails)
        button.setIcon(QIcon(_thumbnail(latent_map.thumbnails[index])) if has_image else QIcon())
        under, alone = Qt.ToolButtonStyle.ToolButtonTextUnderIcon, Qt.ToolButtonStyle.ToolButtonTextOnly
        button.setToolButtonStyle(under if has_image else alone)
        button.setText(f"{distance:.3g}")
        number = f"image {index + 1:,}"
        what = ", ".join(filter(None, (number, latent_map.label(index), latent_map.name(index))))
        button.setAccessibleName(f"{what}, distance {distance:.2f}")
        button.setToolTip(
            as_tool_tip(f"{what}: {distance:.3f} away in the latent space; press to go there, or drag it away")
        )

    def _on_clicked(self, number: int, *_checked: object) -> None:
        if number < len(self._indices):
            self.chosen.emit(self._indices[number])


def _thumbnail(pixels: np.ndarray) -> QPixmap:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QPixmap.fromImage(QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888))
