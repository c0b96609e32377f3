"""SeFa: the directions that the first layer amplifies most, in closed form from its weights (Shen and Zhou 2021).

With the layer's features A z + b, a step n changes them by A n whatever z is; of all steps of length 1 the eigenvectors
of A^T A change them most. No sample is needed.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told, leading_directions


class ClosedForm:
    name = "sefa"
    title = "SeFa"
    needs: Needs = "layers"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:  # noqa: ARG002  at once
        weights = inspect(material.generator).first_weights(material.steps).astype(np.float64)
        found = leading_directions(weights.T @ weights, material, self.name, "sefa")
        if not found:
            raise GeneratorError("The first layer does not look at the code, so its weights have no directions.")
        return found


WAY = ClosedForm()
