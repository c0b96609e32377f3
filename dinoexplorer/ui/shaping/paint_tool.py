"""Painting with the latent: strokes over the picture, what must stay, and the row below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.ui.brush import BrushBar, Canvas, ColourSheet, MaskSheet
from dinoexplorer.ui.brush.keys import step_back
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.shaping.colour_row import ColourRow
from dinoexplorer.ui.shaping.remembered import Remembered
from dinoexplorer.ui.shaping.shaping_work import Flags, Ground, Progress, ShapingWork, Strokes
from dinoexplorer.ui.shaping.tool import Tool
from dinoexplorer.ui.shaping.words import end_of_painting, words_for_painting
from dinoexplorer.ui.train.slim_slider import SlimSlider

if TYPE_CHECKING:
    from dinoexplorer.latent.shaping.paint import PaintState

_HINT = "Paint roughly: the picture comes as near as it can."
_MASK_HINT = "Paint over what must stay as it is."
_STRENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
_FAINT = 0.3  # strokes while the pen is up: what came of them is below
_REST = 200  # milliseconds without another picture, after which its colours are counted


class PaintTool(Tool["PaintState"]):
    """Begins with each stroke anew, so that each is a step to undo; undo takes its stroke back, too."""

    what = "painted"

    def __init__(self, action: QAction, view: ImageView, parent: QObject) -> None:
        super().__init__(action, view, parent)
        self._refusal = ""
        self._remembered: Remembered[ByteArray] = Remembered()
        self._colours, self._still = ColourSheet(1, 1), MaskSheet(1, 1)
        self._whole: ByteArray = self._colours.rgba  # the strokes without the one that is being drawn
        self._quiet = self._down = False
        self.canvas = Canvas(self._colours, view, place=view.target)
        self.canvas.setAccessibleName("Picture to paint on")
        self.canvas.installEventFilter(self)
        self._lay_over(self.canvas)
        self.colours = ColourRow()
        self.brush = BrushBar(self.canvas)
        self.strength = SlimSlider("Strength")
        self.strength.setRange(0, len(_STRENGTHS) - 1)
        self.strength.setValue(_STRENGTHS.index(1.0))
        self.strength.setToolTip("How much the strokes count against the rest of the picture")
        self.strength.setFixedWidth(72)
        self.still = IconButton("", "What must stay", text="What must stay")
        self.still.setCheckable(True)
        self.still.setToolTip("Paint over the part of the picture that must stay as it is")
        self.stop = IconButton("stop", "Stop", text="Stop")
        self.stop.setToolTip("Stop at once and keep the best so far")
        self.bar.add(self.colours, self.brush, self._named(self.strength))
        self.bar.add_below(self.still, self.stop)
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        self._connect()

    @property
    def possible(self) -> bool:
        return not (self._refusal or self._colours.empty)

    def open(self, size: int, refusal: str) -> None:
        self._refusal = refusal
        if self._colours.shape != (size, size):
            self._remembered.clear()
            self._colours, self._still = ColourSheet(size, size), MaskSheet(size, size)
        self.wipe()
        self.still.setChecked(False)
        self._use_sheets()
        self.canvas.setEnabled(not refusal)
        self.canvas.setVisible(not refusal)
        self.canvas.raise_()
        self.bar.show()
        self._count_colours()
        self._follow()
        self._say()
        (self.bar.leave if refusal else self.canvas).setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """Take all strokes away, silently."""
        self._show_strokes(np.zeros((*self._colours.shape, 4), np.uint8))

    def launch(self, work: ShapingWork, ground: Ground) -> None:
        strokes = Strokes(self._colours.rgba, self._mask, _STRENGTHS[self.strength.value()])
        if not (self.running and work.hand_in(strokes)):
            work.paint(ground, strokes)

    def begin(self, code: FloatArray) -> None:
        self._remembered.keep(code, self._whole)
        self.running = True
        self.bar.say("Looking at the strokes…")
        self.bar.show_share(0.0)
        self._follow()

    def show_progress(self, progress: Progress[PaintState]) -> None:
        state = progress.state
        self.bar.say(words_for_painting(progress))
        self.bar.show_share(state.step / max(state.steps, 1))

    def end(self, code: FloatArray, progress: Progress[PaintState] | None, *, stopped: bool) -> None:
        self.running = False
        self._remembered.keep(code, self._whole)
        self.bar.show_share(None)
        if progress is not None:
            self.bar.say(end_of_painting(progress.state, stopped=stopped), aloud=True)
        else:
            self._say()
        self._follow()

    def follow(self, code: FloatArray) -> None:
        strokes = self._remembered.at(code)
        if strokes is None:
            self.wipe()
        else:
            self._show_strokes(strokes)
        self._say()
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Over the colours Ctrl+Z and its like are the window's: picture and stroke go together."""
        if (
            watched is self.canvas
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.canvas.sheet is self._colours
            and step_back(event)
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _named(self, slider: SlimSlider) -> QWidget:
        box, name = QWidget(), QLabel(slider.accessibleName())
        name.setProperty("role", "small")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        box.setMinimumHeight(self.brush.sizeHint().height())  # lines of the row are as high as their highest
        row.addWidget(name)
        row.addWidget(slider)
        return box

    def _connect(self) -> None:
        self.canvas.changed.connect(self._on_changed)
        self.canvas.painted.connect(self._on_painted)
        self.canvas.place_asked.connect(self._on_place_asked)
        self.colours.chosen.connect(self._on_colour)
        self.still.toggled.connect(self._on_still)
        self.strength.valueChanged.connect(self._on_strength)
        self.stop.clicked.connect(self.stopped)
        self._view.frame_painted.connect(self._on_frame_painted)
        self._rest.timeout.connect(self._count_colours)

    @property
    def _mask(self) -> Flags | None:
        return None if self._still.empty else self._still.mask

    def _show_strokes(self, rgba: ByteArray) -> None:
        self._whole = rgba
        self._quiet = True
        self._colours.replace(rgba)
        self.canvas.refresh()
        self._quiet = False

    def _use_sheets(self) -> None:
        """Paint colours, or what must stay with the colours below it."""
        masking = self.still.isChecked()
        self._quiet = True
        self.canvas.set_sheet(*((self._still, (self._colours,)) if masking else (self._colours, ())))
        self._quiet = False
        for button in (self.brush.undo, self.brush.redo):  # of colours the window's own do it
            button.setVisible(masking)
        self._colours.colour = self.colours.colour
        self._fade()

    def _fade(self) -> None:
        self.canvas.set_opacity(1.0 if self.still.isChecked() or self._colours.painting else _FAINT)

    def _say(self) -> None:
        if self._refusal:
            self.tell(self._refusal)
        else:
            self.bar.say(_MASK_HINT if self.still.isChecked() else _HINT)

    def _follow(self) -> None:
        """What can be done now."""
        for widget in (self.colours, self.brush, self.strength, self.still):
            widget.setEnabled(not self._refusal)
        self.stop.setVisible(self.running)
        text = "What must stay" if self._still.empty else f"Must stay: {100 * self._still.share:.0f} %"
        self.still.setText(text)
        self.still.updateGeometry()

    @Slot()
    def _on_changed(self) -> None:
        if self._quiet:
            return
        began, self._down = self._colours.painting and not self._down, self._colours.painting
        self._fade()
        if began and self.running:
            self.stopped.emit()
        if not self.possible:
            self.stopped.emit()
        elif self.canvas.sheet is self._colours:
            (self.edited if self.running else self.started).emit()
        elif self.running:
            self.edited.emit()
        self._follow()

    @Slot()
    def _on_painted(self) -> None:
        self._whole = self._colours.rgba

    @Slot(float, float)
    def _on_place_asked(self, x: float, y: float) -> None:
        """Take the colour that is seen there."""
        frame, (height, width) = self._view.frame, self._colours.shape
        if frame is None or frame.image is None or not (0 <= x < width and 0 <= y < height):
            return
        side = frame.image.shape[0]
        red, green, blue = (int(value) for value in frame.image[int(y * side / height), int(x * side / width), :3])
        self.colours.take((red, green, blue))

    @Slot()
    def _on_colour(self) -> None:
        self._colours.colour = self.colours.colour
        if self.still.isChecked():
            self.still.setChecked(False)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(bool)
    def _on_still(self) -> None:
        self._use_sheets()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.running:
            self._say()
        self._follow()

    @Slot(int)
    def _on_strength(self, step: int) -> None:
        self.strength.setAccessibleDescription(f"{_STRENGTHS[step]:g} times as usual")
        if self.running:
            self.edited.emit()
        elif self.possible:
            self.started.emit()

    @Slot()
    def _on_frame_painted(self) -> None:
        if self.bar.isVisible():
            self._rest.start()

    @Slot()
    def _count_colours(self) -> None:
        frame = self._view.frame
        if frame is not None and frame.image is not None and not self.running:
            self.colours.show_picture(frame.image)
