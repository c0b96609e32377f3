"""A view of equal tiles in lines: where a tile lies is reckoned, so a million of them cost as much as one."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex


class GridView(QListView):
    """What `QListView` does for pictures, without laying every one of them out: that takes it long for many.

    It is a `QListView` only for those who look for one; whatever has to do with places is reckoned here.
    """

    _tile = QSize(100, 100)  # Qt asks before anything can be set

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else the columns would jump
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)

    def set_tile(self, size: QSize) -> None:
        """How large every tile is."""
        self._tile = size
        self.doItemsLayout()

    def tile(self) -> QSize:
        """The size of every tile."""
        return self._tile

    def paint_tile(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one tile, which lies at ``option.rect``."""
        raise NotImplementedError

    @property
    def columns(self) -> int:
        """Tiles side by side."""
        return max(self.viewport().width() // self.tile().width(), 1)

    def _count(self) -> int:
        model: QAbstractItemModel | None = self.model()  # Qt asks before there is one, too
        return 0 if model is None else model.rowCount()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.columns)
        size = self.tile()
        return QRect(QPoint(column * size.width(), line * size.height() - self.verticalOffset()), size)

    def indexAt(self, point: QPoint) -> QModelIndex:
        size = self.tile()
        column = point.x() // size.width()
        if not 0 <= column < self.columns:
            return QModelIndex()
        row = (point.y() + self.verticalOffset()) // size.height() * self.columns + column
        return self.model().index(row, 0) if 0 <= row < self._count() else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        self.updateGeometries()  # what has just been put into the model has not been laid out yet
        rect, height, bar = self.visualRect(index), self.viewport().height(), self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - height // 2)
        elif rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= height:
            bar.setValue(bar.value() + min(rect.bottom() - height + 1, rect.top()))

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, present, actions = self._count(), self.currentIndex().row(), QAbstractItemView.CursorAction
        page = max(self.viewport().height() // self.tile().height(), 1) * self.columns
        steps = {
            actions.MoveLeft: -1, actions.MovePrevious: -1, actions.MoveRight: 1, actions.MoveNext: 1,
            actions.MoveUp: -self.columns, actions.MoveDown: self.columns,
            actions.MovePageUp: -page, actions.MovePageDown: page, actions.MoveHome: -count, actions.MoveEnd: count,
        }  # fmt: skip
        row = present + steps.get(action, 0) if present >= 0 else 0
        if action in {actions.MoveUp, actions.MoveDown} and not 0 <= row < count:
            row = present
        return self.model().index(min(max(row, 0), count - 1), 0)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a dragged rectangle touches: a range in each line."""
        area, size, count = rect.normalized(), self.tile(), self._count()
        top, bottom = ((y + self.verticalOffset()) // size.height() for y in (area.top(), area.bottom()))
        left, right = (min(max(x // size.width(), 0), self.columns - 1) for x in (area.left(), area.right()))
        selection = QItemSelection()
        for line in range(max(top, 0), min(bottom, (count - 1) // self.columns) + 1):
            first, last = line * self.columns + left, min(line * self.columns + right, count - 1)
            if first <= last:
                selection.select(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def doItemsLayout(self) -> None:
        """Nothing is laid out; the scroll bar follows how many there are."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        lines, height = -(-self._count() // self.columns), self.tile().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(lines * height - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(height // 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first tile in sight where it is, however many stand side by side now."""
        width, size = event.oldSize().width(), self.tile()
        first = self.verticalOffset() // size.height() * max(width // size.width(), 1)
        super().resizeEvent(event)
        self.updateGeometries()
        if width > 0:
            self.verticalScrollBar().setValue(first // self.columns * size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        size, offset, columns = self.tile(), self.verticalOffset(), self.columns
        first = (event.rect().top() + offset) // size.height() * columns
        last = ((event.rect().bottom() + offset) // size.height() + 1) * columns
        option, flags = QStyleOptionViewItem(), QStyle.StateFlag
        self.initViewItemOption(option)
        plain = option.state & ~(flags.State_Selected | flags.State_HasFocus | flags.State_MouseOver)
        focus = self.currentIndex().row() if self.hasFocus() else -1
        chosen, under = self.selectionModel(), self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())).row()
        for row in range(max(first, 0), min(last, self._count())):
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            option.state = plain
            for flag, on in (
                (flags.State_Selected, chosen.isSelected(index)),
                (flags.State_HasFocus, row == focus),
                (flags.State_MouseOver, row == under),
            ):
                option.state = option.state | flag if on else option.state
            self.paint_tile(painter, option, index)
        painter.end()
