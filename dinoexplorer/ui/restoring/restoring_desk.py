"""Between pictures that are to be restored and the generator that is open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.restoration.restoring import purpose
from dinoexplorer.picture_copies import free_places
from dinoexplorer.picture_files import save_png
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.dropping import dropped_paths
from dinoexplorer.ui.restoring.restoring_chooser import RestoringChooser
from dinoexplorer.ui.restoring.restoring_panel import RestoringPanel
from dinoexplorer.ui.restoring.restoring_work import Original, RestoringWork, Source
from dinoexplorer.ui.saving import pictures_folder
from dinoexplorer.ui.texts import named_paths

if TYPE_CHECKING:
    from dinoexplorer.generators.generator import ByteArray
    from dinoexplorer.rendering.renderer import Opened
    from dinoexplorer.ui.explorer import Explorer

_GATHERED = 60  # milliseconds: a slider that is dragged asks for more than can be done
_OTHER_MODEL = "Another model is open now; choose a picture to send it through that."


class RestoringDesk(QObject):
    """Sends one picture, or those of a folder, through the model; no original is ever written over."""

    told = Signal(str)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._opened: Opened | None = None  # through which they go
        self._original: Original | None = None
        self._given: tuple[Path, ...] = ()  # of which the folder is asked for
        self._beside = Path(pictures_folder())
        self._name, self._out = "picture", ""
        self.panel = RestoringPanel(explorer.window())
        self.chooser, self.work = RestoringChooser(explorer.window()), RestoringWork(self)
        self._background = Background(self)
        self._tick = QTimer(self, interval=_GATHERED, singleShot=True)
        self._tick.timeout.connect(self._restore)
        self._connect()

    def show_panel(self) -> None:
        """Come up with the picture that was restored last, or to be given one."""
        opened = self._explorer.opened
        if opened is None:
            return
        if not opened.generator.info.encoder:
            try:
                purpose(opened.generator.info)
            except GeneratorError as error:
                self._explorer.stage.notice.tell(str(error), {"open": "Open another…"})
            return
        self._follow_model()
        self.panel.come_up()
        (self.panel.picture if self.panel.pair is None else self.panel.view).setFocus()

    def bring(self, source: Source) -> None:
        """Read a picture and restore it."""
        opened = self._explorer.opened
        if opened is None:
            return
        self._opened, self._original, self._out = opened, None, ""
        if isinstance(source, Path):
            self._name, self._beside = source.stem, source.parent
        else:
            self._name = "pasted"
        self.panel.wait_for(source.name if isinstance(source, Path) else "The pasted picture")
        self.work.look(opened.generator, source)

    def close_down(self) -> None:
        """End the threads."""
        self._tick.stop()
        self.work.close()
        self._background.close()

    def _follow_model(self) -> None:
        opened = self._explorer.opened
        if self._opened is not None and opened is not self._opened:
            self.work.cancel()
            self._opened = self._original = None
            self.panel.way_chosen = False
            self.panel.clear(_OTHER_MODEL)

    @Slot(object)
    def _on_given(self, paths: Sequence[Path]) -> None:
        """One picture is restored at once; for a folder, or several, a place is asked for."""
        if len(paths) == 1 and not paths[0].is_dir():
            self.bring(paths[0])
            return
        self._given, self._beside = tuple(paths), paths[0].parent
        self.chooser.ask_for_out(self._beside)

    @Slot(object)
    def _on_out_chosen(self, out: Path) -> None:
        opened = self._explorer.opened
        if opened is None or not self._given:
            return
        self._opened, self._original, self._out = opened, None, str(out)
        self.panel.wait_for(named_paths(self._given))
        self.work.restore_all(opened.generator, self._given, out, self.panel.way)

    @Slot(object)
    def _on_read(self, original: Original) -> None:
        self._original = original
        self.panel.show_original(original)
        self._restore()

    @Slot()
    def _on_edited(self) -> None:
        if self._original is not None:
            self._tick.start()

    @Slot()
    def _restore(self) -> None:
        opened, original = self._opened, self._original
        if opened is not None and original is not None:
            self.panel.set_working(working=True)
            self.work.restore(opened.generator, original.pixels, self.panel.way, self.panel.noise.value())

    @Slot()
    def _on_done(self) -> None:
        self.panel.show_end(self._out)
        self.told.emit(self.panel.sentence.rstrip("."))

    @Slot()
    def _on_cancelled(self) -> None:
        self._tick.stop()
        if not self.work.working:
            return
        self.work.cancel()
        if self._out:
            self.panel.show_end(self._out)
        else:
            self.panel.show_failure("Stopped; nothing was changed")

    @Slot()
    def _on_pasted(self) -> None:
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # there is none where nothing was copied yet
        paths = [] if data is None else dropped_paths(data)
        if paths:
            self._on_given(paths)
        elif data is not None and data.hasImage():
            self.bring(QImage(data.imageData()))
        else:
            self.panel.tell("There is no picture to paste; copy one first")

    @Slot()
    def _ask_for_original(self) -> None:
        self.chooser.ask_for_original(self._beside)

    @Slot()
    def _ask_for_folder(self) -> None:
        self.chooser.ask_for_folder(self._beside)

    @Slot()
    def _on_save(self) -> None:
        if self.panel.pair is not None:
            self.chooser.ask_for_picture(next(free_places([Path(f"{self._name}-restored.png")], self._beside)))

    @Slot(object)
    def _on_place_chosen(self, path: Path) -> None:
        if self.panel.pair is not None:
            self._background.start("save", partial(_save, path, self.panel.pair.pixels))

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
        panel, work, chooser = self.panel, self.work, self.chooser
        work.read.connect(self._on_read)
        work.stepped.connect(panel.show_step)
        work.restored.connect(panel.show_pair)
        work.written.connect(panel.show_written)
        work.done.connect(self._on_done)
        work.failed.connect(panel.show_failure)
        panel.given.connect(self._on_given)
        panel.pasted.connect(self._on_pasted)
        panel.edited.connect(self._on_edited)
        panel.cancelled.connect(self._on_cancelled)
        panel.gone.connect(self._on_cancelled)
        panel.picture.clicked.connect(self._ask_for_original)
        panel.folder.clicked.connect(self._ask_for_folder)
        panel.save.clicked.connect(self._on_save)
        chooser.given.connect(self._on_given)
        chooser.out_chosen.connect(self._on_out_chosen)
        chooser.picture_chosen.connect(self._on_place_chosen)
        self._background.finished.connect(self._on_saved)
        self._explorer.document_changed.connect(self._on_document_changed)


def _save(path: Path, pixels: ByteArray) -> Path:
    save_png(path, pixels)
    return path
