"""PaCMAP: near pairs, middling pairs and far pairs together; the quickest of the curved projections."""

from __future__ import annotations

import logging
import warnings

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told, unit_spread

_NEIGHBOURS = 10
_FEWEST = 16  # it wants more points than neighbours of every kind


class PairwiseControlled:
    name = "pacmap"
    title = "PaCMAP"

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:
        try:
            from pacmap import PaCMAP  # noqa: PLC0415  an optional extra; compiles the first time
        except ImportError:
            raise GeneratorError(
                "PaCMAP needs the package pacmap; install it with: pip install 'dinoexplorer[pacmap]'."
            ) from None
        if len(codes) < _FEWEST:
            raise GeneratorError(f"PaCMAP needs at least {_FEWEST} images and was given {len(codes)}; use pca.")
        if progress is not None:
            progress(0, 1)  # it tells nothing on its way, and is done in seconds
        logging.getLogger("pacmap").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a seed makes it slower
            fitted = PaCMAP(n_neighbors=min(_NEIGHBOURS, len(codes) // 4), random_state=seed).fit_transform(
                codes, init="pca"
            )
        return Projected(unit_spread(fitted))


PROJECTION = PairwiseControlled()
