"""Taught: from the mean of the one group of examples to that of the other.

Where the data lie, it goes: the groups' other differences, also those by chance, come along. Good for few examples and
for what no straight boundary tells apart.
"""

from __future__ import annotations

from dinoexplorer.latent.boundaries import difference_of_means
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told
from dinoexplorer.latent.teaching import teach


class DifferenceOfMeans:
    name = "means"
    title = "Difference of means"
    needs: Needs = "lesson"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        return teach(material, difference_of_means, self.name, progress, in_deviations=False)


WAY = DifferenceOfMeans()
