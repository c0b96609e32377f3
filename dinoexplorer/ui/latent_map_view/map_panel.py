"""The map panel: the plane with its title, legend, hover card, hint and the line that says where we stand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.locating import Located, Locator
from dinoexplorer.latent.way_back import Decoded, WayBack
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.hover_card import HoverCard
from dinoexplorer.ui.latent_map_view.legend import Legend
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.marker import Marker

_METHODS = {"plane": "the latent space itself", "pca": "PCA", "tsne": "t-SNE", "umap": "UMAP", "pacmap": "PaCMAP"}


class MapPanel(QFrame):
    """Shows one latent map and asks for the codes of places on it."""

    steer_began = Signal()
    steered = Signal(object)  # float32 code (dim,)
    steer_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(232)
        self.canvas = MapCanvas(self)
        self.legend = Legend(self)
        self._card = HoverCard(self.canvas)
        self._hint = QLabel("click anywhere on the map", self.canvas)
        self._hint.setObjectName("hint")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._method, self._figures, self._sentence = QLabel(self), QLabel(self), QLabel(self)
        self._map: LatentMap | None = None
        self._way_back: WayBack | None = None
        self._locator: Locator | None = None
        self._asked: tuple[float, float, FloatArray] | None = None
        self._lay_out()
        self.canvas.steer_began.connect(self.steer_began)
        self.canvas.steer_ended.connect(self.steer_ended)
        self.canvas.steered.connect(self._on_steered)
        self.canvas.point_hovered.connect(self._on_point_hovered)
        self.legend.hidden_changed.connect(self.canvas.hide_classes)
        self.show_hint(shown=False)
        self.set_map(None, "The map of what the model knows appears here.")

    def set_map(self, latent_map: LatentMap | None, note: str, spec: LatentSpec | None = None) -> None:
        """Show a map; without one the plane of a 2-D space, else the sentence that says why there is none."""
        if latent_map is None and spec is not None and spec.dim == 2:
            latent_map = _empty_plane()
        self._map = latent_map
        self._way_back = None if latent_map is None else WayBack(latent_map)
        self._locator = None if latent_map is None else Locator(latent_map)
        self._asked = None
        self.canvas.set_map(latent_map)
        self.legend.set_classes(() if latent_map is None else latent_map.classes)
        self._card.show_point(_empty_plane(), -1, QPointF())
        self._sentence.setText(note)
        self._stack.setCurrentIndex(0 if latent_map is not None else 1)
        self._home.setVisible(latent_map is not None)
        self._method.setText(_METHODS.get(latent_map.method, latent_map.method) if latent_map is not None else "")
        self._figures.setText("")

    def show_code(self, code: FloatArray) -> None:
        """Move the marker to where ``code`` lies and say how far it is to be trusted."""
        if self._locator is None or self._way_back is None:
            return
        if self._asked is not None and np.array_equal(self._asked[2], code):
            place = Located(self._asked[0], self._asked[1], approximate=False)
        else:
            place = self._locator(code)
        decoded = self._way_back(place.x, place.y)
        beside = self._locator.beside(code, decoded)
        self.canvas.set_marker(Marker(place.x, place.y, place.approximate, min(decoded.deviation + beside, 1.0)))
        self._figures.setText(self._describe(place, decoded, beside))

    def show_hint(self, *, shown: bool) -> None:
        """Show or put away the line and the glow of the first start."""
        self._hint.setVisible(shown)
        self.canvas.set_glowing(shown)

    def _describe(self, place: Located, decoded: Decoded, beside: float) -> str:
        parts = [f"{place.x:.2f}, {place.y:.2f}"]
        if self._map is not None and len(self._map):
            near = "on" if decoded.distance < 1.5 else "near" if decoded.distance < 4 else "far from"
            parts.append(f"{near} the data")
        if self._map is not None and not self._map.exact:
            if beside < 0.05:
                parts.append(f"deviation {decoded.deviation:.2f}")
            else:
                parts.append(f"{'nearest image, ' if place.approximate else ''}off by {beside:.2f}")
        return "  ·  ".join(parts)

    def _lay_out(self) -> None:
        title = QLabel("Latent map", self)
        title.setProperty("role", "heading")
        for label in (self._method, self._figures):
            label.setProperty("role", "small")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._figures.setToolTip(
            "Where you stand. Deviation: how far the images blended here differ from each other, "
            "as a share of the spread of all; 0 is certain, 1 is a guess. Off by: how far the present code lies "
            "from the one that this place stands for."
        )
        self._home = IconButton("home", "Whole map (H)", self)
        policy = self._home.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._home.setSizePolicy(policy)
        self._home.clicked.connect(self.canvas.go_home)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self._method, 1)
        head.addWidget(self._home)
        over = QGridLayout(self.canvas)
        over.setContentsMargins(8, 8, 8, 16)
        over.addWidget(self._hint, 0, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setProperty("role", "muted")
        self._sentence.setContentsMargins(24, 24, 24, 24)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self._sentence)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        foot.addWidget(self.legend)
        foot.addWidget(self._figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    @Slot(float, float)
    def _on_steered(self, x: float, y: float) -> None:
        if self._way_back is None:
            return
        decoded = self._way_back(x, y)
        self._asked = (x, y, decoded.code)
        self.steered.emit(decoded.code)

    @Slot(int, QPointF)
    def _on_point_hovered(self, index: int, at: QPointF) -> None:
        if self._map is not None:
            self._card.show_point(self._map, index, at)


def _empty_plane() -> LatentMap:
    nothing = np.zeros((0, 2), np.float32)
    return LatentMap(nothing, nothing, np.zeros(0, np.int32), (), np.zeros((0, 1, 1, 3), np.uint8), "plane", "")
