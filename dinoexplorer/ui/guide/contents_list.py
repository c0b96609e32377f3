"""The left side of the guide: its pages, or what was found in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from dinoexplorer.finding.guide_index import Hit
from dinoexplorer.finding.guide_pages import Page
from dinoexplorer.ui.theme import SMALL

_LINE, _HIT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_MARGIN, _AIR = 10, 6
_MOST_LINES = 3


class ContentsList(QListWidget):
    """Titles of pages, or places in them with a line of context; going to one of them is choosing it."""

    page_chosen = Signal(str)  # key
    hit_chosen = Signal(object)  # Hit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.setAccessibleName("Pages of the guide")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Delegate(self))
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemClicked.connect(self._on_current_changed)

    def show_pages(self, pages: Sequence[Page], present: str) -> None:
        """List the pages, the one that is read marked."""
        with QSignalBlocker(self):
            self.clear()
            for page in pages:
                item = QListWidgetItem(page.title, self)
                item.setData(_HIT, page.key)
        self.mark_page(present)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """List the places that were found, none of them chosen yet."""
        with QSignalBlocker(self):
            self.clear()
            for hit in hits:
                page, heading = hit.passage.page.title, hit.passage.heading
                item = QListWidgetItem(page if heading == page else f"{page} › {heading}", self)
                item.setData(_LINE, "" if hit.passage.is_heading else hit.line)
                item.setData(_HIT, hit)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}. {hit.line}")

    def mark_page(self, key: str) -> None:
        """Mark the page that is read, which a link may have led to."""
        for row in range(self.count()):
            if self.item(row).data(_HIT) == key:
                with QSignalBlocker(self):
                    self.setCurrentRow(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    @Slot()
    def _on_current_changed(self) -> None:
        if self.currentRow() < 0:
            return
        chosen = self.currentItem().data(_HIT)
        if isinstance(chosen, Hit):
            self.hit_chosen.emit(chosen)
        else:
            self.page_chosen.emit(chosen)


class _Delegate(QStyledItemDelegate):
    """A title, and below it the line of context on as many lines as it takes, up to a few."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette, role = option.palette, QPalette.ColorRole
        title, small = _fonts(option.font, bold=isinstance(index.data(_HIT), Hit) or chosen)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.AlternateBase))
            painter.drawRoundedRect(option.rect.adjusted(0, 1, -1, -1), 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(role.Accent))
            painter.drawRoundedRect(option.rect.adjusted(1, 2, -2, -2), 6, 6)
        inner = option.rect.adjusted(_MARGIN, _AIR, -_MARGIN, -_AIR)
        painter.setFont(title)
        painter.setPen(palette.color(role.Text))
        text = QFontMetrics(title).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, text)
        painter.setFont(small)
        painter.setPen(palette.color(role.PlaceholderText))
        below = inner.adjusted(0, QFontMetrics(title).height() + 1, 0, 0)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, str(index.data(_LINE) or ""))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListWidget) else 240
        title, small = _fonts(option.font, bold=True)
        height, line = QFontMetrics(title).height(), str(index.data(_LINE) or "")
        if line:
            metrics = QFontMetrics(small)
            room = QRect(0, 0, width - 2 * _MARGIN, metrics.height() * _MOST_LINES)
            height += metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, line).height() + 1
        return QSize(width, height + 2 * _AIR)


def _fonts(font: QFont, *, bold: bool) -> tuple[QFont, QFont]:
    title, small = QFont(font), QFont(font)
    title.setBold(bold)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return title, small
