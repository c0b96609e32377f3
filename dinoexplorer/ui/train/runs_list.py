"""The compact column of runs: what runs on top, then what waits, then the rest, newest first."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem, QWidget

from dinoexplorer.ui.naming_delegate import Index
from dinoexplorer.ui.texts import elided
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.train.run_painting import (
    RunDelegate,
    fonts,
    paint_focus,
    paint_ground,
    paint_mark,
    paint_progress,
)
from dinoexplorer.ui.train.run_states import course_text
from dinoexplorer.ui.train.runs_model import ROW
from dinoexplorer.ui.train.runs_pane import RunsPane

THUMBNAIL = 40
_AIR, _MARK, _HEIGHT = 10, 9, 58


class RunsList(RunsPane):
    """For a column of 280 to 420 pixels."""

    def __init__(self, parent: QWidget | None = None, *, pictures: PictureStore | None = None) -> None:
        super().__init__(parent, pictures=pictures)
        self.setMinimumWidth(240)

    def sizeHint(self) -> QSize:
        return QSize(320, 480)

    def _new_view(self) -> QAbstractItemView:
        view = QListView(self)
        view.setUniformItemSizes(True)
        # The model has the columns of the table as well: a run is selected when all of them are.
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setItemDelegate(_Delegate(self.pictures, view))
        return view


class _Delegate(RunDelegate):
    """Thumbnail and title; below, recipe, state, progress and the time that is left."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        lines = 2 * option.fontMetrics.height() + 18
        return QSize(200, max(_HEIGHT, lines))

    def title_rect(self, option: QStyleOptionViewItem) -> QRect:
        inner = _inner(option)
        return QRect(inner.left(), inner.top(), inner.width(), option.fontMetrics.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, palette = index.data(ROW), option.palette
        painter.save()
        paint_ground(painter, option)
        middle = option.rect.center().y()
        place = QRect(option.rect.left() + _AIR, middle - THUMBNAIL // 2 + 1, THUMBNAIL, THUMBNAIL)
        self.thumbnail(painter, row, place, palette)
        bold, small = fonts(option.font)
        inner, title = _inner(option), self.title_rect(option)
        painter.setFont(bold)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, elided(row.title, QFontMetrics(bold), title.width()))
        metrics = QFontMetrics(small)
        line = QRect(inner.left(), title.bottom() + 3, inner.width(), metrics.height())
        paint_mark(painter, row, QRectF(line.left() + 0.5, line.center().y() - _MARK / 2 + 1, _MARK, _MARK), palette)
        line.setLeft(line.left() + _MARK + 6)
        painter.setFont(small)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(
            line, Qt.AlignmentFlag.AlignVCenter, second_line(row.recipe, course_text(row), metrics, line.width())
        )
        paint_progress(painter, row, QRectF(inner.left(), line.bottom() + 4, inner.width(), 3), palette)
        paint_focus(painter, option)
        painter.restore()


def second_line(recipe: str, course: str, metrics: QFontMetrics, width: int) -> str:
    """Recipe and course of a run; where room is short the recipe is cut to a few letters, and only then the rest."""
    joint = " · "
    room = width - metrics.horizontalAdvance(joint + course)
    wanted = metrics.horizontalAdvance(recipe)
    least = min(wanted, metrics.horizontalAdvance("nnnn…"))
    if room < least:
        return elided(course, metrics, width)
    return elided(recipe, metrics, room) + joint + course


def _inner(option: QStyleOptionViewItem) -> QRect:
    """Where the text lies."""
    lines = 2 * option.fontMetrics.height() + 9
    top = option.rect.center().y() - lines // 2
    left = option.rect.left() + 2 * _AIR + THUMBNAIL
    return QRect(left, top, option.rect.right() - _AIR - left, lines)
