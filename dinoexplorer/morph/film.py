"""A film: a timeline at a rate. Every frame's code follows from its number alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.easings import find_easing
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.following import Followed, followed_by
from dinoexplorer.morph.keyframe import TRUNCATION, Keyframe, Segment
from dinoexplorer.morph.paths import Codes, Route, Way, find_way
from dinoexplorer.morph.paths.circle import circle_plane
from dinoexplorer.morph.sound import Heard
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline

HIGHEST_RATE = 120
_KEPT_WAYS = 64
_LONGEST = 24 * 3600.0


class Film:
    """The frames of a timeline.

    Frame ``i`` shows the time ``i / fps`` (where the whole is no multiple of a frame, the frames are spread evenly over
    it). Played once, the last frame is the last keyframe; a loop and a ping-pong end one frame before their beginning,
    so that played again and again they have no seam. A single keyframe that is not held is one frame.

    Parameters
    ----------
    timeline : Timeline
    fps : int
        Frames a second, 1 to 120.
    surroundings : Surroundings
        Of the generator that the codes are for.
    heard : Heard or None
        What is heard in the timeline's music; without it what follows the music rests.

    Attributes
    ----------
    frames : int
        How many there are.
    distinct : int
        How many of them, from the first one on, are pictures of their own: the way back of a ping-pong shows those of
        the way there, unless something follows the music, which goes on.

    Raises
    ------
    MorphError
        If the timeline is not for this generator, or names an easing, a path or a channel that there is not.
    """

    def __init__(self, timeline: Timeline, fps: int, surroundings: Surroundings, heard: Heard | None = None) -> None:
        if not 1 <= fps <= HIGHEST_RATE:
            raise MorphError(f"A film cannot have {fps} frames a second; give 1 to {HIGHEST_RATE}.")
        if timeline.dim != surroundings.info.latent.dim:
            raise MorphError(
                f"This timeline holds codes of {timeline.dim} numbers, and {surroundings.info.path.name} takes "
                f"{surroundings.info.latent.dim}; open the model that it was made with."
            )
        if timeline.seconds > _LONGEST:
            raise MorphError(f"This timeline takes {timeline.seconds / 3600:.0f} hours; a film takes 24 at most.")
        self.timeline = timeline
        self.fps = fps
        self.heard = heard
        self._surroundings = surroundings
        self._codes = timeline.codes.astype(np.float64)
        self._seconds = np.array([key.segment.seconds for key in timeline.keyframes])
        self._vectors = {direction.name: direction.vector.astype(np.float64) for direction in timeline.directions}
        self._curves = [find_easing(segment.easing) for segment in timeline.segments]
        self._way = lru_cache(maxsize=_KEPT_WAYS)(self._find_way)
        self._check_channels()
        self._followed: Followed = followed_by(timeline.music, heard)
        for number in range(min(len(timeline.segments), _KEPT_WAYS)):
            self._way(number)  # what cannot be is refused now, not in the midst of the film
        self._steps = max(round(timeline.one_way * fps), 0 if timeline.one_way == 0 else 1)
        self.frames = {"once": self._steps + 1, "loop": max(self._steps, 1), "ping-pong": max(2 * self._steps, 1)}[
            timeline.repeat
        ]
        follows = heard is not None and timeline.music is not None and bool(timeline.music.followings)
        self.distinct = self._steps + 1 if timeline.repeat == "ping-pong" and not follows else self.frames

    def time(self, frame: int) -> float:
        """Seconds of the timeline that a frame shows."""
        if not 0 <= frame < self.frames:
            raise IndexError(f"there is no frame {frame} in a film of {self.frames}")
        return self.timeline.one_way * (frame / self._steps) if self._steps else 0.0

    def frame_at(self, seconds: float) -> int:
        """The frame nearest to a time of the timeline; times beyond either end fall on it."""
        whole = self.timeline.one_way
        return min(max(round(seconds / whole * self._steps), 0), self.frames - 1) if whole else 0

    def code(self, frame: int) -> FloatArray:
        """The code ``(dim,)`` of a frame; on a way back it is to the bit that of the way there."""
        return self.code_at(self.time(self.twin(frame)))

    def twin(self, frame: int) -> int:
        """The frame of the `distinct` ones that shows the same as this one."""
        return 2 * self._steps - frame if self.distinct <= frame < self.frames else frame

    def codes(self, start: int, stop: int) -> FloatArray:
        """The codes ``(stop - start, dim)`` of frames."""
        return np.stack([self.code(frame) for frame in range(start, stop)])

    def still_code(self, frame: int) -> FloatArray:
        """The code ``(dim,)`` of a frame without what the music adds: a keyframe of it leaves the film as it is."""
        return self.code_at(self.time(frame), still=True)

    def code_at(self, seconds: float, *, still: bool = False) -> FloatArray:
        """The code ``(dim,)`` of any time, whether or not a frame falls on it; ``still`` without the music."""
        more = {} if still else self._followed(seconds)
        moment = self.timeline.moment(seconds)
        keys = self.timeline.keyframes
        here, there = keys[moment.number], keys[(moment.number + 1) % len(keys)]
        if moment.share in {0.0, 1.0}:
            key = there if moment.share else here
            return self._applied(key.code.astype(np.float64), key, key, 0.0, more)
        eased = self._curves[moment.number](moment.share)
        return self._applied(self._way(moment.number)(eased), here, there, eased, more)

    def _find_way(self, number: int) -> Way:
        route = Route(self._codes, self._seconds, self.timeline.repeat == "loop", number)
        return find_way(self.timeline.segments[number].path, route, self._surroundings)

    def _applied(
        self, code: Codes, here: Keyframe, there: Keyframe, share: float, more: Mapping[str, float]
    ) -> FloatArray:
        """The channels put on a code: drawn towards the mean first, then moved along the directions.

        ``more`` is what the music adds to each.
        """
        truncation = _between(here, there, TRUNCATION, share) + more.get(TRUNCATION, 0.0)
        if truncation != 1:
            free = self._surroundings.free
            mean = self._surroundings.info.latent.mean[:free].astype(np.float64)
            code = code.copy()
            code[:free] = mean + truncation * (code[:free] - mean)
        for name, vector in self._vectors.items():
            code = code + (_between(here, there, name, share) + more.get(name, 0.0)) * vector
        return code.astype(np.float32)

    def _check_channels(self) -> None:
        known = {TRUNCATION, *self._vectors}
        for key in self.timeline.keyframes:
            for name in key.channels:
                if name not in known:
                    raise MorphError(
                        f"A keyframe has a channel {name!r}, but this timeline holds no direction of that name; "
                        f"add the direction or take the channel away."
                    )
        for following in () if self.timeline.music is None else self.timeline.music.followings:
            if following.channel not in known:
                raise MorphError(
                    f"{following.channel!r} follows the music, but this timeline holds no direction of that name; add "
                    f"the direction or let it follow no more."
                )


def film_around(
    code: FloatArray, radius: float, surroundings: Surroundings, *, seconds: float = 4.0, fps: int = 30, seed: int = 0
) -> Film:
    """A film that circles evenly around a code without a seam; ``radius`` in spreads of the data."""
    first, _ = circle_plane(surroundings, seed)
    segment = Segment(seconds, "linear", f"circle({radius:.9f}, {seed})")
    start = np.asarray(code, np.float64) + radius * first
    return Film(Timeline.through(start[None].astype(np.float32), segment, repeat="loop"), fps, surroundings)


def _between(here: Keyframe, there: Keyframe, name: str, share: float) -> float:
    return here.channel(name) * (1 - share) + there.channel(name) * share
