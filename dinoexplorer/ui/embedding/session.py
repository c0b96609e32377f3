"""What has been begun for one picture: it can be stopped, gone on with, nudged, and what was fitted kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators import read_info
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.inversion.asking import Reached
from dinoexplorer.latent.inversion.figures import ssim, standing_among
from dinoexplorer.latent.latent_map import LatentMap, map_path, write_map
from dinoexplorer.latent.map_keeping import keep_choice
from dinoexplorer.ui.one_work import Line

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.pursuit import Pursuit

TOLD_APART = 0.1  # seconds; SSIM is computed for what is told alone


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """Where it stands after so many nudges, and the SSIM of the best picture so far.

    ``standing`` is a sentence on how unusual the picture is for the model, judged by where the search began.
    """

    reached: Reached
    ssim: float
    nudges: int = 0
    standing: str = ""


class Session:
    """What has been begun for one picture: it can be stopped, gone on with, and nudged from the window's thread."""

    def __init__(self, target: ByteArray, latent_map: LatentMap | None, make: Callable[[], Pursuit]) -> None:
        self.target, self.latent_map = target, latent_map
        self.fits = False
        self.stopped = threading.Event()
        self.nudges = 0
        self._make = make
        self._pursuit: Pursuit | None = None
        self._lock = threading.Lock()
        self._nudged: FloatArray | None = None
        self._standing: str | None = None

    def nudge(self, code: FloatArray) -> None:
        """Have it search on from ``code`` ``(dim,)``."""
        with self._lock:
            self._nudged, self.nudges = code, self.nudges + 1

    def run(self, line: Line) -> Progress:
        """Go on until all steps are done or it is stopped; where all were done, with as many more."""
        pursuit = self._pursuit
        if pursuit is None:
            pursuit = self._pursuit = self._make()
            pursuit.fits = self.fits
        else:
            pursuit.fits = self.fits
            if not self._has_nudge():
                pursuit.go_on()
        told = -TOLD_APART  # the first step is told at once
        while True:
            line.check()
            nudges = self._take_nudge(pursuit)
            reached = pursuit.step()
            if pursuit.done or self.stopped.is_set():
                return self._progress(reached, nudges)
            found = reached.fitting is None and reached.search.done  # to fit the model needs some time to begin
            if found or time.monotonic() - told > TOLD_APART:
                line.tell(self._progress(reached, nudges))
                told = time.monotonic()

    def keep(self, path: Path, shown: LatentMap | None, line: Line) -> Path:
        """Write the fitted model, and beside it the map, which is still that of its encoder, to look as ``shown``."""
        line.check()
        assert self._pursuit is not None  # noqa: S101  only what was found can be kept
        self._pursuit.save(path)
        if self.latent_map is not None:
            info = read_info(path)
            write_map(map_path(path), replace(self.latent_map, checkpoint_sha256=info.sha256))
            if shown is not None:
                keep_choice(info, shown)
        return path

    def _has_nudge(self) -> bool:
        with self._lock:
            return self._nudged is not None

    def _take_nudge(self, pursuit: Pursuit) -> int:
        with self._lock:
            code, self._nudged = self._nudged, None
            nudges = self.nudges
        if code is not None:
            pursuit.nudge(code)
        return nudges

    def _progress(self, reached: Reached, nudges: int) -> Progress:
        errors = None if self.latent_map is None else self.latent_map.errors
        found = reached.search.best_picture.astype(np.float64)
        error = float((((found - self.target) / 255) ** 2).mean())
        standing = "" if errors is None else standing_among(error, errors)
        return Progress(reached, ssim(self.target, reached.picture), nudges, standing)
