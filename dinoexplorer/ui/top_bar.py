"""The bar at the top: which checkpoint, which device, where we are, and the theme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.place_switch import PlaceSwitch
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided
from dinoexplorer.ui.theme import CHOICES, Choice

_DEVICE_TEXTS = {
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "GPU (CUDA)",
    "mps": "GPU (Metal)",
}
_SEARCH_KEYS = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
_NAME_WIDTH = 240  # pixels of a checkpoint's name on its button
_THEME_TEXTS = {"system": "As the system", "light": "Light", "dark": "Dark"}


class TopBar(QWidget):
    """Choices that hold for the whole window."""

    checkpoint_chosen = Signal(object)  # Path
    checkpoints_wanted = Signal()  # the list is about to be shown
    device_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = actions
        self.checkpoint = MenuButton("open", "Checkpoint", self)
        self.device = MenuButton("device", "Device", self)
        self.theme = MenuButton("system", "Theme", self)
        self.theme.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        search = IconButton("search", "Search", self, text=f"Search   {_SEARCH_KEYS}")
        search.setProperty("search", True)
        search.follow(actions["palette"])
        help_button = IconButton("help", "Help", self)
        help_button.follow(actions["help"])
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.checkpoint)
        row.addWidget(self.device)
        row.addStretch(1)
        row.addWidget(PlaceSwitch(actions, parent=self))
        row.addStretch(1)
        row.addWidget(search)
        row.addSpacing(4)
        row.addWidget(self.theme)
        row.addWidget(help_button)
        self.checkpoint.choices().aboutToShow.connect(self.checkpoints_wanted)
        self.checkpoint.choices().triggered.connect(self._on_checkpoint_triggered)
        self.device.choices().triggered.connect(self._on_device_triggered)
        self.theme.choices().triggered.connect(self._on_theme_triggered)
        self._themes = _fill(self.theme, _THEME_TEXTS)
        self._devices = QActionGroup(self)
        self.set_devices(["auto"], "auto")
        self.set_checkpoint("", "")

    def set_checkpoint(self, name: str, path: str, read_as: str = "") -> None:
        """Show which checkpoint is open; ``read_as`` says how a file of another program is read."""
        self.checkpoint.setText(as_label(elided(name or "Open…", self.checkpoint.fontMetrics(), _NAME_WIDTH)))
        how = f"\nRead as {read_as} (Ctrl+Shift+R to read it differently)" if read_as else ""
        self.checkpoint.setToolTip(as_tool_tip(f"{path or 'Choose a checkpoint'} (Ctrl+Shift+O){how}"))
        self.checkpoint.setAccessibleDescription(name)

    def set_checkpoints(
        self, shipped: list[Path], recent: list[Path], documents: list[Path], current: set[Path]
    ) -> None:
        """Fill the drop-down; ``current`` are the files that are open.

        Whether the recent files are there is told later, by `set_missing`.
        """
        menu = self.checkpoint.choices()
        menu.clear()
        for path in shipped:
            _add_path(self.checkpoint, path, path.stem, current)
        for paths in (recent, documents):
            menu.addSeparator()
            for path in paths:
                name = path.name.removesuffix(".dino.json") if paths is documents else path.stem
                _add_path(self.checkpoint, path, f"{name}   –   {path.parent}", current)
        menu.addSeparator()
        for name in ("open", "read_differently", "new", "save", "save_as"):
            menu.addAction(self._actions[name])

    def set_missing(self, paths: frozenset[Path]) -> None:
        """Grey the files that are gone, and say so; they stay in the list."""
        for action in self.checkpoint.choices().actions():
            if action.isEnabled() and action.data() is not None and Path(action.data()) in paths:
                action.setText(f"{action.text()}   (not there any more)")
                action.setEnabled(False)

    def set_devices(self, devices: list[str], chosen: str) -> None:
        """Offer these devices."""
        if chosen not in devices:
            devices = [*devices, chosen]
        if devices != [action.data() for action in self._devices.actions()]:
            self._devices.deleteLater()
            self.device.choices().clear()
            self._devices = _fill(self.device, {name: _device_text(name) for name in devices})
        self.show_device(chosen)

    def show_device(self, chosen: str) -> None:
        """Show which device was chosen."""
        for action in self._devices.actions():
            action.setChecked(action.data() == chosen)
        text = _device_text(chosen)
        self.device.setText(as_label(text))
        self.device.setToolTip(as_tool_tip(f"Device: {text.lower() if chosen == 'auto' else text} (Ctrl+D)"))
        self.device.setAccessibleDescription(text)

    def set_theme(self, choice: str) -> None:
        """Show which theme was chosen."""
        for action in self._themes.actions():
            action.setChecked(action.data() == choice)
        self.theme.set_icon(choice)
        self.theme.setAccessibleDescription(_THEME_TEXTS[choice])
        self.theme.setToolTip(f"Theme: {_THEME_TEXTS[choice].lower()} (Ctrl+T)")

    def next_theme(self) -> Choice:
        """The theme after the one that is chosen."""
        checked = self._themes.checkedAction()
        present = CHOICES.index(checked.data()) if checked is not None else 0
        return CHOICES[(present + 1) % len(CHOICES)]

    @Slot(QAction)
    def _on_checkpoint_triggered(self, action: QAction) -> None:
        if action.data() is not None:
            self.checkpoint_chosen.emit(Path(action.data()))

    @Slot(QAction)
    def _on_device_triggered(self, action: QAction) -> None:
        self.device_chosen.emit(action.data())

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())


def _device_text(name: str) -> str:
    return _DEVICE_TEXTS.get(name, name)


def _fill(button: MenuButton, texts: Mapping[str, str]) -> QActionGroup:
    """One checkable action for each choice, exclusive."""
    group = QActionGroup(button.choices())
    for name, text in texts.items():
        action = button.choices().addAction(as_label(text))
        action.setData(name)
        action.setCheckable(True)
        group.addAction(action)
    return group


def _add_path(button: MenuButton, path: Path, text: str, current: set[Path]) -> None:
    action = button.choices().addAction(as_label(text))
    action.setData(str(path))
    action.setToolTip(as_tool_tip(str(path)))
    action.setCheckable(True)
    action.setChecked(path in current)
