"""The whole history of runs as a table that can be ordered by every column."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QActionGroup, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStyleOptionViewItem, QTableView, QWidget

from dinoexplorer.ui.naming_delegate import Index
from dinoexplorer.ui.texts import elided
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.train.run_painting import (
    RunDelegate,
    fonts,
    paint_ground,
    paint_mark,
    paint_progress,
)
from dinoexplorer.ui.train.runs_model import COLUMNS, ROW
from dinoexplorer.ui.train.runs_pane import RunsPane

THUMBNAIL = 32
_AIR, _MARK, _HEIGHT = 8, 9, 42
_STATE, _STARTED = COLUMNS.index("State"), COLUMNS.index("Started")
_WIDTHS = (170, 112, 128, 126, 92, 70, 70, 84, 100)


class RunsTable(RunsPane):
    """Press a heading, or choose in More, to order; again to turn it round."""

    def __init__(self, parent: QWidget | None = None, *, pictures: PictureStore | None = None) -> None:
        super().__init__(parent, pictures=pictures)
        self.order_by(_STARTED, Qt.SortOrder.DescendingOrder)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_row_changed)

    def order_by(self, column: int, order: Qt.SortOrder) -> None:
        """Order by a column."""
        self._table.sortByColumn(column, order)

    def fill(self, menu: QMenu) -> None:
        super().fill(menu)
        menu.addSeparator()
        orders = menu.addMenu("Order by")
        group = QActionGroup(orders)
        present = self._table.horizontalHeader().sortIndicatorSection()
        for column, name in enumerate(COLUMNS):
            action = orders.addAction(name)
            action.setObjectName(f"order {column}")
            action.setCheckable(True)
            action.setChecked(column == present)
            group.addAction(action)

    def do(self, name: str) -> bool:
        """Carry out an offer of the menu."""
        if not name.startswith("order "):
            return super().do(name)
        header, column = self._table.horizontalHeader(), int(name.removeprefix("order "))
        turned = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        self.order_by(column, Qt.SortOrder.DescendingOrder if turned else Qt.SortOrder.AscendingOrder)
        return True

    def _say(self) -> None:
        super()._say()
        self.more.setEnabled(self.model.total > 0)  # the order is chosen there, too

    @Slot()
    def _on_current_row_changed(self) -> None:
        self.view.viewport().update()  # the frame goes from end to end

    def sizeHint(self) -> QSize:
        return QSize(960, 480)

    def _new_view(self) -> QAbstractItemView:
        self._table = view = _Table(self)
        view.setModel(self.model)
        view.setItemDelegate(_Delegate(self.pictures, view))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        rows, header = view.verticalHeader(), view.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(_HEIGHT, view.fontMetrics().height() + 18))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, width)
        header.setMinimumSectionSize(48)
        view.setSortingEnabled(True)
        return view


class _Table(QTableView):
    """The titles take what the other columns leave."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        header = self.horizontalHeader()
        rest = header.length() - header.sectionSize(0)
        header.resizeSection(0, max(self.viewport().width() - rest, _WIDTHS[0]))


class _Delegate(RunDelegate):
    """The title with its thumbnail, the state with its mark and progress, the rest as text."""

    def title_rect(self, option: QStyleOptionViewItem) -> QRect:
        return QRect(option.rect).adjusted(2 * _AIR + THUMBNAIL, 0, -_AIR, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, palette, column = index.data(ROW), option.palette, index.column()
        painter.save()
        paint_ground(painter, option, left_end=column == 0)
        bold, small = fonts(option.font)
        text, room = str(index.data()), QRect(option.rect).adjusted(_AIR, 0, -_AIR, 0)
        painter.setFont(small)
        role = QPalette.ColorRole.Text if column in {0, _STATE} else QPalette.ColorRole.PlaceholderText
        if column == 0:
            room = self.title_rect(option)
            place = QRect(option.rect.left() + _AIR, room.center().y() - THUMBNAIL // 2 + 1, THUMBNAIL, THUMBNAIL)
            self.thumbnail(painter, row, place, palette)
            painter.setFont(bold)
        elif column == _STATE:
            middle = room.center().y() + 1
            paint_mark(painter, row, QRectF(room.left(), middle - _MARK / 2, _MARK, _MARK), palette)
            room.setLeft(room.left() + _MARK + 7)
            bar = QRectF(room.left(), option.rect.bottom() - 6, room.width(), 3)
            paint_progress(painter, row, bar, palette)
        painter.setPen(palette.color(role))
        alignment = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(room, alignment, elided(text, painter.fontMetrics(), room.width()))
        self._frame(painter, option, index)
        painter.restore()

    def _frame(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The frame of the current row, from end to end."""
        view = option.widget
        if not isinstance(view, QTableView) or not view.hasFocus() or view.currentIndex().row() != index.row():
            return
        header, rect = view.horizontalHeader(), QRectF(option.rect).adjusted(0, 1, 0, -1)
        painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Accent), 2))
        painter.drawLine(rect.topLeft(), rect.topRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        place = header.visualIndex(index.column())
        if place == 0:
            painter.drawLine(rect.topLeft() + QPointF(1, 0), rect.bottomLeft() + QPointF(1, 0))
        if place == header.count() - 1:
            painter.drawLine(rect.topRight() - QPointF(1, 0), rect.bottomRight() - QPointF(1, 0))
