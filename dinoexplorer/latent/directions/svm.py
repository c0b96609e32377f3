"""Taught: the normal of the boundary of a linear support vector machine, as in InterFaceGAN (Shen et al. 2020)."""

from __future__ import annotations

from dinoexplorer.latent.boundaries import svm_boundary
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.directions import Material, Needs, Told
from dinoexplorer.latent.teaching import teach


class SupportVectors:
    name = "svm"
    title = "Linear SVM"
    needs: Needs = "lesson"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        return teach(material, svm_boundary, self.name, progress)


WAY = SupportVectors()
