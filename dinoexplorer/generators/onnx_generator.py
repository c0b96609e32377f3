"""A generator that runs in ONNX Runtime."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.frames import scaled, to_bytes, to_rgbx
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo
from dinoexplorer.generators.onnx_inputs import Meaning

Values = Literal["bytes", "signed", "unit", "logits"]
_BATCH = 64


def started(path: Path, device: str) -> Any:
    """A session of the runtime on a device, or on the CPU where the runtime has nothing for that device.

    Raises
    ------
    GeneratorError
        ONNX Runtime is not installed, or does not take the model.
    """
    try:
        import onnxruntime  # noqa: PLC0415  an optional extra
    except ImportError:
        raise GeneratorError(
            f"{path.name} is an ONNX model, and running it needs ONNX Runtime; install it with"
            ' pip install "dinoexplorer[onnx]", or open the weights that it was made of.'
        ) from None
    onnxruntime.disable_telemetry_events()  # nothing here leaves the machine
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised as well
    options.intra_op_num_threads = torch.get_num_threads()
    providers: list[Any] = ["CPUExecutionProvider"]
    if device.startswith("cuda") and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        providers.insert(0, ("CUDAExecutionProvider", {"device_id": int(device.partition(":")[2] or 0)}))
    with _readable_failures(path.name):
        return onnxruntime.InferenceSession(path, options, providers)


class OnnxGenerator:
    """See `Generator` for the methods.

    Parameters
    ----------
    session
        Of ONNX Runtime; see `started`.
    meaning
        How codes go in.
    output, values
        Which output is the picture, and what its numbers are; see `looked_at`.
    """

    def __init__(
        self, info: GeneratorInfo, session: Any, meaning: Meaning, device: str, *, output: str, values: Values
    ) -> None:
        self._info = info
        self._session = session
        self._meaning = meaning
        self._output = output
        self._values = values
        self._device = device if session.get_providers()[0].startswith("CUDA") else "cpu"

    @property
    def info(self) -> GeneratorInfo:
        return self._info

    @property
    def device(self) -> str:
        return self._device

    @property
    def runtime(self) -> str:
        return "ONNX Runtime"

    def speed_up(self) -> None:
        """Nothing to look for: the runtime is the fast one."""

    def decode(self, codes: FloatArray) -> ByteArray:
        codes = self._info.latent.check(codes)
        size = self._info.image_size
        images = np.empty((len(codes), size, size, 3), np.uint8)
        for start in range(0, len(codes), _BATCH):
            pictures = to_bytes(self._run(codes[start : start + _BATCH])).expand(-1, 3, -1, -1)
            images[start : start + len(pictures)] = pictures.permute(0, 2, 3, 1).numpy()
        return images

    def decode_frame(self, code: FloatArray, side: int, *, smooth: bool) -> ByteArray:
        picture = to_bytes(self._run(self._info.latent.check(code)))
        frame = to_rgbx(scaled(picture, side, smooth=smooth))
        return frame[0].permute(1, 2, 0).contiguous().numpy()

    def encode(self, images: ByteArray) -> FloatArray:  # noqa: ARG002  what any generator takes
        raise GeneratorError(f"{self._info.path.name} has no encoder, so it cannot turn images into codes.")

    def _run(self, codes: FloatArray) -> Tensor:
        found = run(self._info.path.name, self._session, self._meaning, codes, self._output)
        return to_signed(laid_out(found), self._values)


def run(name: str, session: Any, meaning: Meaning, codes: FloatArray, output: str) -> NDArray[Any]:
    """What ``output`` is for codes ``(n, dim + classes)``, as many at once as the model takes.

    Raises
    ------
    GeneratorError
        The runtime failed; with its cause.
    """
    step = meaning.batch or len(codes)
    found = []
    with _readable_failures(name):
        for start in range(0, len(codes), step):
            part = codes[start : start + step]
            filled = np.concatenate([part, np.repeat(part[-1:], step - len(part), axis=0)])
            found.append(np.asarray(session.run([output], _fed(meaning, filled))[0]))
    pieces = [
        piece if len(piece) == step else piece[None] for piece in found
    ]  # a model of one picture may lack the axis
    return np.concatenate(pieces)[: len(codes)]


def _fed(meaning: Meaning, codes: FloatArray) -> Mapping[str, NDArray[Any]]:
    given = {meaning.code.name: _shaped(codes[:, : meaning.dim], meaning.code.shape, meaning.number_type(meaning.code))}
    if meaning.label is not None:
        weights = codes[:, meaning.dim :]
        label = weights if meaning.one_hot else weights.argmax(axis=1)[:, None]
        given[meaning.label.name] = _shaped(label, meaning.label.shape, meaning.number_type(meaning.label))
    return given


def _shaped(rows: NDArray[Any], shape: tuple[int | None, ...], kind: str) -> NDArray[Any]:
    """Rows ``(n, k)`` with the axes that an input has; one of a single axis takes bare numbers."""
    if len(shape) == 1:
        return np.ascontiguousarray(rows.reshape(-1), kind)
    return np.ascontiguousarray(rows.reshape(len(rows), *(side or 1 for side in shape[1:])), kind)


def laid_out(found: NDArray[Any]) -> Tensor:
    """What a model gives, as ``(n, c, h, w)`` of float32.

    Raises
    ------
    GeneratorError
        It is no square picture of 1 or 3 channels; half a sentence.
    """
    count, *sides = found.shape
    shape = _layout(sides)
    if shape is None:
        raise GeneratorError(f"gives {' x '.join(map(str, sides)) or 'single numbers'}")
    pictures = torch.from_numpy(found.astype(np.float32, copy=False)).reshape(count, *shape)
    return pictures if shape[0] in {1, 3} else pictures.permute(0, 3, 1, 2)


def _layout(sides: list[int]) -> tuple[int, int, int] | None:
    if len(sides) == 3 and (
        (sides[0] in {1, 3} and sides[1] == sides[2]) or (sides[2] in {1, 3} and sides[0] == sides[1])
    ):
        return sides[0], sides[1], sides[2]
    if len(sides) == 2 and sides[0] == sides[1]:
        return 1, sides[0], sides[1]
    if len(sides) == 1:
        for channels in (1, 3):
            side = math.isqrt(sides[0] // channels)
            if side >= 8 and side * side * channels == sides[0]:
                return channels, side, side
    return None


def values_of(pictures: Tensor, *, whole: bool) -> Values:
    """What the numbers of pictures are; ``whole`` where their type has no fractions."""
    if whole or (float((pictures > 4).float().mean()) > 0.05 and float(pictures.min()) > -4):
        return "bytes"
    if float((pictures.abs() > 1.5).float().mean()) > 0.05:
        return "logits"  # a sigmoid in the loss was to be put on them
    return "signed" if float((pictures < -0.05).float().mean()) > 0.002 else "unit"


def to_signed(pictures: Tensor, values: Values) -> Tensor:
    """Pictures in [-1, 1]."""
    if values == "bytes":
        return pictures / 127.5 - 1
    if values == "logits":
        return torch.sigmoid(pictures) * 2 - 1
    return pictures * 2 - 1 if values == "unit" else pictures.clone()


@contextmanager
def _readable_failures(name: str) -> Iterator[None]:
    """Turns what the runtime raises into a sentence."""
    try:
        yield
    except GeneratorError:
        raise
    except Exception as error:  # noqa: BLE001  each of the runtime's errors is a class of its own
        cause = " ".join(str(error).split())[:160].rstrip(".")
        raise GeneratorError(
            f"{name} is an ONNX model that does not run here ({cause}); export it again with a newer version,"
            " or open the weights that it was made of."
        ) from None
