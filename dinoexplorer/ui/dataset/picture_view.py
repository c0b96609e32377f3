"""Thousands of pictures in a grid: only what is in sight is read and painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.dataset.grid_view import GridView
from dinoexplorer.ui.dataset.picture_model import LEFT_OUT, PATH, STATE, TAKEN, PictureModel
from dinoexplorer.ui.theme import SMALL
from dinoexplorer.ui.train.picture_store import PictureStore, Wish

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SIDE, _AIR = 96, 6
_DIM, _BADGE = 0.35, 20
OWN_KEYS = {
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Left, Qt.Key.Key_Right,
}  # fmt: skip


class PictureView(GridView):
    """Arrow keys walk, Shift and Ctrl select several, Return opens one."""

    open_wanted = Signal(int)  # index of the picture in the collection
    leave_out_wanted = Signal()
    take_wanted = Signal()
    selected = Signal()

    def __init__(self, store: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = PictureModel(self)
        self.setObjectName("plain")
        self.setAccessibleName("Pictures of the dataset")
        self.setAccessibleDescription("Return opens a picture, Delete leaves it out, Insert takes it again.")
        self._store = store
        self._small = small_font(self.font())
        self._metrics = QFontMetrics(self._small)
        self.set_tile(QSize(_SIDE + 2 * _AIR, _SIDE + 2 * _AIR + 2 + self._metrics.height()))
        self.setModel(self.pictures)
        self.doubleClicked.connect(self._on_opened)
        self.selectionModel().selectionChanged.connect(self.selected)
        store.arrived.connect(self.viewport().update)

    def chosen(self) -> NDArray[np.intp]:
        """The selected pictures as indices of the collection, ascending."""
        rows = [np.arange(area.top(), area.bottom() + 1) for area in self._areas()]
        if not rows:
            return np.zeros(0, np.intp)
        return np.asarray(self.pictures.shown[np.unique(np.concatenate(rows))], np.intp)

    def chosen_count(self) -> int:
        """How many are selected."""
        return sum(area.height() for area in self._areas())

    def _areas(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(place) for place in range(selection.count())]

    def current(self) -> int:
        """The picture that the keyboard stands on, -1 for none."""
        row = self.currentIndex().row()
        return int(self.pictures.shown[row]) if 0 <= row < len(self.pictures.shown) else -1

    def show_pictures(self, shown: NDArray[np.intp]) -> None:
        """Show these; what was selected and is still there stays selected, and the place is kept."""
        if np.array_equal(shown, self.pictures.shown):
            return
        chosen, at = self.chosen(), self.current()
        row = self.currentIndex().row()
        self.pictures.set_shown(shown)
        self.select(chosen, at, row)

    def select(self, chosen: NDArray[np.intp], at: int = -1, row: int = 0) -> None:
        """Select pictures and bring one of them into view; where ``at`` is gone, what stands at its ``row`` now."""
        rows = self.pictures.rows_of(chosen)
        selecting = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(self.pictures.selection_of(rows), selecting.ClearAndSelect)
        found = self.pictures.rows_of(np.array([at], np.intp)) if at >= 0 else rows[:1]
        place = int(found[0]) if len(found) else min(max(row, 0), len(self.pictures.shown) - 1)
        index = self.pictures.index(place, 0)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, selecting.NoUpdate)
            self.scrollTo(index)
        self.selected.emit()

    def step(self, by: int) -> int:
        """Go to the picture before or after; returns it, -1 where there is none."""
        index = self.pictures.index(self.currentIndex().row() + by, 0)
        if not index.isValid():
            return -1
        self.setCurrentIndex(index)
        return self.current()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            all_of_them = event.key() == Qt.Key.Key_A and held == _CONTROL
            if all_of_them or (held == Qt.KeyboardModifier.NoModifier and Qt.Key(event.key()) in OWN_KEYS):
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            if self.current() >= 0:
                self.open_wanted.emit(self.current())
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.leave_out_wanted.emit()
        elif key == Qt.Key.Key_Insert:
            self.take_wanted.emit()
        elif event.text().isprintable() and event.text().strip() and not event.modifiers() & _CONTROL:
            event.ignore()  # the view would look for a name that begins with it, among all of them
        else:
            super().keyPressEvent(event)

    def paint_tile(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        state, path, palette = index.data(STATE), index.data(PATH), option.palette
        paint_ground(painter, option)
        place = QRect(option.rect.left() + _AIR, option.rect.top() + _AIR, _SIDE, _SIDE)
        self._paint_picture(painter, path, place, palette, strength=1.0 if state == TAKEN else _DIM)
        if state != TAKEN:
            paint_badge(painter, "close" if state == LEFT_OUT else "again", place, palette)
        painter.setFont(self._small)
        role = QPalette.ColorRole.Text if state == TAKEN else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        room = QRect(place.left(), place.bottom() + 3, _SIDE, self._metrics.height())
        name = self._metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideLeft, _SIDE)
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, name)

    def _paint_picture(self, painter: QPainter, path: Path, place: QRect, palette: QPalette, strength: float) -> None:
        """The picture, or the place where it will be."""
        ratio = painter.device().devicePixelRatio()
        image = self._store.picture(Wish(path, round(_SIDE * ratio), round(_SIDE * ratio)))
        if image is None or image.isNull():
            painter.fillRect(place, palette.color(QPalette.ColorRole.AlternateBase))
            return
        size = image.size() / ratio  # as the store has scaled it: nothing is left to do here
        room = QRect(QPoint(0, 0), size)
        room.moveCenter(place.center())
        painter.setOpacity(strength)
        painter.drawImage(room, image)
        painter.setOpacity(1.0)

    def _on_opened(self, _index: QModelIndex) -> None:
        self.open_wanted.emit(self.current())


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What is selected is raised, the current one of a view with the focus has a frame."""
    palette, state, flag = option.palette, option.state, QStyle.StateFlag
    ground = palette.color(QPalette.ColorRole.Accent)
    ground.setAlpha(60 if state & flag.State_Selected else 25 if state & flag.State_MouseOver else 0)
    painter.setBrush(ground)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & flag.State_Selected:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
    if state & flag.State_HasFocus:
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
    if not state & (flag.State_Selected | flag.State_HasFocus | flag.State_MouseOver):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_badge(painter: QPainter, icon: str, place: QRect, palette: QPalette) -> None:
    """A sign in the corner: colour is never the only one."""
    corner = QRect(place.right() - _BADGE - 2, place.top() + 3, _BADGE, _BADGE)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
    painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))  # other grounds of a view are transparent
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawEllipse(corner)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    ratio = painter.device().devicePixelRatio()
    sign = icons.picture(icon, palette.color(QPalette.ColorRole.Text), 12, ratio)
    painter.drawPixmap(corner.left() + 4, corner.top() + 4, sign)


def small_font(font: QFont) -> QFont:
    """The font of what stands below a picture."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return small
