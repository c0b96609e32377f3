"""The card beside the pointer: which image lies under it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.texts import elided, foreign_label

_SIDE = 80
_APART = 16
_TEXT_WIDTH = 240


class HoverCard(QFrame):
    """Thumbnail, label, name and number of one point of a map."""

    def __init__(self, beside: QWidget) -> None:
        super().__init__(beside)
        self._beside = beside
        self.setObjectName("hover_card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._image, self._label, self._number = QLabel(self), foreign_label(self), QLabel(self)
        self._name = foreign_label(self)
        self._name.setProperty("role", "small")
        self._label.setProperty("role", "heading")
        self._number.setProperty("role", "small")
        text = self._text = QVBoxLayout()
        text.setSpacing(0)
        text.addStretch()
        text.addWidget(self._label)
        text.addWidget(self._name)
        text.addWidget(self._number)
        text.addStretch()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._image)
        row.addLayout(text)
        self._shown = -1
        self.hide()

    def put_away(self) -> None:
        """Hide, and forget which point was shown."""
        self._shown = -1
        self.hide()

    def show_point(self, latent_map: LatentMap, index: int, at: QPointF) -> None:
        """Show point ``index`` beside ``at``, inside the window; -1 hides the card."""
        if index < 0:
            self.put_away()
            return
        window = self._beside.window()
        if self.parentWidget() is not window:  # over the whole window, so that it need not cover the point
            self.setParent(window)
        if index != self._shown:
            self._fill(latent_map, index)
            self._shown = index
        x, y = (self._beside.mapTo(window, at) + QPointF(_APART, _APART)).toTuple()
        if x + self.width() > window.width() - 4:
            x = max(x - 2 * _APART - self.width(), 4)
        if y + self.height() > window.height() - 4:
            y = max(y - 2 * _APART - self.height(), 4)
        self.move(round(x), round(y))
        self.show()
        self.raise_()

    def _fill(self, latent_map: LatentMap, index: int) -> None:
        has_image = index < len(latent_map.thumbnails)
        self._image.setVisible(has_image)
        if has_image:
            self._image.setPixmap(self._thumbnail(np.ascontiguousarray(latent_map.thumbnails[index])))
        label = latent_map.label(index)
        self._label.setText(elided(label, self._label.fontMetrics(), _TEXT_WIDTH))
        self._label.setVisible(bool(label))
        name = latent_map.name(index)  # of a long path the end says more than the middle
        self._name.setText(self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _TEXT_WIDTH))
        self._name.setVisible(bool(name))
        self._number.setText(f"image {index + 1:,} of {len(latent_map):,}")
        for line in (self._label, self._name, self._number):
            line.ensurePolished()  # before it is shown for the first time its font is another
        self._text.invalidate()  # which setText leaves until later: the size would be that of the point before
        self._row.invalidate()
        self.adjustSize()

    def _thumbnail(self, pixels: np.ndarray) -> QPixmap:
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        ratio = self.devicePixelRatioF()
        side = round(_SIDE * ratio)
        scaled = image.scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        pixmap = QPixmap.fromImage(scaled)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
