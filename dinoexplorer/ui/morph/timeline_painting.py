"""What the timeline looks like."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QPen, QPolygonF

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.keyframe import Keyframe, Segment
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph import lanes, selection_bracket
from dinoexplorer.ui.morph.curves import easing_title, outline, path_title
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.time_scale import TimeScale, figure
from dinoexplorer.ui.texts import elided

_CURVE = 22
_STALE = 0.35
Pictures = Callable[[FloatArray, int], ByteArray | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is painted.

    Attributes
    ----------
    film : Film or None
        Whose frames fill the strip; they are pale where it is not that of the timeline (any more).
    playhead, insertion : float or None
        Seconds: where the film stands, and where what is being dragged would be dropped.
    filled : pairs of float
        Times of the film, from and to, whose pictures are there.
    reach : pair of float or None
        Pixels from where to where a rubber band is drawn.
    """

    timeline: Timeline | None
    film: Film | None
    scale: TimeScale
    selection: KeySelection
    focused: bool
    playhead: float | None
    insertion: float | None
    filled: tuple[tuple[float, float], ...] = ()
    reach: tuple[float, float] | None = None


class TimelinePainter:
    """Paints ruler, keyframes, segments and strip with one painter."""

    def __init__(self, painter: QPainter, shown: Shown, palette: QPalette, pictures: Pictures) -> None:
        self._painter, self._shown, self._pictures = painter, shown, pictures
        self._ratio = painter.device().devicePixelRatioF()
        self._accent = palette.color(QPalette.ColorRole.Accent)
        self._text = palette.color(QPalette.ColorRole.Text)
        self._muted = palette.color(QPalette.ColorRole.PlaceholderText)
        self._line = palette.color(QPalette.ColorRole.Mid)
        self._ground = palette.color(QPalette.ColorRole.Window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        small = QFont(painter.font())
        small.setPointSizeF(small.pointSizeF() * 0.86)
        painter.setFont(small)

    def paint(self) -> None:
        painter = self._painter
        self._paint_ruler()
        timeline = self._shown.timeline
        if timeline is not None:
            self._paint_strip(timeline)
            for index, segment in enumerate(timeline.segments):
                self._paint_segment(timeline, index, segment)
            if timeline.repeat == "loop":
                self._paint_return(timeline)
            self._paint_filled()
            selection = self._shown.selection
            order = sorted(range(len(timeline.keyframes)), key=lambda n: (n in selection.chosen, n == selection.lead))
            for index in order:
                self._paint_key(timeline, index, timeline.keyframes[index])
            if selection.several:
                places = selection_bracket.ends(timeline, self._shown.scale, selection)
                selection_bracket.paint(painter, places, self._accent)
            if self._shown.reach is not None:
                self._paint_band(*self._shown.reach)
        if self._shown.insertion is not None:
            self._paint_mark(self._shown.scale.x(self._shown.insertion), dashed=True)
        if self._shown.playhead is not None:
            self._paint_mark(self._shown.scale.x(self._shown.playhead), dashed=False)

    def _paint_ruler(self) -> None:
        painter, scale = self._painter, self._shown.scale
        step = scale.step()
        first = max(math.floor(scale.seconds(0) / step), 0)
        last = math.ceil(scale.seconds(scale.width) / step)
        for number in range(first, last + 1):
            x = scale.x(number * step)
            painter.setPen(QPen(self._line, 1))
            painter.drawLine(QPointF(x, lanes.RULER - 5), QPointF(x, lanes.RULER))
            painter.setPen(self._muted)
            box = QRectF(x - 40, 0, 80, lanes.RULER - 5)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, figure(number * step))
        painter.setPen(QPen(self._line, 1))
        painter.drawLine(QPointF(0, lanes.RULER), QPointF(scale.width, lanes.RULER))

    def _paint_filled(self) -> None:
        """Below the ruler, as in a player of films: what is shown at once."""
        scale = self._shown.scale
        for start, end in self._shown.filled:
            left, right = scale.x(start), scale.x(end)
            box = QRectF(left, lanes.RULER + 1, max(right - left, 1.0), lanes.FILLED)
            self._painter.fillRect(box, _faint(self._muted, 150))

    def _paint_band(self, one: float, other: float) -> None:
        box = QRectF(min(one, other), lanes.KEYS_TOP - 2, abs(other - one), lanes.PICTURE + 4)
        self._painter.setPen(QPen(self._accent, 1, Qt.PenStyle.DashLine))
        self._painter.setBrush(_faint(self._accent, 40))
        self._painter.drawRect(box)

    def _paint_strip(self, timeline: Timeline) -> None:
        """Frames side by side, each that of the time in the middle of its cell."""
        painter, scale, film = self._painter, self._shown.scale, self._shown.film
        left, right = scale.x(0), scale.x(timeline.one_way)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(QRectF(left, lanes.STRIP_TOP, max(right - left, 1), lanes.STRIP), 3, 3)
        if film is None or timeline.one_way == 0:
            return
        painter.save()
        painter.setClipRect(QRectF(left, lanes.STRIP_TOP, right - left, lanes.STRIP), Qt.ClipOperation.IntersectClip)
        painter.setOpacity(1.0 if film.timeline is timeline else _STALE)
        first = max(math.floor((0 - left) / lanes.STRIP), 0)
        last = min(math.ceil((scale.width - left) / lanes.STRIP), math.ceil((right - left) / lanes.STRIP))
        for cell in range(first, last):
            x = left + cell * lanes.STRIP
            frame = film.frame_at(min(scale.seconds(x + lanes.STRIP / 2), timeline.one_way))
            self._paint_picture(film.code(frame), QRectF(x, lanes.STRIP_TOP, lanes.STRIP, lanes.STRIP))
        painter.restore()

    def _paint_segment(self, timeline: Timeline, index: int, segment: Segment) -> None:
        painter = self._painter
        box = lanes.segment_box(timeline, self._shown.scale, index)
        if box.width() < 4 or box.right() < 0 or box.left() > self._shown.scale.width:
            return
        selected = index in self._shown.selection.chosen
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_faint(self._accent if selected else self._line, 60 if selected else 110))
        painter.drawRect(box)
        painter.setPen(QPen(self._line, 2))
        painter.drawLine(QPointF(box.right() - 4, box.top() + 8), QPointF(box.right() - 4, box.bottom() - 8))
        room = box.adjusted(6, 4, -10, -4)
        if room.width() < _CURVE:
            return
        painter.setPen(QPen(self._accent if selected else self._text, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline(segment.easing, QRectF(room.left(), room.center().y() - 8, _CURVE, 16)))
        words = room.adjusted(_CURVE + 6, 0, 0, 0)
        lines = (f"{figure(segment.seconds)} s", f"{easing_title(segment.easing)}, {path_title(segment.path)}")
        metrics = painter.fontMetrics()
        if words.width() > 24:
            for number, line in enumerate(lines):
                painter.setPen(self._muted if number else self._text)
                half = QRectF(
                    words.left(), words.top() + number * words.height() / 2, words.width(), words.height() / 2
                )
                text = elided(line, metrics, int(words.width()))
                painter.drawText(half, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_key(self, timeline: Timeline, index: int, key: Keyframe) -> None:
        painter, scale = self._painter, self._shown.scale
        box = lanes.key_box(timeline, scale, index)
        if box.right() < 0 or box.left() > scale.width:
            return
        painter.fillRect(box, self._ground)
        self._paint_picture(key.code, box)
        if key.hold:
            painter.fillRect(lanes.hold_box(timeline, scale, index), self._accent)
        selected, lead = index in self._shown.selection.chosen, index == self._shown.selection.lead
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._accent if selected else self._line, 2.5 if selected else 1))
        painter.drawRoundedRect(box, 3, 3)
        if lead and self._shown.focused:
            painter.setPen(QPen(self._text, 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 2, 2)

    def _paint_return(self, timeline: Timeline) -> None:
        """The first keyframe once more, pale, where a loop comes back to it."""
        x = self._shown.scale.x(timeline.one_way)
        box = QRectF(x - lanes.PICTURE / 2, lanes.KEYS_TOP, lanes.PICTURE, lanes.PICTURE)
        self._painter.setOpacity(_STALE)
        self._paint_picture(timeline.keyframes[0].code, box)
        self._painter.setOpacity(1.0)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._muted, 1, Qt.PenStyle.DashLine))
        self._painter.drawRoundedRect(box, 3, 3)

    def _paint_mark(self, x: float, *, dashed: bool) -> None:
        """A line over all lanes: where the film stands, or where something would be dropped."""
        painter = self._painter
        painter.setPen(QPen(self._accent, 1.5, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        painter.drawLine(QPointF(x, lanes.RULER - 6), QPointF(x, lanes.HEIGHT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._accent)
        top = lanes.RULER - 10
        painter.drawPolygon(QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, lanes.RULER)]))

    def _paint_picture(self, code: FloatArray, box: QRectF) -> None:
        picture = self._pictures(code, max(round(box.width() * self._ratio), 1))
        if picture is not None:
            height, width = picture.shape[:2]
            image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            self._painter.drawImage(box, image)


def _faint(colour: QColor, alpha: int) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(alpha)
    return faint
