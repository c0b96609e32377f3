"""The small picture of a code: pressed, chosen, and dragged to other panels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDrag,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import mime_of

_CORNER = 4.0


class CodeTile(QAbstractButton):
    """Shows one code, which may be none yet; a checkable one bears a tick while it is chosen.

    `entered` is a double click, or Return.
    """

    entered = Signal()

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None, *, side: int = 56) -> None:
        super().__init__(parent)
        self._thumbnailer, self._side = thumbnailer, side
        self._name = ""
        self._code: FloatArray | None = None
        self._missing = False
        self._pressed_at = QPointF()
        self.setMinimumSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        thumbnailer.made.connect(self._on_made)

    @property
    def code(self) -> FloatArray | None:
        """What is shown."""
        return self._code

    def show_code(self, name: str, code: FloatArray | None, about: str = "") -> None:
        """Show a code under a name; ``about`` says what a press does."""
        self._name, self._code = name, code
        self.setAccessibleName(name)
        self.setToolTip("\n".join(filter(None, (name, about))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = float(min(self.width(), self.height()))
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side).adjusted(2, 2, -2, -2)
        self._missing = not paint_code(painter, place, self._thumbnailer, self._code, self)
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(accent, 3 if self.isChecked() else 2))
            painter.drawRoundedRect(place, _CORNER, _CORNER)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
            painter.drawRoundedRect(place, _CORNER, _CORNER)
        if self.isChecked():
            _paint_tick(painter, place, accent, self.palette().color(QPalette.ColorRole.HighlightedText))
        if self.isChecked() and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(place.adjusted(4, 4, -4, -4), _CORNER, _CORNER)
        painter.end()

    def event(self, event: QEvent) -> bool:
        # Space on a tile that has the focus presses it; without this the window's own Space would win.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position() - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self.isDown() and far and self._code is not None:
            self.setDown(False)
            self._drag(self._code)
        else:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()  # whoever holds the tiles knows what is beside which; Qt would go to the next one
        else:
            super().keyPressEvent(event)

    def _drag(self, code: FloatArray) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_of([(self._name, code)]))
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.CopyAction)

    @Slot()
    def _on_made(self) -> None:
        if self._missing and self.isVisible():
            self.update()


def paint_code(
    painter: QPainter, place: QRectF, thumbnailer: Thumbnailer, code: FloatArray | None, widget: QWidget
) -> bool:
    """Paint the picture of a code with round corners, or a plain ground; False where it is yet to be made."""
    path = QPainterPath()
    path.addRoundedRect(place, _CORNER, _CORNER)
    picture = (
        None if code is None else thumbnailer.picture(code, max(round(place.width() * widget.devicePixelRatioF()), 1))
    )
    if picture is None:
        painter.fillPath(path, widget.palette().color(QPalette.ColorRole.Mid))
        return code is None
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.drawPixmap(place, pixmap_of(picture), QRectF(0, 0, picture.shape[1], picture.shape[0]))
    painter.restore()
    return True


def pixmap_of(picture: ByteArray) -> QPixmap:
    """A picture ``(h, w, 3)`` as a pixmap, which is a copy."""
    height, width = picture.shape[:2]
    return QPixmap.fromImage(QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888))


def _paint_tick(painter: QPainter, place: QRectF, ground: QColor, colour: QColor) -> None:
    """A tick in a disc: the colour of the frame is not the only sign."""
    centre = place.topRight() + QPointF(-13, 13)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(centre, 8, 8)
    pen = QPen(colour, 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline([centre + QPointF(-3.5, 0), centre + QPointF(-1, 2.5), centre + QPointF(3.5, -2.5)])
