"""The grid of judged pictures, the strangest first; only what is in sight is read and painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from dinoexplorer.latent.anomaly.ranking import Indices
from dinoexplorer.ui.anomaly.strange_model import MARK, PATH, STRANGE, WORDS, StrangeModel
from dinoexplorer.ui.dataset.grid_view import GridView
from dinoexplorer.ui.dataset.picture_view import OWN_KEYS, paint_badge, paint_ground, small_font
from dinoexplorer.ui.train.picture_store import PictureStore, Wish

_SIDE, _AIR = 108, 6
_CONTROL = Qt.KeyboardModifier.ControlModifier


class StrangeView(GridView):
    """Arrow keys walk, Shift and Ctrl select several; those above the threshold are framed."""

    chosen_changed = Signal()
    current_changed = Signal(int)  # the picture that the keyboard stands on, -1 for none

    def __init__(self, store: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strange = StrangeModel(self)
        self.setObjectName("plain")
        self.setAccessibleName("Pictures, the strangest first")
        self.setAccessibleDescription("X marks a picture as strange, U as usual, Delete takes a mark back.")
        self._store, self._quiet = store, False
        self._font = small_font(self.font())
        self._metrics = QFontMetrics(self._font)
        self.set_tile(QSize(_SIDE + 2 * _AIR, _SIDE + 2 * _AIR + 2 + 2 * self._metrics.height()))
        self.setModel(self.strange)
        self.selectionModel().selectionChanged.connect(self._on_selected)
        self.selectionModel().currentChanged.connect(self._on_current)
        store.arrived.connect(self.viewport().update)

    def chosen(self) -> Indices:
        """The selected pictures, those further up first."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return self.strange.order[rows] if rows else np.zeros(0, np.intp)

    def current(self) -> int:
        """The picture that the keyboard stands on, -1 for none."""
        row = self.currentIndex().row()
        return int(self.strange.order[row]) if 0 <= row < len(self.strange.order) else -1

    def follow(self) -> None:
        """Show what is judged by now; what was selected stays selected, and the place in view is kept."""
        chosen, at = self.chosen(), self.current()
        place, self._quiet = self.verticalScrollBar().value(), True
        self.strange.follow()
        selecting = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(self.strange.selection_of(chosen), selecting.ClearAndSelect)
        row = self.strange.row_of(at)
        if row >= 0:
            self.selectionModel().setCurrentIndex(self.strange.index(row, 0), selecting.NoUpdate)
        self._quiet = False
        self.updateGeometries()
        self.verticalScrollBar().setValue(place)
        if not len(chosen):
            self.chosen_changed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            all_of_them = event.key() == Qt.Key.Key_A and held == _CONTROL
            if all_of_them or (held == Qt.KeyboardModifier.NoModifier and Qt.Key(event.key()) in OWN_KEYS):
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text().strip() and not event.modifiers() & _CONTROL:
            event.ignore()  # a letter is a command of the panel, not the beginning of a name
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} or event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paint_tile(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        palette = option.palette
        paint_ground(painter, option)
        place = QRect(option.rect.left() + _AIR, option.rect.top() + _AIR, _SIDE, _SIDE)
        self._paint_picture(painter, index.data(PATH), place, palette)
        if index.data(STRANGE):
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        mark = index.data(MARK)
        if mark:
            paint_badge(painter, "warning" if mark == "strange" else "tick", place, palette)
        painter.setFont(self._font)
        line = self._metrics.height()
        room = QRect(place.left(), place.bottom() + 3, _SIDE, line)
        name = self._metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, _SIDE)
        role = QPalette.ColorRole.Text if index.data(STRANGE) else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        words = self._metrics.elidedText(index.data(WORDS), Qt.TextElideMode.ElideRight, _SIDE)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, words)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room.translated(0, line), Qt.AlignmentFlag.AlignHCenter, name)

    def _paint_picture(self, painter: QPainter, path: Path, place: QRect, palette: QPalette) -> None:
        """The picture, or the place where it will be."""
        ratio = painter.device().devicePixelRatio()
        image = self._store.picture(Wish(path, round(_SIDE * ratio), round(_SIDE * ratio)))
        if image is None or image.isNull():
            painter.fillRect(place, palette.color(QPalette.ColorRole.AlternateBase))
            return
        room = QRect(QPoint(0, 0), image.size() / ratio)
        room.moveCenter(place.center())
        painter.drawImage(room, image)

    def _on_selected(self) -> None:
        if not self._quiet:
            self.chosen_changed.emit()

    def _on_current(self, _index: QModelIndex) -> None:
        if not self._quiet:
            self.current_changed.emit(self.current())
