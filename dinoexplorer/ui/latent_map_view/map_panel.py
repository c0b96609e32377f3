"""The map panel: the plane with its title, legend, hover card, hint and the line that says where we stand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
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

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.locating import Located
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.latent.way_back import Decoded
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.hover_card import HoverCard
from dinoexplorer.ui.latent_map_view.legend import Legend
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.marker import Marker
from dinoexplorer.ui.texts import foreign_label

_METHODS = {"plane": "the latent space itself", "pca": "PCA", "tsne": "t-SNE"}
_LEGEND_SHARE = 0.25  # of the panel's height, at most


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
        self._method, self._figures, self._sentence, self._note = (foreign_label(self) for _ in range(4))
        self._steering: SteeringMap | None = None
        self._asked: tuple[Located, Decoded] | None = None  # the place that was asked for last
        self._lay_out()
        self.canvas.steer_began.connect(self.steer_began)
        self.canvas.steer_ended.connect(self.steer_ended)
        self.canvas.steered.connect(self._on_steered)
        self.canvas.point_hovered.connect(self._on_point_hovered)
        self.legend.hidden_changed.connect(self.canvas.hide_classes)
        self.show_hint(shown=False)
        self.set_map(None, "The map of what the model knows appears here.")

    def set_map(self, steering: SteeringMap | None, note: str) -> None:
        """Show a map; ``note`` says why there is none of its own, in its place or below the plane of a 2-D space."""
        self._steering = steering
        latent_map = None if steering is None else steering.map
        self._asked = None
        self.canvas.set_map(latent_map)
        self.legend.set_classes(() if latent_map is None else latent_map.classes)
        self._card.put_away()
        self._sentence.setText(note)
        self._note.setText(note)
        self._note.setVisible(bool(note) and latent_map is not None)
        self._stack.setCurrentIndex(0 if latent_map is not None else 1)
        self._home.setVisible(latent_map is not None)
        self._method.setText(_METHODS.get(latent_map.method, latent_map.method) if latent_map is not None else "")
        self._figures.setText("")

    def show_code(self, code: FloatArray) -> None:
        """Move the marker to where ``code`` lies and say how far it is to be trusted."""
        if self._steering is None:
            return
        if self._asked is not None and np.array_equal(self._asked[1].code, code):
            place, decoded = self._asked
        else:
            place = self._steering.locator(code)
            decoded = self._steering.way_back(place.x, place.y)
        beside = self._steering.locator.beside(code, decoded)
        self.canvas.set_marker(Marker(place.x, place.y, place.approximate, min(decoded.deviation + beside, 1.0)))
        self._figures.setText(_described(self._steering.map, place, decoded, beside))

    def show_hint(self, *, shown: bool) -> None:
        """Show or put away the line and the glow of the first start."""
        self._hint.setVisible(shown)
        self.canvas.set_glowing(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.legend.set_room(int(self.height() * _LEGEND_SHARE))

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
        self._note.setWordWrap(True)
        self._note.setProperty("role", "small")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self._sentence)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        foot.addWidget(self.legend)
        foot.addWidget(self._note)
        foot.addWidget(self._figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    @Slot(float, float)
    def _on_steered(self, x: float, y: float) -> None:
        if self._steering is None:
            return
        decoded = self._steering.way_back(x, y)
        self._asked = (Located(x, y, approximate=False), decoded)
        self.steered.emit(decoded.code)

    @Slot(int, QPointF)
    def _on_point_hovered(self, index: int, at: QPointF) -> None:
        if self._steering is not None:
            self._card.show_point(self._steering.map, index, at)


def _described(latent_map: LatentMap, place: Located, decoded: Decoded, beside: float) -> str:
    # Where only the nearest image's place is known its numbers would say too much, and the line would be too long.
    parts = [] if place.approximate else [f"{place.x:z.2f}, {place.y:z.2f}"]
    if len(latent_map):
        near = "on" if decoded.distance < 1.5 else "near" if decoded.distance < 4 else "far from"
        parts.append(f"{near} the data")
    if not latent_map.exact:
        if beside < 0.05:
            parts.append(f"deviation {decoded.deviation:.2f}")
        else:
            parts.append(f"{'nearest image, ' if place.approximate else ''}off by {beside:.2f}")
    return "  ·  ".join(parts)
