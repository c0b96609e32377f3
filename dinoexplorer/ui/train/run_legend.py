"""The runs that are compared, each with its mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape
from dinoexplorer.ui.texts import as_tool_tip, elided

_MARK, _WIDEST, _ICON = 4.4, 240, 16


def mark_icon(slot: int, palette: QPalette, ratio: float) -> QIcon:
    """The mark of a run as icon."""
    pixmap = QPixmap(round(_ICON * ratio), round(_ICON * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_mark(painter, slot, QPointF(_ICON / 2, _ICON / 2), palette)
    painter.end()
    return QIcon(pixmap)


def draw_mark(painter: QPainter, slot: int, centre: QPointF, palette: QPalette) -> None:
    """The mark of a run, the same wherever it appears."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_shape(painter, slot, centre, _MARK, class_colour(slot, dark=is_dark(palette)))


class RunLegend(QWidget):
    """Marks and titles in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = FlowLayout(self, gap=4)
        self._titles: tuple[str, ...] = ()

    def set_titles(self, titles: Sequence[str]) -> None:
        """Show these."""
        if tuple(titles) == self._titles:
            return
        self._titles = tuple(titles)
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for slot, title in enumerate(titles):
            self._row.addWidget(_Name(slot, title, self))
        self.updateGeometry()


class _Name(QWidget):
    """One mark and title."""

    def __init__(self, slot: int, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._slot, self._title = slot, title
        self.setAccessibleName(title)
        self.setToolTip(as_tool_tip(title))

    def sizeHint(self) -> QSize:
        width = min(self.fontMetrics().horizontalAdvance(self._title), _WIDEST)
        return QSize(width + 30, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_mark(painter, self._slot, QPointF(9, self.height() / 2), self.palette())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.rect().adjusted(18, 0, -6, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided(self._title, self.fontMetrics(), room.width()))
        painter.end()
