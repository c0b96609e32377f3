"""Dragging points: the points over the picture, what may move, and the row below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.shaping.handle import Handle
from dinoexplorer.ui.brush import BrushBar, Canvas, MaskSheet
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.image_view import ImageView
from dinoexplorer.ui.shaping.handles_view import MOST, HandlesView
from dinoexplorer.ui.shaping.remembered import Remembered
from dinoexplorer.ui.shaping.shaping_work import Flags, Ground, Progress, ShapingWork
from dinoexplorer.ui.shaping.tool import Tool
from dinoexplorer.ui.shaping.words import end_of_drag, words_for_drag

if TYPE_CHECKING:
    from dinoexplorer.latent.shaping.drag import DragState

_HINT = "Drag a part of the picture to where it should be; a click alone holds it."
_READY = "Start moves the points along their arrows; a click holds a part still."
_MASK_HINT = "Paint over what may move; all else stays. Nothing painted: everything may."


class DragTool(Tool["DragState"]):
    """Keeps the points where they are seen now: while it runs they go along with the picture."""

    what = "reshaped"

    def __init__(self, action: QAction, view: ImageView, parent: QObject) -> None:
        super().__init__(action, view, parent)
        self._refusal = ""
        self._remembered: Remembered[tuple[Handle, ...]] = Remembered()
        self._mask = MaskSheet(1, 1)
        self.handles = HandlesView(view.target, view)
        self.canvas = Canvas(self._mask, view, place=view.target)
        self.canvas.setAccessibleName("What may move")
        self._lay_over(self.handles, self.canvas)
        self.start = IconButton("play", "Start", text="Start")
        self.start.setProperty("primary", True)
        self.start.setToolTip("Move the points to where they should be (Return)")
        self.stop = IconButton("stop", "Stop", text="Stop")
        self.stop.setToolTip("Stop at once and keep the best so far (Return)")
        self.add = IconButton("add", "Add a point")
        self.add.setToolTip("Add a point in the middle of the picture (Insert)")
        self.remove = IconButton("clear", "Remove all points")
        self.remove.setToolTip("Remove all points (Delete, or a right click on one, removes that one)")
        self.movable = IconButton("", "What may move", text="What may move")
        self.movable.setCheckable(True)
        self.movable.setToolTip("Paint over the part of the picture that may move; all else stays")
        self.brush = BrushBar(self.canvas)
        self.bar.add(self.start, self.stop, self.add, self.remove, self.movable, self.brush)
        self._connect()

    @property
    def mask(self) -> Flags | None:
        """Where the picture may move; None for everywhere."""
        return None if self._mask.empty else self._mask.mask

    def open(self, size: int, refusal: str) -> None:
        self._refusal = refusal
        if self._mask.shape != (size, size):
            self._remembered.clear()
            self._mask = MaskSheet(size, size)
            self.canvas.set_sheet(self._mask)
        self.handles.set_size(size)
        self.movable.setChecked(False)
        self.handles.setEnabled(not refusal)
        self.handles.setVisible(not refusal)
        self.handles.raise_()
        self.bar.show()
        self._follow()
        self._say()
        (self.bar.leave if refusal else self.handles).setFocus(Qt.FocusReason.OtherFocusReason)

    def launch(self, work: ShapingWork, ground: Ground) -> None:
        work.drag(ground, self.handles.handles, self.mask)

    def begin(self, code: FloatArray) -> None:
        self._remembered.keep(code, self.handles.handles)
        self.movable.setChecked(False)
        self.running = True
        self.bar.say("Looking at the points…")
        self.bar.show_share(0.0)
        self._follow()

    def show_progress(self, progress: Progress[DragState]) -> None:
        state = progress.state
        self._show_places(state.points)
        self.bar.say(words_for_drag(progress))
        self.bar.show_share(state.step / max(state.steps, 1))

    def end(self, code: FloatArray, progress: Progress[DragState] | None, *, stopped: bool) -> None:
        self.running = False
        if progress is not None:
            self._show_places(progress.state.best_points)
            self.bar.say(end_of_drag(progress.state, stopped=stopped), aloud=True)
        else:
            self._say()
        self._remembered.keep(code, self.handles.handles)
        self.bar.show_share(None)
        self._follow()

    def follow(self, code: FloatArray) -> None:
        handles = self._remembered.at(code)
        if handles is not None:
            self.handles.show_handles(handles)
        self._say()
        self._follow()

    def _connect(self) -> None:
        self.start.clicked.connect(self.started)
        self.stop.clicked.connect(self.stopped)
        self.handles.started.connect(self._on_return)
        self.handles.changed.connect(self._on_changed)
        self.add.clicked.connect(self._on_added)
        self.remove.clicked.connect(self._on_removed)
        self.movable.toggled.connect(self._on_movable)
        self.canvas.painted.connect(self._on_masked)

    def _show_places(self, places: np.ndarray) -> None:
        """The points are here now; where they should go stays, and one that is to stay goes on to be asked to."""
        handles = self.handles.handles
        if len(handles) == len(places):
            here = [(float(x), float(y)) for x, y in places]
            self.handles.show_handles(
                tuple(replace(handle, start=place) for handle, place in zip(handles, here, strict=True))
            )

    def _say(self) -> None:
        """What is to be done next."""
        if self._refusal:
            self.tell(self._refusal)
        elif self.movable.isChecked():
            self.bar.say(_MASK_HINT)
        else:
            self.bar.say(_READY if self.possible else _HINT)

    @property
    def possible(self) -> bool:
        return not self._refusal and any(handle.start != handle.target for handle in self.handles.handles)

    def _follow(self) -> None:
        """What can be done now."""
        self.start.setVisible(not self.running)
        self.stop.setVisible(self.running)
        self.start.setEnabled(self.possible)
        self.add.setEnabled(not (self._refusal or self.handles.full))
        self.add.setToolTip(
            f"There are {MOST} points, which are the most."
            if self.handles.full
            else "Add a point in the middle of the picture (Insert)"
        )
        self.remove.setEnabled(bool(self.handles.handles))
        self.movable.setEnabled(not self._refusal)
        share = self._mask.share
        self.movable.setText("What may move" if self._mask.empty else f"May move: {100 * share:.0f} %")
        self.movable.updateGeometry()
        self.brush.setVisible(self.movable.isChecked())

    @Slot()
    def _on_return(self) -> None:
        if self.running:
            self.stopped.emit()
        elif self.possible:
            self.started.emit()

    @Slot()
    def _on_changed(self) -> None:
        if self.running:
            self.edited.emit()
        else:
            self._say()
        self._follow()

    @Slot()
    def _on_added(self) -> None:
        self.handles.add()
        self.handles.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()

    @Slot()
    def _on_removed(self) -> None:
        self.handles.show_handles(())
        self._on_changed()

    @Slot(bool)
    def _on_movable(self, painting: bool) -> None:
        self.canvas.setVisible(painting)
        if painting:
            self.canvas.raise_()
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.bar.isVisible():
            self.handles.raise_()
            self.handles.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.running:
            self._say()
        self._follow()

    @Slot()
    def _on_masked(self) -> None:
        if self.running:
            self.edited.emit()
        self._follow()
