"""What lies below the timeline: the fields of the keyframe, or those of the music."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from dinoexplorer.ui.morph.keyframe_row import KeyframeRow
from dinoexplorer.ui.morph.music_row import MusicRow
from dinoexplorer.ui.tab_row import TabRow

KEYFRAME, MUSIC = "keyframe", "music"


class Inspector(QWidget):
    """One row at a time, so that the picture keeps its room; without music there are no tabs."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keyframe, self.music = KeyframeRow(self), MusicRow(actions, self)
        self.tabs = TabRow(self)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._stack = QStackedWidget(self)
        self._rows: dict[str, QWidget] = {KEYFRAME: self.keyframe, MUSIC: self.music}
        for name, row in self._rows.items():
            self._stack.addWidget(row)
            self.tabs.add(name, name.capitalize()).clicked.connect(partial(self.show_row, name))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.tabs)
        line.addWidget(self._stack, 1)
        self.set_music(there=False)

    @property
    def present(self) -> str:
        """The name of the row that is shown."""
        return next(name for name, row in self._rows.items() if row is self._stack.currentWidget())

    def show_row(self, name: str, *_checked: object) -> None:
        """Show a row."""
        self._stack.setCurrentWidget(self._rows[name])
        self.tabs.mark(name)

    def set_music(self, *, there: bool) -> None:
        """Whether there is music, so that there is a choice."""
        self.tabs.setVisible(there)
        self.show_row(self.present if there else KEYFRAME)
