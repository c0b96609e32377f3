"""Rows with a tick, a title and what else is to be known; a click anywhere and the space bar turn the tick."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from dinoexplorer.ui.texts import elided
from dinoexplorer.ui.train.run_painting import fonts, paint_focus, paint_ground
from dinoexplorer.ui.train.tick_box import draw_tick

DETAIL = Qt.ItemDataRole.UserRole + 1
_AIR, _BOX, _GAP = 8, 16, 10
_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_Index = QModelIndex | QPersistentModelIndex


class TickDelegate(QStyledItemDelegate):
    """The title is the text of an item, the line below it is its ``DETAIL``."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        bold, small = fonts(option.font)
        return QSize(120, QFontMetrics(bold).height() + QFontMetrics(small).height() + 2 * _AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        paint_ground(painter, option)
        rect, palette = QRectF(option.rect), option.palette
        on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        draw_tick(painter, QPointF(rect.left() + _AIR, rect.center().y() - _BOX / 2), palette, on=on)
        bold, small = fonts(option.font)
        left, top = rect.left() + _AIR + _BOX + _GAP, rect.top() + _AIR
        width = rect.right() - left - _AIR
        lines = (
            (str(index.data()), bold, QPalette.ColorRole.Text),
            (str(index.data(DETAIL)), small, QPalette.ColorRole.PlaceholderText),
        )
        for text, font, role in lines:
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(palette.color(role))
            painter.drawText(QPointF(left, top + metrics.ascent()), elided(text, metrics, int(width)))
            top += metrics.height()
        paint_focus(painter, option)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, _option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS
        clicked = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        )
        if not pressed and not clicked:
            return False
        on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        return model.setData(index, state, Qt.ItemDataRole.CheckStateRole)
