"""GANSpace: principal components of what the first layer makes of codes, brought back to codes.

Härkönen et al. 2020, section 2.2, the variant for generators whose code is not the layer itself: the codes' samples are
projected on the components of the features, and the direction of a component is the regression of the codes on its
coordinate.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.latent.components import upright
from dinoexplorer.latent.direction import Direction, make_direction
from dinoexplorer.latent.directions import Material, Needs, Told

_MOST_NUMBERS = 16_000_000  # features of all samples together: 64 MB
_NEGLIGIBLE = 1e-9  # of the variance of all features
_ROUNDING = 1e-12  # of float32, squared
_SPARE, _ROUNDS = 8, 4  # of the subspace iteration


class GanSpace:
    name = "ganspace"
    title = "GANSpace"
    needs: Needs = "layers"

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        inspector, rng = inspect(material.generator), np.random.default_rng(material.seed)
        width = max(inspector.first_features(material.codes[:1]).shape[1], 1)
        most = min(len(material.codes), max(_MOST_NUMBERS // width, material.count + 1))
        codes = material.codes[np.sort(rng.choice(len(material.codes), most, replace=False))]
        features = inspector.first_features(codes, progress)
        level = _energy(features)
        features = features - features.mean(axis=0)
        total = _energy(features)
        if not total > _ROUNDING * level:
            raise GeneratorError("The first layer makes the same of all these codes; give codes that differ.")
        lengths, coordinates = _strongest(features, min(material.count, len(codes) - 1), rng)
        centred = codes.astype(np.float64) - codes.mean(axis=0, dtype=np.float64)
        centred[:, material.free :] = 0  # the weights of classes stay as they are
        # The coordinates of the samples are uncorrelated, so each component is regressed on alone.
        return tuple(
            make_direction(
                f"ganspace {place + 1}", upright(coordinates[:, place] @ centred), material.codes, material.info,
                self.name, share=min(float(length) ** 2 / total, 1.0),
            )
            for place, length in enumerate(lengths)
            if length**2 > _NEGLIGIBLE * total
        )  # fmt: skip


def _energy(features: FloatArray) -> float:
    return float(np.einsum("ij,ij->", features, features, dtype=np.float64))


def _strongest(features: FloatArray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Singular values ``(count,)`` and left singular vectors ``(n, count)``, by seeded subspace iteration.

    Halko et al. 2011, algorithm 4.4: a whole decomposition of thousands of features takes minutes.
    """
    basis = rng.standard_normal((features.shape[1], min(count + _SPARE, *features.shape))).astype(np.float32)
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(features.T @ np.linalg.qr(features @ basis)[0])[0]
    vectors, lengths, _ = np.linalg.svd(features @ basis, full_matrices=False)
    return lengths[:count], vectors[:, :count]


WAY = GanSpace()
