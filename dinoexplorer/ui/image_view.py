"""The picture: the newest frame, pixel for pixel."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.rendering.frames import Frame

SIDE_LIMIT = 2048


class ImageView(QWidget):
    """Paints frames one to one in device pixels, centred; a click asks for pixels or smooth.

    While a frame of another size is awaited, the old one is scaled for the moment.
    """

    frame_painted = Signal(object, float)  # Frame, time.perf_counter
    side_changed = Signal()
    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.setMinimumSize(256, 256)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")
        self.setAccessibleDescription("The picture that the generator makes of the present latent code.")
        self._frame: Frame | None = None
        self._bytes: ByteArray | None = None
        self._image: QImage | None = None
        self._reported = True
        self._whole = 1
        self._side = 0

    def set_whole_multiple(self, image_size: int) -> None:
        """Ask for sides that are whole multiples of ``image_size``; 1 takes the largest square that fits."""
        self._whole = max(image_size, 1)
        self._update_side()

    def side(self) -> int:
        """Side in device pixels of the largest square that may be painted."""
        room = int(min(self.width(), self.height()) * self.devicePixelRatioF())
        room = max(min(room, SIDE_LIMIT), 1)
        return room // self._whole * self._whole or room

    def show_frame(self, frame: Frame) -> None:
        """Show a frame from now on; one that holds an error leaves the last picture, dimmed."""
        self._frame = frame
        if frame.image is not None:
            side = frame.image.shape[0]
            # The image only looks at the bytes; they must outlive it, also when a frame without a picture follows.
            self._bytes = frame.image
            self._image = QImage(self._bytes.data, side, side, 4 * side, QImage.Format.Format_RGBX8888)
        self._reported = False
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._frame, self._image, self._bytes = None, None, None
        self.update()

    @property
    def frame(self) -> Frame | None:
        """What is shown."""
        return self._frame

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def target(self) -> QRectF:
        """Where the picture lies in this widget, on whole device pixels."""
        ratio = self.devicePixelRatioF()
        side = self.side()
        left = (int(self.width() * ratio) - side) // 2
        top = (int(self.height() * ratio) - side) // 2
        return QRectF(left / ratio, top / ratio, side / ratio, side / ratio)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        if self._image is not None:
            self._paint_image(painter, self._image)
        painter.end()
        if not self._reported and self._frame is not None:
            self._reported = True
            self.frame_painted.emit(self._frame, time.perf_counter())

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        target = self.target()
        if self._frame is not None and self._frame.error:
            painter.setOpacity(0.25)
        if image.width() == self.side():
            image.setDevicePixelRatio(self.devicePixelRatioF())
            painter.drawImage(QPointF(target.topLeft()), image)
        else:
            image.setDevicePixelRatio(1.0)
            painter.drawImage(target, image)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:  # moved to a screen of another scale
            self._update_side()
        return bool(super().event(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_side()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.target().contains(event.position()):
            self.clicked.emit()

    def _update_side(self) -> None:
        side = self.side()
        if side != self._side:
            self._side = side
            self.update()
            self.side_changed.emit()
