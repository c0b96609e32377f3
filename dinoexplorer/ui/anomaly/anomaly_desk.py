"""Between pictures that are to be judged and the generator that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from dinoexplorer.ui.anomaly.anomaly_chooser import AnomalyChooser
from dinoexplorer.ui.anomaly.anomaly_panel import AnomalyPanel
from dinoexplorer.ui.anomaly.anomaly_work import AnomalyWork, CopyWork, LookWork
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.saving import pictures_folder
from dinoexplorer.ui.texts import as_label, named_paths

if TYPE_CHECKING:
    from dinoexplorer.latent.anomaly.strangeness import Strangeness
    from dinoexplorer.rendering.renderer import Opened
    from dinoexplorer.ui.explorer import Explorer

_OTHER_MODEL = "Another model is open now; choose pictures to have it judge them."


class AnomalyDesk(QObject):
    """Judges one folder of pictures at a time; nothing of the document or of the pictures changes."""

    told = Signal(str)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._opened: Opened | None = None  # which judges
        self._given: tuple[Path, ...] = ()
        self._usual: Path | None = None  # None for what it was trained on
        self._datasets: tuple[Path, ...] = ()
        self.panel = AnomalyPanel(explorer.window())
        self.chooser = AnomalyChooser(explorer.window())
        self.work, self.looking, self.copying = AnomalyWork(self), LookWork(self), CopyWork(self)
        self._background = Background(self)
        self._connect()
        self._fill_menus()

    def show_panel(self, datasets: Sequence[str] = ()) -> None:
        """Come up with what was judged last, or to be given pictures; ``datasets`` are offered as well."""
        opened = self._explorer.opened
        if opened is None:
            return
        info = opened.generator.info
        if not info.encoder:
            from dinoexplorer.latent.anomaly.seeing import no_encoder  # noqa: PLC0415  imports torch

            self._explorer.stage.notice.tell(no_encoder(info), {"open": "Open another…"})
            return
        self._datasets = tuple(Path(folder) for folder in datasets)
        self._fill_menus()
        self._follow_model()
        self.panel.come_up()
        (self.panel.board.view if len(self.panel.board.ranking) else self.panel.choose).setFocus()

    def judge(self, given: Sequence[Path]) -> None:
        """Judge files, or those of folders."""
        self._given = tuple(given)
        self._begin()

    def close_down(self) -> None:
        """End the threads."""
        self.work.close()
        self.looking.close()
        self.copying.close()
        self._background.close()
        self.panel.store.close_down()

    def _begin(self) -> None:
        opened = self._explorer.opened
        if opened is None or not self._given:
            return
        self._opened = opened
        self.copying.cancel()
        self.panel.wait_for(f"{named_paths(self._given)}, judged by {opened.generator.info.name}")
        self.work.judge(opened.generator, self._given, None if self._usual is None else str(self._usual))

    def _follow_model(self) -> None:
        opened = self._explorer.opened
        if self._opened is not None and opened is not self._opened:
            self._opened = self._usual = None  # what is usual for one model is not for another
            self._fill_menus()
            self.work.cancel()
            self.work.forget()
            self.panel.clear(_OTHER_MODEL)

    def _fill_menus(self) -> None:
        menu = self.panel.pictures.choices()
        menu.clear()
        menu.addAction("Choose a folder…").triggered.connect(self._ask_for_folder)
        menu.addAction("Choose pictures…").triggered.connect(self._ask_for_pictures)
        for folder in self._datasets:
            action = menu.addAction(as_label(f"The dataset {folder.name}"))
            action.setToolTip(str(folder))
            action.setData(str(folder))
        menu = self.panel.usual.choices()
        menu.clear()
        trained = menu.addAction("What the model was trained on, held out")
        trained.setCheckable(True)
        trained.setChecked(self._usual is None)
        trained.triggered.connect(self._on_trained)
        text = "A folder…" if self._usual is None else f"{self._usual.name}, another folder…"
        other = menu.addAction(as_label(text))
        other.setCheckable(True)
        other.setChecked(self._usual is not None)
        other.triggered.connect(self._ask_for_usual)

    @Slot(object)
    def _set_usual(self, folder: Path | None) -> None:
        """Judge anew against other usual pictures."""
        self._usual = folder
        self._fill_menus()
        self._begin()

    def _folder(self) -> Path:
        return self._given[0].parent if self._given else Path(pictures_folder())

    @Slot()
    def _ask_for_folder(self) -> None:
        self.chooser.ask_for_pictures_in(self._folder())

    @Slot()
    def _ask_for_pictures(self) -> None:
        self.chooser.ask_for_pictures(self._folder())

    @Slot()
    def _ask_for_usual(self) -> None:
        self._fill_menus()  # a click has ticked it, and the dialog may be left
        self.chooser.ask_for_usual(self._usual or self._folder())

    @Slot()
    def _on_trained(self) -> None:
        self._set_usual(None)

    @Slot(QAction)
    def _on_dataset(self, action: QAction) -> None:
        if action.data():
            self.judge([Path(action.data())])

    @Slot(int)
    def _on_looked_for(self, picture: int) -> None:
        judge, opened = self.panel.board.judge, self._opened
        if judge is not None and opened is not None:
            self.looking.ask(opened.generator, judge, self.panel.board.ranking.files[picture])

    @Slot()
    def _on_cancelled(self) -> None:
        """End what is under way, by the button or because the panel is closed."""
        if self.work.working:
            self.work.cancel()
            self.panel.show_end()
        elif self.copying.working:
            self.copying.cancel()
            self.panel.set_working(working=False)
            self.panel.tell("Stopped; what was copied so far stays")
            self.told.emit("stopped; what was copied so far stays")

    @Slot()
    def _on_copy(self) -> None:
        if self.panel.copy.isEnabled():
            self.chooser.ask_for_copies(self._folder())

    @Slot(object)
    def _on_copies_chosen(self, folder: Path) -> None:
        files = self.panel.board.strange()
        if files:
            self.panel.set_working(working=True)
            self.copying.copy(files, folder)

    @Slot(int, object)
    def _on_copied(self, count: int, folder: Path) -> None:
        self.panel.set_working(working=False)
        self.panel.tell(f"{count:,} strange pictures copied to {folder}")
        self.told.emit(f"{count:,} strange pictures copied to {folder}")

    @Slot()
    def _on_save(self) -> None:
        if self.panel.save.isEnabled():
            self.chooser.ask_for_table(self._folder() / "strange-pictures.csv")

    @Slot(object)
    def _on_table_chosen(self, path: Path) -> None:
        ranking = self.panel.board.ranking  # to which more may come while the thread writes
        order = ranking.order().tolist()
        rows = [(str(ranking.files[number]), ranking.found[number]) for number in order]
        marks = {str(ranking.files[number]): ranking.mark_of(number) for number in order} if ranking.marked else None
        self._background.start("table", partial(_save_table, rows, marks, path))

    @Slot(str, object)
    def _on_saved(self, _task: str, result: object) -> None:
        if isinstance(result, Exception):
            self.panel.tell(str(result))
        else:
            self.panel.tell(f"Saved {result}")
            self.told.emit(f"saved {result}")

    @Slot()
    def _on_document_changed(self) -> None:
        if self.panel.isVisible():
            self._follow_model()

    def _connect(self) -> None:
        panel, chooser, work = self.panel, self.chooser, self.work
        work.staged.connect(panel.show_stage)
        work.learnt.connect(panel.show_learnt)
        work.judged.connect(panel.show_judged)
        work.done.connect(panel.show_end)
        work.failed.connect(panel.show_failure)
        self.looking.looked.connect(panel.show_look)
        self.looking.failed.connect(panel.show_no_look)
        self.copying.stepped.connect(panel.show_stage)
        self.copying.copied.connect(self._on_copied)
        self.copying.failed.connect(panel.show_failure)
        panel.given.connect(self.judge)
        panel.pictures.choices().triggered.connect(self._on_dataset)
        panel.cancelled.connect(self._on_cancelled)
        panel.looked_for.connect(self._on_looked_for)
        panel.gone.connect(self._on_cancelled)
        panel.choose.clicked.connect(self._ask_for_folder)
        panel.copy.clicked.connect(self._on_copy)
        panel.save.clicked.connect(self._on_save)
        chooser.given.connect(self.judge)
        chooser.usual_chosen.connect(self._set_usual)
        chooser.copies_chosen.connect(self._on_copies_chosen)
        chooser.table_chosen.connect(self._on_table_chosen)
        self._background.finished.connect(self._on_saved)
        self._explorer.document_changed.connect(self._on_document_changed)


def _save_table(rows: list[tuple[str, Strangeness]], marks: Mapping[str, str] | None, path: Path) -> Path:
    from dinoexplorer.anomaly_report import as_csv  # noqa: PLC0415  only when a table is saved
    from dinoexplorer.picture_files import save_text  # noqa: PLC0415  likewise

    save_text(path, as_csv(rows, marks))
    return path
