"""What the map is laid out by: a button with the present way, and a menu of the others."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.latent.map_kinds import MapKind, kinds_for
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided

DIMENSIONS, PRINCIPAL, THREE_POINTS = "dimensions", "principal", "three points"
ANEW, FOLDER, FILE = "anew", "folder", "file"
_PLANES = (
    (DIMENSIONS, "Two dimensions…", "Two numbers of the code, the others held as they are now."),
    (PRINCIPAL, "Principal plane here", "The two directions in which the images vary most, through where we stand."),
    (THREE_POINTS, "Through three points…", "The flat cut through three points: those chosen, or three clicks."),
)
_NAME_WIDTH = 132
_KEYS = "Ctrl+M"


class MapChooser(MenuButton):
    """Tells what was chosen; what a choice leads to is the owner's business. The menu is filled when it is wanted."""

    kind_chosen = Signal(str)  # a method
    plane_chosen = Signal(str)
    making_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Choose the map", parent)
        self.setProperty("quiet", True)
        self._info: GeneratorInfo | None = None
        self._points = 0
        self._present = ""
        self.choices().aboutToShow.connect(self._fill)
        self.choices().triggered.connect(self._on_triggered)
        self.hide()

    def set_generator(self, info: GeneratorInfo) -> None:
        """Offer what fits this generator."""
        self._info = info

    def set_present(self, title: str, choice: str, points: int, worth: str) -> None:
        """Show what the map is laid out by at present; ``points`` is how many images there are to lay out."""
        self._present, self._points = choice, points
        self.setText(as_label(elided(title or "no map yet", self.fontMetrics(), _NAME_WIDTH)))
        self.setAccessibleDescription(f"{title}. {worth}")
        self.setToolTip(as_tool_tip(" ".join(filter(None, (f"{title}: choose another map ({_KEYS}).", worth)))))
        self.setVisible(self._info is not None)
        self.updateGeometry()

    @Slot()
    def _fill(self) -> None:
        menu, info = self.choices(), self._info
        menu.clear()
        if info is None:
            return
        for kind in kinds_for(info.latent):
            self._add_kind(kind)
        if info.latent.dim > 2:
            menu.addSeparator()
            for name, text, help_text in _PLANES:
                action = self._add(name, text, help_text)
                action.setChecked(name == self._present)
                if name == THREE_POINTS and not self._points:
                    self._disable(action, "It goes through points of a map, and there is none yet.")
        menu.addSeparator()
        known = "Make it anew" if self._points else "Make a map"
        self._add(ANEW, known, "Look at the images again and lay them out from the beginning.").setCheckable(False)
        if info.encoder:
            for name, text in ((FOLDER, "Map a folder of pictures…"), (FILE, "Map an .npz file…")):
                self._add(name, text, "Dropping it on the map does the same.").setCheckable(False)

    def _add_kind(self, kind: MapKind) -> None:
        action = self._add(kind.method, kind.title, kind.help)
        action.setChecked(kind.method == self._present)
        if missing := kind.missing():
            self._disable(action, missing)
        elif not self._points and kind.method != "plane":
            self._disable(action, "There is nothing to lay out yet: make a map first.")

    def _add(self, name: str, text: str, help_text: str) -> QAction:
        action = self.choices().addAction(text)
        action.setData(name)
        action.setCheckable(True)
        action.setToolTip(help_text)
        action.setStatusTip(help_text)
        return action

    def _disable(self, action: QAction, why: str) -> None:
        action.setEnabled(False)
        action.setToolTip(why)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        name = str(action.data())
        if name in {ANEW, FOLDER, FILE}:
            self.making_chosen.emit(name)
        elif any(name == plane for plane, _, _ in _PLANES):
            self.plane_chosen.emit(name)
        else:
            self.kind_chosen.emit(name)
