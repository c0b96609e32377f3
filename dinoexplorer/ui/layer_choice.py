"""A button that chooses layers of a network: all of them, one, or some in a row."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.latent.layers import Chosen, told_layers
from dinoexplorer.ui.icon_button import GAP
from dinoexplorer.ui.icons import SIZE
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label

_PARTS = (("Coarse: shape", 0, 8), ("Middle: features", 9, 32), ("Fine: colours", 33, 1 << 30))
"""By the side of the maps in pixels, as StyleGAN's authors divide them (Karras et al. 2019, section 3.1)."""


class LayerChoice(MenuButton):
    """Shows which layers are chosen, and offers others; hidden where a space has none."""

    chosen = Signal(object)  # the first, counted from 0, and the one after the last

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        self.setIconSize(QSize(GAP, SIZE))  # no icon
        self._spec: LatentSpec | None = None
        self._layers: Chosen = (0, 0)
        self.choices().aboutToShow.connect(self._fill)
        self.setVisible(False)

    @property
    def layers(self) -> Chosen:
        """Which are chosen: the first, counted from 0, and the one after the last."""
        return self._layers

    def set_spec(self, spec: LatentSpec | None) -> None:
        """Offer the layers of another space, all of them chosen."""
        self._spec = spec
        count = 0 if spec is None else len(spec.layers)
        self.setVisible(count > 0)
        self.show_layers((0, count))

    def show_layers(self, layers: Chosen) -> None:
        """Show another choice, silently."""
        self._layers = layers
        if self._spec is not None and self._spec.layers:
            self.setText(_short(self._spec, layers))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()  # beside a button that takes what is left

    @Slot()
    def _fill(self) -> None:
        menu, spec = self.choices(), self._spec
        menu.clear()
        if spec is None:
            return
        count = len(spec.layers)
        self._offer(menu, "All layers", (0, count))
        for text, least, most in _PARTS:
            places = [place for place, layer in enumerate(spec.layers) if least <= layer.side <= most]
            if 0 < len(places) < count:
                self._offer(menu, text, (places[0], places[-1] + 1))
        menu.addSeparator()
        only, first, last = (menu.addMenu(text) for text in ("Only", "From", "Up to"))
        for place, layer in enumerate(spec.layers):
            self._offer(only, layer.name, (place, place + 1))
            self._offer(first, layer.name, (place, max(self._layers[1], place + 1)), self._layers[0] == place)
            self._offer(last, layer.name, (min(self._layers[0], place), place + 1), self._layers[1] == place + 1)

    def _offer(self, menu: QMenu, text: str, layers: Chosen, checked: bool | None = None) -> None:
        action = menu.addAction(as_label(text))
        action.setCheckable(True)
        action.setChecked(layers == self._layers if checked is None else checked)
        action.triggered.connect(partial(self._choose, layers))

    def _choose(self, layers: Chosen, *_checked: object) -> None:
        if layers != self._layers:
            self.show_layers(layers)
            self.chosen.emit(layers)


def _short(spec: LatentSpec, layers: Chosen) -> str:
    """A choice of layers in as few words as it takes."""
    (first, last), count = layers, len(spec.layers)
    if last - first == 1:
        return spec.layers[first].name.capitalize()
    if last == count:
        return f"From {spec.layers[first].name}" if first else "All layers"
    return told_layers(spec, layers) if first else f"Up to {spec.layers[last - 1].name}"
