"""Codes in from other programs' files and from text; nothing in a file is run."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.document.checking import one_line
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, LatentSpec

Named = tuple[str, FloatArray]
"""A name, empty where there is none, and a code ``(dim,)``."""

LARGEST_IMPORT = 256 * 2**20
LARGEST_TEXT = 16 * 2**20
_OURS = ("latents", "latent", "z", "w", "codes")  # where other programs keep codes, the likeliest first


def import_pins(path: Path, spec: LatentSpec) -> list[Named]:
    """Read codes from a ``.npy``, ``.npz``, ``.csv``, ``.txt``, ``.json``, ``.pt`` or ``.pth``.

    ``.npz`` may be ours (``latents``, ``names``), what ``dinoexplorer encode`` writes, or the ``w`` of StyleGAN's
    projector; ``.pt`` a tensor, or a dictionary of tensors by name.

    Raises
    ------
    GeneratorError
        With a sentence that names the file and says why it cannot be used.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_IMPORT:
            raise GeneratorError(
                f"{path.name} is larger than {LARGEST_IMPORT >> 20} MiB, which is more than pins; take a part of it."
            )
        read = _READERS.get(path.suffix.lower())
        if read is None:
            raise GeneratorError(
                f"{path.name} is no file that codes are read from; give a .npy, .npz, .csv, .txt, .json or .pt."
            )
        named = read(path, spec)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name, or whether it was moved.") from None
    except OSError as error:
        raise GeneratorError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None
    if not named:
        raise GeneratorError(f"{path.name} holds no codes; save some in it first.")
    return named


def codes_in_text(text: str, spec: LatentSpec) -> FloatArray:
    """Codes ``(n, dim)`` in pasted text: numbers apart by commas, spaces or lines, also as JSON or Python lists.

    Raises
    ------
    GeneratorError
        If it is not all numbers, or they are not whole codes.
    """
    if len(text) > LARGEST_TEXT:
        raise GeneratorError(f"This text is larger than {LARGEST_TEXT >> 20} MiB; import it as a .npy file instead.")
    words = text.translate(_SEPARATORS).split()
    if not words:
        raise GeneratorError(f"This text holds no numbers; copy {spec.dim} for each code.")
    values = np.empty(len(words), dtype=np.float64)
    for place, word in enumerate(words):
        try:
            values[place] = float(word)
        except ValueError:
            raise GeneratorError(
                f'"{one_line(word)[:20]}" is not a number; copy numbers alone, such as "0.5, 1.5".'
            ) from None
    if len(values) % spec.dim:
        raise GeneratorError(
            f"This text holds {len(values)} numbers and a code here has {spec.dim}; copy {spec.dim} for each code."
        )
    return spec.check(values.reshape(-1, spec.dim))


def pins_in_text(text: str, spec: LatentSpec) -> list[Named]:
    """Codes in pasted text: the table that pins are copied as, one out of a spreadsheet, or bare numbers.

    Raises
    ------
    GeneratorError
        If it is neither.
    """
    if len(text) <= LARGEST_TEXT:
        first = (text := text.lstrip("\ufeff\r\n")).partition("\n")[0]
        separator = next((mark for mark in "\t;" if mark in first), ",")
        with suppress(csv.Error):
            rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(map(str.strip, row))]
            if any(len(row) == spec.dim + 1 and _is_number(row[-1]) and not _is_number(row[0]) for row in rows):
                return _of_rows("the text", rows, spec)
    return [("", code) for code in codes_in_text(text, spec)]


_SEPARATORS = str.maketrans(dict.fromkeys("[](){},;\t\r\n", " "))


def _read_npy(path: Path, spec: LatentSpec) -> list[Named]:
    try:
        array = np.lib.format.open_memmap(path, mode="r")  # a header that lies about its size is found out
        return _named(path.name, array, (), spec)
    except (ValueError, EOFError, TypeError, OverflowError, MemoryError):
        raise GeneratorError(
            f"{path.name} is not a .npy file of numbers, or it is damaged; save one with numpy.save."
        ) from None


def _read_npz(path: Path, spec: LatentSpec) -> list[Named]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > LARGEST_IMPORT:
                raise GeneratorError(f"{path.name} unpacks to more than {LARGEST_IMPORT >> 20} MiB; take a part of it.")
        with np.load(path, allow_pickle=False) as arrays:
            key = next((key for key in _OURS if key in arrays.files), arrays.files[0] if arrays.files else "")
            if not key:
                return []
            names = _member(arrays, "names") if "names" in arrays.files else np.empty(0)
            array = _member(arrays, key)
    except (
        ValueError, EOFError, KeyError, TypeError, OverflowError, MemoryError, zipfile.BadZipFile, zlib.error,
        NotImplementedError, RuntimeError,
    ):  # fmt: skip
        raise GeneratorError(
            f"{path.name} is not a .npz file of numbers, or it is damaged; save one with numpy.savez."
        ) from None
    titles = [str(name) for name in names.tolist()] if names.ndim == 1 and names.dtype.kind == "U" else []
    if key == "w":
        array = _projected(path, array, spec)
    return _named(path.name, array, titles, spec)


