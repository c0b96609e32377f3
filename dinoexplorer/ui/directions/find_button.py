"""The ways to find directions without examples, and why one cannot be gone."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators import Generator
from dinoexplorer.latent.directions import all_ways, why_not
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_tool_tip

_HELP = {
    "pca": "Along which lines the codes of the data differ most",
    "ganspace": "Along which lines the features of the first layer differ most",
    "sefa": "What the weights of the first layer make most of",
    "jacobian": "What changes the picture most, right where you stand",
}
_ORDER = tuple(_HELP)


class FindButton(MenuButton):
    """Drops down the ways; they are looked at when the menu is first wanted."""

    chosen = Signal(str, str)  # the way's name and its title

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Find directions", parent)
        self.setText("Find")
        self.setProperty("quiet", True)
        self.setToolTip("Find directions in the model (Shift+D)")
        self._generator: Generator | None = None
        self.choices().aboutToShow.connect(self.fill)

    def set_generator(self, generator: Generator | None) -> None:
        """Offer what this generator has."""
        self._generator = generator
        self.setEnabled(generator is not None)

    def action_of(self, way: str) -> QAction:
        """The entry of a way."""
        self.fill()
        return next(action for action in self.choices().actions() if action.data() == way)

    @Slot()
    def fill(self) -> None:
        """Put the ways into the menu."""
        menu = self.choices()
        menu.clear()
        ways = [way for way in all_ways() if way.needs != "lesson"]
        known = {name: place for place, name in enumerate(_ORDER)}
        for way in sorted(ways, key=lambda way: known.get(way.name, len(known))):
            reason = "" if self._generator is None else why_not(way, self._generator)
            action = menu.addAction(f"{way.title} (this model shows no layers)" if reason else way.title)
            action.setData(way.name)
            action.setToolTip(as_tool_tip(reason or _HELP.get(way.name, way.title)))
            action.setEnabled(not reason)
            action.triggered.connect(partial(self._on_chosen, way.name, way.title))

    def _on_chosen(self, name: str, title: str, *_checked: object) -> None:
        self.chosen.emit(name, title)
