"""Folders that a library saved a model in: a configuration in JSON and the weights beside it.

diffusers writes ``config.json``, pythae ``model_config.json``. Nothing outside the folder is opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError

_WEIGHTS: Mapping[str, tuple[str, ...]] = {
    "model_config.json": ("model.safetensors", "model.pt"),
    "config.json": (
        "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.fp16.safetensors", "model.safetensors",
        "diffusion_pytorch_model.bin", "diffusion_pytorch_model.fp16.bin", "pytorch_model.bin",
    ),
}  # fmt: skip
_TITLES = {"model_config.json": "pythae folder", "config.json": "diffusers folder"}
_PICKLED = ("encoder.pkl", "decoder.pkl")
_LONGEST_CONFIGURATION = 2**20
_HEAD = 4096


class Folder:
    """Reads the configuration as hints, and the weights as the kind of file that they are."""

    title = "folder of a model"

    def recognises(self, head: bytes, path: Path) -> bool:
        return not head and path.is_dir() and _model_folder(path) is not None

    def unpack(self, path: Path) -> Contents:
        folder = _model_folder(path)
        if folder is None:
            raise GeneratorError(f"{path.name} holds no model any more; check whether it was moved.")
        name = next(name for name in _WEIGHTS if (folder / name).is_file())
        hints = _configuration(path, _inside(path, folder / name))
        found = next((folder / weights for weights in _WEIGHTS[name] if (folder / weights).is_file()), None)
        if found is None:
            raise GeneratorError(_no_weights(path, folder, name))
        contents = _unpacked(path, _inside(path, found))
        pickled = [pickle for pickle in _PICKLED if (folder / pickle).exists()]
        hints = {**contents.hints, **hints, **({"pickled": pickled} if pickled else {})}
        return replace(contents, path=path, format=_TITLES[name], hints=hints)


CONTAINER = Folder()


def _model_folder(path: Path) -> Path | None:
    """The folder of the configuration: this one, or the autoencoder of a pipeline in it."""
    for folder in (path / "vae", path) if (path / "model_index.json").is_file() else (path,):
        if any((folder / name).is_file() for name in _WEIGHTS):
            return folder
    return None


def _inside(folder: Path, file: Path) -> Path:
    """``file``, where it lies in ``folder`` whatever links lead to it."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise GeneratorError(
            f"{file.name} in {folder.name} is a link to a place outside that folder, which is not followed; copy the"
            " file into the folder."
        )
    return file


def _configuration(folder: Path, file: Path) -> dict[str, Any]:
    try:
        long = file.stat().st_size > _LONGEST_CONFIGURATION
        found = None if long else json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        cause = str(error).partition("\n")[0]
        raise GeneratorError(
            f"{file.name} in {folder.name} cannot be read ({cause}); copy or download the folder again."
        ) from None
    if not isinstance(found, dict):
        what = "is longer than any configuration" if long else "holds no names and values"
        raise GeneratorError(f"{file.name} in {folder.name} {what}; copy or download the folder again.")
    return found


def _unpacked(folder: Path, file: Path) -> Contents:
    from dinoexplorer.generators.containers import all_containers  # noqa: PLC0415  it imports this module

    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise GeneratorError(f"{file} could not be read: {error.strerror or error}; check its permissions.") from None
    container = next((one for one in all_containers() if one.recognises(head, file)), None)
    if container is None:
        from dinoexplorer.generators.sniffing import refusal  # noqa: PLC0415  only here

        raise GeneratorError(f"The weights in {folder.name}: {refusal(file, head)}")
    return container.unpack(file)


def _no_weights(path: Path, folder: Path, configuration: str) -> str:
    wanted = " or ".join(_WEIGHTS[configuration][:2])
    if any(folder.glob("*.index.json")):
        return (
            f"{path.name} holds a model in several files, which only the large networks of diffusion are; open the"
            " 'vae' folder beside it."
        )
    return f"{path.name} has a {configuration} but no weights beside it ({wanted}); copy or download the folder again."
