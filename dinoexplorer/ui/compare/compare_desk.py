"""Wires the comparison to the explorer: what is asked for follows the document, what is chosen becomes work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.comparing.captions import Caption, caption_of
from dinoexplorer.comparing.choosing import checkpoints_at, evenly_chosen, same_run
from dinoexplorer.comparing.making import Open, Progress, sheet_of_subject
from dinoexplorer.comparing.subjects import Original, Subject, Way, subject_of
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.rendering.companions import Companions
from dinoexplorer.rendering.renderer import Opened, OpenFunction, Renderer
from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.compare.compare_bar import TABLE, CompareBar
from dinoexplorer.ui.compare.file_asking import ask_for_files
from dinoexplorer.ui.compare.lineup import Lineup
from dinoexplorer.ui.compare.original_choice import OriginalChoice, is_picture
from dinoexplorer.ui.compare.sheet_saver import SheetSaver
from dinoexplorer.ui.compare.table_form import TableForm
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.file_chooser import CHECKPOINTS
from dinoexplorer.ui.latent_map_view.map_progress import MapProgress
from dinoexplorer.ui.saving import pictures_folder, proposed_path

TableWork = Callable[[Open, Progress], ByteArray]
Known = Callable[[], tuple[Sequence[Path], Sequence[Path]]]
_IMPOSSIBLE: dict[Way, str] = {
    "code": "Same code: none of the others takes a code of {dim} numbers like this.",
    "picture": "Same picture: none of the others has an encoder.",
}


class CompareDesk(QObject):
    """Begins and ends comparing, adds what is chosen, and saves sheets."""

    open_wanted = Signal(object)  # Path: make it the main one, and stay where we stand where that is possible
    told = Signal(str)  # for the status line

    def __init__(
        self, explorer: Explorer, renderer: Renderer, settings: Settings, actions: Mapping[str, QAction], known: Known
    ) -> None:
        super().__init__(explorer)
        self._explorer, self._settings, self._known, self._actions = explorer, settings, known, actions
        self._grid = explorer.stage.cells
        self.bar = CompareBar(actions["compare"], explorer.stage)
        self.progress = MapProgress(
            explorer.stage, name="Progress of the sheet", cancel="Stop making this sheet; nothing is written"
        )
        self.companions = Companions(renderer.activity, self, open_function=renderer.open_function)
        self.lineup = Lineup(self._grid, self.companions, self._device, self)
        self.originals = OriginalChoice(explorer, self)
        self.saver = SheetSaver(explorer.stage)
        self._open = renderer.open_function
        self._background = Background(self)
        self._way: Way = "code"
        self._opened: Opened | None = None
        self._subject: Subject | None = None
        self._basis: tuple[Way, Generator, Original | None] | None = None  # what the subject is of, but for the place
        self._kept: tuple[Path, ...] = ()  # what stood there when comparing was ended
        self._same_run: tuple[Path, ...] = ()
        self._swapped: int | None = None  # the cell whose checkpoint is being made the main one
        self._form: TableForm | None = None
        self.dialog: QFileDialog | None = None
        self._offered: dict[str, QAction] = {}
        explorer.stage.set_comparing_parts(self.bar, self.progress)
        self._connect()

    @property
    def way(self) -> Way:
        """What all are asked for."""
        return self._way

    @property
    def form(self) -> TableForm:
        """The form of a table; made when it is first wanted."""
        if self._form is None:
            self._form = TableForm(self._explorer.window())
            self._form.wanted.connect(self._on_table_wanted)
        return self._form

    @Slot(bool)
    def set_comparing(self, comparing: bool) -> None:
        """Show the grid with what stood in it last, or the picture alone, which gives the others' memory back."""
        if comparing == self._grid.comparing:
            return
        self._explorer.stage.set_comparing(comparing)
        if comparing:
            self._follow_opened()
            self.lineup.add([path for path in self._kept if path != self._main_path()])
        else:
            self._kept = self.lineup.paths
            self.lineup.clear()
        self._explorer.stage.image_view.setFocus()
        self._explorer.possible_changed.emit()
        self._follow()

    @Slot()
    def add(self) -> None:
        """Begin if need be, and drop down what can be added."""
        self._begin()
        self.bar.add.click()

    @Slot()
    def save(self) -> None:
        """Begin if need be, and drop down what can be saved."""
        self._begin()
        self.bar.save.click()

    @Slot()
    def add_run(self) -> None:
        """Add the checkpoints of the run that the main one lies in: at most nine with it, evenly chosen."""
        self._add_evenly(self._same_run)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Add checkpoints, or the runs in folders; read in a thread."""
        self._background.start("add", partial(checkpoints_at, tuple(paths)))

    @Slot()
    def save_sheet(self) -> None:
        """Ask for a file, and write what is seen there."""
        opened, subject = self._opened, self._subject
        if opened is not None and subject is not None and self._grid.comparing:
            work = partial(sheet_of_subject, subject, opened.generator, self._others())
            self.saver.ask_where(proposed_path(self._folder(), f"{opened.generator.info.name}-compared"), work)

    def close_down(self) -> None:
        """End the threads."""
        self.saver.close()
        self.originals.close()
        self._background.close()
        self.companions.close()
        if self._form is not None:
            self._form.close_down()

    def _begin(self) -> None:
        if not self._grid.comparing:
            self._actions["compare"].trigger()

    def _connect(self) -> None:
        bar, grid, saver = self.bar, self._grid, self.saver
        self._explorer.document_changed.connect(self._follow)
        self._actions["pixels"].toggled.connect(self._follow)
        self._actions["pixels"].triggered.connect(self._follow)
        self.lineup.changed.connect(self._on_lineup_changed)
        self.lineup.wished.connect(self._on_wished)
        self.originals.changed.connect(self._on_original_changed)
        self.originals.failed.connect(self.progress.tell_failure)
        self._background.finished.connect(self._on_found)
        bar.add_wanted.connect(self._fill_add)
        bar.add.choices().triggered.connect(self._on_add_triggered)
        bar.way_chosen.connect(self._choose_way)
        bar.original_chosen.connect(self.originals.choose)
        bar.saving_chosen.connect(self._on_saving_chosen)
        grid.dropped.connect(self._on_dropped)
        grid.add_tile.add_wanted.connect(bar.add.click)
        grid.add_tile.run_wanted.connect(self.add_run)
        saver.began.connect(self.progress.begin)
        saver.progressed.connect(self.progress.show_step)
        saver.ended.connect(self.progress.end)
        saver.failed.connect(self.progress.tell_failure)
        saver.saved.connect(self._on_saved)
        self.progress.cancelled.connect(saver.cancel)

    @Slot()
    def _follow(self) -> None:
        """Ask for what belongs to the place where the document stands."""
        if not self._grid.comparing:
            return
        self._follow_opened()
        opened, document = self._opened, self._explorer.document
        if opened is None or document is None:
            return
        original = self.originals.at(document.latent) if self._way == "picture" else None
        basis = (self._way, opened.generator, original)
        anew, self._basis = basis != self._basis, basis
        if anew or self._subject is None or self._subject.code is not document.latent:
            self._subject = subject_of(self._way, opened.generator, document.latent, original)
        self.lineup.ask(self._subject, pixels=self._settings.pixels, anew=anew)

    def _follow_opened(self) -> None:
        """What holds of the main one: its title, what else its run has, and that it stands in no other cell."""
        opened, before = self._explorer.opened, self._opened
        if opened is None or opened is before:
            return
        self._opened = opened
        self.originals.set_opened(opened)
        info = opened.generator.info
        self._grid.set_caption(caption_of(info))
        self._background.start("run", partial(same_run, info.path))
        key = next((cell.key for cell in self.lineup.cells if cell.path == info.path), None)
        if key is not None and key == self._swapped and before is not None:
            self.lineup.replace(key, before.generator.info.path)
        elif key is not None:
            self.lineup.remove(key)
        self._swapped = None
        if before is not None and before.generator.device != opened.generator.device:
            for cell in self.lineup.cells:
                self.lineup.replace(cell.key, cell.path)
        self._mark_way()

    def _main_path(self) -> Path | None:
        return None if self._opened is None else self._opened.generator.info.path

    def _device(self) -> str:
        return self._settings.device

    def _folder(self) -> Path:
        return Path(self._settings.save_folder or pictures_folder())

    def _others(self) -> list[tuple[Caption, Generator | str]]:
        found: list[tuple[Caption, Generator | str]] = []
        for cell in self.lineup.cells:
            generator = self.lineup.generator(cell.key)
            found.append((cell.head.caption, cell.sentence or "not open yet" if generator is None else generator))
        return found

    def _add_evenly(self, paths: Sequence[Path]) -> None:
        new = [path for path in paths if path not in {*self.lineup.paths, self._main_path()}]
        self.lineup.add(evenly_chosen(new, self.lineup.room))

    @Slot()
    def _fill_add(self) -> None:
        shipped, recent = self._known()
        taken = {*self.lineup.paths, self._main_path(), *self._same_run}
        of_run = [(f"step {path.stem.rpartition('-')[2].lstrip('0') or '0'}", path) for path in self._same_run]
        groups = [
            [entry for entry in of_run if entry[1] not in self.lineup.paths],
            [(path.stem, path) for path in shipped if path not in taken],
            [(f"{path.stem}   –   {path.parent}", path) for path in recent if path not in taken],
        ]
        self._offered = self.bar.fill_add(groups, self.lineup.room, run=bool(groups[0]))

    @Slot(QAction)
    def _on_add_triggered(self, action: QAction) -> None:
        if action is self._offered.get("run"):
            self.add_run()
        elif action is self._offered.get("file"):
            folder = self._settings.open_folder or str(Path.home())
            self.dialog = ask_for_files(self._explorer.stage, "Add checkpoints", folder, CHECKPOINTS)
            self.dialog.filesSelected.connect(self._on_files_selected)
        else:
            self.lineup.add([Path(action.data())])

    @Slot(list)
    def _on_files_selected(self, paths: list[str]) -> None:
        self.take_files([Path(path) for path in paths])

    @Slot(str)
    def _choose_way(self, way: Way) -> None:
        self._way = way
        self._mark_way()
        self._follow()

    def _mark_way(self) -> None:
        """Show the way, and why another one cannot be; go to the other one where this one cannot."""
        infos, author = self.lineup.infos(), None if self._opened is None else self._opened.generator.info
        reasons: dict[Way, str] = {}
        if infos and author is not None:
            for way, text in _IMPOSSIBLE.items():
                if not self.lineup.possible(way, author):
                    reasons[way] = text.format(dim=author.latent.dim)
            if len(reasons) == 1 and self._way in reasons:
                self._way = "picture" if self._way == "code" else "code"
        self.bar.set_way(self._way, reasons)

    @Slot()
    def _on_lineup_changed(self) -> None:
        self._mark_way()
        self._follow()

    @Slot(int, str)
    def _on_wished(self, key: int, name: str) -> None:
        if name == "main":
            self._swapped = key
            self.open_wanted.emit(next(cell.path for cell in self.lineup.cells if cell.key == key))
        elif name in {"code", "picture"}:
            self._choose_way("code" if name == "code" else "picture")

    @Slot()
    def _on_original_changed(self) -> None:
        self.bar.set_original(self.originals.name, self.originals.note)
        if self.originals.name:
            self._way = "picture"
            self._mark_way()
        self._follow()

    @Slot(object)
    def _on_dropped(self, path: Path) -> None:
        if is_picture(path):
            self.originals.take(path)
        else:
            self.take_files([path])

    @Slot(str)
    def _on_saving_chosen(self, name: str) -> None:
        if name == TABLE:
            self.form.ask([path for path in (self._main_path(), *self.lineup.paths) if path is not None])
        else:
            self.save_sheet()

    @Slot(object, str)
    def _on_table_wanted(self, work: TableWork, name: str) -> None:
        made = partial(_on_device, work, self._open, self._device())
        self.saver.ask_where(proposed_path(self._folder(), name), made)

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._settings.save_folder = str(path.parent)
        self.told.emit(f"saved {path}")

    @Slot(str, object)
    def _on_found(self, task: str, result: object) -> None:
        if isinstance(result, Exception):
            self.progress.tell_failure(str(result) or type(result).__name__)
        elif isinstance(result, tuple) and task == "add":
            for path in result:
                self._settings.remember(path)
            self._add_evenly(result)
        elif isinstance(result, tuple):
            self._same_run = result
            self._grid.add_tile.run_button.setVisible(bool(result))


def _on_device(work: TableWork, open_: OpenFunction, device: str, progress: Progress) -> ByteArray:
    """Have ``work`` open its checkpoints on this device."""
    from dinoexplorer.generators.devices import choose_device  # noqa: PLC0415  imports torch

    chosen = choose_device(device).device
    return work(lambda path: open_(path, chosen), progress)
