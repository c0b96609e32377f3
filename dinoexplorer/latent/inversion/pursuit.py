"""The whole way from a picture to what gives it: a code is searched for, then the model is fitted. Imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.latent.inversion.asking import Reached, SearchState, TuningState
from dinoexplorer.latent.inversion.embedding import Embedding, usual_course, usual_starts
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.tuning import Tuning

if TYPE_CHECKING:
    from dinoexplorer.latent.latent_map import LatentMap

FITTING_STEPS = 45
_FITTING_RATE = 2e-4


class Pursuit:
    """Searches for the code of one picture, and then bends a copy of the generator until it gives the very picture.

    In one thread, which may nudge it, change `fits` or go on between any two steps; the generator itself stays as it
    is. What fitting has reached is left by `save`, as a checkpoint of its own.

    Parameters
    ----------
    generator, target, latent_map
        As for `Embedding` and `usual_starts`.
    fits : bool
        Whether the generator is fitted after the search; only a checkpoint of ours can be.
    kept : float32 (k, dim) or None
        Codes whose pictures fitting is to leave as they are, before all others.

    Raises
    ------
    GeneratorError
        As `Embedding` does.
    """

    def __init__(
        self, generator: Generator, target: ByteArray, latent_map: LatentMap | None = None, *,
        fits: bool = False, kept: FloatArray | None = None,
    ) -> None:  # fmt: skip
        self.fits = fits
        self._generator, self._target, self._kept = generator, target, kept
        self._steps = usual_course(generator).steps
        self._search = Embedding(generator, target, starts=usual_starts(generator, latent_map))
        self._tuning: Tuning | None = None

    @property
    def done(self) -> bool:
        """Whether all steps of search and fitting are done."""
        if not self._search.done:
            return False
        return not self.fits if self._tuning is None else self._tuning.done

    def step(self) -> Reached:
        """One step further: of the search, or after that of the fitting; to be asked for until all are `done`.

        Raises
        ------
        GeneratorError
            If the device has no memory left, or the checkpoint cannot be read any more.
        """
        state = self._search.state
        if state is None or not (self._search.done or self._tuning):
            return _searched(self._search.step())
        if self._tuning is None:
            self._tuning = Tuning(
                self._generator, state.best_code[None], self._target[None], steps=FITTING_STEPS, rate=_FITTING_RATE,
                kept=self._kept,
            )  # fmt: skip
        return self._fitted(state, self._tuning.step())

    def nudge(self, code: FloatArray) -> None:
        """Search on from another code ``(dim,)``, with steps as long as at first; a fitting begins anew after that."""
        self._tuning = None
        self._search.nudge(code)
        self._search.go_on(self._steps)

    def go_on(self) -> None:
        """Take the steps that are left; where none are, as many more as there were.

        A fitting that is not wanted any more is forgotten.
        """
        if not self.fits:
            self._tuning = None
        if not self.done:
            return
        if self._tuning is not None:
            self._tuning.go_on(FITTING_STEPS)
        else:
            self._search.go_on(self._steps)

    def save(self, path: Path) -> None:
        """Write the fitted generator; see `Tuning.save`."""
        if self._tuning is None:
            raise ValueError("Nothing has been fitted.")
        self._tuning.save(path)

    def _fitted(self, state: SearchState, fitting: TuningState) -> Reached:
        """The picture of a step is one from before it, so the last is looked at anew."""
        if self._tuning is not None and self._tuning.done:
            picture = self._tuning.pictures()[0]
            return Reached(state, fitting, picture, psnr(self._target, picture))
        return Reached(state, fitting, fitting.picture, fitting.psnr)


def _searched(state: SearchState) -> Reached:
    return Reached(state, None, state.best_picture, state.best_psnr)
