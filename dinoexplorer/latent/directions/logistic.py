"""Taught: the normal of the boundary that logistic regression draws between the examples (InterFaceGAN's idea)."""

from __future__ import annotations

from dinoexplorer.latent.boundaries import logistic_boundary
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told
from dinoexplorer.latent.teaching import teach


class Logistic:
    name = "logistic"
    title = "Logistic regression"
    needs: Needs = "lesson"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        return teach(material, logistic_boundary, self.name, progress)


WAY = Logistic()
