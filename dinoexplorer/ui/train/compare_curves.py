"""One metric of several runs, overlaid by images seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from dinoexplorer.runs.comparing import judged_by
from dinoexplorer.runs.views import JUDGED, RunDetail
from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.curve_export import as_image, as_svg, write_figure
from dinoexplorer.ui.train.curve_maths import smoothed, value_at
from dinoexplorer.ui.train.curve_panel import Series
from dinoexplorer.ui.train.curve_plot import CurvePlot
from dinoexplorer.ui.train.export_button import ExportButton
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.metric_groups import Family, folded, grouped
from dinoexplorer.ui.train.run_legend import RunLegend
from dinoexplorer.ui.train.slim_slider import SlimSlider

_LIKED = (JUDGED, "loss/total", "loss/generator")
_SMOOTHEST = 100


class CompareCurves(QWidget):
    """Each run has the colour and the mark of its place in the comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details: tuple[RunDetail, ...] = ()
        self._metric = ""
        self._names: list[str] = []
        self._actions: dict[str, QAction] = {}
        self.metric_button = MenuButton("", "Which metric is drawn", self)
        self.metric_button.setIconSize(QSize(0, icons.SIZE))
        self.metric_button.setProperty("field", True)
        self.legend = RunLegend(self)
        self.log = IconButton("", "Logarithmic scale", self, text="Log")
        self.log.setCheckable(True)
        self.smoothing = SlimSlider("Smoothing", self)
        self.smoothing.setRange(0, _SMOOTHEST)
        self.smoothing.setFixedWidth(96)
        self.export = ExportButton("Export the curves", self._work, self)
        self.plot = CurvePlot(self)
        self._place = foreign_label(self)
        self._place.setProperty("role", "figures")
        self._none = foreign_label(self)
        smooth = QLabel("Smooth", self)
        smooth.setProperty("role", "small")
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.metric_button, self.log, smooth, self.smoothing):
            row.addWidget(widget)
        row.addWidget(self._place, 1)
        row.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.legend)
        column.addWidget(self._none)
        column.addWidget(self.plot, 1)
        self.metric_button.choices().triggered.connect(self._on_metric_chosen)
        self.log.toggled.connect(self.plot.set_log)
        self.smoothing.valueChanged.connect(self._draw)
        self.plot.hovered.connect(self._on_hovered)

    @property
    def chosen(self) -> str:
        """What is drawn."""
        return self._metric

    def set_details(self, details: Sequence[RunDetail]) -> None:
        """Show the chosen metric of these runs; one that none of them has gives way to another."""
        self._details = tuple(details)
        self.legend.set_titles([detail.row.title for detail in details])
        names = list(dict.fromkeys(name for detail in details for name in detail.curves))
        names = [name for members in grouped(names).values() for name in members]
        if names != self._names:
            self._offer(names)
        if self._metric not in names:
            self._metric = next((name for name in (judged_by(details), *_LIKED, *names) if name in names), "")
        self._none.setText("" if names else "None of these runs has measured anything yet.")
        self._none.setVisible(not names)
        self.choose(self._metric)

    def choose(self, metric: str) -> None:
        """Draw this metric."""
        self._metric = metric
        for name, action in self._actions.items():
            action.setChecked(name == metric)
        self.metric_button.setText(as_label(metric) or "No metric")
        self.metric_button.setEnabled(bool(metric))
        self.metric_button.setAccessibleDescription(metric)
        self.export.setEnabled(bool(metric))
        self.export.set_stem(metric.replace("/", " "))
        self._draw()

    def _offer(self, names: list[str]) -> None:
        """Fill the menu; numbered metrics of one kind share a menu of their own."""
        self._names, self._actions = names, {}
        menu = self.metric_button.choices()
        for action in menu.actions():
            if (inner := action.menu()) is not None:
                inner.deleteLater()
        menu.clear()
        for members in grouped(names).values():
            for entry in folded(members):
                if isinstance(entry, Family):
                    inner = menu.addMenu(as_label(entry.name))
                    for name in entry.members:
                        self._add(name, inner)
                else:
                    self._add(entry, menu)

    def _add(self, name: str, menu: QMenu) -> None:
        action = self._actions[name] = menu.addAction(as_label(name))
        action.setData(name)
        action.setCheckable(True)

    @Slot()
    def _draw(self) -> None:
        amount = 1 - float(10 ** (-3 * self.smoothing.value() / _SMOOTHEST))
        series = []
        for slot, detail in enumerate(self._details):
            curve = detail.curves.get(self._metric)
            if curve is None or not curve[0].size:
                continue
            images, values = curve
            raw = values if amount > 0 else None
            # The place makes the name one of a kind: two runs may bear the same title.
            name = f"{slot} {detail.row.title}"
            series.append(Series(name, self._metric, slot, images, smoothed(values, amount), raw))
        self.plot.set_series(tuple(series))

    def _work(self, path: Path) -> Callable[[], object]:
        make = as_svg if path.suffix.lower() == ".svg" else as_image
        legend: dict[str, int] = {}
        for slot, detail in enumerate(self._details):
            title = detail.row.title
            legend[title if title not in legend else f"{title} ({slot + 1})"] = slot
        return partial(write_figure, make(self.plot, self._metric, legend), path)

    @Slot(QAction)
    def _on_metric_chosen(self, action: QAction) -> None:
        self.choose(str(action.data()))

    @Slot(object)
    def _on_hovered(self, images: float | None) -> None:
        if images is None:
            self._place.setText("")
            return
        curves = [detail.curves.get(self._metric) for detail in self._details]
        values = [short_number(value_at(*curve, images)) if curve else short_number(float("nan")) for curve in curves]
        self._place.setText(f"at {max(round(images), 0):,} images: {', '.join(values)}")
