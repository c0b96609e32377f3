"""The button that goes through the ways to show the atlas."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.atlas import Atlas

_TEXTS = {
    "off": "no pictures over the map",
    "behind": "pictures behind the points",
    "instead": "pictures instead of the points",
}
_ICONS = {"off": "atlas", "behind": "atlas_points", "instead": "atlas"}


class AtlasButton(IconButton):
    """Shows whether the atlas is on, and goes on to the next way when it is pressed."""

    def __init__(self, atlas: Atlas, parent: QWidget | None = None) -> None:
        super().__init__("atlas", "Atlas", parent)
        self.setCheckable(True)
        self.clicked.connect(atlas.show_next)
        atlas.mode_changed.connect(self._on_mode_changed)
        self._on_mode_changed(atlas.mode)

    @Slot(str)
    def _on_mode_changed(self, mode: str) -> None:
        self.setChecked(mode != "off")
        self.set_icon(_ICONS[mode])
        self.setAccessibleDescription(_TEXTS[mode])
        self.setToolTip(f"Atlas: {_TEXTS[mode]} (A)")
