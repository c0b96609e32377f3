"""Principal components of the codes: along which lines the data differ most."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told, leading_directions


class PrincipalComponents:
    name = "pca"
    title = "Principal components"
    needs: Needs = "codes"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:  # noqa: ARG002  at once
        codes = material.points.astype(np.float64)
        centred = codes - codes.mean(axis=0)
        found = leading_directions(centred.T @ centred, material, self.name, "pca")
        if not found:
            raise GeneratorError("These codes are all the same, so they have no principal components; give others.")
        return found


WAY = PrincipalComponents()
