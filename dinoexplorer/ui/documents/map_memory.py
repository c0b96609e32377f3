"""Which part of which map a document shows: told to it, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from dinoexplorer.document.snapshot import Look
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.ui.latent_map_view import MapPanel

if TYPE_CHECKING:
    from dinoexplorer.document.schema import MapView


class MapMemory(QObject):
    """Brings the view back once the map that it belongs to is shown, which may have to be laid out first."""

    def __init__(self, panel: MapPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._wanted: MapView | None = None
        panel.choice.chosen.connect(self._on_chosen)  # after the panel itself, which shows it

    def look(self) -> Look | None:
        """What is shown at present, if there is a map."""
        steering, canvas = self._panel.steering, self._panel.canvas
        if steering is None:
            return None
        view = canvas.view_transform
        return Look(view.x, view.y, view.scale, steering.map.method, canvas.at_home)

    def recall(self, view: MapView | None) -> None:
        """Show what a document showed; without a map, or where it cannot be laid out like that, nothing happens."""
        steering = self._panel.steering
        self._wanted = None
        if view is None or steering is None:
            return
        if view.method in {"", steering.map.method}:
            self._panel.canvas.look_at(view.x, view.y, view.scale, home=view.home)
        else:
            self._wanted = view
            self._panel.choice.choose(view.method)

    @Slot(object)
    def _on_chosen(self, steering: SteeringMap) -> None:
        view, self._wanted = self._wanted, None
        if view is not None and steering.map.method == view.method:
            self._panel.canvas.look_at(view.x, view.y, view.scale, home=view.home)
