"""The timeline: keyframes in time, how they follow each other, and the film's frames below."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
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

from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.code_mime import has_codes
from dinoexplorer.ui.morph import lanes
from dinoexplorer.ui.morph.grip import START, Grip
from dinoexplorer.ui.morph.time_scale import TimeScale
from dinoexplorer.ui.morph.timeline_keys import edit_of, wish_of
from dinoexplorer.ui.morph.timeline_painting import Shown, TimelinePainter
from dinoexplorer.ui.morph.timeline_words import describe, explain
from dinoexplorer.ui.texts import as_tool_tip

_SPARE = 1.08  # of the whole: room to drag the last keyframe further
_NOTCH = 120  # of a mouse wheel
_ZOOM = 1.25


class TimelineView(QWidget):
    """Shows a timeline and turns what hands and keys do into edits; it changes nothing by itself.

    While something is dragged it shows what will be; Escape lets go of it.
    """

    edited = Signal(object)  # Edit
    refused = Signal(str)  # what could not be done, as a sentence
    selected = Signal(int)
    scrubbed = Signal(float)  # seconds
    codes_dropped = Signal(object, float)  # QMimeData, seconds
    wished = Signal(str)  # "copy", "cut", "paste", "play"
    menu_wanted = Signal(object)  # QPoint on the screen

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFixedHeight(lanes.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline")
        self._thumbnailer = thumbnailer
        self._timeline: Timeline | None = None
        self._film: Film | None = None
        self._fps = 30
        self._selected = 0
        self._playhead: float | None = None
        self._insertion: float | None = None
        self.scale = TimeScale()
        self._grip: Grip | None = None
        self._draft: Edit | None = None
        self._scrubbing = False
        thumbnailer.made.connect(self._on_pictures_made)

    @property
    def selection(self) -> int:
        """The keyframe that is selected."""
        return self._selected

    def set_timeline(self, timeline: Timeline | None, fps: int, selected: int) -> None:
        """Show a timeline; what is being dragged is let go."""
        self._let_go()
        self._timeline, self._fps = timeline, fps
        self._selected = min(max(selected, 0), 0 if timeline is None else len(timeline.keyframes) - 1)
        self._rescale()
        self._describe()

    def set_film(self, film: Film | None) -> None:
        """Fill the strip with the frames of a film."""
        self._film = film
        self.update()

    def set_selected(self, index: int) -> None:
        """Select a keyframe, and move it into view."""
        if self._timeline is not None:
            self._selected = min(max(index, 0), len(self._timeline.keyframes) - 1)
            self.scale = self.scale.showing(self._timeline.time_of(self._selected))
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
        timeline = self._timeline if self._draft is None else self._draft.timeline
        selected = self._selected if self._draft is None else self._draft.selected
        shown = Shown(
            timeline, self._film, self.scale, selected, self.hasFocus(), self._playhead, self._insertion
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
        self._let_go()  # a hidden widget hears of no release
        super().hideEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = lanes.spot_at(self._timeline, self.scale, self._selected, QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), as_tool_tip(explain(self._timeline, spot)), self)
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._grip is not None:
            self._let_go()
            return
        wish = wish_of(event, self._selected, self._count)
        if wish is None:
            if not self._edit_by(event):
                super().keyPressEvent(event)
        elif wish.what == "select":
            self.selected.emit(wish.index)
        elif wish.what == "fit":
            self.zoom_to_fit()
        elif wish.what == "menu":
            self._ask_for_menu()
        else:
            self.wished.emit(wish.what)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot = lanes.spot_at(self._timeline, self.scale, self._selected, event.position())
        if spot.index >= 0:
            self.selected.emit(spot.index)
        if spot.part in {"key", "edge"} and self._timeline is not None:
            copying = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._grip = Grip(self._timeline, self.scale, spot, event.position().x(), self._fps, copying)
        else:
            self._scrubbing = True
            self.scrubbed.emit(max(self.scale.seconds(event.position().x()), 0.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._scrubbing:
            self.scrubbed.emit(max(self.scale.seconds(x), 0.0))
        elif self._grip is None:
            spot = lanes.spot_at(self._timeline, self.scale, self._selected, event.position())
            shapes = {"edge": Qt.CursorShape.SizeHorCursor, "key": Qt.CursorShape.OpenHandCursor}
            self.setCursor(shapes.get(spot.part, Qt.CursorShape.ArrowCursor))
        elif self._draft is not None or abs(x - self._grip.x) > START:
            ripple = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            try:
                self._draft = self._grip.edit(x, ripple=ripple)
            except MorphError:  # there is no such place: it stays on the last one
                return
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        draft = self._draft
        self._let_go()
        if draft is not None:
            self.edited.emit(draft)

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
            spot = lanes.spot_at(self._timeline, self.scale, self._selected, QPointF(event.pos()))
            if spot.index >= 0:
                self.selected.emit(spot.index)
            self.menu_wanted.emit(event.globalPos())
        else:
            self._ask_for_menu()

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_codes(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._insertion = max(self.scale.seconds(event.position().x()), 0.0)
        event.acceptProposedAction()
        self.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._insertion = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._insertion = None
        event.acceptProposedAction()
        self.codes_dropped.emit(event.mimeData(), max(self.scale.seconds(event.position().x()), 0.0))
        self.update()

    @property
    def _count(self) -> int:
        return 0 if self._timeline is None else len(self._timeline.keyframes)

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is about the timeline rather than about the window."""
        if event.key() == Qt.Key.Key_Escape:
            return self._grip is not None
        if wish_of(event, self._selected, self._count) is not None:
            return True
        try:
            return self._timeline is not None and edit_of(event, self._timeline, self._selected) is not None
        except MorphError:  # which the press will tell
            return True

    def _edit_by(self, event: QKeyEvent) -> bool:
        try:
            edit = None if self._timeline is None else edit_of(event, self._timeline, self._selected)
        except MorphError as error:
            self.refused.emit(str(error))
            return True
        if edit is not None:
            self.edited.emit(edit)
        return edit is not None

    def _ask_for_menu(self) -> None:
        if self._timeline is not None:
            box = lanes.key_box(self._timeline, self.scale, self._selected)
            self.menu_wanted.emit(self.mapToGlobal(box.bottomLeft().toPoint()))

    def _let_go(self) -> None:
        self._grip, self._draft, self._scrubbing = None, None, False
        self.update()

    def _rescale(self) -> None:
        whole = 0.0 if self._timeline is None else self._timeline.one_way * _SPARE
        self.scale = self.scale.over(whole, float(self.width()))
        self.update()

    def _describe(self) -> None:
        text = describe(self._timeline, self._selected)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            if self.hasFocus():
                announce(self, text)
        self.update()

    @Slot()
    def _on_pictures_made(self) -> None:
        self.update()
