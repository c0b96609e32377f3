"""What becomes of the wishes for music: it is listened to, put under the film, followed, and kept to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph import music_edits
from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.hearing import Song, changed
from dinoexplorer.morph.keyframe import TRUNCATION, Direction, Keyframe
from dinoexplorer.morph.music import Following, Music
from dinoexplorer.morph.music_edits import Grid
from dinoexplorer.morph.sound import Heard
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.beats_panel import BeatsPanel
from dinoexplorer.ui.morph.export_chooser import ExportChooser
from dinoexplorer.ui.morph.inspector import MUSIC
from dinoexplorer.ui.morph.listener import Listener

if TYPE_CHECKING:
    from dinoexplorer.ui.morph.morph_desk import MorphDesk

_TICKED = 1.1  # of the film: ticks go on a little beyond its end, where keyframes may be dragged


class MusicDesk(QObject):
    """The timeline says which music there is; this knows what is heard in it, once that is known."""

    def __init__(self, desk: MorphDesk, actions: Mapping[str, QAction]) -> None:
        super().__init__(desk)
        self._desk = desk
        self.lane, self.inspector, self.row = desk.panel.lane, desk.panel.inspector, desk.panel.inspector.music
        self.listener = Listener(self)
        self.chooser = ExportChooser(desk.panel)
        self.beats: BeatsPanel | None = None
        self._song: Song | None = None
        self._asked: Path | None = None  # the file that is being listened to, or was to no avail
        self._chosen: Document | None = None  # under whose film it is to be put, if it is
        self._problem = ""
        self._channel = TRUNCATION
        self._offered: object = None  # the directions of the document
        actions["music"].triggered.connect(self._on_music)
        actions["beats"].triggered.connect(self._on_beats)
        self._connect()

    def heard(self, timeline: Timeline | None) -> Heard | None:
        """What is heard in the music of a timeline, as far as that is known yet."""
        song = self._song_of(None if timeline is None else timeline.music)
        return None if song is None else song.heard

    def show(self) -> None:
        """Show the music of the desk's timeline, and listen to it if nobody has yet."""
        timeline = self._desk.timeline
        music = None if timeline is None else timeline.music
        there = music is not None or self.listener.working
        self.lane.setVisible(music is not None)
        self.inspector.setVisible(timeline is not None or there)
        self.inspector.set_music(there=there)
        if music is not None and music.path and self._song_of(music) is None and Path(music.path) != self._asked:
            self._listen(Path(music.path), choose=False)
        self._show_lane()
        self._show_row()

    @Slot(object)
    def choose(self, path: Path) -> None:
        """Put a sound under the film."""
        self._listen(path, choose=True)
        self.show()
        self.inspector.show_row(MUSIC)

    def close_down(self) -> None:
        """End the thread."""
        self.listener.close()

    def _connect(self) -> None:
        panel, row, lane = self._desk.panel, self.row, self.lane
        self.chooser.sound_chosen.connect(self.choose)
        panel.sound_dropped.connect(self.choose)
        panel.view.scaled.connect(lane.set_scale)
        lane.scrubbed.connect(panel.view.scrubbed)
        self._desk.preview.moved.connect(self._on_moved)
        self.listener.heard.connect(self._on_heard)
        self.listener.failed.connect(self._on_failed)
        self.listener.told.connect(self._on_told)
        row.cancel_wished.connect(self._on_cancel)
        row.start_wished.connect(self._on_start)
        row.channel_chosen.connect(self._on_channel)
        row.following_wished.connect(self._on_following)
        row.remove_wished.connect(self._on_remove)

    # Listening

    def _listen(self, path: Path, *, choose: bool) -> None:
        self._asked, self._chosen, self._problem = path, self._desk.document if choose else None, ""
        self.listener.listen(path)

    @Slot(object)
    def _on_heard(self, song: Song) -> None:
        chosen, self._chosen = self._chosen, None
        self._song = song
        timeline, document = self._desk.timeline, self._desk.document
        if chosen is not None and chosen is document:
            before = Timeline((Keyframe(document.latent),)) if timeline is None else timeline
            self._change(before, f"put {song.path.name} under the film", partial(music_edits.heard_from, song=song))
        else:
            self.show()
            self._desk.remake()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        chosen, self._chosen = self._chosen, None
        if chosen is not None:
            self._asked = None
            self._desk.panel.tell(sentence)
        else:
            self._problem = sentence
        self.show()

    @Slot(float)
    def _on_told(self, share: float) -> None:
        if self.listener.working and self._asked is not None:
            self.row.tell(f"Listening to {self._asked.name}… {share:.0%}", cancel=True)

    @Slot()
    def _on_cancel(self) -> None:
        asked, chosen, self._chosen = self._asked, self._chosen, None
        self.listener.cancel()
        if chosen is not None:
            self._asked = None
        elif asked is not None:
            self._problem = f"{asked.name} was not listened to."
        self.show()

    def _song_of(self, music: Music | None) -> Song | None:
        song = self._song
        return song if song is not None and music is not None and str(song.path) == music.path else None

    # What is shown

    def _ticks(self, music: Music, seconds: float) -> list[float]:
        """Where beats or onsets are, in seconds of the film."""
        if music.beats is not None:
            return music.beats.lines(seconds * _TICKED)
        return self._onsets(music)

    def _onsets(self, music: Music) -> list[float]:
        song = self._song_of(music)
        return [] if song is None else [time - music.start for time in song.onsets if time >= music.start]

    def _show_lane(self) -> None:
        timeline, view = self._desk.timeline, self._desk.panel.view
        if timeline is None or timeline.music is None:
            view.ticks = ()
            return
        music = timeline.music
        view.ticks = tuple(self._ticks(music, timeline.one_way))
        self.lane.set_scale(view.scale)
        self.lane.show_music(self.heard(timeline), music.start, view.ticks, timeline.one_way)

    def _show_row(self) -> None:
        timeline, row = self._desk.timeline, self.row
        music = Music() if timeline is None or timeline.music is None else timeline.music
        row.show_sound(music.name, music.start)
        channels = self._channels()
        if self._channel not in channels:
            self._channel = TRUNCATION
        followed = {each.channel: each for each in music.followings}
        row.offer_channels(channels, list(followed))
        default = 0.5 if self._channel == TRUNCATION else 1.0
        following = followed.get(self._channel)
        row.show_following(channels[self._channel], following or Following(self._channel, "all", default),
                           follows=following is not None)  # fmt: skip
        if self.listener.working and self._asked is not None:
            row.tell(f"Listening to {self._asked.name}…", cancel=True)
        else:
            song = self._song_of(music)
            row.tell(self._problem if song is None else changed(music, song))

    @Slot()
    def _on_moved(self) -> None:
        player = self._desk.preview.player
        seconds = None if player.film is None else player.seconds
        timeline = self._desk.timeline
        if seconds is not None and timeline is not None and seconds > timeline.one_way:
            seconds = timeline.seconds - seconds  # the way back of a ping-pong
        self.lane.set_playhead(seconds)

    # Wishes

    def _channels(self) -> dict[str, str]:
        """What may follow, titles by name: the truncation, and the directions of the document and the timeline."""
        return {TRUNCATION: "Truncation", **{name: name for name in self._directions()}}

    def _directions(self) -> dict[str, Direction]:
        document, timeline = self._desk.document, self._desk.timeline
        kept = {each.name: each for each in (() if timeline is None else timeline.directions)}
        if document is not None:
            for each in document.directions:
                if each.name and each.name != TRUNCATION:
                    kept[each.name] = Direction(each.name, each.unit * each.within(document.spec).vector)
        return kept

    @Slot()
    def follow_directions(self) -> None:
        """Offer the directions that the document has now."""
        document = self._desk.document
        offered = None if document is None else document.directions
        if offered is not self._offered:
            self._offered = offered
            self._show_row()

    @Slot()
    def _on_music(self, *_checked: object) -> None:
        timeline = self._desk.timeline
        path = "" if timeline is None or timeline.music is None else timeline.music.path
        self.chooser.ask_for_sound(Path(path).parent if path else Path.home())

    @Slot()
    def _on_beats(self, *_checked: object) -> None:
        timeline = self._desk.timeline
        if timeline is None:
            self._desk.panel.tell("There are no keyframes yet; add some first.")
            return
        if self.beats is None:
            self.beats = BeatsPanel(self._desk.panel.window())
            self.beats.chosen.connect(self._on_grid)
        music = timeline.music or Music()
        song = self._song_of(music)
        heard: Beats | None = None
        if song is not None and song.beats is not None:
            heard = Music(beats=song.beats).beginning_at(music.start).beats
        onsets = None if song is None else len(self._onsets(music))
        self.beats.show_for(timeline.seconds, music.beats, heard, onsets, self._placed)

    def _placed(self, grid: Grid) -> Timeline:
        timeline = self._desk.timeline
        if timeline is None:
            raise GeneratorError("There are no keyframes any more; add some first.")
        return music_edits.set_to(timeline, grid, self._onsets(timeline.music or Music()))

    @Slot(object)
    def _on_grid(self, grid: Grid) -> None:
        try:
            placed = self._placed(grid)
        except GeneratorError as error:
            if self.beats is not None:
                self.beats.refuse(str(error))
            return
        to = "onsets" if grid.beats is None else f"{grid.beats.rate:g} beats a minute"
        if self.beats is not None:
            self.beats.go_away()
        self._edit(f"set keyframes to {to}", lambda _old: placed)

    @Slot(float)
    def _on_start(self, seconds: float) -> None:
        self._edit(f"began the sound at {seconds:g} s", partial(music_edits.begun_at, seconds=seconds))

    @Slot(object)
    def _on_channel(self, channel: str) -> None:
        self._channel = channel
        self._show_row()

    @Slot(object)
    def _on_following(self, wish: Following | None) -> None:
        channel = self._channel
        direction = self._directions().get(channel)
        title = self._channels()[channel]
        what = f"{title} follows the music" if wish is not None else f"{title} follows no more"
        self._edit(what, partial(music_edits.follows, channel=channel, wish=wish, direction=direction))

    @Slot()
    def _on_remove(self) -> None:
        self.listener.cancel()
        self._asked = self._chosen = None
        self._problem = ""
        self._edit("took the music away", music_edits.without_music)
        self.show()

    def _edit(self, what: str, change: Callable[[Timeline], Timeline]) -> None:
        if self._desk.timeline is not None:
            self._change(self._desk.timeline, what, change)

    def _change(self, timeline: Timeline, what: str, change: Callable[[Timeline], Timeline]) -> None:
        selected = self._desk.panel.view.selection
        self._desk.attempt(lambda: Edit(change(timeline), what, selected))
