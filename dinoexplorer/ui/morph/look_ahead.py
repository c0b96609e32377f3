"""The film's pictures are made ahead while nothing else is asked for, and the timeline shows which are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from dinoexplorer.rendering.frames_ahead import FramesAhead, Stand
from dinoexplorer.ui.morph.preview import Preview
from dinoexplorer.ui.morph.timeline_view import TimelineView

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class LookAhead(QObject):
    """Follows where the film stands, and how large its pictures are shown, while Morph is shown."""

    def __init__(self, explorer: Explorer, preview: Preview, view: TimelineView) -> None:
        super().__init__(explorer)
        self._explorer, self._preview, self._view = explorer, preview, view
        self._shown = False
        renderer = explorer.renderer
        self.frames = FramesAhead(renderer.activity, renderer.store, self)
        self.frames.grown.connect(self._on_grown)
        preview.moved.connect(self._follow)
        explorer.stage.image_view.side_changed.connect(self._follow)
        explorer.pixels_changed.connect(self._follow)

    def set_shown(self, shown: bool) -> None:
        """Begin, or rest: nobody waits for a film that is not in sight."""
        self._shown = shown
        self._follow()

    def close(self) -> None:
        """End the thread."""
        self.frames.close()

    @Slot()
    def _follow(self) -> None:
        film, opened = self._preview.film, self._explorer.opened
        if film is None or opened is None or not self._shown:
            self.frames.follow(None)
            self._view.set_filled(())
            return
        frame, side = film.twin(self._preview.player.frame), self._explorer.stage.image_view.side()
        self.frames.follow(Stand(opened.generator, film, frame, side, self._explorer.smooth))

    @Slot()
    def _on_grown(self) -> None:
        film = self._preview.film
        spans = self.frames.spans()
        if film is not None and self._shown:
            end = film.timeline.one_way  # up to which the last frame is shown
            ends = (film.time(stop) if stop < film.distinct else end for _, stop in spans)
            self._view.set_filled(tuple(zip((film.time(start) for start, _ in spans), ends, strict=True)))
