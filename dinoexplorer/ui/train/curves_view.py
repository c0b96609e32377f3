"""The curves of a run: which metrics, how smooth, on which scale, and which stretch of the course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from dinoexplorer.runs.views import Curve
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.train.curve_export import as_image, as_svg, write_figure
from dinoexplorer.ui.train.curve_list import CurveList
from dinoexplorer.ui.train.curve_maths import panel_of, smoothed, value_at
from dinoexplorer.ui.train.curve_panel import Series
from dinoexplorer.ui.train.curve_plot import CurvePlot
from dinoexplorer.ui.train.export_button import ExportButton
from dinoexplorer.ui.train.metric_groups import first_choice
from dinoexplorer.ui.train.slim_slider import SlimSlider

_NONE_YET = "No curves yet. They begin with the first steps."
_SMOOTHEST = 100  # positions of the slider; the amount is 1 - 10 ** (-3 * position)


class CurvesView(QWidget):
    """Curves by images seen; `set_curves` may be called as often as there is news.

    Importing this module imports pyqtgraph, which takes half a second: import it in a thread first.
    """

    told = Signal(str)  # a sentence about a figure that was or could not be written

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: Mapping[str, Curve] = {}
        self._cache: dict[str, tuple[NDArray[np.float64], float, NDArray[np.float64]]] = {}
        self._title, self._run = "", ""
        self._names: tuple[str, ...] = ()
        self._is_chosen = False  # by a person
        self.plot, self.list = CurvePlot(self), CurveList(self)
        self.smoothing = SlimSlider("Smoothing", self)
        self.smoothing.setRange(0, _SMOOTHEST)
        self.smoothing.setFixedWidth(96)
        self.smoothing.setToolTip("Smoothing: each point is averaged with those before it, the nearest most")
        self.log = _toggle("Log scale", "Logarithmic scale: values that are not positive become gaps", self)
        self.whole = _toggle("Whole", "Show the whole course, now and as it grows (Home)", self)
        self.follow = _toggle("Newest", "Keep the newest point at the right edge (End)", self)
        self.export = ExportButton("Export the curves", self._writing, self)
        self.export.told.connect(self.told)
        self._place = _small("last values", self)
        self._place.setContentsMargins(0, 0, 12, 0)
        self._lay_out()
        self.whole.setChecked(True)
        self.smoothing.valueChanged.connect(self._on_smoothing_changed)
        self.log.toggled.connect(self.plot.set_log)
        self.whole.clicked.connect(self._on_whole_clicked)
        self.follow.clicked.connect(self._on_follow_clicked)
        self.plot.mode_changed.connect(self._on_mode_changed)
        self.plot.hovered.connect(self._on_hovered)
        self.list.chosen_changed.connect(self._on_chosen_changed)

    def set_curves(self, run: str, title: str, curves: Mapping[str, Curve]) -> None:
        """Show the curves of a run; for the same ``run`` everything a person chose stays."""
        another, self._run, self._title = run != self._run, run, title
        self._curves = curves
        self.export.set_stem(title or "curves")
        names = tuple(curves)
        if names != self._names:
            chosen = [name for name in self.list.chosen() if name in curves] if self._is_chosen else []
            self._names = names
            self.list.set_names(names, chosen or first_choice(names))
            self._show_whether_any()
        self._cache = {name: kept for name, kept in self._cache.items() if name in curves}
        self._draw()
        if another:
            self.plot.show_whole()
        self._on_hovered(self.plot.hover)

    @property
    def none_text(self) -> str:
        """What is said in place of the curves, empty when there are some."""
        return self._none.text() if not self._none.isHidden() else ""

    def amount(self) -> float:
        """How much of the past each point keeps."""
        return 1 - float(10 ** (-3 * self.smoothing.value() / _SMOOTHEST))

    def close_down(self) -> None:
        """Wait for a figure that is being written."""
        self.export.close_down()

    def _writing(self, path: Path) -> Callable[[], object]:
        """What writes the plot as it is seen now, as PNG or SVG by the name of the file."""
        make = as_svg if path.suffix.lower() == ".svg" else as_image
        return partial(write_figure, make(self.plot, self._title, self.list.chosen()), path)

    def _lay_out(self) -> None:
        tools = QWidget(self)
        row = FlowLayout(tools, gap=4)
        for widget in (self.whole, self.follow, self.log, _small("Smooth", tools), self.smoothing, self.export):
            row.addWidget(widget)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setChildrenCollapsible(False)
        side = QWidget(self)
        side_column = QVBoxLayout(side)
        side_column.setContentsMargins(0, 0, 0, 0)
        side_column.setSpacing(2)
        side_column.addWidget(self._place, 0, Qt.AlignmentFlag.AlignRight)
        side_column.addWidget(self.list, 1)
        self._split.addWidget(side)
        self._split.addWidget(self.plot)
        self._split.setStretchFactor(1, 1)
        self.list.setMinimumWidth(140)
        self._split.setSizes([self.list.sizeHint().width(), 600])
        for part in (self.smoothing, *tools.findChildren(QLabel)):
            part.setFixedHeight(self.whole.sizeHint().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._none = QLabel(_NONE_YET, self)
        self._none.setProperty("role", "muted")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tools = tools
        column.addWidget(tools)
        column.addWidget(self._split, 1)
        column.addWidget(self._none, 1)
        self._show_whether_any()

    def _show_whether_any(self) -> None:
        there = bool(self._names)
        self._none.setVisible(not there)
        for widget in (self._tools, self._split):
            widget.setVisible(there)

    @Slot()
    def _on_chosen_changed(self) -> None:
        self._is_chosen = True
        self._draw()

    def _draw(self) -> None:
        amount = self.amount()
        series = []
        for name, slot in self.list.chosen().items():
            x, values = self._curves[name]
            smooth = self._smoothed(name, values, amount) if amount > 0 else values
            series.append(Series(name, panel_of(name, self._curves), slot, x, smooth, values if amount > 0 else None))
        self.plot.set_series(tuple(series))

    def _smoothed(self, name: str, values: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
        kept = self._cache.get(name)
        if kept is None or kept[0] is not values or kept[1] != amount:
            kept = self._cache[name] = (values, amount, smoothed(values, amount))
        return kept[2]

    @Slot()
    def _on_smoothing_changed(self) -> None:
        self.smoothing.setAccessibleDescription(f"{self.amount():.3f}")
        self._draw()

    @Slot()
    def _on_whole_clicked(self) -> None:
        self.plot.show_whole()
        self._on_mode_changed(self.plot.mode)

    @Slot()
    def _on_follow_clicked(self) -> None:
        self.plot.follow()
        self._on_mode_changed(self.plot.mode)

    @Slot(str)
    def _on_mode_changed(self, mode: str) -> None:
        self.whole.setChecked(mode == "whole")
        self.follow.setChecked(mode == "follow")

    @Slot(object)
    def _on_hovered(self, images: float | None) -> None:
        if images is None:
            self._place.setText("last values")
            values = {name: float(y[-1]) for name, (_, y) in self._curves.items() if y.size}
        else:
            self._place.setText(f"at {max(round(images), 0):,} images")
            values = {name: value_at(x, y, images) for name, (x, y) in self._curves.items()}
        self.list.set_values(values)


def _toggle(text: str, name: str, parent: QWidget) -> IconButton:
    button = IconButton("", name, parent, text=text)
    button.setCheckable(True)
    return button


def _small(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "small")
    return label
