"""Making the map of an open checkpoint, of pictures or of its own samples."""

from __future__ import annotations

from dinoexplorer.generators.generator import Generator, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_building import build_map
from dinoexplorer.latent.map_data import MapData, read_data
from dinoexplorer.latent.map_stages import Progress
from dinoexplorer.latent.projections import installed_projections
from dinoexplorer.latent.stage_cache import StageCache

SAMPLES = 2000


def make_map(
    generator: Generator,
    data: MapData | None,
    *,
    method: str = "",
    progress: Progress | None = None,
    cache: StageCache | None = None,
) -> LatentMap:
    """Make a map of pictures, or of samples of the generator's own where it has no encoder or ``data`` is None.

    ``method`` is a wish: where it does not fit or its package is missing, the plane of a two-dimensional space and
    PCA of all others are taken.
    """
    info = generator.info
    how = method if usable_method(method, info) else "auto"
    if data is None or not info.encoder:
        return build_map(generator, None, method=how, samples=SAMPLES, progress=progress, cache=cache)
    pictures = read_data(data, info, progress)
    return build_map(
        generator, pictures.images, pictures.labels, pictures.classes, method=how, progress=progress, cache=cache
    )


def usable_method(method: str, info: GeneratorInfo) -> bool:
    """Whether the codes of a checkpoint can be laid out by a method here."""
    return method in installed_projections() and (method != "plane" or info.latent.dim == 2)
