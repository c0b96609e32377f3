"""The music below the timeline: how loud it is, and where its beats are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.morph.sound import Heard
from dinoexplorer.ui.morph.time_scale import TimeScale

HEIGHT = 28
_TICK = 6  # pixels
_PER_PIXEL = 4  # places of the sound of which the loudest is shown
_LEAST_GAP = 5.0  # pixels between two ticks
_WITHIN, _BEYOND = 0.8, 0.35  # of the film: how faint the sound is


class MusicLane(QWidget):
    """Has the scale of the timeline above it; it is gone through like the ruler, and takes no focus of its own."""

    scrubbed = Signal(float)  # seconds

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Music")
        self.setToolTip("The loudness of the sound, and its beats as ticks. Drag to go through the film.")
        self.scale = TimeScale()
        self._heard: Heard | None = None
        self._start = 0.0
        self._ticks: tuple[float, ...] = ()
        self._whole = 0.0
        self._playhead: float | None = None
        self._outline: tuple[object, QPolygonF] = (None, QPolygonF())

    @property
    def ticks(self) -> tuple[float, ...]:
        """Seconds of the film at which there are ticks."""
        return self._ticks

    def show_music(self, heard: Heard | None, start: float, ticks: Sequence[float], whole: float) -> None:
        """Show a sound from its second ``start`` on below a film of ``whole`` seconds; None where there is none yet."""
        self._heard, self._start, self._ticks, self._whole = heard, start, tuple(ticks), whole
        self.setAccessibleDescription(f"{len(ticks)} beats" if ticks else "no beats")
        self.update()

    @Slot(object)
    def set_scale(self, scale: TimeScale) -> None:
        """Lie below the timeline as it is zoomed and moved now."""
        self.scale = scale
        self.update()

    def set_playhead(self, seconds: float | None) -> None:
        """Show where the film stands; None where none is shown."""
        for place in (self._playhead, seconds):
            if place is not None:
                self.update(QRect(round(self.scale.x(place)) - 2, 0, 5, HEIGHT))
        self._playhead = seconds

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette, role = self.palette(), QPalette.ColorRole
        left, right = self.scale.x(0), self.scale.x(self._whole)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.color(role.Window))
        painter.drawRoundedRect(QRectF(left, 0, max(right - left, 1), HEIGHT - 2), 3, 3)
        painter.setBrush(palette.color(role.PlaceholderText))
        film, beyond = QRectF(left, 0, right - left, HEIGHT), QRectF(right, 0, max(self.width() - right, 0), HEIGHT)
        for box, opacity in ((film, _WITHIN), (beyond, _BEYOND)):
            painter.save()
            painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(opacity)
            painter.drawPolygon(self._waveform())
            painter.restore()
        self._paint_ticks(painter)
        if self._playhead is not None:
            painter.setPen(QPen(palette.color(role.Accent), 1.5))
            x = self.scale.x(self._playhead)
            painter.drawLine(QPointF(x, 0), QPointF(x, HEIGHT))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event)

    def _scrub(self, event: QMouseEvent) -> None:
        self.scrubbed.emit(max(self.scale.seconds(event.position().x()), 0.0))

    def _paint_ticks(self, painter: QPainter) -> None:
        """The ticks that are seen, fewer where they would be a solid bar."""
        first = bisect_left(self._ticks, self.scale.seconds(0))
        last = bisect_right(self._ticks, self.scale.seconds(self.width()))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1.5))
        before = -_LEAST_GAP
        for seconds in self._ticks[first:last]:
            x = self.scale.x(seconds)
            if x - before >= _LEAST_GAP:
                painter.drawLine(QPointF(x, 0), QPointF(x, _TICK))
                before = x

    def _waveform(self) -> QPolygonF:
        """The loudness up and down from the middle, a point for each pixel."""
        look = (self._heard, self._start, self.scale, self.width())
        if self._heard is None:
            return QPolygonF()
        if self._outline[0] != look:
            columns = np.arange(max(self.width(), 1) + 1)
            places = (columns[:, None] + np.arange(_PER_PIXEL) / _PER_PIXEL).ravel()
            times = self.scale.start + (places - self.scale.x(self.scale.start)) / self.scale.per_second
            loud = self._heard.loudness(times + self._start)
            loud[times < 0] = 0
            tall = loud.reshape(-1, _PER_PIXEL).max(axis=1) * (HEIGHT / 2 - 3)
            middle = HEIGHT / 2 - 1
            upper = [QPointF(x, middle - 0.5 - y) for x, y in zip(columns.tolist(), tall.tolist(), strict=True)]
            lower = [QPointF(point.x(), 2 * middle - point.y()) for point in reversed(upper)]
            self._outline = (look, QPolygonF([*upper, *lower]))
        return self._outline[1]
