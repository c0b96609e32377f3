"""Which checkpoint is to be evaluated: the open one, one of its run, one of before, or any file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided
from dinoexplorer.ui.train.choice_control import plain

_OPEN = "open"
_NAME_WIDTH, _LINE_WIDTH = 240, 480


class CheckpointChooser(MenuButton):
    """A button with what is chosen, and a menu."""

    checkpoint_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Checkpoint", parent)
        plain(self)
        self._path: Path | None = None
        self._opened: Path | None = None
        self._beside: tuple[Path, ...] = ()
        self._known: tuple[Path, ...] = ()
        self.files = FileChooser(self)
        self.files.checkpoint_chosen.connect(self._take)
        self.choices().aboutToShow.connect(self._on_about_to_show)
        self.choices().triggered.connect(self._on_triggered)
        self._show()

    @property
    def path(self) -> Path | None:
        """What is chosen; None before anything is."""
        return self._path

    def set_known(self, opened: Path | None, known: Sequence[Path]) -> None:
        """Offer the one that is open in Explore, the shipped and the recent ones."""
        self._opened, self._known = opened, tuple(known)

    def set_beside(self, beside: Sequence[Path]) -> None:
        """Offer the other checkpoints of the run that the present one belongs to."""
        self._beside = tuple(beside)

    def choose(self, path: Path) -> None:
        """Show ``path`` as chosen, silently."""
        if path != self._path:
            self._path = path
            self._beside = ()
            self._show()

    def _show(self) -> None:
        name = checkpoint_name(self._path) if self._path is not None else "Choose one"
        self.setText(as_label(elided(name, self.fontMetrics(), _NAME_WIDTH)))
        self.setAccessibleDescription(name)
        tip = f"{self._path}: choose another checkpoint" if self._path is not None else "Choose a checkpoint"
        self.setToolTip(as_tool_tip(tip))
        self.updateGeometry()

    @Slot(object)
    def _take(self, path: Path) -> None:
        if path != self._path:
            self.choose(path)
            self.checkpoint_chosen.emit(path)

    @Slot()
    def _on_about_to_show(self) -> None:
        menu = self.choices()
        menu.clear()
        shown: set[Path] = set()
        groups = (
            ("open in Explore", [self._opened] if self._opened is not None else []),
            ("of the same run", list(self._beside)),
            ("", [path for path in (self._path, *self._known) if path is not None]),
        )
        for remark, paths in groups:
            new = [path for path in dict.fromkeys(paths) if path not in shown]
            shown.update(new)
            for path in new:
                self._add(path, remark)
            if new:
                menu.addSeparator()
        menu.addAction("Another file…").setObjectName(_OPEN)

    def _add(self, path: Path, remark: str) -> None:
        text = f"{checkpoint_name(path)}   –   {remark or path.parent}"
        action = self.choices().addAction(as_label(elided(text, self.fontMetrics(), _LINE_WIDTH)))
        action.setData(str(path))
        action.setToolTip(as_tool_tip(str(path)))
        action.setCheckable(True)
        action.setChecked(path == self._path)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.objectName() == _OPEN:
            folder = self._path.parent if self._path is not None else Path.home()
            self.files.ask_for_checkpoint(folder)
        else:
            self._show()
            self._take(Path(action.data()))


def checkpoint_name(path: Path) -> str:
    """What a person calls it; of a run its name and the step."""
    if path.parent.name == "checkpoints":
        return f"{path.parent.parent.name}: {path.stem}"
    return path.stem
