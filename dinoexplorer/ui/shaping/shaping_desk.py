"""Between the tools over the picture and the document: the picture follows each step, and all are one to undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.shaping.drag_tool import DragTool
from dinoexplorer.ui.shaping.paint_tool import PaintTool
from dinoexplorer.ui.shaping.shaping_work import Flags, Ground, Progress, ShapingWork
from dinoexplorer.ui.shaping.tool import Tool

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class ShapingDesk(QObject):
    """Has one tool open at a time, or none; moves the document while it is at work."""

    told = Signal(str)

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction]) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        view = explorer.stage.image_view
        self.drag, self.paint = DragTool(actions["reshape"], view, self), PaintTool(actions["paint"], view, self)
        self._tool: Tool[Any] | None = None
        self._opened: Opened | None = None
        self._document: Document | None = None
        self._here: FloatArray | None = None  # where the document stands as far as the tool knows
        self._locked: Flags | None = None  # with which it is at work
        self._last: Progress[Any] | None = None
        self._came_from: QWidget | None = None
        self.work = ShapingWork(self)
        self.work.went.connect(self._on_went)
        self.work.came.connect(self._on_came)
        self.work.failed.connect(self._on_failed)
        for tool in (self.drag, self.paint):
            explorer.stage.add_row(tool.bar)
            tool.started.connect(self._on_started)
            tool.stopped.connect(self.stop)
            tool.edited.connect(self._on_edited)
            tool.bar.leave.clicked.connect(self.leave)
        explorer.document_changed.connect(self._on_document_changed)
        explorer.walker.about_to_start.connect(self.leave)

    @property
    def running(self) -> bool:
        """Whether the picture is being reshaped by itself."""
        return self._tool is not None and self._tool.running

    def toggle_drag(self) -> None:
        """Open the points, or leave them."""
        self._toggle(self.drag)

    def toggle_paint(self) -> None:
        """Open the colours, or leave them."""
        self._toggle(self.paint)

    @Slot()
    def leave(self) -> bool:
        """Put the tool away; the picture stays as it is now. Whether there was one."""
        self.stop()
        tool, self._tool = self._tool, None
        if tool is None:
            return False
        held, back = self._explorer.window().focusWidget(), self._came_from
        tool.close()
        tool.action.setChecked(False)
        self._opened = self._document = self._here = self._last = None
        if held is None or not held.isVisible():  # it was in the tool
            (back if back is not None and isValid(back) and back.isVisible() else self._explorer).setFocus()
        return True

    @Slot()
    def stop(self) -> None:
        """Stop at once and keep the best so far; harmless when nothing is under way."""
        if self.running:
            self.work.cancel()
            self._end(stopped=True)

    def close_down(self) -> None:
        """End what is under way."""
        self.stop()
        self.work.close()

    def _toggle(self, tool: Tool[Any]) -> None:
        before = self._tool
        self.leave()
        opened, document = self._explorer.opened, self._explorer.document
        if before is tool or opened is None or document is None:
            tool.action.setChecked(False)
            return
        self._explorer.settle()
        self._came_from = self._explorer.window().focusWidget()
        self._tool, self._opened, self._document, self._here = tool, opened, document, document.latent
        info = opened.generator.info
        tool.open(info.image_size, "" if isinstance(opened.generator, Differentiates) else no_gradients(info))
        tool.action.setChecked(True)

    @Slot()
    def _on_started(self) -> None:
        tool, document = self._tool, self._document
        if tool is None or document is None or self.running:
            return
        self._explorer.settle()
        document.begin_gesture()
        self._here, self._last = document.latent, None
        tool.begin(self._here)
        self._launch()
        self._explorer.possible_changed.emit()

    @Slot()
    def _on_edited(self) -> None:
        """Go on from here as it is wished now."""
        if self._tool is None or not self.running:
            return
        if self._tool.possible:
            self._launch()
        else:
            self.stop()

    def _launch(self) -> None:
        if self._tool is not None and self._opened is not None and self._document is not None:
            self._locked = self._document.locked
            self._tool.launch(self.work, Ground(self._opened.generator, self._document.latent, self._locked))

    @Slot(object)
    def _on_went(self, progress: Progress[Any]) -> None:
        tool, document = self._tool, self._document
        if tool is None or document is None:
            return
        if document.latent is not self._here:  # somebody else has moved it
            self.stop()
            return
        self._last = progress
        self._go(progress.state.code)
        tool.show_progress(progress)

    @Slot(object)
    def _on_came(self, progress: Progress[Any]) -> None:
        self._last = progress
        self._end(stopped=False)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._tool is not None:
            self._end(stopped=True)
            self._tool.tell(sentence)

    def _go(self, code: FloatArray) -> None:
        if self._document is not None and self._tool is not None:
            self._document.set_latent(code, self._tool.what)
            self._here = self._document.latent

    def _end(self, *, stopped: bool) -> None:
        """Go to the best so far, unless somebody else has moved the document, and close the step."""
        tool, document, last = self._tool, self._document, self._last
        if tool is None or document is None:
            return
        if document.latent is self._here and last is not None:
            self._go(last.state.best_code)
        self._here = document.latent
        document.end_gesture()
        tool.end(self._here, last, stopped=stopped)
        if last is not None and document.locked.any():
            self.told.emit(f"{tool.what}; locked values stayed where they were")
        self._last = None
        self._explorer.possible_changed.emit()

    @Slot()
    def _on_document_changed(self) -> None:
        document = self._document
        if self._tool is None or document is None:
            return
        if not self._explorer.is_at(self._opened, document):
            self.leave()
            self.told.emit("another model or document is open, so the tool was put away")
        elif self.running:
            if self._locked is not None and not np.array_equal(self._locked, document.locked):
                self._relaunch()
        elif document.latent is not self._here:
            self._here = document.latent
            self._tool.follow(self._here)

    def _relaunch(self) -> None:
        """Other values are locked now: what is at work does not know that."""
        self.work.cancel()
        self._launch()
