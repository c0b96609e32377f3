"""The recipes to choose from, each with what it is for, and a field that filters them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dinoexplorer.ui.theme import SMALL

Recipe = tuple[str, str, str]
"""Name, title, what it is for."""

_NAME, _ABOUT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_MARGIN = 10


class RecipeList(QFrame):
    """A list that drops down. Type to filter, arrows to move, Return to choose, Escape to leave."""

    chosen = Signal(str)  # name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("hover_card")
        self.setAccessibleName("Recipes")
        self.filter_field = QLineEdit(self)
        self.filter_field.setPlaceholderText("Find a recipe")
        self.filter_field.setAccessibleName("Find a recipe")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Recipes")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.filter_field)
        column.addWidget(self.list)
        self.filter_field.textChanged.connect(self._on_filter_changed)
        self.filter_field.installEventFilter(self)
        self.list.itemClicked.connect(self._choose)

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these."""
        self.list.clear()
        for name, title, about in recipes:
            item = QListWidgetItem(title, self.list)
            item.setData(_NAME, name)
            item.setData(_ABOUT, about)
            item.setToolTip(name)

    def drop_down(self, below: QWidget, present: str) -> None:
        """Show the list under a widget, at the recipe that is chosen."""
        self.filter_field.clear()
        screen = below.screen().availableGeometry()
        width = min(max(below.width(), 460), screen.width() - 16)
        height = min(480, screen.height() - 16)
        corner = below.mapToGlobal(below.rect().bottomLeft())
        left = min(max(corner.x(), screen.left() + 8), screen.right() - width - 8)
        top = min(corner.y() + 4, screen.bottom() - height - 8)
        self.setGeometry(left, max(top, screen.top() + 8), width, height)
        for row in range(self.list.count()):
            if self.list.item(row).data(_NAME) == present:
                self.list.setCurrentRow(row)
        self.show()
        self.list.doItemsLayout()  # the widths before it was shown were guesses
        self.list.scrollToItem(self.list.currentItem(), QListWidget.ScrollHint.PositionAtCenter)
        self.filter_field.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}.get(
            Qt.Key(event.key())
        )
        if step is not None:
            self._move(step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.list.currentItem())
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        rows = [row for row in range(self.list.count()) if not self.list.item(row).isHidden()]
        if rows:
            present = rows.index(self.list.currentRow()) if self.list.currentRow() in rows else -step
            self.list.setCurrentRow(rows[min(max(present + step, 0), len(rows) - 1)])

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.close()
            self.chosen.emit(item.data(_NAME))

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        words, first = text.lower().split(), -1
        for row in range(self.list.count()):
            item = self.list.item(row)
            said = f"{item.text()} {item.data(_NAME)} {item.data(_ABOUT)}".lower()
            item.setHidden(not all(word in said for word in words))
            first = row if first < 0 and not item.isHidden() else first
        present = self.list.currentItem()
        if first >= 0 and (present is None or present.isHidden()):
            self.list.setCurrentRow(first)


class _Delegate(QStyledItemDelegate):
    """Title and name on one line, what it is for below, on as many lines as it takes."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        role = QPalette.ColorRole
        painter.save()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Highlight))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(option.rect.adjusted(0, 1, -1, -1), 6, 6)
        inner = option.rect.adjusted(_MARGIN, 6, -_MARGIN, -6)
        bold, small = _fonts(option.font)
        painter.setFont(bold)
        painter.setPen(palette.color(role.HighlightedText if chosen else role.Text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, str(index.data()))
        painter.setFont(small)
        painter.setPen(palette.color(role.HighlightedText if chosen else role.PlaceholderText))
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, str(index.data(_NAME))
        )  # fmt: skip
        below = inner.adjusted(0, QFontMetrics(bold).height() + 1, 0, 0)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, str(index.data(_ABOUT)))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListWidget) else 400
        bold, small = _fonts(option.font)
        room = QRect(0, 0, width - 2 * _MARGIN, 1000)
        text = QFontMetrics(small).boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data(_ABOUT)))
        return QSize(width, QFontMetrics(bold).height() + text.height() + 14)


def _fonts(font: QFont) -> tuple[QFont, QFont]:
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return bold, small
