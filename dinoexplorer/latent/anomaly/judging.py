"""Learning what is usual from held-out pictures, and telling how strange others are. Imports torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.anomaly import density, features, reconstruction
from dinoexplorer.latent.anomaly.scores import Score, Values
from dinoexplorer.latent.anomaly.seeing import Eye, Seen, Told
from dinoexplorer.latent.anomaly.strangeness import SCORES, TOGETHER, Strangeness

FEWEST = 20
_LEAST_SPREAD = 1e-6


@dataclass(frozen=True, eq=False, slots=True)
class Verdict:
    """How strange one picture is, and where.

    Attributes
    ----------
    strangeness : Strangeness
    heat : float32 (s, s)
        How unusual the error is at each place, in deviations; `dinoexplorer.latent.anomaly.heat` paints it.
    rebuilt : uint8 (h, w, 3)
        What the model brings back.
    """

    strangeness: Strangeness
    heat: FloatArray
    rebuilt: ByteArray


class Judge:
    """Knows what is usual: half of the held-out pictures say what that is, the other half how far pictures stray.

    The halves are apart because a score always finds the pictures that it was learnt from more usual than new ones.
    Seconds for some hundred pictures, so away from the window; ``progress`` may raise to end it. The same pictures
    give the same judge.

    Parameters
    ----------
    eye : Eye
    held_out : uint8 (n, size, size, 3)
        Usual pictures that the model was not trained on.

    Raises
    ------
    GeneratorError
        For fewer than 20 pictures.
    """

    def __init__(self, eye: Eye, held_out: NDArray[np.uint8], progress: Told | None = None) -> None:
        if len(held_out) < FEWEST:
            raise GeneratorError(
                f"{len(held_out)} held-out pictures are too few to say what is usual; give at least {FEWEST}."
            )
        self._eye = eye
        usual = eye.see(held_out, progress)
        learnt, strays = usual.some(slice(0, None, 2)), usual.some(slice(1, None, 2))
        self._reconstruction = reconstruction.SCORE(learnt)
        scores: tuple[Score, ...] = (self._reconstruction, features.SCORE(learnt), density.SCORE(learnt))
        self._scores = dict(zip(SCORES, scores, strict=True))
        values = {name: score(strays) for name, score in self._scores.items()}
        self._middle = {name: float(np.median(found)) for name, found in values.items()}
        self._spread = {name: _spread(found) for name, found in values.items()}
        self._usual = {name: np.sort(found) for name, found in values.items()}
        self._usual_strangeness = np.sort(self._together(values))

    @property
    def against(self) -> int:
        """How many held-out pictures others are measured against."""
        return len(self._usual_strangeness)

    def usual(self, score: str = TOGETHER) -> Values:
        """How strange held-out pictures are, ascending, as `Strangeness.value`, or as one of its deviations."""
        if score == TOGETHER:
            return self._usual_strangeness
        return np.asarray((self._usual[score] - self._middle[score]) / self._spread[score], np.float64)

    def judge(self, images: NDArray[np.uint8], progress: Told | None = None) -> list[Verdict]:
        """How strange pictures ``(n, size, size, 3)`` are, in their order."""
        return [] if not len(images) else self.judge_seen(self._eye.see(images, progress))

    def judge_seen(self, seen: Seen) -> list[Verdict]:
        """The same of what was seen already."""
        values = {name: score(seen) for name, score in self._scores.items()}
        strangeness, heat = self._together(values), self._reconstruction.heat(seen)
        together = share_below(self._usual_strangeness, strangeness)
        shares = {name: share_below(self._usual[name], found) for name, found in values.items()}
        units = {name: (found - self._middle[name]) / self._spread[name] for name, found in values.items()}
        figures = [
            Strangeness(
                float(strangeness[row]), float(together[row]), {name: float(shares[name][row]) for name in shares},
                {name: float(units[name][row]) for name in units},
            )
            for row in range(len(seen))
        ]  # fmt: skip
        return [Verdict(*parts) for parts in zip(figures, heat, seen.rebuilt, strict=True)]

    def _together(self, values: dict[str, Values]) -> Values:
        """Scores in deviations above the usual; their root mean square, so that one alone can tell."""
        units = [np.maximum((values[name] - self._middle[name]) / self._spread[name], 0.0) for name in values]
        return np.asarray(np.sqrt(np.mean(np.square(units), axis=0)))


def share_below(usual: Values, values: Values) -> Values:
    """The share of sorted ``usual`` values that are smaller than each of ``values``; of equal ones half."""
    below = np.searchsorted(usual, values, side="left") + np.searchsorted(usual, values, side="right")
    return np.asarray(below / (2 * len(usual)), np.float64)


def roc_auc(usual: Values, strange: Values) -> float:
    """How often a strange picture scores above a usual one: the area under the ROC curve, 0.5 for chance."""
    return float(share_below(np.sort(usual), strange).mean())


def _spread(values: Values) -> float:
    """A deviation that single strays do not move: of a normal distribution 1.349 lie between the quartiles."""
    low, high = np.quantile(values, (0.25, 0.75))
    return max(float(high - low) / 1.349, _LEAST_SPREAD * max(abs(float(high)), 1.0))