def _member(arrays: Mapping[str, Any], key: str) -> NDArray[Any]:
    array = arrays[key]
    if not isinstance(array, np.ndarray):  # NumPy hands out whatever else lies in the archive as bytes
        raise ValueError(key)  # noqa: TRY004  as a damaged array does
    return array


def _projected(path: Path, array: NDArray[Any], spec: LatentSpec) -> NDArray[Any]:
    """StyleGAN's projector keeps one ``w`` for each layer, ``(1, layers, dim)``; a plain w is the same in all."""
    if not spec.spaces[0].startswith("w"):
        raise GeneratorError(
            f"{path.name} holds a code in w and this generator takes {spec.spaces[0]}; open the StyleGAN that made it."
        )
    if array.ndim != 3:
        return array
    if array.shape[1] * array.shape[2] == spec.dim:
        return array.reshape(len(array), -1)
    if array.shape[2] == spec.dim and (array == array[:, :1]).all():
        return array[:, 0]
    raise GeneratorError(
        f"{path.name} holds a code of {array.shape[1]} layers x {array.shape[2]} numbers and this generator takes "
        f"{spec.dim}; open the StyleGAN that made it."
    )


def _read_csv(path: Path, spec: LatentSpec) -> list[Named]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise GeneratorError(f"{path.name} is not a table in UTF-8; save it as CSV again.") from None
    return _of_rows(path.name, rows, spec)


def _of_rows(title: str, rows: list[list[str]], spec: LatentSpec) -> list[Named]:
    if rows and not any(map(_is_number, rows[0])):  # the names of the columns
        del rows[0]
    named: list[Named] = []
    for number, row in enumerate(rows, 1):
        if len(row) not in {spec.dim, spec.dim + 1}:
            raise GeneratorError(
                f"Row {number} of {title} has {len(row)} columns and a code here has {spec.dim} numbers, with or "
                f"without a name before them; give as many."
            )
        name, cells = (row[0], row[1:]) if len(row) > spec.dim else ("", row)
        bad = next((cell for cell in cells if not _is_number(cell)), None)
        if bad is not None:
            raise GeneratorError(f'Row {number} of {title} has "{one_line(bad)[:20]}" where a number should be.')
        named += _named(title, np.array([float(cell) for cell in cells]), [name], spec)
    return named


def _read_text(path: Path, spec: LatentSpec) -> list[Named]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise GeneratorError(f"{path.name} is not text in UTF-8; save it again as such.") from None
    return [("", code) for code in codes_in_text(text, spec)]


def _read_torch(path: Path, spec: LatentSpec) -> list[Named]:
    import torch  # noqa: PLC0415  not before a file asks for it

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception:  # noqa: BLE001  torch raises whatever its parts raise on a file that is none
        raise GeneratorError(
            f"{path.name} is not a plain file of tensors, and nothing else is loaded; save one with torch.save."
        ) from None
    tensors = loaded if isinstance(loaded, Mapping) else {"": loaded}
    named: list[Named] = []
    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor):
            raise GeneratorError(f"{path.name} holds more than tensors; save the codes alone with torch.save.")
        array = tensor.detach().to(torch.float32).numpy()
        count = len(array) if array.ndim == 2 else 1
        titles = [f"{name} {place + 1}" if count > 1 else str(name) for place in range(count)] if name else []
        named += _named(path.name, array, titles, spec)
    return named


def _named(title: str, array: NDArray[Any], names: Iterable[str], spec: LatentSpec) -> list[Named]:
    """Codes with the names that are there; what does not fit is refused by the name of its file."""
    if array.size == 0:
        return []
    try:
        codes = spec.check(array)
    except GeneratorError as error:
        sentence = str(error)
        raise GeneratorError(f"{title} does not fit: {sentence[:1].lower()}{sentence[1:]}") from None
    titles = [*(one_line(name) for name in names), *[""] * len(codes)]
    return [(title, np.array(code)) for title, code in zip(titles, codes, strict=False)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


_READERS: dict[str, Callable[[Path, LatentSpec], list[Named]]] = {
    ".npy": _read_npy,
    ".npz": _read_npz,
    ".csv": _read_csv,
    ".txt": _read_text,
    ".json": _read_text,
    ".pt": _read_torch,
    ".pth": _read_torch,
}
