"""The steps that change the picture most, around one place: right singular vectors of d picture / d z there.

They belong to this place; further away others change the picture more. Costs about five decodes for each dimension: a
second for 48 numbers at 128 px on one core, so away from the window.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told, leading_directions


class PrincipalChanges:
    name = "jacobian"
    title = "Strongest changes here"
    needs: Needs = "place"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        if material.place is None:
            raise GeneratorError("The strongest changes are those around a place; choose a picture first.")
        looking = inspect(material.generator)
        changes = looking.picture_changes(material.place, material.steps, progress).astype(np.float64)
        found = leading_directions(changes @ changes.T, material, self.name, "here")
        if not found:
            raise GeneratorError("Around this place the picture does not change, whatever moves; choose another one.")
        return found


WAY = PrincipalChanges()
