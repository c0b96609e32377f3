"""Runs side by side: their curves, their sheets, their settings, and what came of a sweep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.runs.views import RunDetail
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.compare_curves import CompareCurves
from dinoexplorer.ui.train.compare_settings import CompareSettings
from dinoexplorer.ui.train.compare_sheets import CompareSheets
from dinoexplorer.ui.train.compare_sweep import Sweep, SweepPictures, SweepPlot, sweep_of
from dinoexplorer.ui.train.export_button import ExportButton
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.train.run_offers import FEWEST, MOST

_HINT = "Select 2 to 9 runs and press Compare to see them side by side."
_READING = "Reading {count} runs…"
_TOO_MANY = "Only the first {most} of {count} runs are compared; select fewer to choose which."


class CompareView(QWidget):
    """For 2 to 9 runs. `ask_for` wants their details, `set_details` shows them, as often as there is news.

    Importing this module imports pyqtgraph, which takes half a second: import it in a thread first.
    """

    details_wanted = Signal(object)  # tuple[Path, ...]
    told = Signal(str)  # a sentence about a figure that was or could not be written

    def __init__(self, parent: QWidget | None = None, *, pictures: PictureStore | None = None) -> None:
        super().__init__(parent)
        self._own = PictureStore(self) if pictures is None else None
        store = pictures or self._own or PictureStore(self)
        self._folders: tuple[Path, ...] = ()
        self._details: tuple[RunDetail, ...] = ()
        self._sweep: Sweep | None = None
        self._stale: set[str] = set()
        self.curves, self.sheets, self.settings = CompareCurves(self), CompareSheets(store, self), CompareSettings(self)
        self.plot, self.pictures = SweepPlot(self), SweepPictures(store, self)
        self._pages: dict[str, QWidget] = {
            "curves": self.curves, "sheets": self.sheets, "settings": self.settings, "plot": self.plot,
            "pictures": self.pictures,
        }  # fmt: skip
        names = {"curves": "Curves", "sheets": "Sheets", "settings": "Settings", "plot": "Loss", "pictures": "Pictures"}
        self._group, self.buttons = QButtonGroup(self), {name: _place(text, self) for name, text in names.items()}
        self._text, self._note = foreign_label(self), foreign_label(self)
        self._stack = QStackedWidget(self)
        self._lay_out()
        self._group.buttonClicked.connect(self._on_place_clicked)
        for export in self._exports():
            export.told.connect(self.told)
        self.show_page("curves")
        self._say(_HINT)

    @property
    def page(self) -> str:
        """Which of curves, sheets, settings, plot and pictures is shown."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    @property
    def text(self) -> str:
        """The sentence that stands where there is nothing to compare, else empty."""
        return self._text.text() if not self._text.isHidden() else ""

    @property
    def note(self) -> str:
        """What is to be known about the comparison, else empty."""
        return self._note.text() if not self._note.isHidden() else ""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The runs that are compared, for asking again."""
        return self._folders

    def ask_for(self, folders: tuple[Path, ...]) -> None:
        """Compare these runs."""
        self._folders = folders[:MOST]
        self._note.setText(_TOO_MANY.format(most=MOST, count=len(folders)))
        self._note.setVisible(len(folders) > MOST)
        if len(folders) < FEWEST:
            self._say(_HINT)
            return
        if tuple(detail.row.folder for detail in self._details) != self._folders:
            self._say(_READING.format(count=len(self._folders)))
        self.details_wanted.emit(self._folders)

    def set_details(self, details: tuple[RunDetail, ...]) -> None:
        """Show these runs; page, metric, place in time and zoom stay."""
        details = details[:MOST]
        self._folders = tuple(detail.row.folder for detail in details)
        if len(details) < FEWEST:
            self._details = ()
            self._say(_HINT)
            return
        self._sweep = sweep_of(details)
        self._details = self._sweep.details if self._sweep is not None else details
        for name in ("plot", "pictures"):
            self.buttons[name].setVisible(self._sweep is not None)
        if self._sweep is not None:
            self.buttons["plot"].setText(as_label(f"Loss against {self._sweep.key}"))
        if self._sweep is None and self.page in {"plot", "pictures"}:
            self.show_page("curves")
        self._say("")
        self._stale = set(self._pages)
        self._refresh()

    def show_page(self, name: str) -> None:
        """Go to curves, sheets, settings, plot or pictures."""
        self.buttons[name].setChecked(True)
        self._stack.setCurrentWidget(self._pages[name])
        self._refresh()

    def close_down(self) -> None:
        """Wait for what is being read or written."""
        for export in self._exports():
            export.close_down()
        if self._own is not None:
            self._own.close_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _exports(self) -> tuple[ExportButton, ...]:
        return self.curves.export, self.plot.export, self.pictures.export

    def _lay_out(self) -> None:
        places = QWidget(self)
        row = QHBoxLayout(places)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in self.buttons.values():
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._places = places
        for label in (self._text, self._note):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
        self._note.hide()
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(places)
        column.addWidget(self._note)
        column.addWidget(self._stack, 1)
        column.addWidget(self._text, 1)

    def _say(self, text: str) -> None:
        self._text.setText(text)
        self._text.setVisible(bool(text))
        for widget in (self._places, self._stack):
            widget.setVisible(not text)

    def _refresh(self) -> None:
        """Bring the page that is seen up to date; the others follow when they are."""
        page = self.page
        if page not in self._stale or not self._details or not self.isVisible():
            return
        self._stale.discard(page)
        widget = self._pages[page]
        if isinstance(widget, CompareCurves | CompareSheets | CompareSettings):
            widget.set_details(self._details)
        elif isinstance(widget, SweepPlot | SweepPictures) and self._sweep is not None:
            widget.set_sweep(self._sweep)

    @Slot()
    def _on_place_clicked(self) -> None:
        self.show_page(self.page)


def _place(text: str, parent: QWidget) -> IconButton:
    button = IconButton("", text, parent, text=text)
    button.setProperty("labelled", False)
    button.setProperty("place", True)
    button.setCheckable(True)
    return button
