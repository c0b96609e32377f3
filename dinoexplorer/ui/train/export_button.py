"""A button that asks for a place and writes a figure there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from dinoexplorer.ui.background import Background
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.save_dialog import ask_where_to_save, saving_told
from dinoexplorer.ui.train.export_figures import KINDS


class ExportButton(MenuButton):
    """PNG or SVG, or other ``kinds``; ``work`` is given the path and returns what writes the file, in a thread."""

    told = Signal(str)  # a sentence about the file that was or could not be written

    def __init__(
        self,
        name: str,
        work: Callable[[Path], Callable[[], object]],
        parent: QWidget | None = None,
        *,
        kinds: Mapping[str, str] = KINDS,
    ) -> None:
        super().__init__("save", name, parent)
        self._work, self._stem, self._kinds = work, "figure", kinds
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        for kind, text in kinds.items():
            self.choices().addAction(f"{text}…").setData(kind)
        self.choices().triggered.connect(self._on_triggered)

    def set_stem(self, stem: str) -> None:
        """What the file shall be called, without its ending."""
        self._stem = stem

    def save(self, path: Path) -> None:
        """Write the figure as it is now; `told` says how it went."""
        self._background.start(str(path), self._work(path))

    def close_down(self) -> None:
        """Wait for a file that is being written."""
        self._background.close()

    def ask_where(self, kind: str) -> QFileDialog:
        """Ask for a file; never blocks."""
        name = "".join(letter if letter.isalnum() or letter in " .-_=" else "-" for letter in self._stem)
        dialog = ask_where_to_save(self, self.accessibleName(), f"{name}.{kind}", self._kinds[kind], kind)
        dialog.fileSelected.connect(self._on_file_selected)
        return dialog

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.ask_where(str(action.data()))

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.save(Path(path))

    @Slot(str, object)
    def _on_finished(self, path: str, result: object) -> None:
        self.told.emit(saving_told(path, result))
