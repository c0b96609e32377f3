"""The two directions in which the codes vary most."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told


class PrincipalComponents:
    name = "pca"
    title = "PCA"

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:  # noqa: ARG002  at once
        mean = codes.mean(axis=0, dtype=np.float64)
        centred = codes - mean
        # The eigenvectors of the covariance, largest first; (dim, dim) stays small however many codes there are.
        _, vectors = np.linalg.eigh(centred.T @ centred)
        axes = vectors[:, ::-1].T[:2]
        if len(axes) < 2:  # one dimension: the second direction carries nothing
            axes = np.vstack([axes, np.zeros_like(axes[:1])])
        # The sign of an eigenvector is arbitrary; fix it so that the same codes give the same map everywhere.
        signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
        axes = axes * np.where(signs == 0, 1, signs)[:, None]
        xy = (centred @ axes.T).astype(np.float32)
        return Projected(xy, {"mean": mean.astype(np.float32), "axes": axes.astype(np.float32)})


PROJECTION = PrincipalComponents()
