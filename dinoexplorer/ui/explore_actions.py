"""The actions of Explore: what each does, when it can be done, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.late_desks import late

if TYPE_CHECKING:
    from dinoexplorer.ui.compare.compare_desk import CompareDesk

_TABS = ("latent", "mix", "space")  # of the right column; directions have an action of their own
# These work on a window; all the others need a checkpoint that is open.
_WITHOUT_DOCUMENT = frozenset(
    ("home", "map", "atlas", "filter", "pins", "history", "find_points", "nearest", *(f"show_{tab}" for tab in _TABS))
)
# These the window does, but only in Explore and with a checkpoint.
_OTHERS = ("export", "save", "save_as", "new", "bring_in", "anomaly")
_SHAPING = ("reshape", "paint")  # tools over the picture of our place, if it is seen alone
_LOOKS = ("pixels", "bare")  # which the window does, but only in Explore
_OF_MORPH = (
    "play_film", "play_slower", "play_faster", "previous_frame", "next_frame", "previous_keyframe", "next_keyframe",
    "keyframe", "random_keyframe", "keyframes_from_pins", "film_place", "repeat_film", "onion",
    "music", "beats",
)  # fmt: skip
_WHY_NOT = {
    "undo": "There is nothing to undo.",
    "redo": "There is nothing to redo.",
    "child": "The mix does not hold just two pictures (Shift+M puts one in).",
    "crossover": "The mix holds fewer than two pictures (Shift+M puts one in).",
    "mix_layers": "The mix does not hold two pictures of a model with layers, such as a StyleGAN read in w+.",
    "layers": "This model has no layers to choose from; a StyleGAN has, when it is read in w+.",
    "bring_back": "Nothing was left unsaved.",
}


class ExploreActions:
    """Connects the actions with the explorer, and switches them on and off.

    What an action of a panel does is looked up when it is done, since the panel may not be there before.
    """

    def __init__(self, actions: Mapping[str, QAction], explorer: Explorer, compare: Callable[[], CompareDesk]) -> None:
        self._actions, self._explorer = actions, explorer
        slots = {**_steering(explorer), **_panels(explorer), **_comparing(compare)}
        for name, slot in slots.items():
            actions[name].triggered.connect(slot)
        self._names = (*(name for name in slots if name not in _SHAPING), *_OTHERS, *_LOOKS)
        explorer.walker.walking_changed.connect(actions["walk"].setChecked)

    def follow(self, *, exploring: bool, morphing: bool) -> None:
        """Switch on what can be done now, in Explore or Morph (``exploring``) or in Morph alone."""
        explorer = self._explorer
        document = explorer.document if exploring else None
        for name in self._names:
            free = name in _WITHOUT_DOCUMENT or name in _LOOKS
            self._actions[name].setEnabled(exploring if free else document is not None)
        for name in _OF_MORPH:
            self._actions[name].setEnabled(morphing and document is not None)
        self._follow_shaping(possible=document is not None and not morphing and not explorer.stage.cells.comparing)
        mixing = explorer.desks.mixing if explorer.desks.made("mixing") else None
        for name, possible in (
            ("child", mixing is not None and mixing.has_two),
            ("crossover", mixing is not None and mixing.can_cross),
            ("mix_layers", mixing is not None and mixing.can_mix_layers),
            ("layers", document is not None and bool(document.spec.layers)),
            ("undo", document is not None and (document.can_undo or explorer.moving)),
            ("redo", document is not None and document.can_redo),
        ):
            self._actions[name].setEnabled(document is not None and possible)
        truncation = 1.0 if explorer.document is None else explorer.document.space.truncation
        self._actions["random"].setIconText("Random" if truncation == 1 else f"Random {truncation:.2g}")

    def _follow_shaping(self, *, possible: bool) -> None:
        for name in _SHAPING:
            self._actions[name].setEnabled(possible)
        if not possible and self._explorer.desks.made("shaping"):
            self._explorer.desks.shaping.leave()

    def why_not(self, name: str, *, exploring: bool, morphing: bool) -> str:
        """Why an action is switched off."""
        shaping = name in _SHAPING
        if (name in self._names or shaping) and (not exploring or (shaping and morphing)):
            return "Only in Explore (Ctrl+1)."
        if name in _OF_MORPH and not morphing:
            return "Only in Morph (Ctrl+3)."
        if name != "bring_back" and self._explorer.document is None:
            return "No checkpoint is open."
        if shaping and self._explorer.stage.cells.comparing:
            return "Only on one picture: end comparing first (C)."
        return _WHY_NOT.get(name, "")


def _steering(explorer: Explorer) -> dict[str, Callable[..., object]]:
    walker, panel = explorer.walker, explorer.map_panel
    return {
        "random": explorer.randomise,
        "walk": walker.set_walking,
        "walk_kind": walker.next_kind,
        "slower": walker.slower,
        "faster": walker.faster,
        "undo": explorer.undo,
        "redo": explorer.redo,
        "reset": explorer.reset,
        "home": panel.canvas.go_home,
        "find_points": panel.tools.start_search,
        "nearest": panel.tools.near.click,
        "atlas": panel.atlas.show_next,
        "map": panel.choice.chooser.click,
    }


def _panels(explorer: Explorer) -> dict[str, Callable[..., object]]:
    pins, desks = explorer.pins, explorer.desks
    return {
        "filter": explorer.latent_panel.start_filter,
        "layers": explorer.choose_layers,
        **{f"show_{tab}": partial(explorer.side.show_tab, tab) for tab in _TABS},
        "pin": pins.pin,
        "next_pin": pins.go_next,
        "previous_pin": pins.go_previous,
        "pins": pins.toggle,
        "history": explorer.history.toggle,
        "copy": pins.copy,
        "paste": pins.paste,
        "restore": late(desks, "restoring.show_panel"),
        "surprise": late(desks, "space.surprise"),
        "breed": late(desks, "breeding.breed"),
        "reshape": late(desks, "shaping.toggle_drag"),
        "paint": late(desks, "shaping.toggle_paint"),
        "bring_in_folder": late(desks, "batch.ask"),
        "child": late(desks, "mixing.have_child"),
        "crossover": late(desks, "mixing.cross"),
        "mix_layers": late(desks, "mixing.mix_layers"),
        "mix_here": late(desks, "mixing.add_here"),
        "directions": late(desks, "directions.show"),
        "find_directions": late(desks, "directions.open_find"),
        "teach": late(desks, "directions.teach_chosen"),
        "fill": late(desks, "filling.begin"),
    }


def _comparing(compare: Callable[[], CompareDesk]) -> dict[str, Callable[..., object]]:
    return {
        "compare": lambda comparing: compare().set_comparing(comparing),
        "compare_add": lambda: compare().add(),
        "compare_save": lambda: compare().save(),
    }
