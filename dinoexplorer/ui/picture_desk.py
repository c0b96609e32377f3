"""Pictures that leave the window and those that come to it: saved, chosen, pasted, judged."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.generators.differentiable import Differentiates
from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.saving import pictures_folder, proposed_path, save_picture
from dinoexplorer.ui.status_line import StatusLine

_FILMS = {".mp4", ".m4v", ".mov", ".webm", ".mkv"}


class PictureDesk(QObject):
    """Saves the picture that is shown, and hands those from outside to whatever works on them."""

    saved = Signal(object)  # Path
    file_wanted = Signal(object)  # Path that is to be opened, whatever it is
    refused = Signal(str, object)  # a sentence, and the actions that it offers by their names

    def __init__(self, explorer: Explorer, settings: Settings, status_line: StatusLine, chooser: FileChooser) -> None:
        super().__init__(explorer)
        self._explorer, self._settings, self._status_line = explorer, settings, status_line
        self._chooser = chooser
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        chooser.picture_chosen.connect(self.save)
        explorer.pins.exchange.picture_pasted.connect(self._on_pasted)

    @Slot()
    def ask_where_to_save(self) -> None:
        """Ask where the picture that is shown shall be saved."""
        opened = self._explorer.opened
        if opened is not None:
            folder = Path(self._settings.save_folder or pictures_folder())
            self._chooser.ask_for_picture(proposed_path(folder, opened.generator.info.name))

    @Slot(object)
    def save(self, path: Path) -> None:
        """Save the picture that is shown; `saved` follows, or a notice says why not."""
        opened, document = self._explorer.opened, self._explorer.document
        if opened is None or document is None:
            return
        self._settings.save_folder = str(path.parent)
        self._status_line.tell(f"saving {path.name}…", stays=True)
        self._background.start("save", partial(save_picture, opened.generator, document.standing, path))

    @Slot()
    def ask_for_one(self) -> None:
        """Ask for a picture to be found in the space."""
        self._chooser.ask_for_photo(Path(pictures_folder()))

    @Slot()
    def judge(self) -> None:
        """Have pictures judged for how strange they are."""
        self._explorer.desks.anomaly.show_panel(self._settings.recent_datasets[:3])

    @Slot(object, str)
    def take_placeless(self, path: Path, sentence: str) -> None:
        """Search for a picture that brings no place back, where the generator lets one; else tell ``sentence``."""
        opened = self._explorer.opened
        if opened is None or path.suffix.lower() in _FILMS or not isinstance(opened.generator, Differentiates):
            self.refused.emit(sentence, {"open": "Open another…"})
            return
        self._status_line.set_busy(False)
        self._status_line.tell("")
        self._explorer.desks.embedding.bring(path)

    def close_down(self) -> None:
        """End the thread."""
        self._background.close()

    @Slot(object)
    def _on_pasted(self, source: Path | QImage) -> None:
        if isinstance(source, Path):
            self.file_wanted.emit(source)
        else:
            self._explorer.desks.embedding.bring(source)

    @Slot(str, object)
    def _on_finished(self, _task: str, result: object) -> None:
        if isinstance(result, Path):
            self._status_line.tell(f"saved {result}")
            self.saved.emit(result)
        else:
            self._status_line.tell("")
            self._explorer.stage.notice.tell(str(result) or type(result).__name__, {"export": "Save elsewhere…"})
