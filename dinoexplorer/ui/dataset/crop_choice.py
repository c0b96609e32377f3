"""How pictures become squares: a row of buttons, each with a drawing of what it does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from dinoexplorer.ui.icon_button import IconButton

_WIDTH, _HEIGHT = 40, 26
_PICTURE = QRectF(2, 4, 36, 18)
_TEXTS = {
    "center": ("Middle", "Scale the shorter side and cut the middle out"),
    "fit": ("Whole", "Show the whole picture on the background"),
    "squeeze": ("Squeeze", "Distort the whole picture to a square"),
    "bbox": ("Boxes", "Cut a square around each part that was marked (Pascal VOC, COCO, YOLO)"),
    "none": ("As it is", "Keep the proportions: training needs squares, so this is for other uses"),
}


class CropChoice(QWidget):
    """One of the crops of a preparation."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How pictures become squares")
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for name, (text, help_text) in _TEXTS.items():
            button = _CropButton(name, text, self)
            button.setToolTip(help_text)
            button.setAccessibleDescription(help_text)
            self.buttons[name] = button
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self.choose("center")
        self._group.buttonClicked.connect(self._on_clicked)

    @property
    def present(self) -> str:
        """The name of what is chosen."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        """Show a crop as chosen, silently."""
        self.buttons[name].setChecked(True)

    @Slot(QAbstractButton)
    def _on_clicked(self, _button: QAbstractButton) -> None:
        self.edited.emit()


class _CropButton(IconButton):
    def __init__(self, name: str, text: str, parent: QWidget) -> None:
        super().__init__("", text, parent)
        self._name = name
        self.setText(text)
        self.setCheckable(True)
        self.setProperty("small", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(_WIDTH, _HEIGHT))
        self._draw()

    def sizeHint(self) -> QSize:
        return QToolButton.sizeHint(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(_WIDTH * ratio), round(_HEIGHT * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_crop(painter, self._name, self.palette())
        painter.end()
        self.setIcon(QIcon(pixmap))


def _draw_crop(painter: QPainter, name: str, palette: QPalette) -> None:
    """A wide picture, a dot in it, and the square that is taken of it."""
    line, accent = palette.color(QPalette.ColorRole.PlaceholderText), palette.color(QPalette.ColorRole.Accent)
    square = QRectF(11, 4, 18, 18)
    outer, dot = _PICTURE, QRectF(26, 9, 7, 7)
    if name == "fit":
        outer, dot, square = QRectF(8, 8, 24, 11), QRectF(23, 11, 5, 5), QRectF(7, 1, 26, 24)
    elif name == "squeeze":
        outer, dot = square, QRectF(22, 9, 3.5, 7)
    elif name == "bbox":
        square = QRectF(22, 5, 15, 15)
    elif name == "none":
        square = outer
    faint = line
    faint.setAlpha(70)
    painter.setPen(QPen(line, 1.2))
    painter.setBrush(faint)
    painter.drawRoundedRect(outer, 2, 2)
    painter.setBrush(line)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(dot)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(accent, 1.6))
    painter.drawRoundedRect(square, 2, 2)
