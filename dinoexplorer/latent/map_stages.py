"""The stages in which codes become a map: lay them out, learn the way back, measure what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.features import principal_components
from dinoexplorer.latent.network_fitting import fit_network
from dinoexplorer.latent.projections import Projected, find_projection
from dinoexplorer.latent.stage_cache import Arrays, StageCache, stage_key
from dinoexplorer.latent.truth import share_of_variance, trustworthiness

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much it is; it may raise to end the build (`BuildCancelledError`)."""
_VERSION = 4  # of what the stages keep
_FEWEST = 32  # points below which blending them is as smooth as a network


class BuildCancelledError(Exception):
    """For a `Progress` to raise: the build ends, and goes on from there when it is asked for again."""


@dataclass(frozen=True, eq=False, slots=True)
class LaidOut:
    """Places ``xy (n, 2)``, the arrays of the way back, and the two figures as `LatentMap` has them."""

    xy: FloatArray
    inverse: dict[str, FloatArray]
    trustworthiness: float | None = None
    variance: float | None = None


class MapStages:
    """Runs the stages, each kept under a key that all that decides its result goes into."""

    def __init__(self, sha256: str, seed: int, tell: Progress, cache: StageCache | None) -> None:
        self._sha256 = sha256
        self._seed = seed
        self.tell = tell
        self._cache = cache

    def lay_out(
        self,
        method: str,
        codes: FloatArray,
        shown: FloatArray,
        *,
        source: str,
        basis: str,
        shell: FloatArray | None = None,
        quick: bool = False,
    ) -> LaidOut:
        """Lay out ``shown (n, d)``, codes or what their pictures look like; learn the way back to ``codes (n, dim)``.

        ``source`` is a key of what is laid out. ``quick`` leaves the learning and the measuring for later.
        """
        parts = (source, method, basis)
        projected = self.project(shown, find_projection(method).project, parts)
        inverse = dict(projected.inverse) if basis == "codes" else {}  # else it is of the features, not of the codes
        if shell is not None:
            inverse["shell"] = shell
        variance = share_of_variance(codes, projected.xy) if "axes" in inverse or method == "plane" else None
        if quick:
            return LaidOut(projected.xy, inverse, None, variance)
        if method != "plane" and len(codes) >= _FEWEST:
            network, explained = self.way_back(projected.xy, codes, parts)
            inverse |= network
            variance = explained if variance is None else variance
        return LaidOut(projected.xy, inverse, self.trust(shown, projected.xy, parts), variance)

    def features(self, pixels: Callable[[], FloatArray], source: str) -> FloatArray:
        """The components of pictures, given as what fetches their small pixels ``(n, p)``."""

        def compute() -> Arrays:
            self.tell("comparing pictures", 0, 1)
            return {"features": principal_components(pixels())}

        return self._kept(("features", source), compute)["features"]

    def project(self, shown: FloatArray, project: Callable[..., Projected], parts: tuple[str, ...]) -> Projected:
        def compute() -> Arrays:
            self.tell("laying out", 0, 1)
            projected = project(shown, self._seed, lambda done, total: self.tell("laying out", done, total))
            if not np.isfinite(projected.xy).all():
                raise GeneratorError("This projection gave places that are not numbers; use pca.")
            return {"xy": projected.xy, **projected.inverse}

        kept = dict(self._kept(("project", self._seed, *parts), compute))
        return Projected(kept.pop("xy"), kept)

    def way_back(self, xy: FloatArray, codes: FloatArray, parts: tuple[str, ...]) -> tuple[Arrays, float]:
        """The arrays of the network, and the share of the variance of held-out codes that it tells."""

        def compute() -> Arrays:
            def tell(done: int, total: int) -> None:
                self.tell("learning the way back", done, total)

            tell(0, 1)  # the first steps wait for torch
            network, explained = fit_network(xy, codes, self._seed, tell)
            return {**network.arrays(), "explained": np.array(explained)}

        kept = dict(self._kept(("way back", self._seed, *parts), compute))
        return kept, float(kept.pop("explained"))

    def trust(self, shown: FloatArray, xy: FloatArray, parts: tuple[str, ...]) -> float | None:
        def compute() -> Arrays:
            self.tell("measuring", 0, 1)
            found = trustworthiness(shown, xy, seed=self._seed)
            return {"trust": np.array(np.nan if found is None else found)}

        found = float(self._kept(("trust", self._seed, *parts), compute)["trust"])
        return None if np.isnan(found) else found

    def _kept(self, parts: tuple[object, ...], compute: Callable[[], Arrays]) -> Arrays:
        key = self._key(*parts)
        found = None if self._cache is None else self._cache.read(key)
        if found is None:
            found = compute()
            if self._cache is not None:
                self._cache.write(key, found)
        return found

    def _key(self, *parts: object) -> str:
        return stage_key(_VERSION, self._sha256, *parts)


def check_codes(codes: FloatArray, name: str) -> None:
    """Refuse codes ``(n, dim)`` that cannot be laid out; ``name`` is that of the checkpoint.

    Raises
    ------
    GeneratorError
        If they are not numbers, or all the same.
    """
    bad = int((~np.isfinite(codes).all(axis=1)).sum())
    if bad:
        raise GeneratorError(
            f"The codes of {bad} of {len(codes)} images are not numbers, so {name} cannot be mapped; "
            "its training has probably diverged: use an earlier checkpoint."
        )
    if not (codes != codes[0]).any():
        raise GeneratorError(
            f"All {len(codes)} images have one and the same code, so there is nothing to lay out; "
            f"give other images, or a checkpoint of {name} that has learned more."
        )
