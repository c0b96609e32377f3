"""Directions in a file of their own: arrays only, with the hash of the model they belong to."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.latent.direction import Direction, check, check_belongs
from training.files import replace_file

_VERSION = 1
_NEEDED = ("version", "names", "vectors", "deviations", "how", "checkpoint_sha256")
_DAMAGE = (
    OSError, ValueError, LookupError, EOFError, TypeError, RuntimeError, SyntaxError, MemoryError, ArithmeticError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip


def write_directions(path: Path, directions: Sequence[Direction]) -> None:
    """Write directions of one model as ``.npz``, whole or not at all.

    ``vectors (k, dim)`` and ``deviations (k,)`` move a code in any program: ``code + t * deviation * vector``.

    Raises
    ------
    GeneratorError
        If there are none, they belong to different models, or the file cannot be written.
    """
    if not directions:
        raise GeneratorError("There is no direction to save; find or teach one first.")
    if len({(direction.checkpoint_sha256, direction.vector.shape, direction.space) for direction in directions}) > 1:
        raise GeneratorError("These directions belong to different models; save those of one model at a time.")
    arrays: dict[str, NDArray[np.generic]] = {
        "version": np.array(_VERSION),
        "names": np.array([direction.name for direction in directions], np.str_),
        "vectors": np.stack([direction.vector for direction in directions]).astype(np.float32),
        "deviations": np.array([direction.deviation for direction in directions], np.float64),
        "how": np.array([direction.how for direction in directions], np.str_),
        "checkpoint_sha256": np.array(directions[0].checkpoint_sha256),
        "shares": _with_gaps([direction.share for direction in directions]),
        "accuracies": _with_gaps([direction.accuracy for direction in directions]),
        "space": np.array(directions[0].space),
        "layers": np.array([direction.layers or (-1, -1) for direction in directions], np.int32),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    try:
        with replace_file(path) as file:
            file.write(buffer.getbuffer())
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror}; choose another place.") from None


def read_directions(path: Path, info: GeneratorInfo) -> tuple[Direction, ...]:
    """The directions of a file for the model ``info``; nothing in the file is run.

    Raises
    ------
    GeneratorError
        With a sentence, for a damaged file or one of another model.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        directions = _from_arrays(arrays)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name, or whether it was moved.") from None
    except (GeneratorError, *_DAMAGE):
        raise GeneratorError(
            f"{path.name} is damaged or holds no directions; name a file that was saved from the directions."
        ) from None
    check_belongs(directions, info)
    return directions


def _from_arrays(arrays: dict[str, NDArray[np.generic]]) -> tuple[Direction, ...]:
    missing = [name for name in _NEEDED if name not in arrays]
    if missing or int(arrays["version"].item()) != _VERSION:
        raise GeneratorError("it is no file of directions")
    vectors, count = arrays["vectors"].astype(np.float32), len(arrays["names"])
    if vectors.ndim != 2 or not count == len(vectors) == len(arrays["deviations"]) == len(arrays["how"]):
        raise GeneratorError("its arrays do not belong together")
    gaps, everywhere = np.full(count, np.nan), np.full((count, 2), -1)
    shares, accuracies = (_figures(arrays.get(name, gaps)) for name in ("shares", "accuracies"))
    layers = [(int(first), int(last)) for first, last in arrays.get("layers", everywhere)]
    directions = tuple(
        Direction(
            str(arrays["names"][place]), vectors[place], float(arrays["deviations"][place]), str(arrays["how"][place]),
            str(arrays["checkpoint_sha256"]), shares[place], accuracies[place],
            layers[place] if layers[place][0] >= 0 else None, str(arrays.get("space", "")),
        )
        for place in range(count)
    )  # fmt: skip
    for direction in directions:
        check(direction)
    return directions


def _with_gaps(figures: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if figure is None else figure for figure in figures], np.float64)


def _figures(array: NDArray[np.generic]) -> list[float | None]:
    return [None if np.isnan(figure) else min(max(float(figure), 0.0), 1.0) for figure in array.astype(np.float64)]
