"""The film on the stage: the live picture shows its frames while it is played or gone through."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.film import Film
from dinoexplorer.ui.morph.player import Player

Show = Callable[[FloatArray | None], None]


class Preview(QObject):
    """Begins when the film is played, gone through or stepped, and ends when somebody moves on in the document.

    The pictures go through the live renderer, where the newest wish wins: a frame that comes late is left out.
    """

    began = Signal()
    moved = Signal()  # another frame, or another film

    def __init__(self, show: Show, parent: QWidget) -> None:
        super().__init__(parent)
        self._show = show
        self._shown = False
        self.player = Player(parent)
        self.player.frame_changed.connect(self._on_frame_changed)

    @property
    def shown(self) -> bool:
        """Whether the stage shows the film."""
        return self._shown

    @property
    def film(self) -> Film | None:
        return self.player.film

    def code(self) -> FloatArray | None:
        """The code of the frame that the stage shows; None where it shows none."""
        film = self.film
        return film.code(self.player.frame) if film is not None and self._shown else None

    def set_film(self, film: Film | None) -> None:
        """Go on with another film at the same time."""
        self.player.set_film(film)
        if film is None:
            self.end()
        self._on_frame_changed()

    def go_to_time(self, seconds: float) -> None:
        """Show the frame of a time."""
        self.player.set_playing(False)
        self._begin()
        self.player.go_to_time(seconds)

    @Slot(bool)
    def set_playing(self, playing: bool) -> None:
        """Play the film, or stop on the frame where it is."""
        if playing:
            self._begin()
        self.player.set_playing(playing)

    def step(self, by: int) -> None:
        """Show the frame so many further on; the first step shows the one where the film stands."""
        by = by if self._shown else 0
        self._begin()
        self.player.step(by)

    @Slot()
    def end(self) -> None:
        """Let the stage show the document's place again."""
        self.player.set_playing(False)
        if self._shown:
            self._shown = False
            self._show(None)
            self.moved.emit()

    def _begin(self) -> None:
        if not self._shown and self.film is not None:
            self.began.emit()
            self._shown = True
            self._on_frame_changed()

    @Slot()
    def _on_frame_changed(self) -> None:
        code = self.code()
        if code is not None:
            self._show(code)
        self.moved.emit()
