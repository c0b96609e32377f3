"""The kinds of maps in plain words: what they are called, what they need, and what a place on one is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.planes import plane_of
from dinoexplorer.latent.projections import installed_projections


@dataclass(frozen=True, slots=True)
class MapKind:
    """A way to lay images out that can be chosen; ``extra`` is the optional part of the program that it needs."""

    method: str
    title: str
    help: str
    extra: str = ""

    def missing(self) -> str:
        """A sentence that says what to install, or nothing where nothing is missing."""
        if not self.extra or self.method in installed_projections():
            return ""
        return f"{self.title} is not installed; install it with: pip install 'dinoexplorer[{self.extra}]'."


LATENT_PLANE = MapKind("plane", "Latent plane", "The two numbers of the code as they are: every place is one code.")
KINDS = (
    MapKind("pca", "PCA", "The two directions in which the images vary most. Ready at once."),
    MapKind("tsne", "t-SNE", "Neighbours stay neighbours; distances between groups mean little.", "maps"),
    MapKind("umap", "UMAP", "Neighbours stay neighbours, and more of the shape of the whole stays.", "umap"),
    MapKind("pacmap", "PaCMAP", "Near and far at once; the quickest of the curved maps.", "pacmap"),
)
_NAMES = {kind.method: kind.title for kind in (LATENT_PLANE, *KINDS)} | {"slice": "Flat cut"}


def kinds_for(spec: LatentSpec) -> tuple[MapKind, ...]:
    """What a space can be laid out by; only one of two dimensions is a plane already."""
    return (LATENT_PLANE, *KINDS) if spec.dim == 2 else KINDS


def title_of(latent_map: LatentMap, spec: LatentSpec) -> str:
    """What a map is called."""
    pair = dimensions_of(latent_map)
    if pair is not None:
        return f"{spec.name(pair[0])} and {spec.name(pair[1])}"
    return _NAMES.get(latent_map.method, latent_map.method)


def dimensions_of(latent_map: LatentMap) -> tuple[int, int] | None:
    """The two dimensions that a map is the plane of, or None for all other maps."""
    plane = plane_of(latent_map.inverse, latent_map.latents.shape[1]) if latent_map.method == "slice" else None
    if plane is None:
        return None
    found = []
    for direction in (plane.first, plane.second):
        numbers = np.flatnonzero(direction)
        if len(numbers) != 1 or direction[numbers[0]] != 1:
            return None
        found.append(int(numbers[0]))
    return found[0], found[1]


def worth_of(latent_map: LatentMap) -> str:
    """In one sentence what a place on a map says of the code; nothing where the map is the space itself."""
    if latent_map.exact:
        return ""
    share = latent_map.variance
    if latent_map.method == "slice":
        told = f"; it shows {share:.0%} of how the images differ" if share is not None else ""
        return f"Flat cut: a place is exactly one code{told}."
    name, trust = _NAMES.get(latent_map.method, latent_map.method), latent_map.trustworthiness
    parts = []
    if trust is not None:
        parts.append(f"neighbours {trust:.0%} kept")
    if share is not None:
        parts.append(f"a place tells {share:.0%} of the code")
    basis = " of what the pictures look like" if latent_map.basis == "pictures" else ""
    return f"{name}{basis}: {'; '.join(parts) or 'how far to trust it was not measured'}."
