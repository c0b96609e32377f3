"""Pictures before and after, side by side, with the reason under those that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,  # fmt: skip
)

from dinoexplorer.datasets.looking import Look
from dinoexplorer.ui import icons
from dinoexplorer.ui.dataset.pixels import image_of
from dinoexplorer.ui.texts import as_tool_tip, elided
from dinoexplorer.ui.theme import SMALL

Index = QModelIndex | QPersistentModelIndex
_SIDE, _ARROW, _AIR = 84, 20, 8
_LINES = 3
_LOOK, _IMAGES = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class _Looks(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.looks: tuple[Look, ...] = ()
        self._images: tuple[tuple[QImage, QImage], ...] = ()

    def set_looks(self, looks: Sequence[Look]) -> None:
        self.beginResetModel()
        self.looks = tuple(looks)
        self._images = tuple(
            (
                QImage() if look.before is None else image_of(look.before),
                QImage() if look.after is None else image_of(look.after),
            )
            for look in self.looks
        )
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        return 0 if parent.isValid() else len(self.looks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.looks):
            return None
        look = self.looks[index.row()]
        if role == _LOOK:
            return look
        if role == _IMAGES:
            return self._images[index.row()]
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            size = f"{look.width} x {look.height}" if look.width else ""
            text = ", ".join(filter(None, (look.name, size, f"left out: {look.reason}" if look.reason else "taken")))
            return as_tool_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return look.name if role == Qt.ItemDataRole.DisplayRole else None


class PreviewGrid(QListView):
    """Shows what `set_looks` is given; arrow keys walk through it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = _Looks(self)
        self.setObjectName("plain")
        self.setAccessibleName("Preview: before and after")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setModel(self._looks)
        self.setItemDelegate(_Delegate(self))

    @property
    def looks(self) -> tuple[Look, ...]:
        """What is shown."""
        return self._looks.looks

    def set_looks(self, looks: Sequence[Look]) -> None:
        """Show these."""
        self._looks.set_looks(looks)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        height = QFontMetrics(_small(option.font)).height()
        return QSize(2 * _SIDE + _ARROW + 2 * _AIR, _SIDE + 4 + _LINES * height + 2 * _AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: Look = index.data(_LOOK)
        before, after = index.data(_IMAGES)
        palette, role = option.palette, QPalette.ColorRole
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(palette.color(role.Accent), 1.5))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 6, 6)
        left = QRect(option.rect.left() + _AIR, option.rect.top() + _AIR, _SIDE, _SIDE)
        right = left.translated(_SIDE + _ARROW, 0)
        _paint_image(painter, before, left)
        arrow = icons.picture("forward", palette.color(role.PlaceholderText), scale=painter.device().devicePixelRatio())
        _paint_arrow(painter, arrow, left)
        _paint_image(painter, QImage() if look.reason else after, right)
        if look.reason:
            cross = icons.picture("close", palette.color(role.PlaceholderText), 24, painter.device().devicePixelRatio())
            painter.setPen(QPen(palette.color(role.Mid), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(right.adjusted(1, 1, -1, -1), 5, 5)
            painter.drawPixmap(right.center().x() - 12, right.center().y() - 12, cross)
        self._paint_text(painter, option, look)
        painter.restore()

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, look: Look) -> None:
        small = _small(option.font)
        metrics = QFontMetrics(small)
        room = QRect(option.rect).adjusted(_AIR, _AIR + _SIDE + 4, -_AIR, -_AIR)
        painter.setFont(small)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        name = metrics.elidedText(look.name, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        size = f"{look.width} x {look.height}" if look.width else ""
        said = elided(look.reason, metrics, 2 * room.width() - 24) if look.reason else size
        below = room.adjusted(0, metrics.height(), 0, 0)
        painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, said)


def _paint_image(painter: QPainter, image: QImage, room: QRect) -> None:
    """As large as it fits, in the middle."""
    if image.isNull():
        return
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(room.center())
    painter.drawImage(place, image)


def _paint_arrow(painter: QPainter, arrow: QPixmap, left: QRect) -> None:
    painter.drawPixmap(left.right() + 1 + (_ARROW - icons.SIZE) // 2, left.center().y() - icons.SIZE // 2, arrow)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return small
