"""Several reports beside each other: which, their figures as a table, and one figure as a plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from dinoexplorer.reports.comparing import (
    AXES,
    RULE,
    Made,
    axes_of,
    doubts_of,
    figures_of,
    made_reports,
    plot_of,
    save_comparison,
)
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.report.comparison_list import ComparisonList
from dinoexplorer.ui.report.comparison_model import ComparisonModel
from dinoexplorer.ui.report.comparison_plot import ComparisonFigure, ComparisonPlot
from dinoexplorer.ui.tab_row import TabRow
from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.export_button import ExportButton
from dinoexplorer.ui.train.export_figures import write_figure

_LIST_WIDTH = 264
_MEASURED = 40  # rows that decide how wide a column is
_HINT = "Tick at least two reports at the left to see them beside each other."
_NO_POINT = "None of these reports has both. Choose another figure or axis."
PAGES = {"html": "Web page", "csv": "Table (CSV)"}


class ComparisonPage(QWidget):
    """Reads the reports of a folder whenever it is shown, in a thread.

    Parameters
    ----------
    home
        The folder that reports are kept in.
    """

    opened = Signal(object)  # Path: the folder of a report that is to be shown alone
    told = Signal(str)  # a sentence about a file that was or could not be written

    def __init__(self, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._figure, self._axis = "", ""
        self._reading = LatestWork(self)
        self._reading.done.connect(self._on_read)
        self.list = ComparisonList(self)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.changed.connect(self._on_changed)
        self.tabs = TabRow(self)
        self.table, self.model = _table(self), ComparisonModel(self)
        self.table.setModel(self.model)
        self.table.activated.connect(self._on_activated)
        self.plot = ComparisonPlot("Plot of several reports", self)
        self.figure_button = _choice("Which figure is drawn", self)
        self.axis_button = _choice("What it is drawn against", self)
        self.figure_button.choices().triggered.connect(self._on_figure)
        self.axis_button.choices().triggered.connect(self._on_axis)
        self.export_plot = ExportButton("Export the plot", self._plot_work, self)
        self.export_page = ExportButton("Export the comparison", self._page_work, self, kinds=PAGES)
        self.export_page.set_stem("comparison")
        for export, text in ((self.export_plot, "Plot"), (self.export_page, "Comparison")):
            export.setText(text)
            export.told.connect(self.told)
        self.notes, self.hint, self.no_point = foreign_label(self), QLabel(_HINT, self), QLabel(_NO_POINT, self)
        self._lay_out()
        self.show_view("table")
        self._on_changed()

    @property
    def view(self) -> str:
        """`table` or `plot`."""
        return "table" if self._stack.currentIndex() == 0 else "plot"

    @Slot(object)
    def refresh(self, _folder: object = None) -> None:
        """Read the reports again; ticks, order and choices stay."""
        self._reading.ask("reports", partial(made_reports, self._home))

    def show_view(self, name: str) -> None:
        """Show the `table` or the `plot`."""
        self._stack.setCurrentIndex(0 if name == "table" else 1)
        self.tabs.mark(name)

    def choose(self, figure: str, axis: str) -> None:
        """Draw a figure against a key of `AXES` or another figure."""
        self._figure, self._axis = figure, axis
        self._draw()

    def close_down(self) -> None:
        """Wait for what is being read or written."""
        self._reading.close()
        self.export_plot.close_down()
        self.export_page.close_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        drawn = QWidget(self)
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.figure_button)
        row.addWidget(QLabel("against", drawn))
        row.addWidget(self.axis_button)
        row.addStretch(1)
        row.addWidget(self.export_plot)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        column.addWidget(self.no_point, 1)
        listed = QWidget(self)
        below = QVBoxLayout(listed)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.table, 1)
        below.addWidget(self.notes)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(listed)
        self._stack.addWidget(drawn)
        for name, title in (("table", "Table"), ("plot", "Plot")):
            self.tabs.add(name, title).clicked.connect(partial(self._on_tab, name))
        self.notes.setWordWrap(True)
        self.notes.setProperty("role", "muted")
        for label in (self.hint, self.no_point):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tools = QWidget(self)
        head = QHBoxLayout(self._tools)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.tabs, 1)
        head.addWidget(self.export_page)
        right = QVBoxLayout()
        right.setSpacing(6)
        for widget, stretch in ((self._tools, 0), (self._stack, 1), (self.hint, 1)):
            right.addWidget(widget, stretch)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)  # the place has some
        whole.setSpacing(16)
        whole.addWidget(self.list)
        whole.addLayout(right, 1)

    @Slot(object, object)
    def _on_read(self, _key: object, made: tuple[Made, ...]) -> None:
        self.list.set_reports(made)

    @Slot()
    def _on_changed(self) -> None:
        ticked = self.list.ticked
        several = len(ticked) > 1
        for widget in (self._tools, self._stack):
            widget.setVisible(several)
        self.hint.setVisible(not several)
        if not several:
            return
        self.model.set_reports(ticked)
        self.table.resizeColumnsToContents()
        self.notes.setText("\n".join([RULE, *doubts_of(self.model.columns)]))
        self._offer()
        self._draw()

    def _offer(self) -> None:
        """Fill the menus, and leave a choice that is none any more."""
        entries = [made.entry for made in self.list.ticked]
        figures, axes = figures_of(entries), axes_of(entries)
        if self._figure not in figures:
            self._figure = next(iter(figures), "")
        if self._axis not in {*AXES, *figures}:
            self._axis = next(iter(axes), "images_seen")
        named = {name: name for name in figures}
        _fill(self.figure_button, named)
        _fill(self.axis_button, AXES, named)

    def _draw(self) -> None:
        plot = plot_of([made.entry for made in self.list.ticked], self._figure, self._axis)
        for button, key, text in (
            (self.figure_button, self._figure, plot.y_name),
            (self.axis_button, self._axis, plot.x_name),
        ):
            button.setText(as_label(text) or "No figure")
            button.setAccessibleDescription(text)
            for action in button.choices().actions():
                action.setChecked(action.data() == key)
        self.plot.set_figure(ComparisonFigure(plot) if plot.points else None)
        self.plot.setVisible(bool(plot.points))
        self.no_point.setVisible(not plot.points)
        self.export_plot.setEnabled(bool(plot.points))
        self.export_plot.set_stem(plot.title)

    def _plot_work(self, path: Path) -> Callable[[], object]:
        figure = self.plot.figure
        return partial(write_figure, figure, path) if figure is not None else lambda: None

    def _page_work(self, path: Path) -> Callable[[], object]:
        return partial(save_comparison, [made.entry for made in self.list.ticked], path)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.at(index.row()).folder)

    @Slot(QAction)
    def _on_figure(self, action: QAction) -> None:
        self.choose(str(action.data()), self._axis)

    @Slot(QAction)
    def _on_axis(self, action: QAction) -> None:
        self.choose(self._figure, str(action.data()))

    def _on_tab(self, name: str, *_checked: bool) -> None:
        self.show_view(name)


def _table(parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setAccessibleName("Figures of the reports")
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setSortingEnabled(True)
    table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setResizeContentsPrecision(_MEASURED)
    rows = table.verticalHeader()
    rows.setHighlightSections(False)
    rows.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + 12)
    return table


def _choice(name: str, parent: QWidget) -> MenuButton:
    button = MenuButton("", name, parent)
    button.setProperty("field", True)
    return button


def _fill(button: MenuButton, *groups: Mapping[str, str]) -> None:
    menu = button.choices()
    if [action.data() for action in menu.actions() if not action.isSeparator()] == list(chain(*groups)):
        return
    menu.clear()
    for group in groups:
        if menu.actions():
            menu.addSeparator()
        for key, text in group.items():
            action = menu.addAction(as_label(text))
            action.setData(key)
            action.setCheckable(True)
