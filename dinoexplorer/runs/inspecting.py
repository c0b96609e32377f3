"""What lies where the pictures are to come from: counted, sampled, judged; quickly."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.runs.views import DataReport
from training.errors import TrainingError

Cancelled = Callable[[], bool]
EXAMPLES = 16
_SIDE = 64
_SAMPLED = 200
_COUNTED_AT_MOST = 500_000
_FEW = 200
_SMALL = 16
_LOOKED = 256


class Unwanted(TrainingError):
    """Nobody wants the report any more."""


def inspect_data(source: str, cancelled: Cancelled) -> DataReport:
    """Look at a dataset, a folder, an `.npz` file or ``builtin:dinosaurs``; folders are sampled, not read whole.

    Raises
    ------
    Unwanted
        ``cancelled`` said so.
    """
    if source.startswith("builtin:"):
        return _builtin(source)
    path = Path(source).expanduser()
    if path.is_dir():
        return _dataset(source, path, cancelled) or _folder(source, path, cancelled)
    if path.suffix.lower() == ".npz" and path.is_file():
        return _archive(source, path)
    if path.is_file():
        return _useless(source, f"{path.name} is a file; give a folder of pictures, an .npz file or builtin:dinosaurs.")
    return _useless(
        source, f"There is nothing at {source!r}; give a folder of pictures, an .npz file, or the built-in."
    )


def _builtin(source: str) -> DataReport:
    from training.data import builtin, dinosaurs  # noqa: PLC0415  draws, so only when asked for
    from training.data.images import DataError  # noqa: PLC0415  as above

    if source.partition(builtin.WITHOUT)[0] != f"builtin:{builtin.NAME}":
        return _useless(source, f"There is no built-in data {source!r}; did you mean 'builtin:{builtin.NAME}'?")
    try:
        absent, classes = builtin.species_left_out(source), builtin.species_of(source)
    except DataError as error:
        return _useless(source, _as_sentence(error))
    examples, _ = dinosaurs.draw_many(EXAMPLES, _SIDE, seed=0, start=0, variation=1.0, absent=absent)
    return DataReport(source, builtin.DEFAULT_COUNT, classes, (), (), np.asarray(examples, np.uint8))


def _dataset(source: str, path: Path, cancelled: Cancelled) -> DataReport | None:
    """What `dinotrain prepare` made, with what a person decided; None where it is another folder."""
    from training.data.images import DataError  # noqa: PLC0415  with Pillow, only when asked for
    from training.data.prepared import is_prepared, taken_records  # noqa: PLC0415  as above

    try:
        if not is_prepared(path):
            return None
        records = taken_records(path)
    except DataError as error:
        return _useless(source, _as_sentence(error))
    if not records:
        return _useless(source, f"Every picture of {path} is left out; take some in again.")
    members = Counter(record.label for record in records if record.label is not None)
    return _looked_at(source, [record.file for record in records], members, [], cancelled)


def _folder(source: str, path: Path, cancelled: Cancelled) -> DataReport:
    names, more = _names(path, cancelled)
    if not names:
        return _useless(source, f"There are no files in {path}; choose a folder that holds pictures.")
    members = Counter(name.partition("/")[0] for name in names if "/" in name)
    known = [f"There are more than {_COUNTED_AT_MOST:,} files; only the first ones were counted."] if more else []
    return _looked_at(source, names, members, known, cancelled)


def _looked_at(
    source: str, names: list[str], members: Counter[str], known: list[str], cancelled: Cancelled
) -> DataReport:
    """The report on files of a folder, of which some are read.

    ``members`` counts the pictures of each class, ``known`` are warnings that were found before.
    """
    path = Path(source).expanduser()
    sample = sorted(names if len(names) <= _SAMPLED else random.Random(0).sample(names, _SAMPLED))
    pictures, small, unreadable = _read(path, sample, cancelled)
    share = len(sample) / len(names)
    if not pictures:
        first = unreadable[0] if unreadable else f"{sample[0]} is too small"
        text = f"None of the {len(sample)} files looked at in {path} is a picture that can be used. The first: {first}."
        return _useless(source, text, count=len(names))
    classes = tuple(sorted(members)) if len(members) > 1 else ()
    stacked = np.stack(pictures)
    problems, warnings = _judged(stacked, len(names), round(len(unreadable) / share))
    warnings += known
    if unreadable:
        about = "" if share == 1 else "about "
        warnings.append(
            f"{about.capitalize()}{round(len(unreadable) / share):,} of {len(names):,} files cannot be read and will be"
            f" left out. The first: {unreadable[0]}."
        )
    if small:
        warnings.append(
            f"{len(small)} of {len(sample)} pictures looked at are smaller than {_SMALL} pixels and will be blurred up."
            f" The first: {small[0]}."
        )
    warnings += [
        f"The class {name!r} has a single picture, which a model can only learn by heart; add more or remove it."
        for name in classes if members[name] == 1
    ]  # fmt: skip
    return DataReport(source, len(names), classes, tuple(problems), tuple(warnings), _examples(stacked))


def _names(path: Path, cancelled: Cancelled) -> tuple[list[str], bool]:
    """Files as the training finds them, hidden ones left out, and whether there are more.

    Not sorted: for half a million names that would keep the interpreter's lock, and with it the window, for long.
    """
    found: list[str] = []
    for root, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(root).relative_to(path)
        found += [(here / name).as_posix() for name in names if not name.startswith(".")]
        if cancelled():
            raise Unwanted(f"the inspection of {path} was called off")
        if len(found) > _COUNTED_AT_MOST:
            return found[:_COUNTED_AT_MOST], True
    return found, False


def _read(
    path: Path, sample: Sequence[str], cancelled: Cancelled
) -> tuple[list[NDArray[np.uint8]], list[str], list[str]]:
    from PIL import Image  # noqa: PLC0415  with its decoders, only when asked for

    from training.data.folders import SMALLEST  # noqa: PLC0415  as above
    from training.data.pictures import PictureError, load_picture  # noqa: PLC0415  as above

    pictures, small, unreadable = [], [], []
    for name in sample:
        if cancelled():
            raise Unwanted(f"the inspection of {path} was called off")
        try:
            pictures.append(load_picture(path / name, _SIDE, 3, smallest=SMALLEST))
        except PictureError as error:
            unreadable.append(str(error))
            continue
        with Image.open(path / name) as picture:  # the header alone
            if min(picture.size) < _SMALL:
                small.append(name)
    return pictures, small, unreadable


def _archive(source: str, path: Path) -> DataReport:
    from training.data.images import DataError, open_images  # noqa: PLC0415  only when asked for

    try:
        images = open_images(path, size=_SIDE, count=_SAMPLED)
        with np.load(path, allow_pickle=False) as archive:
            labels = archive["y_train"] if "y_train" in archive else np.empty(0, np.int64)
            count = len(labels) or len(archive["x_train"])
    except (DataError, OSError, ValueError, KeyError) as error:
        return _useless(source, _as_sentence(error))
    classes = tuple(str(value) for value in np.unique(labels)) if len(labels) else ()
    problems, warnings = _judged(images.images, count, 0)
    return DataReport(
        source, count, classes if len(classes) > 1 else (), tuple(problems), tuple(warnings), _examples(images.images)
    )


def _judged(pictures: NDArray[np.uint8], count: int, unreadable: int) -> tuple[list[str], list[str]]:
    """Problems and warnings that the pictures themselves give."""
    usable = max(len(pictures), count - unreadable)
    if usable == 1:
        return ["There is only one picture; a model needs at least two, and a few hundred to be any good."], []
    if (pictures == pictures[0]).all() and len(pictures) > 1:
        if len(pictures) >= usable:
            return [f"All {len(pictures)} pictures are the same; there is nothing to learn from them."], []
        return [], [f"All {len(pictures)} pictures looked at are the same; look into the folder before you train."]
    if usable < _FEW:
        return [], [f"There are only {usable} pictures; expect them to be learnt by heart. A few hundred do better."]
    return [], []


def _examples(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    places = np.unique(np.linspace(0, len(pictures) - 1, EXAMPLES, dtype=int))
    return np.ascontiguousarray(pictures[places])


def _as_sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _useless(source: str, problem: str, count: int = 0) -> DataReport:
    return DataReport(source, count, (), (problem,), (), np.zeros((0, _SIDE, _SIDE, 3), np.uint8))
