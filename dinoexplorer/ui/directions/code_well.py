"""A place that a code can be dropped into, or chosen for by a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import Named, codes_of, has_codes
from dinoexplorer.ui.directions.place_strip import image_of
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_label, as_tool_tip

SIDE = 44
_ROUND = 4.0


class CodePicture(IconButton):
    """A button that shows the picture of a code."""

    def __init__(self, name: str, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        self._what, self._thumbnailer = name, thumbnailer
        self.named: Named | None = None
        self._image: QImage | None = None
        self._due = self._hot = False
        self.setFixedSize(QSize(SIDE, SIDE))
        thumbnailer.made.connect(self.update)

    @property
    def code(self) -> FloatArray | None:
        """The code that is shown."""
        return None if self.named is None else self.named[1]

    def show_code(self, named: Named | None) -> None:
        """Show another code; None for none."""
        before, self.named = self.named, named
        if named is None:
            self._image, self._due = None, False
        elif before is None or not np.array_equal(before[1], named[1]):
            self._due = True
        self.setAccessibleName(f"{self._what}: {named[0] if named else 'empty'}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._take_picture()
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._image is not None:
            outline = QPainterPath()
            outline.addRoundedRect(place, _ROUND, _ROUND)
            painter.setClipPath(outline)
            painter.drawImage(place, self._image)
            painter.setClipping(False)
        self._paint_frame(painter, palette, place)
        painter.end()

    def _paint_frame(self, painter: QPainter, palette: QPalette, place: QRectF) -> None:
        strong = self.hasFocus() or self._hot
        colour = palette.color(QPalette.ColorRole.Accent if strong else QPalette.ColorRole.PlaceholderText)
        pen = QPen(colour, 2 if strong else 1)
        if self.named is None and not strong:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._image is None or strong:
            painter.setPen(pen)
            painter.drawRoundedRect(place, _ROUND, _ROUND)

    def _take_picture(self) -> None:
        if self._due and self.code is not None:
            pixels = self._thumbnailer.picture(self.code, round(SIDE * self.devicePixelRatioF()))
            if pixels is not None:
                self._image, self._due = image_of(pixels), False


class CodeWell(CodePicture):
    """Takes what is dropped on it; press it for a menu of what there is. Delete empties it."""

    changed = Signal()

    def __init__(
        self, letter: str, offered: Callable[[], list[Named]], thumbnailer: Thumbnailer, parent: QWidget | None = None
    ) -> None:
        super().__init__(letter, thumbnailer, parent)
        self.letter, self._offered, self._dim = letter, offered, 0
        self.setAcceptDrops(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_of_codes = QMenu(self)
        self.menu_of_codes.aboutToShow.connect(self.fill)
        self.setMenu(self.menu_of_codes)
        self.take(None)

    def set_dim(self, dim: int) -> None:
        """Take codes of this length from now on; what was there is gone."""
        self._dim = dim
        self.take(None)

    def take(self, named: Named | None) -> None:
        """Hold this code; None for none."""
        self.show_code(named)
        told = "drop a picture here, or press to choose one" if named is None else named[0]
        self.setToolTip(as_tool_tip(f"{self.letter}: {told}"))
        self.changed.emit()

    @Slot()
    def fill(self) -> None:
        """Put what there is into the menu."""
        self.menu_of_codes.clear()
        for named in self._offered():
            self.menu_of_codes.addAction(as_label(named[0])).triggered.connect(partial(self._on_chosen, named))
        self.menu_of_codes.addSeparator()
        empty = self.menu_of_codes.addAction("Empty")
        empty.setEnabled(self.named is not None)
        empty.triggered.connect(partial(self._on_chosen, None))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.named is None:
            painter = QPainter(self)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.letter)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.take(None)
        elif event.key() == Qt.Key.Key_Down:
            self.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_codes(event.mimeData()) and codes_of(event.mimeData(), self._dim):
            event.acceptProposedAction()
            self._set_hot(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_hot(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_hot(False)
        if codes := codes_of(event.mimeData(), self._dim):
            event.acceptProposedAction()
            self.take(codes[0])

    def _set_hot(self, hot: bool) -> None:
        self._hot = hot
        self.update()

    def _on_chosen(self, named: Named | None, *_checked: object) -> None:
        self.take(named)
