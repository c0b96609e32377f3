"""What came of a sweep: the plot of the loss against the setting, and the table of pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dinoexplorer.runs.comparing import differing, judged_by, loss_against, more_is_better, picture_table
from dinoexplorer.runs.views import JUDGED, RunDetail
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.export_button import ExportButton
from dinoexplorer.ui.train.export_figures import Figure, write_figure
from dinoexplorer.ui.train.figure_view import FigureView
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.loss_figure import LossFigure
from dinoexplorer.ui.train.picture_figure import PictureFigure
from dinoexplorer.ui.train.picture_store import PictureStore, fulfil
from dinoexplorer.ui.train.run_states import judged_name


@dataclass(frozen=True, slots=True)
class Sweep:
    """Runs that differ in one number, in its order."""

    key: str
    details: tuple[RunDetail, ...]


def sweep_of(details: Sequence[RunDetail]) -> Sweep | None:
    """The sweep that runs make up; None when they differ in nothing, in more than one setting, or in no number."""
    keys = differing(details)
    if len(keys) != 1:
        return None
    values = [detail.settings.get(keys[0]) for detail in details]
    if any(
        isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) for value in values
    ):
        return None
    return Sweep(keys[0], tuple(sorted(details, key=lambda detail: float(detail.settings[keys[0]]))))


class SweepPlot(QWidget):
    """The best held-out loss against the setting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = FigureView("Loss against a setting", self)
        self.export = ExportButton("Export the plot", self._work, self)
        self._note = foreign_label(self)
        self._note.setProperty("role", "muted")
        _lay_out(self, (self._note,), self.export, self.view)

    @property
    def note(self) -> str:
        """Which runs are missing."""
        return self._note.text()

    def set_sweep(self, sweep: Sweep) -> None:
        """Show the outcome of a sweep."""
        metric = judged_by(sweep.details)
        values, losses = loss_against(sweep.details, sweep.key, metric)
        known = [(float(x), float(y)) for x, y in zip(values, losses, strict=True) if math.isfinite(y)]
        figure = None
        if known:
            figure = LossFigure(
                sweep.key, metric, tuple(x for x, _ in known), tuple(y for _, y in known), more_is_better(metric)
            )
            self.export.set_stem(figure.title.replace("/", " "))
        missing = len({detail.settings[sweep.key] for detail in sweep.details}) - len(known)
        name = judged_name(metric) if metric != JUDGED else f"a {judged_name(metric)}"
        note = f"{missing} of them without {name} yet." if known else f"No run has {name} yet."
        self._note.setText(note if missing else "")
        self.export.setEnabled(figure is not None)
        self.view.set_figure(figure)

    def _work(self, path: Path) -> Callable[[], object]:
        return _writing(self.view.figure, path)


class SweepPictures(QWidget):
    """Images seen down, values across; the first picture of each sheet, or whole sheets."""

    def __init__(self, pictures: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._shape = pictures, 0.5  # until a sheet was read
        self._figure: PictureFigure | None = None
        self.view = FigureView("Pictures by images seen and setting", self)
        self.first = _choice("First picture", "Only the first picture of each sheet", self)
        self.whole = _choice("Whole sheets", "All pictures of each sheet", self)
        group = QButtonGroup(self)
        for button in (self.first, self.whole):
            group.addButton(button)
        self.first.setChecked(True)
        self.export = ExportButton("Export the pictures", self._work, self)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.view)
        area.setAccessibleName("Pictures by images seen and setting")
        _lay_out(self, (self.first, self.whole), self.export, area)
        group.buttonClicked.connect(self._on_choice)
        pictures.arrived.connect(self._on_arrived)

    @property
    def figure(self) -> PictureFigure | None:
        """What is shown; None while there are no samples."""
        return self._figure

    def set_sweep(self, sweep: Sweep) -> None:
        """Show the pictures of a sweep."""
        rows = picture_table(sweep.details)
        columns = tuple(short_number(float(detail.settings[sweep.key])) for detail in sweep.details)
        figure = PictureFigure(sweep.key, columns, rows, self.first.isChecked(), self._shape, self._pictures.picture)
        self._set(figure if rows else None)
        self.export.setEnabled(bool(rows))
        self.export.set_stem(figure.title)

    def _set(self, figure: PictureFigure | None) -> None:
        if figure is None:
            self._figure = None
            self.view.set_figure(None)
        elif figure != self._figure:
            self._figure = figure
            self.view.set_figure(figure, least_width=figure.least_width(), height_for=figure.height_for)

    def _work(self, path: Path) -> Callable[[], object]:
        return _writing(replace(self._figure, picture=fulfil) if self._figure is not None else None, path)

    @Slot()
    def _on_choice(self) -> None:
        if self._figure is not None:
            self._set(replace(self._figure, first=self.first.isChecked()))

    @Slot()
    def _on_arrived(self) -> None:
        self.view.update()
        figure = self._figure
        if figure is None or figure.first:
            return
        shapes = (self._pictures.shape_of(sheet[1]) for row in figure.rows for sheet in row.sheets if sheet is not None)
        self._shape = next((shape for shape in shapes if shape is not None), self._shape)
        self._set(replace(figure, shape=self._shape))


def _writing(figure: Figure | None, path: Path) -> Callable[[], object]:
    return partial(write_figure, figure, path) if figure is not None else lambda: None


def _choice(text: str, name: str, parent: QWidget) -> IconButton:
    button = IconButton("", name, parent, text=text)
    button.setCheckable(True)
    return button


def _lay_out(widget: QWidget, tools: Sequence[QWidget], last: QWidget, body: QWidget) -> None:
    row = QHBoxLayout()
    row.setSpacing(6)
    for tool in tools:
        row.addWidget(tool)
    row.addStretch(1)
    row.addWidget(last)
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addLayout(row)
    column.addWidget(body, 1)
