"""The map panel: the plane with its title, legend, hover card, hint and the line that says where we stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QResizeEvent
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
from dinoexplorer.latent.locating import Located, Locator
from dinoexplorer.latent.map_kinds import worth_of
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.latent.way_back import Decoded
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.ui.dropping import dropped_path
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.atlas import Atlas
from dinoexplorer.ui.latent_map_view.atlas_button import AtlasButton
from dinoexplorer.ui.latent_map_view.hover_card import HoverCard
from dinoexplorer.ui.latent_map_view.legend import Legend
from dinoexplorer.ui.latent_map_view.map_canvas import LEAST_HEIGHT, MapCanvas
from dinoexplorer.ui.latent_map_view.map_choice import MapChoice
from dinoexplorer.ui.latent_map_view.map_tools import MapTools
from dinoexplorer.ui.latent_map_view.marker import Marker
from dinoexplorer.ui.latent_map_view.pilot import Pilot
from dinoexplorer.ui.latent_map_view.place_finder import PlaceFinder
from dinoexplorer.ui.texts import foreign_label

_ON, _NEAR = 0.5, 0.28  # where points lie evenly: up to about 1.5 and 4 times as far beyond the last as they lie apart
_WORTH_HELP = (
    "Neighbours kept: how far images that lie side by side here are alike in truth (trustworthiness). "
    "The share of the code that a place tells: the variance of the codes that is known from the place alone; "
    "the rest is estimated from the images around it."
)
_LEGEND_SHARE = 0.25  # of the panel's height, at most
_BESIDE_LEGEND, _LEGEND_LINE = 168, 22
_ROOM_FOR_TITLE = 272  # beside the choice of the map and the buttons
_LOW = 64  # pixels of the map that are left where it gives way


class MapPanel(QFrame):
    """Shows one latent map and asks for the codes of places on it."""

    steer_began = Signal()
    steered = Signal(object)  # float32 code (dim,)
    steer_ended = Signal()
    steer_cancelled = Signal()  # instead of its end: what moved since the beginning was not meant
    selection_changed = Signal(object)  # indices of the map's points, intp (n,)
    map_changed = Signal()  # another one is shown, or none

    def __init__(self, parent: QWidget | None = None, *, activity: LiveActivity | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(232)
        self.canvas = MapCanvas(self)
        self.atlas = Atlas(self.canvas, activity or LiveActivity(), self)
        self.legend = Legend(self)
        self.tools = MapTools(self.canvas, self)
        self.pilot = Pilot(self.canvas)
        self._finder = PlaceFinder(self)
        self._card = HoverCard(self.canvas)
        self._title = QLabel("Latent map", self)
        self._hint = QLabel("click anywhere on the map", self.canvas)
        self._hint.setObjectName("hint")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.choice = MapChoice(self.canvas, self)
        self._figures, self._worth, self._atlas_failure = (foreign_label(self) for _ in range(3))
        self._sentence, self._note = self.choice.offer.label, self.choice.small_offer.label
        self._steering: SteeringMap | None = None
        self._code: FloatArray | None = None
        self._asked: tuple[Located, Decoded] | None = None  # the place that was asked for last
        self._lay_out()
        self.pilot.began.connect(self.steer_began)
        self.pilot.ended.connect(self.steer_ended)
        self.pilot.cancelled.connect(self.steer_cancelled)
        self.pilot.moved.connect(self._on_moved)
        self._finder.found.connect(self._on_found)
        self.canvas.point_hovered.connect(self._on_point_hovered)
        self.legend.hidden_changed.connect(self.tools.hide_groups)
        self.legend.group_chosen.connect(self.tools.choose_group)
        self.tools.groups_changed.connect(self.legend.set_classes)
        self.tools.selection_changed.connect(self.selection_changed)
        self.tools.selection_changed.connect(self.choice.set_selection)
        self.tools.code_chosen.connect(self._on_code_chosen)
        self.atlas.failed.connect(self._on_atlas_failed)
        self.choice.chosen.connect(self._on_map_chosen)
        self.choice.refined.connect(self._on_map_refined)
        self.setAcceptDrops(True)
        self.show_hint(shown=False)
        self.set_map(None, "The map of what the model knows appears here.")

    def set_map(self, steering: SteeringMap | None, note: str) -> None:
        """Show a map; ``note`` says why there is none of its own, in its place or below the plane of a 2-D space."""
        self.pilot.set_steering(steering)
        self._finder.forget()
        self._steering = steering
        latent_map = None if steering is None else steering.map
        self._asked = None
        self.canvas.set_map(None if steering is None else steering.scene)
        self.atlas.set_map(steering)
        self.tools.set_scene(None if steering is None else steering.scene)
        self._card.put_away()
        self._sentence.setText(note)
        self._note.setText(note)
        self.choice.small_offer.setVisible(bool(note) and latent_map is not None)
        self._stack.setCurrentIndex(0 if latent_map is not None else 1)
        for button in (self._home, self._atlas_button):
            button.setVisible(latent_map is not None)
        self._figures.setText("")
        self.choice.set_shown(steering)
        self._tell_worth()
        self.map_changed.emit()

    @property
    def steering(self) -> SteeringMap | None:
        """What is shown; None where there is no map."""
        return self._steering

    @property
    def selection(self) -> NDArray[np.intp]:
        """The points that are chosen, as indices of the map's points, ascending."""
        return self.tools.selection

    def close_down(self) -> None:
        """Wait for what is prepared beside the window."""
        self.choice.close_down()
        self.atlas.close_down()
        self.canvas.close_down()
        self._finder.close()
        self.tools.close_down()

    def show_code(self, code: FloatArray) -> None:
        """Move the marker to where ``code`` lies and say how far it is to be trusted; on a large map a little later."""
        self._code = code
        self.choice.show_code(code)
        if self._steering is None:
            return
        self.pilot.stand_at(code)
        self.tools.show_code(code)
        if self._asked is not None and np.array_equal(self._asked[1].code, code):
            self._finder.forget()
            self._show_place(code, *self._asked)
        elif self._steering.locator.quick:
            self._on_found(self._steering.locator, code, self._steering.locator(code))
        else:
            self._finder.ask(self._steering.locator, code)

    @Slot(object, object, object)
    def _on_found(self, locator: Locator, code: FloatArray, place: Located) -> None:
        if self._steering is not None and locator is self._steering.locator:
            self._show_place(code, place, self._steering.way_back(place.x, place.y))

    def _show_place(self, code: FloatArray, place: Located, decoded: Decoded) -> None:
        if self._steering is None:
            return
        beside = self._steering.locator.beside(code, decoded)
        sure = (1 - min(decoded.deviation + beside, 1.0)) * decoded.nearness
        self.canvas.set_marker(Marker(place.x, place.y, place.approximate, 1 - sure))
        self._figures.setText(_described(self._steering.map, place, decoded, beside))

    def show_hint(self, *, shown: bool) -> None:
        """Show or put away the line and the glow of the first start."""
        self._hint.setVisible(shown)
        self.canvas.set_glowing(shown)

    def hideEvent(self, event: QHideEvent) -> None:
        self.pilot.land()
        super().hideEvent(event)

    def set_low(self, low: bool) -> None:
        """Whether the map gives way to what lies below it."""
        self.canvas.setMinimumHeight(_LOW if low else LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(event.size().width() >= _ROOM_FOR_TITLE)
        left = self.height() - LEAST_HEIGHT - _BESIDE_LEGEND  # in a low window the map comes first
        self.legend.set_room(min(int(self.height() * _LEGEND_SHARE), left if left > _LEGEND_LINE else 0))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if path := self._take(event):
            self.choice.make_of(path)

    def _take(self, event: QDropEvent) -> str:
        """Accept what can be mapped; anything else is left to the window."""
        path = dropped_path(event.mimeData())
        if path is None or not self.choice.takes(path):
            event.ignore()
            return ""
        event.acceptProposedAction()
        return str(path)

    def _lay_out(self) -> None:
        self._title.setProperty("role", "heading")
        for label in (self._worth, self._figures):
            label.setProperty("role", "small")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._worth.setWordWrap(True)
        self._worth.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._figures.setToolTip(
            "Where you stand. Deviation: how far the images blended here differ from each other, "
            "as a share of the spread of all; 0 is certain, 1 is a guess. Off by: how far the present code lies "
            "from the one that this place stands for."
        )
        self._home = IconButton("home", "Whole map (H)", self)
        self._atlas_button = AtlasButton(self.atlas, self)
        policy = self._home.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        for button in (self._home, self._atlas_button):
            button.setSizePolicy(policy)
        self._home.clicked.connect(self.canvas.go_home)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self.choice.chooser)
        head.addStretch(1)
        head.addWidget(self._atlas_button)
        head.addWidget(self._home)
        over = QGridLayout(self.canvas)
        over.setContentsMargins(8, 8, 8, 16)
        over.addWidget(self._hint, 0, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        over.addWidget(self.tools.chosen, 0, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._atlas_failure.setWordWrap(True)
        self._atlas_failure.setProperty("role", "small")
        self._atlas_failure.hide()
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.choice.offer)
        ground = QGridLayout()
        ground.addWidget(self._stack, 0, 0)
        above = QVBoxLayout()
        above.setContentsMargins(8, 8, 8, 8)
        above.addWidget(self.choice.progress)
        ground.addLayout(above, 0, 0, Qt.AlignmentFlag.AlignTop)
        self.choice.progress.raise_()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(ground, 1)
        column.addLayout(self._foot())

    def _foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        for widget in (self.choice.dimensions, self.tools, self.legend, self.choice.small_offer, self._atlas_failure):
            foot.addWidget(widget)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self._worth)
        lines.addWidget(self._figures)
        foot.addLayout(lines)
        return foot

    def _tell_worth(self) -> None:
        worth = "" if self._steering is None or not len(self._steering.map) else worth_of(self._steering.map)
        self._worth.setText(worth)
        self._worth.setToolTip(f"{worth} {_WORTH_HELP}")
        self._worth.setVisible(bool(worth))

    @Slot(object)
    def _on_map_chosen(self, steering: SteeringMap) -> None:
        """Show another map of the same space; we stay where we stand, and the marker moves."""
        self.set_map(steering, "" if len(steering.map) else self._note.text())
        if self._code is not None:
            self.show_code(self._code)

    @Slot(object)
    def _on_map_refined(self, steering: SteeringMap) -> None:
        """Take a better way back of the map that is shown; the view stays."""
        self._steering, self._asked = steering, None
        self.pilot.set_steering(steering)
        self.atlas.set_map(steering)
        self._finder.forget()
        self.choice.show_refined(steering)
        self._tell_worth()
        if self._code is not None:
            self.show_code(self._code)

    @Slot(object, object)
    def _on_moved(self, place: Located, decoded: Decoded) -> None:
        self._asked = (place, decoded)
        self.steered.emit(decoded.code)

    @Slot(object)
    def _on_code_chosen(self, code: FloatArray) -> None:
        self.steer_began.emit()
        self.steered.emit(code)
        self.steer_ended.emit()

    @Slot(str)
    def _on_atlas_failed(self, sentence: str) -> None:
        self._atlas_failure.setText(sentence)
        self._atlas_failure.setVisible(bool(sentence))

    @Slot(int, QPointF)
    def _on_point_hovered(self, index: int, at: QPointF) -> None:
        if self._steering is not None:
            self._card.show_point(self._steering.map, index, at)


def _described(latent_map: LatentMap, place: Located, decoded: Decoded, beside: float) -> str:
    # Where only the nearest image's place is known its numbers would say too much, and the line would be too long.
    parts = [] if place.approximate else [f"{place.x:z.2f}, {place.y:z.2f}"]
    if len(latent_map):
        near = "on" if decoded.nearness > _ON else "near" if decoded.nearness > _NEAR else "far from"
        parts.append(f"{near} the data")
    if not latent_map.exact:
        if beside < 0.05:
            parts.append(f"deviation {decoded.deviation:.2f}")
        else:
            parts.append(f"{'nearest image, ' if place.approximate else ''}off by {beside:.2f}")
    return "  ·  ".join(parts)
