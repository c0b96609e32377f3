"""The sample sheets of a run through time: the same latent codes from the first step to the last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.sheet_canvas import SheetCanvas
from dinoexplorer.ui.train.sheet_loader import Sheet, SheetLoader
from dinoexplorer.ui.train.slim_slider import SlimSlider

_PLAY_TIME = 160  # milliseconds for a sheet
_NONE_YET = "No samples yet. The first sheet comes with the first samples of the run; Sample now asks for one."


class SampleViewer(QWidget):
    """Shows the newest sheet until a person goes back in time; then it stays there while newer ones arrive."""

    shown = Signal(int)  # the step of the sheet that is now on the screen

    def __init__(self, parent: QWidget | None = None, *, loader: SheetLoader | None = None) -> None:
        super().__init__(parent)
        self._samples: tuple[tuple[int, Path], ...] = ()
        self._run = ""
        self._newest_wanted = True
        self.canvas = SheetCanvas(self)
        self.loader = loader or SheetLoader(self)
        self.slider = SlimSlider("Time", self)
        self.slider.setToolTip("The sheet of another step (left and right arrow)")
        self.play = IconButton("play", "Play from the first sheet to the last", self, checked_icon="pause")
        self.newest = IconButton("", "Show the newest sheet, now and as more come", self, text="Newest")
        self.newest.setCheckable(True)
        self.whole = IconButton("grid", "Show the whole sheet again (Escape)", self, text="All")
        self.whole.hide()
        self._label = foreign_label(self)
        self._label.setProperty("role", "figures")
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("step 1,000,000"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.play, self.slider, self._label, self.whole, self.newest):
            row.addWidget(widget, 1 if widget is self.slider else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self._timer = QTimer(self, interval=_PLAY_TIME)
        self._timer.timeout.connect(self._on_tick)
        self.loader.loaded.connect(self._on_loaded)
        self.slider.valueChanged.connect(self._on_slider_changed)
        self.play.toggled.connect(self._on_play_toggled)
        self.newest.clicked.connect(self._on_newest_clicked)
        self.whole.clicked.connect(self._on_whole_clicked)
        self.canvas.moved.connect(self._on_moved)
        self.canvas.cell_changed.connect(self._on_cell_changed)
        self._show()

    @property
    def step(self) -> int:
        """The step whose sheet is wanted, -1 without any."""
        return self._samples[self.slider.value()][0] if self._samples else -1

    @property
    def label(self) -> str:
        """What is said beside the slider."""
        return self._label.text()

    def set_samples(self, run: str, samples: tuple[tuple[int, Path], ...]) -> None:
        """The sheets there are, oldest first; for the same ``run`` the place in time stays."""
        if run == self._run and samples == self._samples:
            return
        if run != self._run:
            self._run, self._newest_wanted = run, True
            self.play.setChecked(False)
            self.canvas.choose(-1)
        step = self.step
        self._samples = samples
        last = max(len(samples) - 1, 0)
        places = {known: place for place, (known, _) in enumerate(samples)}
        place = last if self._newest_wanted else places.get(step, last)
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setPageStep(max(last // 10, 1))
        self.slider.setValue(place)
        self.slider.blockSignals(blocked)
        self._show()

    def close_down(self) -> None:
        """Stop, and wait for what is being read."""
        self._timer.stop()
        self.loader.close_down()

    def hideEvent(self, event: QHideEvent) -> None:
        self.play.setChecked(False)
        super().hideEvent(event)

    def _show(self) -> None:
        there = bool(self._samples)
        for widget in (self.slider, self.play, self.newest):
            widget.setEnabled(there)
        self.newest.setChecked(there and self._newest_wanted)
        self._label.setText(f"step {self.step:,}" if there else "")
        self.slider.setAccessibleDescription(self._label.text())
        if there:
            self.loader.want(self._samples[self.slider.value()][1])
        else:
            self.canvas.show_text(_NONE_YET)

    @Slot(object)
    def _on_loaded(self, sheet: Sheet) -> None:
        step = next((step for step, path in self._samples if path == sheet.path), None)
        if step is None:
            return  # of a run that is not watched any more
        if sheet.problem:
            self.canvas.show_text(sheet.problem)
        else:
            self.canvas.show_image(sheet.image)
        self.shown.emit(step)

    @Slot(int)
    def _on_slider_changed(self, place: int) -> None:
        self._newest_wanted = place == self.slider.maximum() and not self.play.isChecked()
        self._show()

    @Slot(bool)
    def _on_play_toggled(self, on: bool) -> None:
        if on and self._samples:
            if self.slider.value() == self.slider.maximum():
                self.slider.setValue(0)
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        if self.loader.is_busy:  # as fast as the sheets can be read, no faster
            return
        if self.slider.value() == self.slider.maximum():
            self.play.setChecked(False)
            self._on_newest_clicked()
        else:
            self.slider.setValue(self.slider.value() + 1)

    @Slot()
    def _on_newest_clicked(self) -> None:
        self._newest_wanted = True
        self.slider.setValue(self.slider.maximum())
        self._newest_wanted = True
        self._show()

    @Slot()
    def _on_whole_clicked(self) -> None:
        self.canvas.choose(-1)

    @Slot(int)
    def _on_moved(self, steps: int) -> None:
        self.slider.setValue(self.slider.value() + steps)

    @Slot(int)
    def _on_cell_changed(self, cell: int) -> None:
        self.whole.setVisible(cell >= 0)
