"""The list of the palette: a name with its line of help below, its keys on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dinoexplorer.finding.matching import Match
from dinoexplorer.ui.palette.entry import Entry
from dinoexplorer.ui.theme import SMALL

Found = tuple[Entry, Match]
Index = QModelIndex | QPersistentModelIndex

_FOUND = Qt.ItemDataRole.UserRole
_MARGIN, _AIR, _GAP = 12, 7, 16
_MOST_ROWS = 8  # that are seen at once


class EntryList(QListView):
    """Shows what fits; keeps the keyboard to the field above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.setAccessibleName("What fits")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self._model = _Entries(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.entered.connect(self.setCurrentIndex)

    def set_found(self, found: Sequence[Found]) -> None:
        """List these, the first one chosen."""
        self._model.set_found(tuple(found))
        self.setCurrentIndex(self._model.index(0, 0))
        self.scrollToTop()

    def found(self) -> tuple[Found, ...]:
        """What is listed."""
        return self._model.found

    def current(self) -> Entry | None:
        """The entry that is chosen."""
        row = self.currentIndex().row()
        return self._model.found[row][0] if 0 <= row < len(self._model.found) else None

    def choose(self, key: str) -> None:
        """Choose the entry of that key, where it is listed."""
        for row, (entry, _) in enumerate(self._model.found):
            if entry.key == key:
                self.setCurrentIndex(self._model.index(row, 0))

    def move(self, step: int) -> None:  # type: ignore[override]  # of the choice; the widget is moved by its layout
        """Choose another entry, ``step`` rows further; from either end a step of one goes round."""
        count = len(self._model.found)
        if not count:
            return
        row = self.currentIndex().row() + step
        row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
        self.setCurrentIndex(self._model.index(row, 0))

    def height_for(self, count: int) -> int:
        """Pixels that ``count`` rows take, no more than are seen at once."""
        return min(count, _MOST_ROWS) * _row_height(self.font())


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: tuple[Found, ...] = ()

    def set_found(self, found: tuple[Found, ...]) -> None:
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.found):
            return None
        entry = self.found[index.row()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry)
        return self.found[index.row()] if role == _FOUND else None


def spoken(entry: Entry) -> str:
    """An entry as a screen reader says it."""
    return ". ".join(filter(None, (entry.name, entry.line.removesuffix("."), entry.keys or entry.kind)))


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, fit = index.data(_FOUND)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette, role = option.palette, QPalette.ColorRole
        group = QPalette.ColorGroup.Disabled if entry.hindrance else QPalette.ColorGroup.Normal
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.AlternateBase))
            painter.drawRoundedRect(option.rect, 6, 6)
            painter.setBrush(palette.color(role.Accent))
            painter.drawRoundedRect(
                QRect(option.rect.left(), option.rect.top() + 8, 3, option.rect.height() - 16), 1, 1
            )
        inner = option.rect.adjusted(_MARGIN, _AIR, -_MARGIN, -_AIR)
        plain, small = option.font, _small(option.font)
        muted = palette.color(role.PlaceholderText)
        aside = entry.keys or entry.kind
        right = QFontMetrics(small).horizontalAdvance(aside)
        painter.setFont(small)
        painter.setPen(muted)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, aside)
        name = inner.adjusted(0, 0, -right - _GAP, 0)
        painter.setFont(plain)
        _draw_name(painter, name, (entry.name, fit), (palette.color(group, role.Text), palette.color(role.Accent)))
        below = inner.adjusted(0, QFontMetrics(plain).height(), 0, 0)
        painter.setFont(small)
        painter.setPen(muted)
        line = QFontMetrics(small).elidedText(entry.line, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, _row_height(option.font))


def _draw_name(painter: QPainter, room: QRect, named: tuple[str, Match], colours: tuple[QColor, QColor]) -> None:
    """Draw the name in the first colour, the letters that fitted bold and in the second one."""
    name, fit = named
    font, bold = painter.font(), painter.font()
    bold.setBold(True)
    places, x, start = frozenset(fit.positions), room.left(), 0
    while start < len(name):
        end, fitted = start + 1, start in places
        while end < len(name) and (end in places) == fitted:
            end += 1
        used = bold if fitted else font
        metrics = QFontMetrics(used)
        text = metrics.elidedText(name[start:end], Qt.TextElideMode.ElideRight, max(room.right() - x, 0))
        painter.setFont(used)
        painter.setPen(colours[fitted])
        painter.drawText(QRect(x, room.top(), room.right() - x + 1, metrics.height()), Qt.AlignmentFlag.AlignLeft, text)
        x += metrics.horizontalAdvance(name[start:end])
        if x >= room.right():
            return
        start = end


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return small


def _row_height(font: QFont) -> int:
    return QFontMetrics(font).height() + QFontMetrics(_small(font)).height() + 2 * _AIR + 2
