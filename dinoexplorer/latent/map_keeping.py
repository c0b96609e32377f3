"""Where a map that was made in the window is kept, and which map a checkpoint is shown with."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.latent_map import Beside, LatentMap, look_beside, map_path, read_map, write_map
from dinoexplorer.latent.map_stages import BuildCancelledError
from dinoexplorer.latent.planes import plane_map, plane_of
from dinoexplorer.latent.projections import projection_names
from dinoexplorer.latent.reprojecting import reproject
from dinoexplorer.latent.stage_cache import StageCache, behind_z, stages_home
from training.files import replace_file

_DAMAGE = (OSError, ValueError, LookupError, EOFError, TypeError)


def maps_home() -> Path:
    """The folder of the maps that do not lie beside their checkpoints."""
    return stages_home().with_name("made-maps")


def own_map_path(info: GeneratorInfo) -> Path:
    """Where the user's own map of a checkpoint lies when it does not lie beside it."""
    return maps_home() / f"{_known_as(info)}.map.npz"


def keep_map(info: GeneratorInfo, latent_map: LatentMap, *, beside: bool) -> Path:
    """Write a map that was made: beside the checkpoint where ``beside`` and the disk allow it, else to the user's own.

    One that lies beside it of another space of the same network stays where it is.

    Raises
    ------
    GeneratorError
        If it can be written nowhere.
    """
    if beside and os.access(info.path.parent, os.W_OK) and not _of_another_space(info):
        with suppress(GeneratorError):  # a full or read-only disk: the other place may be another disk
            write_map(map_path(info.path), latent_map)
            return map_path(info.path)
    path = own_map_path(info)
    with suppress(OSError):  # writing says it
        path.parent.mkdir(parents=True, exist_ok=True)
    write_map(path, latent_map)
    return path


def _of_another_space(info: GeneratorInfo) -> bool:
    """Whether the map beside a checkpoint is a good one, only not of the space that the network is read in now."""
    with suppress(GeneratorError):
        found = read_map(map_path(info.path))
        return found.checkpoint_sha256 == info.sha256 and not found.fits(info)
    return False


def find_map(info: GeneratorInfo) -> Beside:
    """The map beside a checkpoint or the user's own, whichever is newer and of this checkpoint."""
    beside = look_beside(info)
    own = own_map_path(info)
    try:
        newer = own.stat().st_mtime_ns
    except OSError:
        return beside
    if beside.map is not None and _time(map_path(info.path)) > newer:
        return beside
    try:
        latent_map = read_map(own)
    except GeneratorError:
        return beside
    fits = latent_map.checkpoint_sha256 == info.sha256 and latent_map.fits(info)
    return Beside(latent_map, "", method=latent_map.method) if fits else beside


def keep_choice(info: GeneratorInfo, shown: LatentMap) -> None:
    """Remember how the map of a checkpoint was last looked at, where the disk allows it."""
    path = _choice_path(info)
    plane = plane_of(shown.inverse, shown.latents.shape[1])
    arrays = {} if plane is None else plane.arrays()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            np.savez(file, allow_pickle=False, method=np.array(shown.method), **arrays)


def as_chosen(latent_map: LatentMap | None, info: GeneratorInfo, cache: StageCache | None = None) -> LatentMap | None:
    """A map as it was last looked at, where that takes no time: planes, and what is in the cache."""
    if latent_map is None:
        return None
    try:
        with _choice_path(info).open("rb") as file, np.load(file, allow_pickle=False) as archive:
            method = str(archive["method"])
            arrays: dict[str, FloatArray] = {name: archive[name] for name in archive.files if name != "method"}
        plane = plane_of(arrays, info.latent.dim)
    except (*_DAMAGE, GeneratorError):
        return latent_map
    if plane is not None:
        return plane_map(latent_map, plane)
    if method == latent_map.method or method not in projection_names():
        return latent_map
    with suppress(GeneratorError, BuildCancelledError):
        return reproject(latent_map, method, info, progress=_refuse, cache=cache or StageCache())
    return latent_map


def without_points(info: GeneratorInfo) -> LatentMap:
    """A map that nothing is known for, to lay planes through a space of any dimension."""
    codes, places = np.zeros((0, info.latent.dim), np.float32), np.zeros((0, 2), np.float32)
    nothing = np.zeros((0, 1, 1, 3), np.uint8)
    return LatentMap(codes, places, np.zeros(0, np.int32), (), nothing, "pca", info.sha256)


def _refuse(_stage: str, _done: int, _total: int) -> None:
    raise BuildCancelledError


def _choice_path(info: GeneratorInfo) -> Path:
    return maps_home() / f"{_known_as(info)}.choice.npz"


def _known_as(info: GeneratorInfo) -> str:
    """A network that is read in several spaces has one checksum, and a map of each."""
    return "-".join((info.sha256, *behind_z(info.latent.spaces[0])))


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
