"""The generators beside the main one: their cells, and what they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinoexplorer.comparing.captions import caption_of
from dinoexplorer.comparing.choosing import MOST
from dinoexplorer.comparing.subjects import Subject, Way, why_not
from dinoexplorer.generators.generator import Generator, GeneratorInfo
from dinoexplorer.rendering.companions import Companions
from dinoexplorer.ui.compare.cell_grid import CellGrid
from dinoexplorer.ui.compare.compare_cell import CompareCell

_OTHER: dict[Way, tuple[Way, str]] = {"code": ("picture", "Same picture"), "picture": ("code", "Same code")}


class Lineup(QObject):
    """Keeps the order; opens, asks and releases what stands in it."""

    changed = Signal()  # which stand there, or which of them are open
    wished = Signal(int, str)  # the key of a cell and what was chosen in it that is not the lineup's own business

    def __init__(
        self, grid: CellGrid, companions: Companions, device: Callable[[], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._grid, self._companions, self._device = grid, companions, device
        self._cells: list[CompareCell] = []
        self._infos: dict[int, GeneratorInfo] = {}
        self._least: dict[int, int] = {}  # frames of lower numbers answer something that is over
        self._asked: dict[int, tuple[Subject, int, bool]] = {}
        self._subject: Subject | None = None
        self._pixels = False
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._ask_all)
        companions.opened.connect(self._on_opened)
        companions.failed.connect(self._on_failed)
        companions.rendered.connect(self._on_rendered)

    @property
    def cells(self) -> tuple[CompareCell, ...]:
        """From the first to the last."""
        return tuple(self._cells)

    @property
    def paths(self) -> tuple[Path, ...]:
        """What stands there, in order."""
        return tuple(cell.path for cell in self._cells)

    @property
    def room(self) -> int:
        """How many more may be added."""
        return MOST - 1 - len(self._cells)

    def infos(self) -> tuple[GeneratorInfo, ...]:
        """Those that are open."""
        return tuple(self._infos[cell.key] for cell in self._cells if cell.key in self._infos)

    def generator(self, key: int) -> Generator | None:
        """The generator of a cell, or None while it is not open."""
        return self._companions.generator(key)

    def add(self, paths: Sequence[Path]) -> None:
        """Open these behind the last, as far as there is room; those that stand there stay as they are."""
        new = [path for path in dict.fromkeys(paths) if path not in self.paths][: max(self.room, 0)]
        self._cells += [self._new_cell(path) for path in new]
        self._arrange()

    def replace(self, key: int, path: Path) -> None:
        """Open another one in the place of a cell."""
        place = self._place(key)
        self._forget(key)
        self._cells[place] = self._new_cell(path)
        self._arrange()

    def remove(self, key: int) -> None:
        """Take one away, and give its memory back."""
        place = self._place(key)
        self._forget(key)
        del self._cells[place]
        self._arrange()

    def move(self, key: int, by: int) -> None:
        """Move one forward or back."""
        place = self._place(key)
        to = min(max(place + by, 0), len(self._cells) - 1)
        self._cells.insert(to, self._cells.pop(place))
        self._arrange()

    def clear(self) -> None:
        """Take all away."""
        for cell in self._cells:
            self._forget(cell.key)
        self._cells.clear()
        self._arrange()

    def ask(self, subject: Subject, *, pixels: bool, anew: bool) -> None:
        """Show this from now on; with ``anew`` what was asked for before is not to be shown any more."""
        self._subject, self._pixels = subject, pixels
        if anew:
            self._least.clear()
        self._ask_all()

    def possible(self, way: Way, author: GeneratorInfo) -> bool:
        """Whether any of those that are open can be asked in this way."""
        return any(not why_not(way, author, info) for info in self.infos())

    @Slot()
    def _ask_all(self) -> None:
        if self._subject is not None:
            for cell in self._cells:
                if cell.key in self._infos:
                    self._ask_one(cell, self._infos[cell.key], self._subject)

    def _ask_one(self, cell: CompareCell, info: GeneratorInfo, subject: Subject) -> None:
        cell.view.set_whole_multiple(info.image_size if self._pixels else 1)
        if reason := why_not(subject.way, subject.author, info):
            other, text = _OTHER[subject.way]
            self._least.pop(cell.key, None)
            self._asked.pop(cell.key, None)
            cell.clear()
            cell.tell(reason, {} if why_not(other, subject.author, info) else {other: text})
            return
        wanted = (subject, cell.view.side(), not self._pixels)
        if self._asked.get(cell.key) != wanted or cell.key not in self._least:
            self._asked[cell.key] = wanted
            number = self._companions.ask(cell.key, subject, wanted[1], smooth=wanted[2])
            self._least.setdefault(cell.key, number)

    def _new_cell(self, path: Path) -> CompareCell:
        cell = CompareCell(self._companions.add(path, self._device()), path, self._grid)
        cell.chosen.connect(self._on_chosen)
        cell.view.side_changed.connect(self._turn.start)
        return cell

    def _forget(self, key: int) -> None:
        self._companions.remove(key)
        for kept in (self._infos, self._least, self._asked):
            kept.pop(key, None)

    def _place(self, key: int) -> int:
        return next(place for place, cell in enumerate(self._cells) if cell.key == key)

    def _arrange(self) -> None:
        self._grid.set_cells(self._cells)
        self.changed.emit()

    def _cell(self, key: int) -> CompareCell | None:
        return next((cell for cell in self._cells if cell.key == key), None)

    @Slot(int, str)
    def _on_chosen(self, key: int, name: str) -> None:
        if name == "remove":
            self.remove(key)
        elif name in {"left", "right"}:
            self.move(key, -1 if name == "left" else 1)
        elif name == "again":
            self.replace(key, self._cells[self._place(key)].path)
        else:
            self.wished.emit(key, name)

    @Slot(int)
    def _on_opened(self, key: int) -> None:
        cell, generator = self._cell(key), self._companions.generator(key)
        if cell is not None and generator is not None:
            self._infos[key] = generator.info
            cell.show_open(caption_of(generator.info))
            self.changed.emit()

    @Slot(int, str)
    def _on_failed(self, key: int, sentence: str) -> None:
        if (cell := self._cell(key)) is not None:
            cell.tell(sentence, {"again": "Try again", "remove": "Remove"})
            self.changed.emit()

    @Slot()
    def _on_rendered(self) -> None:
        for key, frame in self._companions.take_frames().items():
            cell, least = self._cell(key), self._least.get(key)
            if cell is not None and least is not None and frame.request.number >= least:
                cell.show_frame(frame)
