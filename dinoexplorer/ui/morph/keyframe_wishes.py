"""What is wished for keyframes: to be made of places, frames, pins and drops, copied, replaced, taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.document import Document
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph import edits, group_edits
from dinoexplorer.morph.edits import Edit, Named
from dinoexplorer.morph.timeline import REPEATS, Repeat, Timeline
from dinoexplorer.ui.code_mime import codes_of, has_codes
from dinoexplorer.ui.morph import keyframe_clipboard
from dinoexplorer.ui.morph.dropped_codes import DroppedFiles, files_with_codes
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.keyframe_menu import KeyframeMenu

if TYPE_CHECKING:
    from dinoexplorer.ui.morph.morph_desk import MorphDesk


class KeyframeWishes(QObject):
    """Turns wishes into edits of the desk's timeline."""

    def __init__(self, desk: MorphDesk, actions: Mapping[str, QAction], seeds: Callable[[], int]) -> None:
        super().__init__(desk)
        self._desk, self._actions, self._seeds = desk, actions, seeds
        self._menu = KeyframeMenu(desk.panel.row, desk.panel)
        self._menu.wished.connect(self._on_wish)
        view, head = desk.panel.view, desk.panel.head
        self.files = DroppedFiles(self)
        self.files.reading.connect(desk.panel.reading.tell)
        self.files.failed.connect(desk.panel.tell)
        desk.panel.reading.cancelled.connect(self.files.cancel)
        view.codes_dropped.connect(self._on_codes_dropped)
        view.wished.connect(self._on_wish)
        view.menu_wanted.connect(self._on_menu_wanted)
        head.pins_chosen.connect(self._on_pins_chosen)
        head.repeat.chosen.connect(self._on_repeat)
        actions["keyframe"].triggered.connect(self._keyframe_here)
        actions["random_keyframe"].triggered.connect(self._random_keyframe)
        actions["keyframes_from_pins"].triggered.connect(self._keyframes_from_pins)
        actions["film_place"].triggered.connect(self._go_to_frame)
        actions["repeat_film"].triggered.connect(self._next_repeat)

    @property
    def _selected(self) -> int:
        return self._desk.panel.view.selection

    @property
    def _choice(self) -> KeySelection:
        return self._desk.panel.view.choice

    def _add(self, named: list[Named], *, at_end: bool = False) -> None:
        """Put codes onto the timeline, after the selected keyframe or the last one."""
        timeline = self._desk.timeline
        after = len(timeline.keyframes) - 1 if at_end and timeline is not None else self._selected
        self._desk.attempt(partial(edits.added, timeline, after, named))

    @Slot()
    def _keyframe_here(self, *_checked: object) -> None:
        """What the stage shows becomes a keyframe: a frame of the film where it is, a place after the selected one."""
        desk, code = self._desk, self._desk.preview.code()
        if code is not None and desk.timeline is not None and desk.fresh:
            player, film = desk.preview.player, desk.preview.film
            still = code if film is None else film.still_code(player.frame)  # the music goes on moving it
            desk.attempt(partial(_divided, desk.timeline, player.seconds, still))
        elif desk.document is not None:
            self._add([("", desk.document.latent)])

    @Slot()
    def _random_keyframe(self, *_checked: object) -> None:
        document = self._desk.document
        if document is not None:
            seed = self._seeds()
            code = document.spec.sample(1, seed, document.space.truncation)[0]
            self._add([(f"Seed {seed}", code)])
            self._desk.select(self._selected)  # nobody has seen it yet

    @Slot()
    def _keyframes_from_pins(self, *_checked: object) -> None:
        if self._desk.document is not None:
            self._on_pins_chosen([pin.key for pin in self._desk.document.pins])

    @Slot(object)
    def _on_pins_chosen(self, keys: list[int]) -> None:
        if self._desk.document is not None:
            self._add([(pin.name, pin.latent) for pin in self._desk.document.pins if pin.key in keys], at_end=True)

    @Slot(object, float)
    def _on_codes_dropped(self, data: QMimeData, seconds: float) -> None:
        document, opened = self._desk.document, self._desk.opened
        if document is None or opened is None:
            return
        if has_codes(data):
            self._drop(document, seconds, codes_of(data, document.spec.dim))
        else:
            self.files.read(files_with_codes(data), opened.generator, partial(self._drop, document, seconds))

    def _drop(self, document: Document, seconds: float, named: list[Named]) -> None:
        """Put codes on the timeline at a time, unless another document has been opened meanwhile."""
        if document is self._desk.document:
            self._desk.attempt(partial(edits.dropped, self._desk.timeline, seconds, named))

    @Slot()
    def _go_to_frame(self, *_checked: object) -> None:
        """Make the frame that is shown the place where we stand."""
        code = self._desk.preview.code()
        if code is not None and self._desk.document is not None:
            self._desk.document.set_latent(code, "went to a frame of the film")

    @Slot()
    def _next_repeat(self, *_checked: object) -> None:
        if self._desk.timeline is not None:
            self._on_repeat(REPEATS[(REPEATS.index(self._desk.timeline.repeat) + 1) % len(REPEATS)])

    @Slot(object)
    def _on_repeat(self, repeat: Repeat) -> None:
        if self._desk.timeline is not None:
            edit = edits.repeated(self._desk.timeline, repeat, self._selected)
            self._desk.edit(replace(edit, chosen=self._choice.chosen))

    @Slot(object)
    def _on_menu_wanted(self, at: QPoint) -> None:
        if self._desk.timeline is not None:
            self._menu.set_way(there=self._choice.first < len(self._desk.timeline.segments))
            self._menu.popup(at)

    @Slot(str)
    def _on_wish(self, name: str) -> None:
        timeline, document, last = self._desk.timeline, self._desk.document, self._choice.last
        if name == "play":
            self._actions["play_film"].trigger()
        elif document is not None and name == "paste":
            self._desk.attempt(partial(edits.pasted, timeline, last, keyframe_clipboard.pasted(document.spec.dim)))
        elif document is not None and timeline is not None:
            self._do(name, timeline, self._choice, document)

    def _do(self, name: str, timeline: Timeline, choice: KeySelection, document: Document) -> None:
        """What is done with the selected keyframes, or with the one in hand."""
        index = choice.lead
        if name in {"copy", "cut"}:
            keyframe_clipboard.copy([timeline.keyframes[chosen] for chosen in sorted(choice.chosen)])
        if name in {"cut", "remove"} and choice.several:
            self._desk.attempt(partial(group_edits.removed_all, timeline, choice.chosen, ripple=False))
        elif name in {"cut", "remove"}:
            self._desk.attempt(partial(edits.removed, timeline, index, ripple=False))
        elif name == "go":
            document.set_latent(timeline.keyframes[index].code, f"went to keyframe {index + 1}")
        elif name == "replace":
            code = self._desk.preview.code()
            shown = document.latent if code is None else code
            self._desk.attempt(partial(edits.with_key, timeline, index, "code", shown))


def _divided(timeline: Timeline, seconds: float, code: FloatArray) -> Edit:
    """A keyframe of a frame at its own time, that of the way there also on the way back of a ping-pong."""
    if seconds > timeline.one_way:
        seconds = timeline.seconds - seconds
    return Edit(timeline.split(seconds, code), "added a keyframe", timeline.moment(seconds).number + 1)
