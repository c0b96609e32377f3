"""Where the pictures come from: built in, used before, a folder or an .npz file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided
from dinoexplorer.ui.train.choice_control import plain

BUILT_IN = "builtin:dinosaurs"
_FOLDER, _FILE, _PREPARE, _LOOK = "folder", "file", "prepare", "look"
_PREFIX = "builtin:"
_NAME_WIDTH = 300
_FILES_TO_OPEN = {
    ".safetensors", ".pt", ".pth", ".ckpt", ".pkl", ".onnx", ".keras", ".h5", ".json", ".png", ".jpg", ".jpeg",
    ".webp", ".bmp", ".gif", ".mp4", ".toml", ".txt", ".zip",
}  # fmt: skip


class DataChooser(QWidget):
    """A button with what is chosen, and a menu; a folder or file can also be dropped here."""

    source_chosen = Signal(str)
    prepare_wanted = Signal()  # of the pictures that are chosen
    look_wanted = Signal()  # through the dataset that is chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._source = BUILT_IN
        self._recent: tuple[str, ...] = ()
        self._dialog: QFileDialog | None = None
        self.button = MenuButton("", "Pictures", self)
        plain(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        self.button.choices().aboutToShow.connect(self._on_about_to_show)
        self.button.choices().triggered.connect(self._on_triggered)
        self.choose(BUILT_IN)

    @property
    def source(self) -> str:
        """A folder, an .npz file, or `builtin:dinosaurs`; empty where nothing is chosen yet."""
        return self._source

    @property
    def built_in(self) -> bool:
        """Whether the program draws the pictures itself, so that they lie nowhere; nor does nothing."""
        return not self._source or self._source.startswith(_PREFIX)

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def set_recent(self, sources: Sequence[str]) -> None:
        """Offer what was used before, newest first."""
        self._recent = tuple(source for source in sources if not source.startswith(_PREFIX))[:8]

    def choose(self, source: str) -> None:
        """Show ``source`` as chosen, silently; an empty one asks for a choice."""
        self._source = source
        name = source_name(source) if source else "Choose pictures"
        tip = f"{source}: choose other pictures, or drop a folder here" if source else f"{name}, or drop a folder here"
        self.button.setText(as_label(elided(name, self.button.fontMetrics(), _NAME_WIDTH)))
        self.button.setToolTip(as_tool_tip(tip))
        self.button.setAccessibleDescription(name)
        self.button.updateGeometry()

    def ask_for_folder(self) -> None:
        """Ask which folder."""
        dialog = self._new_dialog("Train on the pictures of a folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def ask_for_file(self) -> None:
        """Ask which .npz file."""
        dialog = self._new_dialog("Train on the pictures of a file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("NumPy archives (*.npz)")
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := _dropped(event):
            event.acceptProposedAction()
            self._take(path)

    def _new_dialog(self, title: str) -> QFileDialog:
        if self._dialog is not None:
            self._dialog.close()
        folder = "" if self.built_in else os.fspath(PurePath(self._source).parent)
        dialog = QFileDialog(self.window(), title, folder)
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        return dialog

    @Slot(str)
    def _take(self, source: str) -> None:
        if source and source != self._source:
            self.choose(source)
            self.source_chosen.emit(source)

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None

    @Slot()
    def _on_about_to_show(self) -> None:
        menu = self.button.choices()
        menu.clear()
        self._add(BUILT_IN, source_name(BUILT_IN))
        recent = [source for source in dict.fromkeys((self._source, *self._recent)) if source not in {"", BUILT_IN}]
        if recent:
            menu.addSeparator()
        for source in recent:
            parent = PurePath(source).parent
            self._add(source, f"{source_name(source)}   –   {parent}").setToolTip(as_tool_tip(source))
        menu.addSeparator()
        menu.addAction("Folder…").setObjectName(_FOLDER)
        menu.addAction(".npz file…").setObjectName(_FILE)
        menu.addSeparator()
        menu.addAction("Prepare pictures…").setObjectName(_PREPARE)
        menu.addAction("Look through a dataset…").setObjectName(_LOOK)

    def _add(self, source: str, text: str) -> QAction:
        action = self.button.choices().addAction(as_label(elided(text, self.fontMetrics(), 480)))
        action.setData(source)
        action.setCheckable(True)
        action.setChecked(source == self._source)
        return action

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.objectName() == _FOLDER:
            self.ask_for_folder()
        elif action.objectName() == _FILE:
            self.ask_for_file()
        elif action.objectName() == _PREPARE:
            self.prepare_wanted.emit()
        elif action.objectName() == _LOOK:
            self.look_wanted.emit()
        else:
            self._take(action.data())


def source_name(source: str) -> str:
    """What a person calls it."""
    if source.startswith(_PREFIX):
        return f"Built-in {source.removeprefix(_PREFIX)}"
    return PurePath(source).name or source


def _dropped(event: QDropEvent) -> str:
    """The one folder or .npz file that is dragged; files that the window opens itself are left to it."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if len(paths) != 1 or paths[0].suffix.lower() in _FILES_TO_OPEN:
        return ""
    return os.fspath(paths[0])
