"""How a filling meets the edge of its hole: a row of three."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.tab_row import TabRow

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Edge

_EDGES: dict[Edge, tuple[str, str]] = {
    "poisson": ("Blended", "Poisson blending: the filling takes the colours at the edge of the hole"),
    "feather": ("Feathered", "The filling fades into the picture over some pixels outside the hole"),
    "none": ("As it is", "The filling with its own colours, and with the edge that comes of it"),
}


class EdgeChoice(TabRow):
    """One of three is marked; `chosen` tells of another one."""

    chosen = Signal(str)  # Edge

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Edge of the filling")
        for name, (title, about) in _EDGES.items():
            button = self.add(name, title)
            button.setToolTip(about)
            button.setAccessibleDescription(about)
            button.clicked.connect(partial(self._choose, name))
        self.mark("poisson")

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.mark(name)
        self.chosen.emit(name)
