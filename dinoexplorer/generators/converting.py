"""From a file of another program to a checkpoint that opens anywhere here, at once, and cannot run anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dinoexplorer.generators.blueprint import Blueprint, build_layers, from_data
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.generators.opening import open_generator, reader_for
from dinoexplorer.generators.readers import foreign, native
from dinoexplorer.generators.reading import Built
from dinoexplorer.generators.reading_pictures import pictures_of, sample_codes
from training.checkpoint import CheckpointHeader, write_checkpoint
from training.files import replace_file
from training.models.layers import NAME, stored_row

if TYPE_CHECKING:
    from torch import Tensor

_CODES = 8
_ALLOWED = 1.0
"""Mean absolute difference of the pictures, in grey levels, after a conversion."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written: ``native`` is a checkpoint of this program, else the file's own tensors in safetensors."""

    path: Path
    native: bool


def convert(path: Path, out: Path) -> Converted:
    """Write what ``path`` holds to ``out``, a .safetensors file, and open that again to see that its pictures agree.

    Raises
    ------
    GeneratorError
        It does not open, is ours already, keeps no tensors of its own, or the copy makes other pictures.
    """
    if out.suffix != ".safetensors":
        raise GeneratorError(f"--out {out} has to end in .safetensors; give it that ending.")
    reader = reader_for(path)
    if reader is native.READER:
        raise GeneratorError(f"{path.name} is a checkpoint of this program already; copy it to have another.")
    if not isinstance(reader, foreign.ForeignReader):
        raise GeneratorError(
            f"{path.name} holds a program ({reader.title}) and not layers with weights; open it as it is, or convert"
            " the file that it was made from."
        )
    found = foreign.read(path)
    built = found.reading.build()
    codes = sample_codes(built, _CODES)
    wanted = pictures_of(built, codes)
    out.parent.mkdir(parents=True, exist_ok=True)
    if found.reading.description is not None:
        _write_native(found, built, out)
    else:
        _write_tensors(found, out)
    _check(out, codes, wanted)
    return Converted(out, found.reading.description is not None)


def _write_native(found: foreign.Read, built: Built, out: Path) -> None:
    blueprint = from_data(found.reading.description or {})
    model, tensors = _stored(blueprint, built, found.contents.tensors)
    import torch  # noqa: PLC0415  not before the first window

    spec = built.latent
    statistics = {"latent.mean": torch.from_numpy(spec.mean), "latent.std": torch.from_numpy(spec.std)}
    header = CheckpointHeader(
        config={
            "family": NAME, "image": {"size": built.image_size, "channels": built.channels},
            "latent": {"dim": blueprint.latent}, "model": model,
        },
        latent={"dim": spec.dim, "prior": spec.prior, "names": list(spec.names), "spaces": list(spec.spaces)},
        training={
            "converted_from": found.contents.path.name, "format": found.contents.format,
            "family": found.reading.family, "reading": found.reading.title, "source_sha256": found.sha256,
        },
        classes=built.classes,
    )  # fmt: skip
    write_checkpoint(out, {**tensors, **statistics}, header)


def _stored(
    blueprint: Blueprint, built: Built, tensors: Mapping[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """``config["model"]`` and the tensors of the modules."""
    modules, _ = build_layers(blueprint.layers, tensors, (built.latent.dim,))
    row, own = stored_row(blueprint.layers, modules)
    model: dict[str, Any] = {"values": blueprint.values, "decoder": row}
    stored = {f"decoder.{name}": tensor for name, tensor in own.items()}
    if (encoder := blueprint.encoder) is not None:
        modules, _ = build_layers(encoder.layers, tensors, (built.channels, built.image_size, built.image_size))
        row, own = stored_row(encoder.layers, modules)
        model["encoder"] = {**row, "mean": encoder.mean, "unit": encoder.unit}
        stored |= {f"encoder.layers.{name}": tensor for name, tensor in own.items()}
    return model, stored


def _write_tensors(found: foreign.Read, out: Path) -> None:
    """The file's own tensors and plain data: what its family recognises it by."""
    from safetensors.torch import save  # noqa: PLC0415  imports torch

    tensors = {name: tensor.contiguous().clone() for name, tensor in found.contents.tensors.items()}
    metadata = {str(name): text for name, value in found.contents.hints.items() if (text := _as_json(value))}
    with replace_file(out) as file:
        file.write(save(tensors, metadata))


def _as_json(value: object) -> str:
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return ""


def _check(out: Path, codes: FloatArray, wanted: ByteArray) -> None:
    """Remove what does not make the same pictures."""
    try:
        pictures = open_generator(out).decode(codes)
        difference = float(np.abs(pictures.astype(np.float32) - wanted).mean())
    except GeneratorError as error:
        out.unlink(missing_ok=True)
        raise GeneratorError(
            f"what this network is cannot be kept in a file of tensors ({str(error).rstrip('.')}); keep the original."
        ) from None
    if not difference <= _ALLOWED:
        out.unlink(missing_ok=True)
        raise GeneratorError(
            f"the copy makes other pictures (by {difference:.1f} grey levels), so it was not kept; report this file."
        )
