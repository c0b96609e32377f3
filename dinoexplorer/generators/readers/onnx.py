"""ONNX models of decoders: checked by their bytes, run by ONNX Runtime (extra ``onnx``)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import GeneratorInfo, LatentSpec
from dinoexplorer.generators.onnx_export import VALUES_KEY
from dinoexplorer.generators.onnx_file import Model, looks_like_onnx, read_model
from dinoexplorer.generators.onnx_inputs import Meaning, meaning_of

if TYPE_CHECKING:
    from dinoexplorer.generators.onnx_generator import OnnxGenerator, Values

_LOOKED_AT = 16


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a first run showed: which output is the picture, its shape, and what its numbers are."""

    output: str
    channels: int
    size: int
    values: Values


class OnnxReader:
    """Opens a graph whose one input is a row of numbers and which gives a picture."""

    title = "ONNX model"

    def recognises(self, head: bytes, path: Path) -> bool:  # noqa: ARG002  by bytes alone
        return looks_like_onnx(head)

    def read_info(self, path: Path) -> GeneratorInfo:
        return self.open(path, "cpu").info

    def open(self, path: Path, device: str) -> OnnxGenerator:
        model, digest = _checked(path)
        meaning = meaning_of(path.name, model)
        from dinoexplorer.generators.onnx_generator import OnnxGenerator, started  # noqa: PLC0415  imports torch

        session = started(path, device)
        looked = _look(path.name, session, meaning, model)
        latent = _latent(meaning)
        classes = latent.names[meaning.dim :]
        info = GeneratorInfo(
            path, self.title, "onnx", latent, looked.size, looked.channels, classes, model.parameters, False, digest
        )
        return OnnxGenerator(info, session, meaning, device, output=looked.output, values=looked.values)


READER = OnnxReader()


def _checked(path: Path) -> tuple[Model, str]:
    """What the file says of itself, and its digest; nothing is run."""
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise GeneratorError(f"{path.name} could not be read: {error.strerror}; check its permissions.") from None
    return read_model(path.name, memoryview(whole)), hashlib.sha256(whole).hexdigest()


def _latent(meaning: Meaning) -> LatentSpec:
    return latent_with_classes(meaning.dim, meaning.classes)[0]


def _look(name: str, session: Any, meaning: Meaning, model: Model) -> _Looked:
    """Make a few pictures: only they tell shapes that the file leaves open, and the range."""
    from dinoexplorer.generators.onnx_generator import laid_out, run, values_of  # noqa: PLC0415  imports torch

    rng = np.random.default_rng(0)
    codes = rng.standard_normal((_LOOKED_AT, meaning.dim)).astype(np.float32)
    if meaning.classes:
        chosen = np.eye(meaning.classes, dtype=np.float32)[rng.integers(meaning.classes, size=_LOOKED_AT)]
        codes = np.concatenate([codes, chosen], axis=1)
    given = ""
    for output in model.outputs:
        found = run(name, session, meaning, codes, output.name)
        try:
            pictures = laid_out(found)
        except GeneratorError as error:
            given = given or str(error)
            continue
        values = _told(session) or values_of(pictures, whole=found.dtype.kind in "iu")
        return _Looked(output.name, pictures.shape[1], pictures.shape[2], values)
    raise GeneratorError(
        f"{name} {given or 'gives nothing'} for a code, and not a square picture of 1 or 3 channels;"
        " export the decoder alone."
    )


def _told(session: Any) -> Values | None:
    """What the file says of its numbers, where we wrote it."""
    told = session.get_modelmeta().custom_metadata_map.get(VALUES_KEY)
    return "signed" if told == "signed" else None
