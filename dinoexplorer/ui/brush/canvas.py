"""A picture that is painted over, by hand or with the keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.brush.brush import Brush
from dinoexplorer.ui.brush.coverage import Box
from dinoexplorer.ui.brush.keys import PENS, RECTANGLE, SIZES, WAYS, means_something, step_back
from dinoexplorer.ui.brush.painted_picture import PaintedPicture
from dinoexplorer.ui.brush.sheet import MaskSheet, Sheet
from dinoexplorer.ui.brush.veil import Veil

_Modifier, _Button = Qt.KeyboardModifier, Qt.MouseButton
_GROWTH, _NOTCH = 1.15, 120
_STEP, _FAR = 1 / 64, 5  # of the longer side, and how many of these with Shift
HELP = (
    "Drag to paint, with the right button or Alt to erase, with Shift a rectangle. The wheel, [ and ] change the brush."
    " Arrow keys move it, Space paints, Delete erases, R begins and ends a rectangle. Ctrl+Z takes a stroke back."
)


class Canvas(PaintedPicture):
    """Paints on a sheet over its own picture, or over whatever ``place`` says where it lies.

    Parameters
    ----------
    sheet : Sheet
        What is painted on; `set_sheet` puts another in its place.
    place : callable or None
        Where in this widget the picture lies that somebody else paints below it; None to show one here.
    """

    changed = Signal()  # the sheet, also in the midst of a stroke
    painted = Signal()  # a stroke has ended, or was taken back
    radius_changed = Signal(float)
    erasing_changed = Signal(bool)
    place_asked = Signal(float, float)  # Alt and a click over strokes of colour: x and y in the picture

    def __init__(
        self, sheet: Sheet, parent: QWidget | None = None, *, place: Callable[[], QRectF] | None = None
    ) -> None:
        super().__init__(sheet, parent, place=place)
        self._erasing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Picture to paint on")
        self.setToolTip(HELP)
        self._describe()

    @property
    def radius(self) -> float:
        """Of the brush, in pixels of the picture."""
        return self._brush.radius

    @property
    def most_radius(self) -> float:
        """The largest that there is."""
        return self._brush.most

    @property
    def erasing(self) -> bool:
        """Whether the left button erases."""
        return self._erasing

    def set_sheet(self, sheet: Sheet, others: tuple[Sheet, ...] = ()) -> None:
        """Paint on this one from now on; ``others`` are seen below it. A stroke that is under way is ended first."""
        self._lift()
        before = self._brush
        self._brush, self._veil = Brush(sheet), Veil(sheet)
        if before.sheet.shape == sheet.shape:
            self._brush.place, self._brush.radius = before.place, before.radius
        else:
            self.radius_changed.emit(self.radius)
        self._others = tuple(Veil(other) for other in others)
        self._tell()

    def set_radius(self, radius: float) -> None:
        """Make the brush so wide, in pixels of the picture."""
        before = self.radius
        self._brush.set_radius(radius)
        if self.radius != before:
            self._describe()
            self.update()
            self.radius_changed.emit(self.radius)

    @Slot(float)
    def widen(self, notches: float) -> None:
        """Make the brush wider, by notches of a wheel: a small one by pixels, a large one by a share of itself."""
        share = self.radius * _GROWTH**notches
        self.set_radius(share if abs(share - self.radius) >= abs(notches) / 2 else self.radius + notches / 2)

    @Slot(bool)
    def set_erasing(self, erasing: bool) -> None:
        """Have the left button erase, or paint again."""
        if erasing != self._erasing:
            self._erasing = erasing
            self.erasing_changed.emit(erasing)

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke; one that is under way ends first."""
        self._lift()
        self._do(self.sheet.undo)

    @Slot()
    def redo(self) -> None:
        """Paint again what was taken back."""
        self._do(self.sheet.redo)

    @Slot()
    def clear(self) -> None:
        """Wipe off everything."""
        self._do(self.sheet.clear)

    @Slot()
    def invert(self) -> None:
        """Choose what is not chosen; colours have no other side."""
        if isinstance(self.sheet, MaskSheet):
            self._do(self.sheet.invert)

    def refresh(self) -> None:
        """Show what somebody else has done to the sheets."""
        height, width = self.sheet.shape
        for veil in (self._veil, *self._others):
            veil.refresh(Box(0, height, 0, width))
        self._tell()

    def event(self, event: QEvent) -> bool:
        # These keys are actions of the window; while the hand is here they are meant for the brush.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._wants(event):
            super().keyPressEvent(event)
        elif way := step_back(event):
            (self.undo if way == "undo" else self.redo)()
        elif key in WAYS:
            self._step(WAYS[key], event.modifiers())
        elif key in SIZES:
            self.widen(SIZES[key])
        elif event.isAutoRepeat():
            return
        elif key in PENS:
            self._show(self._brush.press(erase=PENS[key] or self._erasing))
        elif key == RECTANGLE:
            if self._brush.corner is None:
                self._brush.set_corner(erase=self._erasing)
                self.update()
            else:
                self._lift()
        else:
            self._show(self._brush.give_up())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in PENS and not event.isAutoRepeat() and self._brush.corner is None:
            self._lift()
        else:
            super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in {_Button.LeftButton, _Button.RightButton} or self._brush.down:
            return
        place, alt = self.to_picture(event.position()), bool(event.modifiers() & _Modifier.AltModifier)
        if alt and not isinstance(self.sheet, MaskSheet):
            self.place_asked.emit(*place)
            return
        erase = self._erasing or alt or event.button() == _Button.RightButton
        self._brush.corner = None  # one that the keys have set
        self._show(self._brush.move(place))
        if event.modifiers() & _Modifier.ShiftModifier:
            self._brush.set_corner(erase=erase)
        else:
            self._show(self._brush.press(erase=erase))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._hovered:
            self._hovered = True
            self.update()
        self._show(self._brush.move(self.to_picture(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self._lift()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()  # with Alt it comes as a turn to the side
        self.widen(turned / _NOTCH)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._lift()  # the key that paints may be let go elsewhere; hiding takes the focus, too
        super().focusOutEvent(event)

    def _wants(self, event: QKeyEvent) -> bool:
        """Whether a key means something here."""
        return means_something(event, drawing=self._brush.down or self._brush.corner is not None)

    def _step(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        height, width = self.sheet.shape
        far = max(round(_STEP * max(height, width)), 1) * (_FAR if modifiers & _Modifier.ShiftModifier else 1)
        far = 1 if modifiers & _Modifier.AltModifier else far
        x, y = (at + far * by for at, by in zip(self._brush.place, way, strict=True))
        self._show(self._brush.move((min(max(x, 0.5), width - 0.5), min(max(y, 0.5), height - 0.5))))
        self._describe()

    def _do(self, change: Callable[[], Box]) -> None:
        if not self._brush.down:
            self._veil.refresh(change())
            self._tell()

    def _lift(self) -> None:
        if not self._brush.down and self._brush.corner is None:
            return
        box, changed = self._brush.lift()
        self._show(box)
        if changed:
            self._tell()

    def _show(self, box: Box) -> None:
        self._update_painted(box)
        if not box.empty:
            self.changed.emit()

    def _tell(self) -> None:
        self._describe()
        self.update()
        self.changed.emit()
        self.painted.emit()

    def _describe(self) -> None:
        x, y = self._brush.place
        brush = f"The brush is at {x:.0f}, {y:.0f}, {2 * self.radius:.0f} pixels wide. {HELP}"
        if isinstance(self.sheet, MaskSheet):
            brush = f"{100 * self.sheet.share:.0f} % of the picture is painted over. {brush}"
        self.setAccessibleDescription(brush)
