"""What the points of a map can be coloured by: figures and groups, each an entry of `FIGURES`; in the index's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.clustering import cluster
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_scene import MapScene

BY_CLASS = "class"
_NEIGHBOURS = 12
_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Which group each point is in.

    Attributes
    ----------
    numbers : int16 (n,)
        Index into ``names``, -1 for none.
    names : tuple of str
    """

    numbers: NDArray[np.int16]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """Something that points can be coloured by.

    Attributes
    ----------
    name : str
        What it is kept under.
    title, help : str
        What it is called, and in a sentence what it says.
    find : function
        Of the scene and the present code ``(dim,)``: a value for each point ``(n,)``, not a number where there is none,
        or where ``grouped`` the groups of the points. It runs in a thread.
    available : function
        Whether a map has what it takes.
    grouped : bool
        Groups have a colour and a shape each and a legend, values a ramp of colours.
    follows : bool
        Whether it depends on the present code.
    ends : pair of str
        What the lowest and the highest values are.
    menu : str
        The menu within the menu that it is one of.
    short : str
        The title where there is little room; empty for the title itself.
    """

    name: str
    title: str
    help: str
    find: Callable[[MapScene, FloatArray], FloatArray | Groups]
    available: Callable[[LatentMap], bool] = lambda _latent_map: True
    grouped: bool = False
    follows: bool = False
    ends: tuple[str, str] = ("low", "high")
    menu: str = ""
    short: str = ""


def classes_of(scene: MapScene) -> Groups:
    """The classes of the data."""
    return Groups(scene.labels, scene.map.classes)


def clusters_of(scene: MapScene, count: int) -> Groups:
    """Codes that lie together in the latent space, in ``count`` clusters, with 0 as many as suit; the largest first."""
    numbers = cluster(scene.map.latents, count)[scene.index.order]
    return Groups(numbers, tuple(f"cluster {number + 1}" for number in range(int(numbers.max(initial=-1)) + 1)))


def order_in_data(scene: MapScene) -> FloatArray:
    """Number of each point in the data ``(n,)``."""
    return scene.index.order.astype(np.float32)


def errors_of(scene: MapScene) -> FloatArray:
    """Mean squared error of each image's reconstruction ``(n,)``."""
    errors = scene.map.errors
    if errors is None:
        return np.full(len(scene.index), np.nan, np.float32)
    return errors[scene.index.order]


def local_density(scene: MapScene) -> FloatArray:
    """Logarithm of how many points lie about each point ``(n,)``, counted in cells of a few points each."""
    count = len(scene.index)
    if count == 0:
        return np.zeros(0, np.float32)
    aside = int(np.clip(np.sqrt(count), 8, 256))
    side = max(*(scene.high - scene.low), 1e-12)
    cells = ((scene.index.xy - scene.low) * (aside / side)).clip(0, aside - 1).astype(np.intp)
    grid = np.zeros((aside + 2, aside + 2))
    np.add.at(grid, (cells[:, 1] + 1, cells[:, 0] + 1), 1)
    shifts = [(dx, dy) for dx in (0, 1, 2) for dy in (0, 1, 2)]
    near = np.sum([grid[dy : aside + dy, dx : aside + dx] for dx, dy in shifts], axis=0)
    return np.asarray(np.log(near[cells[:, 1], cells[:, 0]]), np.float32)


def distance_to(scene: MapScene, code: FloatArray) -> FloatArray:
    """How far the code of each point lies from ``code (dim,)`` in the latent space itself ``(n,)``."""
    latents, order = scene.map.latents, scene.index.order
    found = np.empty(len(order), np.float32)
    for start in range(0, len(order), _AT_ONCE):
        away = latents[order[start : start + _AT_ONCE]] - code
        with np.errstate(over="ignore"):
            found[start : start + _AT_ONCE] = np.sqrt(np.einsum("ij,ij->i", away, away))
    return found


def local_deviation(scene: MapScene) -> FloatArray:
    """How far the codes of a dozen neighbours on the map lie from their mean ``(n,)``, as a share of the spread of all.

    0 where neighbours on the map are neighbours in the latent space, near 1 where the map says nothing about the code.
    """
    latents, order = scene.map.latents, scene.index.order
    if len(order) == 0:
        return np.zeros(0, np.float32)
    good = np.asarray(np.isfinite(latents).all(axis=1))[order]
    spread = float(np.sqrt(latents[order[good]].var(axis=0, dtype=np.float64).sum())) if good.any() else 0.0
    starts = np.arange(0, len(order), _NEIGHBOURS)  # neighbours along a column of the index
    sizes = np.diff(np.append(starts, len(order)))
    squares = np.zeros(len(starts))
    for axis in range(latents.shape[1]):
        values = np.where(good, latents[order, axis], np.nan).astype(np.float64)
        means = np.add.reduceat(values, starts) / sizes
        squares += np.add.reduceat((values - np.repeat(means, sizes)) ** 2, starts) / sizes
    return np.repeat(np.sqrt(squares) / max(spread, 1e-12), sizes).astype(np.float32)


def _clusters(count: int, scene: MapScene, _code: FloatArray) -> Groups:
    return clusters_of(scene, count)


_CLUSTER_HELP = "Groups of images whose codes lie together in the latent space, found without looking at classes"
FIGURES = (
    Figure(BY_CLASS, "class", "Each class in its colour.", lambda scene, _code: classes_of(scene), grouped=True),
    Figure(
        "clusters", "clusters", f"{_CLUSTER_HELP}; as many as suit the data.",
        partial(_clusters, 0), grouped=True, menu="clusters",
    ),
    *(
        Figure(
            f"clusters-{count}", f"{count} clusters", f"{_CLUSTER_HELP}; {count} of them.",
            partial(_clusters, count), grouped=True, menu="clusters",
        )
        for count in (4, 8, 16, 32)
    ),
    Figure(
        "density", "density", "How many images lie about a point.",
        lambda scene, _code: local_density(scene), ends=("few", "many"),
    ),
    Figure(
        "distance", "distance", "How far the code of a point lies from the present one, in the latent space.",
        distance_to, follows=True, ends=("near", "far"),
    ),
    Figure(
        "deviation", "deviation", "How far neighbours on the map lie apart in the latent space; 0 on a plane.",
        lambda scene, _code: local_deviation(scene),
    ),
    Figure(
        "error", "reconstruction error", "How far the model's own version of an image is from the image.",
        lambda scene, _code: errors_of(scene), available=lambda latent_map: latent_map.errors is not None,
        short="error",
    ),
    Figure(
        "order", "order", "Where an image comes in the data, from the first to the last.",
        lambda scene, _code: order_in_data(scene), ends=("first", "last"),
    ),
)  # fmt: skip
"""All of them: a new one is one entry here."""


def figure_named(name: str) -> Figure:
    """The entry of that name."""
    return next(figure for figure in FIGURES if figure.name == name)
