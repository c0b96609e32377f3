"""A figure on the screen, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.ui.train.export_figures import Figure


class FigureView(QWidget):
    """Paints a figure over all of its room; ``height_for`` makes it as high as a width needs, to be scrolled."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._figure: Figure | None = None
        self._height_for: Callable[[float], float] | None = None

    @property
    def figure(self) -> Figure | None:
        """What is shown."""
        return self._figure

    def set_figure(
        self, figure: Figure | None, *, least_width: float = 0, height_for: Callable[[float], float] | None = None
    ) -> None:
        """Show a figure."""
        self._figure, self._height_for = figure, height_for
        self.setAccessibleDescription(figure.title if figure is not None else "")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(height_for is not None)
        self.setSizePolicy(policy)
        self.setMinimumWidth(int(least_width))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return self._height_for is not None

    def heightForWidth(self, width: int) -> int:
        return round(self._height_for(float(width))) if self._height_for is not None else -1

    def sizeHint(self) -> QSize:
        width = max(self.minimumWidth(), 400)
        return QSize(width, self.heightForWidth(width) if self._height_for is not None else 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._figure is not None:
            painter.setFont(self.font())
            self._figure.paint(painter, QRectF(self.rect()), self.palette(), self.devicePixelRatioF())
        painter.end()
