"""The way of the film across the map: where its frames lie, found in a thread."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Slot

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.morph.film import Film
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas

_MOST = 240  # places along the film; between them it is a line


class FilmCourse(QObject):
    """Draws the course of a film on the map while Morph is shown."""

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._asked: tuple[Film | None, Locator | None] = (None, None)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    def follow(self, film: Film | None, steering: SteeringMap | None) -> None:
        """Draw this film on this map; it takes a moment. None for no course."""
        fits = film is not None and steering is not None and film.timeline.dim == steering.map.latents.shape[1]
        if steering is None or not fits:  # another model's map comes before its own timeline, or none
            film = None
        locator = None if steering is None else steering.locator
        if (film, locator) == self._asked:
            return
        self._asked = film, locator
        if film is None or locator is None:
            self._canvas.set_course(np.zeros((0, 2), np.float32))
        else:
            self._work.ask(self._asked, partial(places_of_film, film, locator))

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot(object, object)
    def _on_done(self, asked: tuple[Film, Locator], places: FloatArray) -> None:
        if asked == self._asked:
            self._canvas.set_course(places)


def places_of_film(film: Film, locator: Locator) -> FloatArray:
    """Places ``(n, 2)`` of frames that are evenly spread over the film, the first and the last among them."""
    frames = np.unique(np.linspace(0, film.frames - 1, min(film.frames, _MOST)).round().astype(int))
    found = [locator(film.code(int(frame))) for frame in frames]
    return np.array([(place.x, place.y) for place in found], np.float32).reshape(-1, 2)
