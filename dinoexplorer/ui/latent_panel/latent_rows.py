"""The list of sliders: as many row widgets as fit, bound to hundreds of dimensions as one scrolls."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.ui.latent_panel.latent_row import HEIGHT, LatentRow


class LatentRows(QAbstractScrollArea):
    """Scrolls through the dimensions, those that change the picture most first.

    The row at position ``p`` is always widget ``p % pool``, so a row keeps its widget, and its focus, while it is seen.
    """

    drag_began = Signal()
    drag_ended = Signal()
    value_edited = Signal(int, float)
    lock_toggled = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Latent values")
        self._spec: LatentSpec | None = None
        self._abouts: tuple[str, ...] = ()
        self._order: list[int] = []
        self._shares = np.zeros(0)
        self._latent = np.zeros(0, np.float32)
        self._locked = np.zeros(0, bool)
        self._pool: list[LatentRow] = []

    def set_spec(self, spec: LatentSpec | None, abouts: tuple[str, ...] = ()) -> None:
        """Show the dimensions of another space; ``abouts`` say what the first rows are that are no dimensions."""
        self._spec, self._abouts = spec, abouts
        for row in self._pool:
            row.dimension = -1
        self._shares = np.zeros(0 if spec is None else spec.dim)
        if spec is not None:
            self._latent, self._locked = spec.mean, np.zeros(spec.dim, bool)
            if spec.importance is not None and spec.importance.max(initial=0) > 0:
                self._shares = spec.importance / spec.importance.max()
        self.filter("")

    def filter(self, text: str) -> None:
        """Show only the dimensions whose name holds ``text``."""
        spec = self._spec
        wanted = text.strip().lower()
        self._order = [] if spec is None else [int(i) for i in spec.order() if wanted in spec.name(int(i)).lower()]
        self.verticalScrollBar().setValue(0)
        self._fit()

    def show_values(self, latent: FloatArray, locked: np.ndarray) -> None:
        """Show the present code in the rows that are seen."""
        self._latent, self._locked = latent, locked
        for row in self._pool:
            if row.dimension >= 0:
                self._show_value(row)

    def visible_rows(self) -> list[LatentRow]:
        """The rows that are bound at present, from top to bottom."""
        rows = [row for row in self._pool if row.dimension >= 0]
        return sorted(rows, key=lambda row: row.y())

    def pool_size(self) -> int:
        """How many row widgets exist."""
        return len(self._pool)

    def reveal(self, dimension: int) -> LatentRow | None:
        """Scroll until a dimension is seen; its row, or None when the filter hides it."""
        if dimension not in self._order:
            return None
        position = self._order.index(dimension)
        top, bar = position * HEIGHT, self.verticalScrollBar()
        bar.setValue(min(max(bar.value(), top + HEIGHT - self.viewport().height()), top))
        return self._pool[position % len(self._pool)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self._bind()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if any(row.slider.isSliderDown() for row in self._pool):
            event.accept()  # the row under the hand stays there
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(event.key()))
        if pages is None:
            super().keyPressEvent(event)
            return
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def focusNextPrevChild(self, forward: bool) -> bool:
        focus = QApplication.focusWidget()
        for row in self._pool:
            if focus in row.controls() and row.dimension >= 0:
                index = row.controls().index(focus) + (1 if forward else -1)
                position = self._order.index(row.dimension)
                return self._focus(position, index, forward=forward)
        return bool(super().focusNextPrevChild(forward))

    def _focus(self, position: int, index: int, *, forward: bool) -> bool:
        """Give the focus to a control, scrolling when it is not seen; beyond the ends it leaves the list."""
        count = len(self._pool[0].controls())
        position, index = position + index // count, index % count
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        if 0 <= position < len(self._order):
            row = self.reveal(self._order[position])
            if row is not None:
                row.controls()[index].setFocus(reason)
            return True
        widget: QWidget = self
        while True:
            following = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
            if following is None or following is self:
                return False
            widget = following
            takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if takes and widget.isEnabled() and widget.isVisibleTo(self.window()) and not self.isAncestorOf(widget):
                widget.setFocus(reason)
                return True

    def _fit(self) -> None:
        """Make the rows that the height needs, and set the scroll bar's range."""
        height = self.viewport().height()
        while len(self._pool) < min(height // HEIGHT + 2, len(self._order)):
            self._pool.append(self._new_row())
            for row in self._pool:  # positions move to other widgets when the pool grows
                row.dimension = -1
        bar = self.verticalScrollBar()
        bar.setRange(0, max(len(self._order) * HEIGHT - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(HEIGHT)
        self._bind()

    def _new_row(self) -> LatentRow:
        row = LatentRow(self.viewport())
        row.drag_began.connect(self.drag_began)
        row.drag_ended.connect(self.drag_ended)
        row.value_edited.connect(self.value_edited)
        row.lock_toggled.connect(self.lock_toggled)
        return row

    def _bind(self) -> None:
        if self._spec is None or not self._pool:
            for row in self._pool:
                row.hide()
            return
        offset, pool = self.verticalScrollBar().value(), len(self._pool)
        first = offset // HEIGHT
        for position in range(first, first + pool):
            row = self._pool[position % pool]
            if position >= len(self._order):
                row.dimension = -1
                row.hide()
                continue
            dimension = self._order[position]
            if row.dimension != dimension:
                _give_up_focus(row)
                about = self._abouts[dimension] if dimension < len(self._abouts) else ""
                row.bind(self._spec, dimension, float(self._shares[dimension]), about)
                self._show_value(row)
            row.setGeometry(0, position * HEIGHT - offset, self.viewport().width(), HEIGHT)
            row.show()

    def _show_value(self, row: LatentRow) -> None:
        row.show_value(float(self._latent[row.dimension]), locked=bool(self._locked[row.dimension]))


def _give_up_focus(row: LatentRow) -> None:
    """Leave the focus to the window when it lies in a row that is about to show something else."""
    focus = QApplication.focusWidget()  # the list's own focusWidget() is the child that had it last, perhaps long ago
    if focus is not None and row.isAncestorOf(focus):
        row.window().setFocus()
