"""The plot of a run's course: panels one below the other over the same images seen."""

from __future__ import annotations

from typing import Any, Literal

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.train.curve_panel import CurvePanel, NumberAxis, Series

Mode = Literal["whole", "follow", "free"]
_ZOOM, _PAN = 1.5, 0.2
_FOLLOWED = 0.25


class CurvePlot(pyqtgraph.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Curves by images seen.

    The view is one of three: the ``whole`` course, ``follow`` (a stretch of fixed length up to the newest point), or
    ``free``, which a person chose by zooming or moving and which no new point changes.
    """

    _ready = False  # pyqtgraph sends events to an object half made
    mode_changed = Signal(str)
    hovered = Signal(object)  # images seen as float, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        pyqtgraph.setConfigOption("exitCleanup", False)  # the program ends its own widgets
        super().__init__(parent, background=None)
        self.setAccessibleName("Curves")
        self.setAccessibleDescription(
            "Plus and minus zoom, left and right move, Home shows the whole course, End follows the newest point."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)  # pyqtgraph gives it one of its own
        self.setMouseTracking(True)
        self._layout = pyqtgraph.GraphicsLayout()
        self._layout.setSpacing(6)
        self._layout.setContentsMargins(2, 8, 12, 2)
        self.setCentralItem(self._layout)
        self._bottom = NumberAxis("bottom")
        self._bottom.enableAutoSIPrefix(False)
        self._bottom.setLabel("images seen")
        self._panels: dict[str, CurvePanel] = {}
        self._every_panel: dict[str, CurvePanel] = {}  # none is let go, see CurvePanel
        self._series: tuple[Series, ...] = ()
        self._mode: Mode = "whole"
        self._range = (0.0, 1.0)
        self._hover: float | None = None
        self._is_log = self._busy = False
        self._ready = True
        self._dress()

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def hover(self) -> float | None:
        """Images seen where the pointer is, None when it is elsewhere."""
        return self._hover

    @property
    def panels(self) -> tuple[CurvePanel, ...]:
        """From top to bottom."""
        return tuple(self._panels.values())

    @property
    def shown_range(self) -> tuple[float, float]:
        """Images seen at the left and at the right edge."""
        return self._range

    def set_series(self, series: tuple[Series, ...]) -> None:
        """Show these curves; a view that a person chose stays."""
        self._series = series
        names = list(dict.fromkeys(one.panel for one in series))
        if names != list(self._panels):
            self._arrange(names)
        for panel in self._panels.values():
            panel.set_series(tuple(one for one in series if one.panel == panel.name), self.palette())
        self._refresh()

    def set_log(self, is_log: bool) -> None:
        """Draw the values on a logarithmic axis; those that are not positive become gaps."""
        self._is_log = is_log
        for panel in self._every_panel.values():
            panel.set_log(is_log)
        self._refresh()

    def show_whole(self) -> None:
        """From the first image to the last, now and as more come."""
        for panel in self._panels.values():
            panel.box.setMouseEnabled(y=False)
        self._set_mode("whole")

    def follow(self) -> None:
        """Keep the newest point at the right edge."""
        if self._mode == "whole":
            low, high = self._extent()
            self._range = (high - (high - low) * _FOLLOWED, high)
        self._set_mode("follow")

    def zoom(self, factor: float) -> None:
        """Show a stretch ``factor`` times shorter; the newest point stays at the edge when it is followed."""
        low, high = self._range
        length = max((high - low) / factor, 1.0)
        middle = high - length / 2 if self._mode == "follow" else (low + high) / 2
        self._range = (middle - length / 2, middle + length / 2)
        self._set_mode("follow" if self._mode == "follow" else "free")

    def pan(self, share: float) -> None:
        """Move by a share of what is seen."""
        low, high = self._range
        self._range = (low + share * (high - low), high + share * (high - low))
        self._set_mode("free")

    def render_figure(self, painter: QPainter, target: QRectF) -> None:
        """Paint the plot into ``target``, as it is seen but for the line under the pointer."""
        source = QRectF(self.viewport().rect())
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # the scene's own items do not all say which they want
        self.scene().prepareForPaint()
        self.scene().render(painter, target, source, Qt.AspectRatioMode.IgnoreAspectRatio)
        painter.translate(target.topLeft())
        painter.scale(target.width() / source.width(), target.height() / source.height())
        for panel in self._panels.values():
            panel.paint_over(painter, self.palette(), None)
        painter.restore()

    def close(self) -> bool:
        """Close like any widget: pyqtgraph's own way takes the viewport out while Qt still paints on it."""
        return bool(QWidget.close(self))

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        for panel in self._panels.values():
            panel.paint_over(painter, self.palette(), self._hover)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 5, 5)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.pan(_PAN if key == Qt.Key.Key_Right else -_PAN)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_0}:
            self.show_whole()
        elif key == Qt.Key.Key_End:
            self.follow()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # The window's own keys (plus, Home, ...) step back while the plot has the focus.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0}
            keys |= {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}
            plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if event.key() in keys and not plain:
                event.accept()
                return True
        return bool(super().event(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._set_hover(self._images_at(event.position()))

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.show_whole()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hover(None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._ready and event is not None:
            self._layout.layout.activate()
            self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._ready:
            self._dress()

    def _arrange(self, names: list[str]) -> None:
        self._layout.clear()
        for name in names:
            if name not in self._every_panel:
                self._every_panel[name] = self._new_panel(name)
        self._panels = {name: self._every_panel[name] for name in names}
        for row, panel in enumerate(self._panels.values()):
            self._layout.addItem(panel.axis, row, 0)
            self._layout.addItem(panel.box, row, 1)
        if names:
            self._layout.addItem(self._bottom, len(names), 1)
            self._bottom.linkToView(self._panels[names[-1]].box)
        # An axis alone, the first item, is all the layout may be as wide as; it does not grow again by itself.
        self._layout.setGeometry(QRectF(self.viewport().rect()))
        self._layout.layout.activate()

    def _new_panel(self, name: str) -> CurvePanel:
        panel = CurvePanel(name)
        panel.set_log(self._is_log)
        panel.box.sigXRangeChanged.connect(self._on_x_range_changed)
        return panel

    def _refresh(self) -> None:
        if not self._panels:
            return
        low, high = self._extent()
        if self._mode == "whole":
            self._range = (low, high)
        elif self._mode == "follow":
            self._range = (high - (self._range[1] - self._range[0]), high)
        self._busy = True
        for panel in self._panels.values():
            panel.box.setXRange(*self._range, padding=0)
            width = panel.box.width() * self.devicePixelRatioF()
            panel.refresh(*self._range, max(round(width), 50))
        self._busy = False
        self.viewport().update()

    def _extent(self) -> tuple[float, float]:
        filled = [one.x for one in self._series if one.x.size]
        if not filled:
            return 0.0, 1.0
        low, high = float(min(x[0] for x in filled)), float(max(x[-1] for x in filled))
        return (low, high) if high > low else (low - 1, high + 1)

    def _set_mode(self, mode: Mode) -> None:
        changed, self._mode = mode != self._mode, mode
        self._refresh()
        if changed:
            self.mode_changed.emit(mode)

    def _on_x_range_changed(self, _box: Any, seen: tuple[float, float]) -> None:
        if not self._busy:  # a person's wheel or drag
            self._range = (float(seen[0]), float(seen[1]))
            self._set_mode("free")

    def _images_at(self, position: QPointF) -> float | None:
        for panel in self._panels.values():
            area = panel.box.sceneBoundingRect()
            if area.contains(position):
                low, high = self._range
                return float(low + (position.x() - area.left()) / area.width() * (high - low))
        return None

    def _set_hover(self, images: float | None) -> None:
        if images != self._hover:
            self._hover = images
            self.hovered.emit(images)
            self.viewport().update()

    @Slot()
    def _dress(self) -> None:
        palette = self.palette()
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        self._bottom.setPen(palette.color(QPalette.ColorRole.Mid))
        self._bottom.setTextPen(palette.color(QPalette.ColorRole.PlaceholderText))
        for panel in self._panels.values():
            panel.dress(palette)
