"""The description of a network as text: line numbers before it, behind each layer what it gives."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QColor, QFontDatabase, QPalette, QResizeEvent, QTextCharFormat, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from dinoexplorer.ui.readings.line_margin import LineMargin

_SHAPE = "512 x 512 x 512 "
_FAINT = 40  # of 255


class DescriptionEditor(QPlainTextEdit):
    """Monospaced, unwrapped; Tab leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Description of the layers, in TOML")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._before, self._behind = LineMargin(self, numbers=True), LineMargin(self, numbers=False)
        self._wrong = 0
        self.updateRequest.connect(self._on_update)
        self.blockCountChanged.connect(self._make_room)
        self._make_room()

    @property
    def wrong_line(self) -> int:
        """The line that is marked as wrong, 0 for none."""
        return self._wrong

    @property
    def shapes(self) -> Mapping[int, str]:
        """What stands behind the lines."""
        return self._behind.words

    def show_check(self, shapes: Mapping[int, str], wrong: int) -> None:
        """Show behind each line what its layer gives, and which line is wrong."""
        self._behind.words, self._wrong = shapes, wrong
        self._before.wrong = self._behind.wrong = wrong
        self._mark()
        self._before.update()
        self._behind.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._mark()

    def _make_room(self) -> None:
        metrics = self.fontMetrics()
        before = metrics.horizontalAdvance("9" * max(len(str(self.blockCount())), 2)) + 14
        self.setViewportMargins(before, 0, metrics.horizontalAdvance(_SHAPE) + 10, 0)
        self._place()

    def _place(self) -> None:
        inside, margins = self.contentsRect(), self.viewportMargins()
        height = self.viewport().height()
        self._before.setGeometry(QRect(inside.left(), inside.top(), margins.left(), height))
        right = self.viewport().geometry().right() + 1
        self._behind.setGeometry(QRect(right, inside.top(), margins.right(), height))

    def _on_update(self, _rect: QRect, _dy: int) -> None:
        self._before.update()
        self._behind.update()

    def _mark(self) -> None:
        if not self._wrong or self._wrong > self.blockCount():
            self.setExtraSelections([])
            return
        colour = QColor(self.palette().color(QPalette.ColorRole.BrightText))
        colour.setAlpha(_FAINT)
        look = QTextCharFormat()
        look.setBackground(colour)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selection = QTextEdit.ExtraSelection()
        selection.format = look
        cursor = self.textCursor()
        cursor.setPosition(self.document().findBlockByNumber(self._wrong - 1).position())
        selection.cursor = cursor
        self.setExtraSelections([selection])
