"""Usual pictures that a model was not trained on: what strangeness is measured against."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.map_data import BUILTIN, UNSEEN_SEED, MapData, data_of_training, fit_of, held_out_share

if TYPE_CHECKING:
    from training.data.images import ImageSet, Progress

COUNT = 600


def held_out_pictures(
    info: GeneratorInfo,
    source: str | None = None,
    count: int = COUNT,
    progress: Progress | None = None,
    *,
    where: str = "with --data",
) -> ByteArray:
    """Up to ``count`` pictures, RGB ``(n, size, size, 3)``.

    Of built-in series they are drawn anew, with a seed that no training counts to; of what the model was trained on
    only those that the training held out; of other pictures all.

    Parameters
    ----------
    source : str or None
        A folder, a dataset, an .npz file or a built-in series; None for what the model was trained on.
    where : str
        How a person names other pictures; errors say so.

    Raises
    ------
    GeneratorError
        If nothing is known of the training and no source is given, or nothing of it was held out or is readable.
    """
    trained_on = data_of_training(info)
    asked = trained_on if source is None else MapData(source)
    if asked is None:
        raise GeneratorError(
            f"{info.path.name} does not say which pictures it was trained on, so nothing tells what is usual; "
            f"name usual pictures that it has not seen {where}."
        )
    images = _opened(asked, trained_on, info, count, progress)
    rows = np.arange(len(images))
    if trained_on is not None and not _is_builtin(asked.source) and _same(asked.source, trained_on.source):
        rows = images.split(held_out_share(info))[1]
        if not len(rows):
            raise GeneratorError(
                f"{info.path.name} was trained on all pictures of {asked.source}; name others {where}."
            )
    rows = rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(np.intp)]
    pictures = images.images[rows]
    return np.ascontiguousarray(pictures if pictures.shape[3] == 3 else np.repeat(pictures, 3, axis=3))


def _opened(
    asked: MapData, trained_on: MapData | None, info: GeneratorInfo, count: int, progress: Progress | None
) -> ImageSet:
    """In the channels of the training, since content decides what it held out."""
    from training.data.images import DataError, open_images  # noqa: PLC0415  only when pictures are judged

    builtin = _is_builtin(asked.source)
    variation = asked.variation if trained_on is None or asked.variation is not None else trained_on.variation
    try:
        return open_images(
            asked.source, size=info.image_size, channels=info.channels, count=count if builtin else None,
            fit=fit_of(info), seed=UNSEEN_SEED, variation=1.0 if variation is None else variation, progress=progress,
        )  # fmt: skip
    except DataError as error:
        text = str(error).rstrip(".")
        raise GeneratorError(f"{text[:1].upper()}{text[1:]}.") from None


def _is_builtin(source: str) -> bool:
    return source.startswith(BUILTIN)


def _same(one: str, other: str) -> bool:
    return Path(one).expanduser().resolve() == Path(other).expanduser().resolve()
