"""The arrays in HDF5 files of Keras, by the names of layers and in the order of the network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.keras_names import (
    array_name,
    array_names,
    is_model,
    kind_of,
    layer_name,
    layers_of,
    snake,
    stored_layers,
)

if TYPE_CHECKING:
    from torch import Tensor

_DEEPEST = 16
_MOST = 20_000
_LONGEST_TEXT = 2**26


@dataclass(frozen=True, eq=False, slots=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    tensors
        By dotted names of layers and arrays, the layers in the order of the network.
    layers
        Names and kinds of all layers that the file mentions, also of those without arrays: ("leaky_re_lu_1",
        "leaky_re_lu"). A kind is empty where the file does not tell it.
    config
        The description of the model, where the file has it.
    """

    tensors: Mapping[str, Tensor]
    layers: Sequence[tuple[str, str]]
    config: Mapping[str, Any] | None


def read_hdf5(name: str, source: Path | BinaryIO, size: int, config: Mapping[str, Any] | None = None) -> Saved:
    """Read the file ``name`` of ``size`` bytes from ``source``.

    Raises
    ------
    GeneratorError
        h5py is not installed, the file is damaged, no file of Keras, or leads out of itself.
    """
    with _opened(name, source) as file:
        _check(name, file, size)
        legacy = file.get("model_weights", file)
        if "layer_names" in legacy.attrs or "layer_names0" in legacy.attrs:
            config = config or _config(file)
            return Saved(*_by_names(legacy, config), config)
        found = [(place, group) for place, group in _groups(file) if "vars" in group]
        if not found:
            raise GeneratorError(
                f"{name} is an HDF5 file, but not one that Keras wrote (it begins with"
                f" {', '.join(list(file)[:3]) or 'nothing'}); save the model with model.save()."
            )
        return Saved(*_by_places(found, config), config)


@contextmanager
def _opened(name: str, source: Path | BinaryIO) -> Iterator[Any]:
    try:
        import h5py  # noqa: PLC0415  an optional extra
    except ImportError:
        raise GeneratorError(
            f"{name} is a file of Keras, and reading it needs h5py; install it with"
            ' pip install "dinoexplorer[keras]", or convert the model to ONNX.'
        ) from None
    try:
        with h5py.File(source, "r") as file:
            yield file
    except GeneratorError:
        raise
    except Exception as error:  # noqa: BLE001  damaged files raise whatever the library meets
        cause = " ".join(str(error).split())[:120].rstrip(".")
        raise GeneratorError(
            f"{name} is an HDF5 file that cannot be read ({cause}); copy or download it again."
        ) from None


def _check(name: str, file: Any, size: int) -> None:
    """Refuse what leads out of the file, and claims of more numbers than it has bytes."""
    claimed = 0
    for number, (place, item) in enumerate(_items(file)):
        if number > _MOST or place.count("/") > _DEEPEST:
            raise GeneratorError(
                f"{name} is an HDF5 file whose groups are nested without end, so it is no network;"
                " copy or download it again."
            )
        if isinstance(item, str):
            raise GeneratorError(
                f"{name} leads to another file at {place!r} ({item}), and nothing outside a file is read;"
                " ask its author for a file that holds all its weights."
            )
        claimed += getattr(item, "nbytes", 0)
        if claimed > 2 * size:
            raise GeneratorError(
                f"{name} claims {claimed:,} bytes of numbers up to {place!r} and is only {size:,} bytes long;"
                " copy or download it again."
            )


