"""The points that are dragged, over the picture: set, moved and removed by hand or with the keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.shaping.handle import Handle, Place
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.shaping.handle_painting import RADIUS, Mark, paint_mark

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_WAYS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
_REMOVE = (_Key.Key_Delete, _Key.Key_Backspace)
_START = (_Key.Key_Return, _Key.Key_Enter)
_REACH = RADIUS + 4  # how near the pointer has to come, in logical pixels
_HELD_STILL = 4.0  # logical pixels: a press that moves no further is a click
MOST = 9
End = Literal["start", "target"]
HELP = (
    "Press on a part of the picture and drag it to where it should be; a point that is only clicked is to stay. Tab"
    " goes from point to point, arrow keys move where it should go, with Ctrl the point itself. Insert adds one, Delete"
    " removes it, Return starts and stops."
)


class HandlesView(QWidget):
    """Lies over a picture of so many pixels on each side, which ``place`` says where it is."""

    changed = Signal()  # by hand, once it has let go
    started = Signal()  # Return

    def __init__(self, place: Callable[[], QRectF], parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._size = place, 1
        self._handles: tuple[Handle, ...] = ()
        self._chosen = -1
        self._held: End | None = None  # what the mouse has of the chosen one
        self._pressed_at = QPointF()
        self._moved = self._added = False  # since the press
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Points of the picture to drag")
        self._describe()

    @property
    def handles(self) -> tuple[Handle, ...]:
        """The points, in the order of their numbers."""
        return self._handles

    @property
    def chosen(self) -> int:
        """Which one the keys act on, counted from 0; -1 for none."""
        return self._chosen

    @property
    def held(self) -> bool:
        """Whether the mouse moves one."""
        return self._held is not None

    @property
    def full(self) -> bool:
        """Whether there are as many as there may be."""
        return len(self._handles) >= MOST

    def set_size(self, size: int) -> None:
        """The picture has so many pixels on each side; points of another one are forgotten."""
        if size != self._size:
            self._size = size
            self.show_handles(())

    def show_handles(self, handles: tuple[Handle, ...]) -> None:
        """Show these, silently; the mouse keeps what it holds as long as there are as many."""
        if len(handles) != len(self._handles):
            self._held = None
        self._handles = handles
        self._chosen = min(max(self._chosen, 0), len(handles) - 1)
        self._describe()
        self.update()

    def add(self, start: Place | None = None) -> None:
        """Set a point, in the middle of the picture or a little beside the last one; it is the chosen one then."""
        if self.full:
            return
        if start is None:
            last = self._handles[-1].start if self._handles else None
            aside = self._size / 8
            start = (self._size / 2, self._size / 2) if last is None else ((last[0] + aside) % self._size, last[1])
        self._handles = (*self._handles, Handle(start, start))
        self._choose(len(self._handles) - 1)

    def remove(self) -> None:
        """Take the chosen point away."""
        if self._chosen < 0:
            return
        left = (*self._handles[: self._chosen], *self._handles[self._chosen + 1 :])
        self.show_handles(left)
        self._tell()

    def to_picture(self, at: QPointF) -> Place:
        """The place in the picture nearest to one in this widget."""
        area = self._place()
        x = (at.x() - area.left()) * self._size / area.width()
        y = (at.y() - area.top()) * self._size / area.height()
        return self._inside(x, y)

    def to_screen(self, place: Place) -> QPointF:
        """Where a place of the picture lies in this widget."""
        area = self._place()
        return QPointF(
            area.left() + place[0] * area.width() / self._size, area.top() + place[1] * area.height() / self._size
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRect(self._place().adjusted(1, 1, -1, -1))
        order = sorted(range(len(self._handles)), key=lambda index: index == self._chosen)  # the chosen one on top
        for index in order:
            handle = self._handles[index]
            target = None if handle.target == handle.start else self.to_screen(handle.target)
            mark = Mark(index + 1, self.to_screen(handle.start), target, index == self._chosen)
            paint_mark(painter, mark, self.palette())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.RightButton and found is not None:
            self._choose(found[0])
            self.remove()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed_at, self._moved, self._added = event.position(), False, False
        if found is None:
            if self.full or not self._place().contains(event.position()):
                return
            self.add(self.to_picture(event.position()))
            self._held, self._added = "target", True
            return
        self._choose(found[0])
        handle = self._handles[self._chosen]
        itself = found[1] == "start" or handle.start == handle.target
        self._held = "start" if itself and event.modifiers() & _Modifier.ControlModifier else "target"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            over = self._at(event.position())
            self.setCursor(Qt.CursorShape.CrossCursor if over is None else Qt.CursorShape.PointingHandCursor)
        elif self._moved or (event.position() - self._pressed_at).manhattanLength() > _HELD_STILL:
            self._moved = True
            self._put(self._held, self.to_picture(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            if self._moved or self._added:
                self._tell()

    def event(self, event: QEvent) -> bool:
        # These keys are actions of the window; while the hand is here they are meant for the points.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._wants(event):
            super().keyPressEvent(event)
        elif key in _START:
            self.started.emit()
        elif key == _Key.Key_Insert:
            self.add()
            self._tell()
        elif key in _REMOVE:
            self.remove()
        else:
            self._nudge(_WAYS[key], event.modifiers())

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab goes through the points first."""
        wanted = self._chosen + (1 if following else -1)
        if not 0 <= wanted < len(self._handles):
            return super().focusNextPrevChild(following)
        self._choose(wanted)
        announce(self, self.accessibleDescription())
        return True

    def _wants(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _WAYS:
            return self._chosen >= 0
        plain = not event.modifiers() & ~_Modifier.KeypadModifier
        return plain and (key in _START or key in _REMOVE or key == _Key.Key_Insert)

    def _nudge(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        far = 10.0 if modifiers & _Modifier.ShiftModifier else 0.1 if modifiers & _Modifier.AltModifier else 1.0
        end: End = "start" if modifiers & _Modifier.ControlModifier else "target"
        x, y = getattr(self._handles[self._chosen], end)
        self._put(end, self._inside(x + far * way[0], y + far * way[1]))
        self._tell()

    def _put(self, end: End, place: Place) -> None:
        """Put one end of the chosen point somewhere; a point that is to stay goes there with its target."""
        handle = self._handles[self._chosen]
        stays = handle.start == handle.target
        moved = replace(handle, target=place) if end == "target" else replace(handle, start=place)
        if end == "start" and stays:
            moved = Handle(place, place)
        self._handles = (*self._handles[: self._chosen], moved, *self._handles[self._chosen + 1 :])
        self.update()

    def _inside(self, x: float, y: float) -> Place:
        return min(max(x, 0.0), float(self._size)), min(max(y, 0.0), float(self._size))

    def _at(self, at: QPointF) -> tuple[int, End] | None:
        """What lies there: the nearest end of a point, a target before a start that is as near."""
        found: tuple[float, int, End] | None = None
        for index, handle in enumerate(self._handles):
            for end, place in (("target", handle.target), ("start", handle.start)):
                away = self.to_screen(place) - at
                far = math.hypot(away.x(), away.y())
                if far <= _REACH and (found is None or far < found[0]):
                    found = far, index, end  # type: ignore[assignment]  # of the two words
        return None if found is None else (found[1], found[2])

    def _choose(self, index: int) -> None:
        self._chosen = index
        self._describe()
        self.update()

    def _tell(self) -> None:
        self._describe()
        self.update()
        self.changed.emit()

    def _describe(self) -> None:
        text = "No points yet."
        if self._chosen >= 0:
            handle = self._handles[self._chosen]
            (x, y), (right, down) = handle.start, handle.target
            goes = "stays there" if handle.start == handle.target else f"goes to {right:.0f}, {down:.0f}"
            text = f"Point {self._chosen + 1} of {len(self._handles)} at {x:.0f}, {y:.0f} {goes}."
        self.setAccessibleDescription(f"{text} {HELP}")
