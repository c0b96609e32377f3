"""From points of a latent map to pictures of the dataset that they were made of, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_data import data_of_training
from training.data.dataset import is_dataset
from training.data.images import DataError


def dataset_of(info: GeneratorInfo) -> Path:
    """The dataset folder that a checkpoint was trained on.

    Raises
    ------
    DataError
        It was trained on something else, or the folder is not here.
    """
    data = data_of_training(info)
    if data is None:
        raise DataError(f"what {info.name} was trained on is not known, or not on this machine")
    folder = Path(data.source)
    if not is_dataset(folder):
        raise DataError(f"{info.name} was not trained on a prepared dataset but on {data.text}; prepare that first")
    return folder


def names_of(latent_map: LatentMap, chosen: NDArray[np.intp], code: FloatArray) -> tuple[str, ...]:
    """The names of the chosen points, or where none are chosen of the one nearest to a code.

    Raises
    ------
    DataError
        The map does not know the names of its images.
    """
    if not latent_map.names or not len(latent_map):
        raise DataError("the map does not know the names of its images; make it anew from the dataset")
    if not len(chosen):
        distances = np.nan_to_num(((latent_map.latents - code) ** 2).sum(axis=1), nan=np.inf)
        chosen = np.array([int(distances.argmin())], np.intp)
    return tuple(latent_map.name(int(index)) for index in chosen)


def points_of(latent_map: LatentMap, names: Iterable[str]) -> Sequence[int]:
    """The points of a map that have one of these names, ascending."""
    wanted = frozenset(names)
    return [index for index, name in enumerate(latent_map.names) if name in wanted]
