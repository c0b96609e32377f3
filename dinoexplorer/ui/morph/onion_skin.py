"""The keyframes before and after, faintly over the picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.image_view import ImageView

_FAINT = 0.22
_LARGEST = 512


class OnionSkin(QWidget):
    """Lies over the picture and lets the mouse through; their pictures come when the live one is at rest."""

    def __init__(self, view: ImageView, thumbnailer: Thumbnailer) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view, self._thumbnailer = view, thumbnailer
        self._codes: tuple[FloatArray, ...] = ()
        view.installEventFilter(self)
        thumbnailer.made.connect(self._on_pictures_made)
        self.hide()

    def show_codes(self, codes: tuple[FloatArray, ...]) -> None:
        """Lay the pictures of these codes over the picture; none hides it."""
        self._codes = codes
        self.setGeometry(self._view.rect())
        self.setVisible(bool(codes))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(_FAINT)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = min(self._view.side(), _LARGEST)
        for code in self._codes:
            picture = self._thumbnailer.picture(code, side)
            if picture is not None:
                image = QImage(picture.data, side, side, 3 * side, QImage.Format.Format_RGB888)
                painter.drawImage(self._view.target(), image)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return False

    @Slot()
    def _on_pictures_made(self) -> None:
        if self.isVisible():
            self.update()
