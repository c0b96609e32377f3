"""t-SNE through openTSNE: neighbours stay neighbours, distances between groups mean little."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected


class NeighbourEmbedding:
    name = "tsne"
    title = "t-SNE"

    def project(self, codes: FloatArray, seed: int) -> Projected:
        try:
            from openTSNE import TSNE  # noqa: PLC0415  an optional extra, and slow to import
        except ImportError:
            raise GeneratorError(
                "t-SNE needs the package openTSNE; install it with: pip install 'dinoexplorer[maps]'."
            ) from None
        if len(codes) < 8:
            raise GeneratorError(f"t-SNE needs at least 8 images and was given {len(codes)}; use pca.")
        perplexity = min(30.0, (len(codes) - 1) / 3)
        embedding = TSNE(perplexity=perplexity, random_state=seed, n_jobs=-1).fit(codes.astype(np.float64))
        xy = np.asarray(embedding)
        # Its units mean nothing; the spread of a standard normal makes maps of all methods alike to steer on.
        return Projected(((xy - xy.mean(axis=0)) / xy.std()).astype(np.float32))


PROJECTION = NeighbourEmbedding()
