"""One way to read a file: its pictures, what sets it apart, and how well it agrees."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.readings.picture_sheet import paint_sheet
from dinoexplorer.ui.texts import as_tool_tip

SIDE = 196
_MARGIN, _CORNER = 10, 8.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ReadingCard(QAbstractButton):
    """Checkable; `entered` is a double click, or Return."""

    entered = Signal()
    stepped = Signal(int, int)  # so many cards to the right and down, by the arrows

    def __init__(self, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._about = name, about
        self._pictures: ByteArray | None = None
        self._problem = self._facts = ""
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._tell()

    def show_look(self, pictures: ByteArray | None, about: str) -> None:
        """Show its pictures ``(n, size, size, 3)`` and a line about them; None where it cannot be, with the reason."""
        self._pictures = pictures
        if pictures is None:
            self._problem = about
            self.setEnabled(False)
        else:
            self._facts = about
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 2 * _MARGIN, SIDE + 2 * _MARGIN + 4 * self.fontMetrics().lineSpacing() + 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        paint_sheet(painter, QRectF(_MARGIN, _MARGIN, SIDE, SIDE), self._pictures, self.palette())
        self._paint_texts(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.entered.emit()
        elif event.key() in _ARROWS:  # whoever holds the cards knows what is beside which
            self.stepped.emit(*_ARROWS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.entered.emit()

    def _tell(self) -> None:
        about = self._problem or ", ".join(filter(None, (self._about, self._facts)))
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(about)
        self.setToolTip(as_tool_tip(f"{self._name}\n{about}"))

    def _paint_ground(self, painter: QPainter) -> None:
        palette = self.palette()
        place = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        chosen, focused = self.isChecked(), self.hasFocus()
        colour = palette.color(QPalette.ColorRole.Accent if chosen or focused else QPalette.ColorRole.Mid)
        if self.underMouse() and self.isEnabled() and not (chosen or focused):
            colour = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(colour, 3 if chosen else 2 if focused else 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(place, _CORNER, _CORNER)
        if chosen and focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.5, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(place.adjusted(4, 4, -4, -4), _CORNER - 2, _CORNER - 2)

    def _fitting_name(self) -> str:
        """As much of its beginning and end as two lines hold: what sets readings apart often stands last."""
        metrics, room = self.fontMetrics(), QRect(0, 0, SIDE, 2 * self.fontMetrics().lineSpacing())
        name, width = self._name, 2 * SIDE
        while metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, name).height() > room.height():
            width -= SIDE // 8
            name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, width)
        return name

    def _paint_texts(self, painter: QPainter) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        top = _MARGIN + SIDE + 6
        place = QRectF(_MARGIN, top, SIDE, metrics.lineSpacing())
        wrapped = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(place.adjusted(0, 0, 0, place.height()), wrapped, self._fitting_name())
        font = self.font()
        font.setPixelSize(max(self.fontInfo().pixelSize() - 2, 9))
        painter.setFont(font)
        role = QPalette.ColorRole.BrightText if self._problem else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role))
        for line, text in enumerate((self._problem,) if self._problem else (self._about, self._facts), 2):
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, SIDE)
            below = place.translated(0, line * metrics.lineSpacing())
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
