"""The form of a table: which runs, what each checkpoint is asked for, how many steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.comparing.making import Question
from dinoexplorer.comparing.studies import StudyRun, find_study_runs, table_of_runs
from dinoexplorer.settings import runs_home
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.compare.file_asking import PICTURES, ask_for_files
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.tick_box import TickBox

_WIDTH, _HEIGHT, _EDGE = 520, 520, 16
_MOST_SEEDS, _MOST_ROWS = 64, 40


class TableForm(Overlay):
    """Asks, and tells the work that makes the table. The runs are looked for in a thread each time it comes up."""

    wanted = Signal(object, str)  # the work, given a way to open and a `Progress`; a name for the file

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "A table of runs")
        self._runs: tuple[StudyRun, ...] = ()
        self._here: tuple[Path, ...] = ()
        self._images: tuple[Path, ...] = ()
        self._ticks: list[TickBox] = []
        self._background = Background(self)
        self._background.finished.connect(self._on_found)
        self.dialog: QFileDialog | None = None
        self.seeds, self.rows = QLineEdit("1, 2, 3, 4", self.panel), QLineEdit("6", self.panel)
        self.seeds.setAccessibleName("Seeds, with commas between them")
        self.rows.setAccessibleName("How many steps at most")
        self.rows.setFixedWidth(56)
        self.here = TickBox("The checkpoints that stand side by side", self.panel)
        self.pictures = IconButton("open", "Choose pictures", self.panel, text="Pictures instead…")
        self.pictures.clicked.connect(self._ask_for_pictures)
        self.save = IconButton("save", "Save the table", self.panel, text="Save…")
        self.save.setProperty("primary", True)
        self.save.clicked.connect(self._on_save)
        self._list, self._problem = QWidget(self.panel), foreign_label(self.panel)
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._lay_out()
        for field in (self.seeds, self.rows):
            field.returnPressed.connect(self._on_save)

    @property
    def ticks(self) -> tuple[TickBox, ...]:
        """A box for each run."""
        return tuple(self._ticks)

    @property
    def problem(self) -> str:
        """What is wrong with what was filled in, empty when nothing is."""
        return self._problem.text()

    def ask(self, here: Sequence[Path]) -> None:
        """Come up; ``here`` is what stands side by side at present."""
        self._here = tuple(here)
        self.here.setVisible(len(here) > 1)
        self.here.setChecked(len(here) > 1)
        self._complain("")
        self._background.start("runs", partial(find_study_runs, runs_home()))
        self.come_up()
        self.seeds.setFocus()

    def close_down(self) -> None:
        """Wait for the thread that looks for runs."""
        self._background.close()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDTH, room.width() - 2 * _EDGE), min(_HEIGHT, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def _lay_out(self) -> None:
        title, help_text = QLabel("A table of runs", self.panel), QLabel(self.panel)
        title.setProperty("role", "title")
        help_text.setText("The lengths of the codes across, the steps down. The codes of a column are the same.")
        help_text.setProperty("role", "small")
        help_text.setWordWrap(True)
        self._list.setObjectName("plain")
        area = scroll_area(self._list, self.panel)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        cancel = IconButton("", "Cancel", self.panel, text="Cancel")
        cancel.clicked.connect(self.go_away)
        asked, end = QHBoxLayout(), QHBoxLayout()
        for widget in (QLabel("Seeds", self.panel), self.seeds, self.pictures):
            asked.addWidget(widget)
        for widget in (QLabel("Steps at most", self.panel), self.rows):
            end.addWidget(widget)
        end.addStretch()
        end.addWidget(cancel)
        end.addWidget(self.save)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        for part in (title, help_text, self.here):
            column.addWidget(part)
        column.addWidget(area, 1)
        column.addLayout(asked)
        column.addWidget(self._problem)
        column.addLayout(end)

    @Slot()
    def _ask_for_pictures(self) -> None:
        if self._images:
            self._set_images(())
            return
        self.dialog = ask_for_files(self, "Pictures for the table", "", PICTURES)
        self.dialog.filesSelected.connect(self._on_pictures_chosen)

    @Slot(list)
    def _on_pictures_chosen(self, paths: list[str]) -> None:
        self._set_images(tuple(map(Path, paths)))

    def _set_images(self, images: tuple[Path, ...]) -> None:
        self._images = images
        count = f"{len(images)} picture{'s' if len(images) > 1 else ''}"
        self.pictures.setText(f"{count}; seeds instead" if images else "Pictures instead…")
        self.seeds.setEnabled(not images)

    @Slot()
    def _on_save(self) -> None:
        runs = [run.checkpoints for run, tick in zip(self._runs, self._ticks, strict=True) if tick.isChecked()]
        if not self.here.isHidden() and self.here.isChecked():
            runs = _with_apart(runs, self._here)
        seeds, rows = _numbers(self.seeds.text()), _numbers(self.rows.text())
        if not runs:
            self._complain("Choose at least one run.")
        elif not self._images and not 0 < len(seeds) <= _MOST_SEEDS:
            self._complain(f"Seeds are whole numbers with commas between them, at most {_MOST_SEEDS}: 1, 2, 3.")
        elif len(rows) != 1 or not 0 < rows[0] <= _MOST_ROWS:
            self._complain(f"The number of steps is a whole number from 1 to {_MOST_ROWS}.")
        else:
            question = Question((), self._images) if self._images else Question(seeds)
            self.go_away()
            self.wanted.emit(partial(table_of_runs, runs, rows[0], question), "table")

    def _complain(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    @Slot(str, object)
    def _on_found(self, _task: str, result: object) -> None:
        if isinstance(result, Exception):
            self._complain(f"The runs could not be looked for: {result}.")
            return
        before = {run.folder for run, tick in zip(self._runs, self._ticks, strict=True) if tick.isChecked()}
        for tick in self._ticks:
            tick.hide()
            tick.deleteLater()
        self._runs = result if isinstance(result, tuple) else ()
        self._ticks = [TickBox(as_label(_text(run)), self._list) for run in self._runs]
        for run, tick in zip(self._runs, self._ticks, strict=True):
            tick.setChecked(run.folder in before)
            tick.setToolTip(str(run.folder))
            self._column.addWidget(tick)
        if not self._runs and self.here.isHidden():
            self._complain("There is no run with checkpoints yet; train one, or add checkpoints side by side.")


def _text(run: StudyRun) -> str:
    count = len(run.checkpoints)
    return f"{run.title}   z {run.dim} · {count} checkpoint{'s' if count > 1 else ''}"


def _with_apart(runs: list[tuple[Path, ...]], here: Sequence[Path]) -> list[tuple[Path, ...]]:
    """The runs, and the checkpoints that stand side by side, each run's together."""
    folders: dict[Path, list[Path]] = {}
    for path in here:
        folders.setdefault(path.parent, []).append(path)
    return [*runs, *map(tuple, folders.values())]


def _numbers(text: str) -> tuple[int, ...]:
    """Whole numbers from 0 up; none where anything else stands there."""
    words = text.replace(",", " ").split()
    return tuple(map(int, words)) if all(word.isdecimal() and len(word) < 10 for word in words) else ()
