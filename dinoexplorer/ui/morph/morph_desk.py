"""Morph: what becomes of what the timeline's panel asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.paths import fitting_paths
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.morph.film_course import FilmCourse
from dinoexplorer.ui.morph.film_maker import FilmMaker
from dinoexplorer.ui.morph.kept_timeline import KeptTimeline, keep, read_kept
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.keyframe_wishes import KeyframeWishes
from dinoexplorer.ui.morph.look_ahead import LookAhead
from dinoexplorer.ui.morph.music_desk import MusicDesk
from dinoexplorer.ui.morph.onion_skin import OnionSkin
from dinoexplorer.ui.morph.preview import Preview
from dinoexplorer.ui.morph.timeline_panel import TimelinePanel

if TYPE_CHECKING:
    from dinoexplorer.morph.look import Look
    from dinoexplorer.morph.reel import Reel
    from dinoexplorer.ui.explorer import Explorer


class MorphDesk(QObject):
    """Keeps panel, film and preview at the document's timeline, and changes that.

    Everything flows one way: the panel asks, the document changes, the panel shows it and the film is made anew.
    """

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction], seeds: Callable[[], int]) -> None:
        super().__init__(explorer)
        self._explorer, self._actions = explorer, actions
        self.panel = TimelinePanel(explorer.thumbnailer, actions, explorer)
        self.panel.hide()
        self.preview = Preview(explorer.show_preview, self.panel)
        self.ahead = LookAhead(explorer, self.preview, self.panel.view)
        self.maker = FilmMaker(self)
        self.course = FilmCourse(explorer.map_panel.canvas)
        self.onion = OnionSkin(explorer.stage.image_view, explorer.thumbnailer)
        self._opened: Opened | None = None
        self._surroundings: Surroundings | None = None
        self._document: Document | None = None
        self._pins: object = None
        self._place: object = None  # the code where the document stands
        self._text: str | None = None  # the timeline as the document keeps it
        self._kept = KeptTimeline()
        self._wanted: float | None = None  # seconds to go to once the film is there
        self._wanted_shown = False  # and whether the stage is to show it
        self._shown = False
        self._connect()
        self.wishes = KeyframeWishes(self, actions, seeds)
        self.music = MusicDesk(self, actions)

    @property
    def timeline(self) -> Timeline | None:
        """The present timeline."""
        return self._kept.timeline

    @property
    def document(self) -> Document | None:
        """The document whose timeline it is."""
        return self._document

    @property
    def opened(self) -> Opened | None:
        """What makes its pictures."""
        return self._opened

    @property
    def fps(self) -> int:
        """Frames a second of the film."""
        return self._kept.fps

    def reel(self, look: Look | None = None) -> Reel | None:
        """The film that is shown, to be exported; None where there is none, or it is being made."""
        film, opened = self.preview.film, self._opened
        if film is None or opened is None or not self.fresh:
            return None
        from dinoexplorer.morph.reel import Reel  # noqa: PLC0415  brings fonts along, which the first picture need not

        return Reel(opened.generator, [film], look)

    def set_shown(self, shown: bool) -> None:
        """Come to Morph, or leave it."""
        self._shown = shown
        self.ahead.set_shown(shown)
        self._explorer.set_bottom(self.panel if shown else None)
        if shown:
            self.follow()
        else:
            self.preview.end()
            self._show_onion()
        self._follow_map()

    def pause(self) -> None:
        """Stop on the frame where it is."""
        self.preview.set_playing(False)

    def close_down(self) -> None:
        """End what plays, and the thread."""
        self.preview.end()
        self.maker.close()
        self.music.close_down()
        self.course.close()
        self.ahead.close()
        self.wishes.files.close()

    @Slot()
    def follow(self) -> None:
        """Show the timeline of the document that the explorer shows now."""
        document, opened = self._explorer.document, self._explorer.opened
        if document is None or opened is None or not self._shown:
            return
        if opened is not self._opened or document is not self._document:
            self.preview.end()
            self._document, self._text = document, None
            self._set_opened(opened)
        if document.latent is not self._place:
            self._place = document.latent
            self.preview.end()
        if document.pins is not self._pins:
            self._pins = document.pins
            self.panel.offer_pins(document.pins)
        self.music.follow_directions()
        if document.standing.timeline != self._text:
            self._show_kept(read_kept(document, self.fps), self.panel.view.choice)

    @Slot(object)
    def edit(self, edit: Edit) -> None:
        """Make an edit, as one step of the document."""
        self._keep(edit.timeline, self.fps, edit.what, KeySelection.of(edit.selected, edit.chosen))

    @Slot(int)
    def select(self, index: int) -> None:
        """Select a keyframe and show it."""
        if self.timeline is not None:
            index = min(max(index, 0), len(self.timeline.keyframes) - 1)
            self.choose(KeySelection.of(index))
            self._go_to(self.timeline.time_of(index))

    def remake(self) -> None:
        """Make the film anew, since its music was heard meanwhile."""
        if self.timeline is not None and self._surroundings is not None:
            self.maker.make(self.timeline, self.fps, self._surroundings, self.music.heard(self.timeline))

    @Slot(object)
    def choose(self, selection: KeySelection) -> None:
        """Select keyframes; the film stays where it is."""
        if self.timeline is not None:
            self.panel.choose(self.timeline, selection)

    def attempt(self, make: Callable[[], Edit]) -> None:
        """Make an edit, or say why it cannot be."""
        try:
            edit = make()
        except GeneratorError as error:
            self.panel.tell(str(error))
        else:
            self.edit(edit)

    def _connect(self) -> None:
        view, row, head = self.panel.view, self.panel.row, self.panel.head
        for source in (view.edited, row.edited):
            source.connect(self.edit)
        view.selected.connect(self.select)
        view.chosen.connect(self.choose)
        view.scrubbed.connect(self._go_to)
        head.rate.chosen.connect(self._on_rate)
        head.speed.chosen.connect(self.preview.player.set_speed)
        self.preview.player.speed_changed.connect(head.show_speed)
        for follow in (self._actions["play_film"].setChecked, self._show_onion):
            self.preview.player.playing_changed.connect(follow)
        self.preview.began.connect(self._explorer.settle)
        self.preview.moved.connect(self._on_moved)
        self.maker.made.connect(self._on_made)
        self.maker.failed.connect(self._on_failed)
        self._explorer.document_changed.connect(self.follow)
        self._explorer.map_panel.map_changed.connect(self._follow_map)
        self._explorer.map_panel.steer_began.connect(self.preview.end)
        self._explorer.latent_panel.drag_began.connect(self.preview.end)
        self._explorer.walker.about_to_start.connect(self.preview.end)
        slots: dict[str, Callable[..., object]] = {
            "play_film": self._play,
            "play_slower": self.preview.player.slower,
            "play_faster": self.preview.player.faster,
            "next_frame": partial(self._step, 1),
            "previous_frame": partial(self._step, -1),
            "next_keyframe": partial(self._select_by, 1),
            "previous_keyframe": partial(self._select_by, -1),
            "onion": self._show_onion,
        }
        for name, slot in slots.items():
            self._actions[name].triggered.connect(slot)

    # The document

    def _keep(self, timeline: Timeline | None, fps: int, what: str, selection: KeySelection) -> None:
        if self._document is None:
            return
        self._text = ""  # not until it is kept below
        try:
            keep(self._document, timeline, fps, what)
        except GeneratorError as error:
            self.panel.tell(str(error))
        else:
            self._text = self._document.standing.timeline
            self._show_kept(KeptTimeline(timeline, fps), selection)

    def _show_kept(self, kept: KeptTimeline, selection: KeySelection) -> None:
        before, self._kept = self.timeline, kept
        document = self._document
        self._text = "" if document is None else document.standing.timeline
        self.panel.tell(kept.problem)
        self.panel.show_timeline(kept.timeline, kept.fps, selection)
        self.music.show()
        if kept.timeline is None:
            self.maker.forget()
            self._set_film(None)
        elif self._surroundings is not None:
            if before is None or len(before.keyframes) != len(kept.timeline.keyframes):
                self._wanted, self._wanted_shown = kept.timeline.time_of(self.panel.view.selection), False
            self.maker.make(kept.timeline, kept.fps, self._surroundings, self.music.heard(kept.timeline))

    def _set_opened(self, opened: Opened) -> None:
        before, self._opened = self._opened, opened
        same_map = before is not None and before.latent_map is opened.latent_map
        if self._surroundings is None or not same_map or self._surroundings.info is not opened.generator.info:
            self._surroundings = Surroundings(opened.generator.info, opened.latent_map)
        self._set_film(None)
        self.panel.row.offer_paths({path.name: path.title for path in fitting_paths(self._surroundings)})

    @Slot(object)
    def _on_rate(self, rate: int) -> None:
        self._keep(self.timeline, rate, f"{rate} frames a second", self.panel.view.choice)

    # The film

    @property
    def fresh(self) -> bool:
        """Whether the film is that of the present timeline."""
        film = self.preview.film
        if film is None or film.timeline is not self.timeline or film.fps != self.fps:
            return False
        return film.heard is self.music.heard(self.timeline)

    def _set_film(self, film: Film | None) -> None:
        self.panel.view.set_film(film)
        self.preview.set_film(film)
        self._follow_map()

    @Slot()
    def _follow_map(self) -> None:
        self.course.follow(self.preview.film if self._shown else None, self._explorer.map_panel.steering)

    @Slot(object)
    def _on_made(self, film: Film) -> None:
        self._set_film(film)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            (self.preview if self._wanted_shown else self.preview.player).go_to_time(wanted)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_film(None)
        self.panel.tell(sentence)

    @Slot(float)
    def _go_to(self, seconds: float) -> None:
        if not self.fresh:
            self._wanted, self._wanted_shown = seconds, True
        if self.preview.film is not None:
            self.preview.go_to_time(seconds)

    @Slot()
    def _on_moved(self) -> None:
        film, player = self.preview.film, self.preview.player
        frames, whole = (0, 0.0) if film is None else (film.frames, film.timeline.seconds)
        self.panel.view.set_playhead(None if film is None else player.seconds)
        self.panel.head.show_film(player.frame, player.seconds, frames, whole)
        self._show_onion()

    @Slot(bool)
    def _play(self, playing: bool) -> None:
        self.preview.set_playing(playing)
        self._actions["play_film"].setChecked(self.preview.player.playing)  # without a film nothing plays

    def _step(self, by: int, *_checked: object) -> None:
        self.preview.step(by)

    def _select_by(self, by: int, *_checked: object) -> None:
        self.select(self.panel.view.selection + by)

    @Slot()
    def _show_onion(self, *_checked: object) -> None:
        """Lay the keyframes around the frame that is shown over it."""
        timeline, film = self.timeline, self.preview.film
        wanted = self._actions["onion"].isChecked() and self.preview.shown and not self.preview.player.playing
        if timeline is None or film is None or not wanted or not self.fresh:
            self.onion.show_codes(())
            return
        moment = timeline.moment(self.preview.player.seconds)
        between = 0 < moment.share < 1
        after = moment.number + 1
        before = moment.number if between else moment.number - 1
        if timeline.repeat == "loop":
            before, after = before % len(timeline.keyframes), after % len(timeline.keyframes)
        keys = timeline.keyframes
        self.onion.show_codes(tuple(keys[index].code for index in (before, after) if 0 <= index < len(keys)))
