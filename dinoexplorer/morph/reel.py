"""A reel: the pictures of one or several films, as they are shown and exported."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.look import LARGEST_SIDE, Card, Look, canvas, draw_card, scaled

_PIXELS_AT_ONCE = 2_000_000  # decoded in one go: enough for a GPU, and a fraction of a second on a CPU
_LARGEST_BATCH = 32
MOST_FILMS = 64
"""Morphs side by side in one film."""
Unfinished = Callable[[], ByteArray]
"""A frame that is decoded; the call scales it and puts it into its place."""
Pause = Callable[[], None]
"""Is called before each batch is decoded, and returns when it may be."""


class Reel:
    """The pictures of films, side by side where there are several.

    A frame is always decoded in one and the same batch, so that it comes out bit by bit the same whether it is asked
    for alone, in the window, or on the way through the whole film. Films that are shorter than the longest one go on
    in their loop, or stay on their last frame.

    Parameters
    ----------
    generator : Generator
    films : sequence of Film
        All of one rate.
    look : Look

    Attributes
    ----------
    fps, frames : int
        Cards included.
    height, width, channels : int
        Of each picture; four channels where the background is transparent.

    Raises
    ------
    MorphError
        If the films do not fit together, or the pictures would be too large.
    """

    def __init__(self, generator: Generator, films: Sequence[Film], look: Look | None = None) -> None:
        look = Look() if look is None else look
        if not 1 <= len(films) <= MOST_FILMS or len({film.fps for film in films}) != 1:
            raise MorphError(f"A film shows 1 to {MOST_FILMS} morphs of one rate and was given {len(films)}.")
        self.look = look
        self.fps = films[0].fps
        self._generator = generator
        self._films = list(films)
        self._native = generator.info.image_size
        self._side = look.side or self._native
        self._columns = min(look.columns or math.ceil(math.sqrt(len(films))), len(films))
        self._rows = -(-len(films) // self._columns)
        self.height, self.width = self._rows * self._side, self._columns * self._side
        self.channels = 4 if look.background is None else 3
        if max(self.height, self.width) > LARGEST_SIDE:
            raise MorphError(
                f"A film of {self.width} x {self.height} pixels is larger than {LARGEST_SIDE}; give a smaller size."
            )
        self._batch = max(1, min(_LARGEST_BATCH, _PIXELS_AT_ONCE // (self._native**2 * len(films))))
        self._title, self._end = (self._card_frames(card) for card in (look.title, look.end))
        self._moving = max(film.frames for film in films)
        self.frames = self._title + self._moving + self._end

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.frames / self.fps

    def picture(self, frame: int) -> ByteArray:
        """One frame ``(height, width, channels)``."""
        if not 0 <= frame < self.frames:
            raise IndexError(f"there is no frame {frame} in a film of {self.frames}")
        card = self._card_at(frame)
        if card is not None:
            return self._card_picture(card)
        batch, place = divmod(frame - self._title, self._batch)
        return self._finished(self._decoded_batch(batch)[place])

    def unfinished(self, pause: Pause | None = None) -> Iterator[Unfinished]:
        """Every frame in order, decoded in batches; the calls may be made in other threads."""
        yield from self._cards(self.look.title, self._title)
        for batch in range(-(-self._moving // self._batch)):
            if pause is not None:
                pause()
            for pictures in self._decoded_batch(batch):
                yield partial(self._finished, pictures)
        yield from self._cards(self.look.end, self._end)

    def sample(self, count: int) -> list[ByteArray]:
        """Some frames spread evenly over the film without its cards, for palettes and contact sheets.

        They are decoded together, so that a value may differ by one grey level from that of the film.
        """
        numbers = np.unique(np.linspace(0, self._moving - 1, min(count, self._moving)).round().astype(int))
        return [self._finished(pictures) for pictures in self._decoded(numbers.tolist())]

    def excerpt(self, count: int) -> list[Unfinished]:
        """Some frames in a row from the middle of the film, where it moves: to find out what the whole will take."""
        count = min(count, self._moving)
        start = (self._moving - count) // 2
        return [partial(self._finished, pictures) for pictures in self._decoded(range(start, start + count))]

    def _decoded_batch(self, batch: int) -> ByteArray:
        """The frames that are always decoded together, as the model makes them, ``(n, films, size, size, 3)``."""
        start = batch * self._batch
        return self._decoded(range(start, min(start + self._batch, self._moving)))

    def _decoded(self, numbers: Sequence[int]) -> ByteArray:
        codes = np.stack([_codes(film, numbers) for film in self._films], axis=1)
        images = self._generator.decode(codes.reshape(-1, codes.shape[-1]))
        return images.reshape(len(numbers), len(self._films), *images.shape[1:])

    def _finished(self, pictures: ByteArray) -> ByteArray:
        """The pictures of all films ``(films, size, size, 3)`` in their places."""
        if len(pictures) == 1 and self.channels == 3:
            return scaled(pictures[0], self._side, self.look.scaling)
        whole = canvas(self.height, self.width, self.look.background)
        for number, picture in enumerate(pictures):
            row, column = divmod(number, self._columns)
            top, left = row * self._side, column * self._side
            place = whole[top : top + self._side, left : left + self._side]
            place[..., :3] = scaled(picture, self._side, self.look.scaling)
            place[..., 3:] = 255
        return whole

    def _card_frames(self, card: Card | None) -> int:
        return 0 if card is None else max(round(card.seconds * self.fps), 1)

    def _card_at(self, frame: int) -> Card | None:
        if frame < self._title:
            return self.look.title
        return self.look.end if frame >= self._title + self._moving else None

    def _card_picture(self, card: Card) -> ByteArray:
        return draw_card(card, self.height, self.width, self.look.background)

    def _cards(self, card: Card | None, count: int) -> Iterator[Unfinished]:
        if card is not None:
            picture = self._card_picture(card)
            for _ in range(count):
                yield lambda: picture


def _codes(film: Film, numbers: Sequence[int]) -> FloatArray:
    """The codes of a film's frames ``(n, dim)``, beyond its end too."""
    if film.timeline.repeat == "once":
        return np.stack([film.code(min(number, film.frames - 1)) for number in numbers])
    return np.stack([film.code(number % film.frames) for number in numbers])