def _items(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every group and data set with its path; where a link leads out, a text about it instead."""
    import h5py  # noqa: PLC0415

    for key in group:
        place = f"{path}{key}"
        link = group.get(key, getlink=True)
        if not isinstance(link, h5py.HardLink):
            yield place, f"a link to {getattr(link, 'filename', '') or getattr(link, 'path', '')}"
            continue
        item = group[key]
        if isinstance(item, h5py.Group):
            yield place, item
            yield from _items(item, f"{place}/")
        elif isinstance(item, h5py.Dataset):
            yield place, "numbers in other files" if item.external or item.is_virtual else item


def _groups(file: Any) -> list[tuple[str, Any]]:
    import h5py  # noqa: PLC0415

    found = [(place, item) for place, item in _items(file) if isinstance(item, h5py.Group)]
    return [(place, group) for place, group in found if place.rpartition("/")[2] != "vars"]


def _by_names(weights: Any, config: Mapping[str, Any] | None) -> tuple[dict[str, Tensor], list[tuple[str, str]]]:
    """Keras 2, and Keras 3 when asked for ``.h5``: groups by the names of layers, which an attribute keeps in order."""
    models = {layer_name(layer) for layer in layers_of(config or {}) if is_model(layer)}
    tensors: dict[str, Tensor] = {}
    layers = _texts(weights.attrs, "layer_names")
    for layer in layers:
        names = [(name, name.partition(":")[0].split("/")) for name in _texts(weights[layer].attrs, "weight_names")]
        owners = {parts[-2] if len(parts) > 1 else layer for _, parts in names}
        nested = layer in models or len(owners) > 1
        for name, parts in names:
            owner = f"{layer}.{parts[-2]}" if nested and len(parts) > 1 else layer
            siblings = frozenset(other[-1] for _, other in names if other[:-1] == parts[:-1])
            tensor = _tensor(weights[layer][name])
            if tensor is not None:
                tensors[f"{owner}.{array_name(parts[-1], siblings)}"] = tensor
    return tensors, [(layer, kind_of(layer)) for layer in layers]


def _by_places(
    found: Sequence[tuple[str, Any]], config: Mapping[str, Any] | None
) -> tuple[dict[str, Tensor], list[tuple[str, str]]]:
    """Keras 3: groups by the classes of layers, arrays by numbers; what was written first stands first in the file."""
    described = stored_layers(config or {})
    tensors: dict[str, Tensor] = {}
    layers: list[tuple[str, str]] = []
    titles = {place: str(group["vars"].attrs.get("name", "")) for place, group in found}
    for place, group in sorted(found, key=lambda item: _address(item[1])):
        name, layer = described.get(place, (_dotted(place, titles), {}))
        kind = snake(str(layer["class_name"])) if layer else kind_of(place.rpartition("/")[2])
        layers.append((name, kind))
        arrays = sorted((key for key in group["vars"] if key.isdigit()), key=int)
        for key, array in zip(arrays, array_names(kind, len(arrays), layer.get("config")), strict=False):
            tensor = _tensor(group["vars"][key])
            if tensor is not None:
                tensors[f"{name}.{array}"] = tensor
    return tensors, layers


def _dotted(place: str, titles: Mapping[str, str]) -> str:
    """The path of a group as a name: without the lists it stands in, with the names that layers had."""
    parts, here = [], ""
    for part in place.split("/"):
        here = f"{here}/{part}".lstrip("/")
        if part not in {"layers", "_layer_checkpoint_dependencies"}:
            parts.append(titles.get(here) or part)
    return ".".join(parts)


def _address(group: Any) -> int:
    """Where the last of what describes a layer was written: HDF5 sorts names, and Keras writes layers in order.

    The last, since single headers may fill gaps that were left before.
    """
    import h5py  # noqa: PLC0415

    inside = group["vars"]
    addresses = (h5py.h5o.get_info(item.id).addr for item in (group, inside, *(inside[key] for key in inside)))
    return max(map(int, addresses))


def _tensor(dataset: Any) -> Tensor | None:
    """The numbers; None for what is none, such as the state of a random generator."""
    import torch  # noqa: PLC0415  not before the first window

    array = dataset[()]
    if str(dataset.attrs.get("dtype", "")) == "bfloat16" and array.dtype.kind == "u":
        return torch.from_numpy(array).view(torch.bfloat16)
    if array.dtype.kind != "f" or array.ndim == 0:
        return None
    return torch.from_numpy(array.astype(array.dtype.newbyteorder("="), copy=False))


def _texts(attributes: Any, key: str) -> list[str]:
    """A list of names; long ones are stored in numbered pieces."""
    pieces = [key] if key in attributes else []
    while f"{key}{len(pieces)}" in attributes:
        pieces.append(f"{key}{len(pieces)}")
    return [
        name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
        for piece in pieces for name in attributes[piece]
    ]  # fmt: skip


def _config(file: Any) -> Mapping[str, Any] | None:
    text = file.attrs.get("model_config")
    if not isinstance(text, str | bytes) or len(text) > _LONGEST_TEXT:
        return None
    found = json.loads(text)
    return found if isinstance(found, Mapping) else None
