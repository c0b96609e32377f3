"""A margin beside the lines of a text: a word for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from dinoexplorer.ui.readings.description_editor import DescriptionEditor


class LineMargin(QWidget):
    """Paints ``words``, by line counted from 1, at the height of their lines; without ``words``, the numbers."""

    def __init__(self, editor: DescriptionEditor, *, numbers: bool) -> None:
        super().__init__(editor)
        self._editor, self._numbers = editor, numbers
        self.words: Mapping[int, str] = {}
        self.wrong = 0  # the line to be painted as a problem

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._editor.font())
        palette = self.palette()
        left = Qt.AlignmentFlag.AlignRight if self._numbers else Qt.AlignmentFlag.AlignLeft
        for number, top, height in self._lines():
            text = str(number) if self._numbers else self.words.get(number, "")
            wrong = number == self.wrong
            if wrong and not self._numbers:
                text = "does not fit"
            painter.setPen(
                palette.color(QPalette.ColorRole.BrightText if wrong else QPalette.ColorRole.PlaceholderText)
            )
            place = QRectF(4, top, self.width() - 10, height)
            painter.drawText(place, left | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.end()

    def _lines(self) -> Iterator[tuple[int, float, float]]:
        """The lines that are seen: number, top and height."""
        editor = self._editor
        block = editor.firstVisibleBlock()
        while block.isValid():
            place = editor.blockBoundingGeometry(block).translated(editor.contentOffset())
            if place.top() > self.height():
                return
            yield block.blockNumber() + 1, place.top(), place.height()
            block = block.next()
