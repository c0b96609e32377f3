"""Pictures from a dataset that `dinotrain prepare` made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.dataset import (
    Record,
    class_names,
    content_number,
    decided,
    fingerprint_of_records,
    is_dataset,
    read_about,
    read_choices,
    read_manifest,
    shown_names,
)
from training.data.folders import size_and_time, spread, squares
from training.data.images import DataError, ImageSet, Progress, Shape
from training.data.workshop.preparation import picture_options
from training.data.workshop.stock import unfinished


def is_prepared(folder: Path) -> bool:
    """Whether a folder is a dataset.

    Raises
    ------
    DataError
        It was to become one, but its preparation was ended too early.
    """
    if unfinished(folder):
        raise DataError(f"{folder} is a dataset that is not finished; prepare it again, what is done is kept")
    return is_dataset(folder)


def open_prepared(folder: Path, shape: Shape, count: int | None, progress: Progress) -> ImageSet:
    """See `training.data.images.open_images`.

    A person's choices hold at once. The pictures are kept in the cache as those of any folder are; one that has the
    asked size already is not scaled again.
    """
    about, records = read_about(folder), taken_records(folder)
    if not records:
        raise DataError(f"every picture of {folder} is left out; take some in again")
    if count is not None:
        records = spread(records, count)
    progress("looking for pictures", len(records), len(records))
    files = [(record.file, *size_and_time(folder / record.file)) for record in records]
    images, good, skipped, _ = squares(folder, files, shape, progress)
    names = shown_names(records)
    if not len(images):
        raise DataError(f"none of the {len(records)} pictures of {folder} is there; prepare it again")
    kept = _those(records, good)
    labels, classes = _labels(records)
    here = [records[place] for place in kept]
    return ImageSet(
        images,
        labels[kept],
        classes,
        tuple(names[place] for place in kept),
        np.array([content_number(record) for record in here], np.uint64),
        fingerprint_of_records(here, picture_options(about.options)),
        skipped,
        _held_out(about.options),
    )


def taken_records(folder: Path) -> list[Record]:
    """The pictures of a dataset as a person decided them, in the order of the manifest.

    Raises
    ------
    DataError
        Its files are damaged.
    """
    choices = read_choices(folder)
    return [one for record in read_manifest(folder) if (one := decided(record, choices)).taken]


def _those(records: Sequence[Record], good: Sequence[str]) -> list[int]:
    """Places of the records whose files could be read; both are in the same order."""
    places, wanted = [], iter(good)
    file = next(wanted, None)
    for place, record in enumerate(records):
        if record.file == file:
            places.append(place)
            file = next(wanted, None)
    return places


def _labels(records: Sequence[Record]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    classes = class_names(record.label for record in records)
    place = {name: index for index, name in enumerate(classes)}
    labels = [place.get(record.label, -1) if record.label is not None else -1 for record in records]
    return np.array(labels, np.int32), classes


def _held_out(options: Any) -> float:
    share = options.get("held_out", 0.0)
    return float(share) if isinstance(share, int | float) else 0.0
