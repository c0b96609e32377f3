"""Two dimensions as they are: the map is the latent space itself."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told


class Plane:
    name = "plane"
    title = "Latent plane"

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:  # noqa: ARG002  at once
        if codes.shape[1] != 2:
            raise GeneratorError(
                f"Only a space of two dimensions is a plane and this one has {codes.shape[1]}; use pca or tsne."
            )
        return Projected(codes.astype(np.float32))


PROJECTION = Plane()
