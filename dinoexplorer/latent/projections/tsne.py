"""t-SNE through openTSNE: neighbours stay neighbours, distances between groups mean little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told, unit_spread

_STEPS = (250, 500)  # with early exaggeration and without: openTSNE's own
_MORE_STEPS = 250
_TOLD_EVERY = 10
# Islands in a wide sea are bad to steer among. Below 1 neighbours attract each other less (Böhm, Berens & Kobak 2022:
# the attraction-repulsion spectrum), so that islands spread until they fill the plane. A cloud without islands stays as
# it is: there the same would only cost neighbours.
_SPREADING = 0.4
_COVERED = 0.4  # of the cells of a grid that two points a cell would fill


class NeighbourEmbedding:
    name = "tsne"
    title = "t-SNE"

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:
        try:
            from openTSNE import TSNE  # noqa: PLC0415  an optional extra, and slow to import
        except ImportError:
            raise GeneratorError(
                "t-SNE needs the package openTSNE; install it with: pip install 'dinoexplorer[maps]'."
            ) from None
        if len(codes) < 8:
            raise GeneratorError(f"t-SNE needs at least 8 images and was given {len(codes)}; use pca.")
        perplexity = min(30.0, (len(codes) - 1) / 3)
        total = sum(_STEPS) + _MORE_STEPS
        done = 0

        def tell(_iteration: int, _error: float, _embedding: object) -> bool:
            nonlocal done
            done = min(done + _TOLD_EVERY, total)
            if progress is not None:
                progress(done, total)
            return False  # true would end it quietly with what there is

        embedding = TSNE(
            perplexity=perplexity, random_state=seed, n_jobs=-1, early_exaggeration_iter=_STEPS[0], n_iter=_STEPS[1],
            callbacks=tell, callbacks_every_iters=_TOLD_EVERY,
        ).fit(codes.astype(np.float64))  # fmt: skip
        if covered_share(np.asarray(embedding)) < _COVERED:
            embedding = embedding.optimize(n_iter=_MORE_STEPS, exaggeration=_SPREADING)
        return Projected(unit_spread(np.asarray(embedding)))


def covered_share(xy: NDArray[np.floating]) -> float:
    """How much of the plane points ``(n, 2)`` cover: the share of occupied cells, two points a cell on average."""
    aside = max(int(np.sqrt(len(xy) / 2)), 1)
    low, high = xy.min(axis=0), xy.max(axis=0)
    cells = np.floor((xy - low) / np.maximum(high - low, 1e-12) * aside).clip(0, aside - 1).astype(np.int64)
    return len(np.unique(cells[:, 0] * aside + cells[:, 1])) / aside**2


PROJECTION = NeighbourEmbedding()
