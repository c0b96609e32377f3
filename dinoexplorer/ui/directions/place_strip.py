"""A strip of pictures: what lies along a direction on either side of here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer

STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_GAP, _LARGEST, _ROUND = 3, 72, 3.0


class PlaceStrip(QWidget):
    """Five pictures in deviations from here; a click on one goes there. Old ones stay until new ones are made."""

    chosen = Signal(float)  # deviations from here

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnailer = thumbnailer
        self._codes: tuple[FloatArray, ...] = ()
        self._images: list[QImage | None] = [None] * len(STEPS)
        self._due = [False] * len(STEPS)
        self._side = 0
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)  # Fixed would hold the hint
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Pictures along this direction")
        thumbnailer.made.connect(self.update)

    def show_codes(self, codes: tuple[FloatArray, ...]) -> None:
        """Show the pictures of these codes ``(dim,)``, one for each of `STEPS`."""
        self._codes = codes
        self._ask_anew()

    @property
    def complete(self) -> bool:
        """Whether every picture is that of its code."""
        return bool(self._codes) and not any(self._due)

    def picture(self, number: int) -> QImage | None:
        """What is shown in one of the places."""
        return self._images[number]

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as one picture."""
        return max(min((width - _GAP * (len(STEPS) - 1)) // len(STEPS), _LARGEST), 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.heightForWidth(self.width())
        if side != self._side:
            self._side = side
            self._ask_anew()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._take_pictures()
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for number, image in enumerate(self._images):
            place = QRectF(number * (self._side + _GAP), 0, self._side, self._side)
            outline = QPainterPath()
            outline.addRoundedRect(place, _ROUND, _ROUND)
            painter.setClipPath(outline)
            painter.fillRect(place, palette.color(QPalette.ColorRole.Button))
            if image is not None:
                painter.drawImage(place, image)
            painter.setClipping(False)
            if STEPS[number] == 0:  # here
                painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.5))
                painter.drawRoundedRect(place.adjusted(0.75, 0.75, -0.75, -0.75), _ROUND, _ROUND)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0 and STEPS[number]:
            self.chosen.emit(STEPS[number])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(event.pos().x())
            QToolTip.showText(event.globalPos(), _described(STEPS[number]) if number >= 0 else "", self)
            return True
        return super().event(event)

    def _ask_anew(self) -> None:
        self._due = [bool(self._codes)] * len(STEPS)
        self.update()

    def _take_pictures(self) -> None:
        """Only a strip that is seen is painted, and asks for its pictures."""
        side = round(self._side * self.devicePixelRatioF())
        for number, code in enumerate(self._codes):
            if self._due[number] and (pixels := self._thumbnailer.picture(code, side)) is not None:
                self._images[number], self._due[number] = image_of(pixels), False

    def _at(self, x: float) -> int:
        number, within = divmod(x, self._side + _GAP)
        return int(number) if within < self._side and 0 <= number < len(STEPS) else -1


def image_of(pixels: ByteArray) -> QImage:
    """A picture of its own of ``(height, width, 3)``."""
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _described(step: float) -> str:
    if not step:
        return "Here"
    count = f"{abs(step):g} standard deviation{'s' if abs(step) != 1 else ''}"
    return f"{count} {'further' if step > 0 else 'back'}; press to go there"
