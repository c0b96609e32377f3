"""The timeline: keyframes in time, how they follow each other, and the film's frames below."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.morph import lanes, selection_bracket
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.time_scale import TimeScale
from dinoexplorer.ui.morph.timeline_drops import TimelineDrops
from dinoexplorer.ui.morph.timeline_hand import Ground, TimelineHand
from dinoexplorer.ui.morph.timeline_keys import edit_of, wish_of
from dinoexplorer.ui.morph.timeline_painting import Shown, TimelinePainter
from dinoexplorer.ui.morph.timeline_words import describe, explain
from dinoexplorer.ui.texts import as_tool_tip

_SPARE = 1.08  # of the whole: room to drag the last keyframe further
_NOTCH = 120  # of a mouse wheel
_ZOOM = 1.25
_CURSORS = {
    "edge": Qt.CursorShape.SizeHorCursor, "first": Qt.CursorShape.SizeHorCursor, "last": Qt.CursorShape.SizeHorCursor,
    "key": Qt.CursorShape.OpenHandCursor,
}  # fmt: skip


class TimelineView(QWidget):
    """Shows a timeline and turns what hands and keys do into edits; it changes nothing by itself.

    While something is dragged it shows what will be; Escape lets go of it.
    """

    edited = Signal(object)  # Edit
    refused = Signal(str)  # what could not be done, as a sentence
    selected = Signal(int)
    chosen = Signal(object)  # KeySelection
    scrubbed = Signal(float)  # seconds
    codes_dropped = Signal(object, float)  # QMimeData, seconds
    wished = Signal(str)  # "copy", "cut", "paste", "play"
    menu_wanted = Signal(object)  # QPoint on the screen
    scaled = Signal(object)  # TimeScale

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(lanes.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self._thumbnailer = thumbnailer
        self._timeline: Timeline | None = None
        self._film: Film | None = None
        self._fps = 30
        self._selection = KeySelection()
        self._playhead: float | None = None
        self._scale = TimeScale()
        self.ticks: tuple[float, ...] = ()  # seconds to which a keyframe snaps while it is dragged
        self._filled: tuple[tuple[float, float], ...] = ()
        self._hand = TimelineHand(self._ground, self)
        for mine, theirs in (
            (self.edited, self._hand.edited),
            (self.selected, self._hand.selected),
            (self.chosen, self._hand.chosen),
            (self.scrubbed, self._hand.scrubbed),
        ):
            theirs.connect(mine)
        self._hand.changed.connect(self.update)
        self.drops = TimelineDrops(self._seconds, self)
        self.drops.dropped.connect(self.codes_dropped)
        thumbnailer.made.connect(self._on_pictures_made)

    @property
    def scale(self) -> TimeScale:
        """How the axis is zoomed and moved; `scaled` tells of another."""
        return self._scale

    @scale.setter
    def scale(self, scale: TimeScale) -> None:
        if scale != self._scale:
            self._scale = scale
            self.scaled.emit(scale)

    @property
    def selection(self) -> int:
        """The keyframe in hand."""
        return self._selection.lead

    @property
    def choice(self) -> KeySelection:
        """All keyframes that are selected."""
        return self._selection

    def set_timeline(self, timeline: Timeline | None, fps: int, selection: KeySelection) -> None:
        """Show a timeline; what is being dragged is let go."""
        self._hand.let_go()
        self._timeline, self._fps = timeline, fps
        self._selection = selection.within(self._count)
        self._rescale()
        self._describe()

    def set_film(self, film: Film | None) -> None:
        """Fill the strip with the frames of a film."""
        self._film = film
        self.update()

    def set_filled(self, filled: tuple[tuple[float, float], ...]) -> None:
        """Show from when to when the pictures of the film are there."""
        if filled != self._filled:
            self._filled = filled
            self.update(QRect(0, lanes.RULER, self.width(), lanes.FILLED + 2))

    def set_selected(self, selection: KeySelection) -> None:
        """Select keyframes, and move the one in hand into view."""
        if self._timeline is not None:
            self._selection = selection.within(self._count)
            if not self._hand.holding:
                self.scale = self.scale.showing(self._timeline.time_of(self.selection))
            self._describe()

    def set_playhead(self, seconds: float | None) -> None:
        """Show where the film stands; None where none is shown. On the way back of a ping-pong it goes back."""
        if seconds is not None and self._timeline is not None and seconds > self._timeline.one_way:
            seconds = self._timeline.seconds - seconds
        for place in (self._playhead, seconds):
            if place is not None:
                self.update(QRect(round(self.scale.x(place)) - 8, 0, 17, lanes.HEIGHT))
        self._playhead = seconds

    def zoom_to_fit(self) -> None:
        """Show the whole."""
        self.scale = replace(self.scale, zoom=1.0).bounded()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, lanes.HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draft, timeline, selection = self._hand.draft, self._timeline, self._selection
        if draft is not None:
            timeline, selection = draft.timeline, KeySelection.of(draft.selected, draft.chosen)
        shown = Shown(
            timeline, self._film, self.scale, selection, self.hasFocus(), self._playhead, self.drops.insertion,
            self._filled, self._hand.reach,
        )  # fmt: skip
        painter = QPainter(self)
        TimelinePainter(painter, shown, self.palette(), self._thumbnailer.picture).paint()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rescale()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._hand.let_go()  # a hidden widget hears of no release
        super().hideEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = self._spot(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), as_tool_tip(explain(self._timeline, spot)), self)
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._hand.holding:
            self._hand.let_go()
            return
        if event.key() == Qt.Key.Key_Escape and self._selection.several:
            self.chosen.emit(self._selection.only())
            return
        wish = wish_of(event, self.selection, self._count)
        if wish is None:
            if not self._edit_by(event):
                super().keyPressEvent(event)
        elif wish.what == "select":
            self.selected.emit(wish.index)
        elif wish.what == "extend":
            self.chosen.emit(self._selection.extended(wish.index))
        elif wish.what == "all":
            self.chosen.emit(KeySelection.all(self._count))
        elif wish.what == "fit":
            self.zoom_to_fit()
        elif wish.what == "menu":
            self._ask_for_menu()
        else:
            self.wished.emit(wish.what)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand.press(self._spot(event.position()), event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._hand.move(event):
            self.setCursor(_CURSORS.get(self._spot(event.position()).part, Qt.CursorShape.ArrowCursor))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._hand.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < lanes.RULER:
            self.zoom_to_fit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scale = self.scale.moved(-(turned.x() or turned.y()) / 2)
        else:
            self.scale = self.scale.zoomed(_ZOOM ** (turned.y() / _NOTCH), event.position().x())
        event.accept()
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            spot = self._spot(QPointF(event.pos()))
            if spot.index >= 0 and spot.index not in self._selection.chosen:
                self.selected.emit(spot.index)
            self.menu_wanted.emit(event.globalPos())
        else:
            self._ask_for_menu()

    @property
    def _count(self) -> int:
        return 0 if self._timeline is None else len(self._timeline.keyframes)

    def _seconds(self, x: float) -> float:
        return self.scale.seconds(x)

    def _ground(self) -> Ground:
        return Ground(self._timeline, self.scale, self._fps, self._selection, self.ticks)

    def _spot(self, at: QPointF) -> lanes.Spot:
        end = selection_bracket.end_at(self._timeline, self.scale, self._selection, at)
        return end or lanes.spot_at(self._timeline, self.scale, self.selection, at)

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is about the timeline rather than about the window."""
        if event.key() == Qt.Key.Key_Escape:
            return self._hand.holding or self._selection.several
        if wish_of(event, self.selection, self._count) is not None:
            return True
        try:
            return self._timeline is not None and edit_of(event, self._timeline, self._selection) is not None
        except MorphError:  # which the press will tell
            return True

    def _edit_by(self, event: QKeyEvent) -> bool:
        try:
            edit = None if self._timeline is None else edit_of(event, self._timeline, self._selection)
        except MorphError as error:
            self.refused.emit(str(error))
            return True
        if edit is not None:
            self.edited.emit(edit)
        return edit is not None

    def _ask_for_menu(self) -> None:
        if self._timeline is not None:
            box = lanes.key_box(self._timeline, self.scale, self.selection)
            self.menu_wanted.emit(self.mapToGlobal(box.bottomLeft().toPoint()))

    def _rescale(self) -> None:
        whole = 0.0 if self._timeline is None else self._timeline.one_way * _SPARE
        self.scale = self.scale.over(whole, float(self.width()))
        self.update()

    def _describe(self) -> None:
        text = describe(self._timeline, self._selection)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            if self.hasFocus():
                announce(self, text)
        self.update()

    @Slot()
    def _on_pictures_made(self) -> None:
        self.update()
