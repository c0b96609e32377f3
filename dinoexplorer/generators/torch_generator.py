"""A generator made of torch modules: every reader that ends in PyTorch ends here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.fast import Run, find_faster
from dinoexplorer.generators.folding import folded
from dinoexplorer.generators.frames import scaled, to_bytes, to_rgbx
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo
from dinoexplorer.generators.torch_differentiable import TorchDifferentiable
from dinoexplorer.generators.torch_inspector import TorchInspector

Encode = Callable[[Tensor], Tensor]
_BATCH = 64
_EASY_SIDE = 128  # pixels: of larger pictures fewer are made at once


class Means(nn.Module):
    """The first of what an encoder gives, which is the mean of each code; as a module gradients can follow it."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pictures: Tensor) -> Tensor:
        means: Tensor = self.encoder(pictures)[0]
        return means


class TorchGenerator:
    """Decodes with a folded, channels_last copy of the decoder; see `Generator` for the methods.

    Parameters
    ----------
    decoder : nn.Module
        ``(n, dim)`` to ``(n, c, h, w)`` in [-1, 1].
    encoder : callable or None
        ``(n, c, h, w)`` in [-1, 1] to means ``(n, dim)``; a module where gradients shall flow through it.
    """

    def __init__(self, info: GeneratorInfo, decoder: nn.Module, encoder: Encode | None, device: str) -> None:
        self._info = info
        self._device = torch.device(device)
        # torch's own annotation of Module.to lacks memory_format
        self._decoder: nn.Module = folded(decoder).to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._encoder = encoder
        self._faster: Run | None = None
        self._on_cpu = self._device.type == "cpu"
        # ITU-R 601, as Pillow's mode "L" and so as the pictures of a training on grey are made.
        self._luma = torch.tensor([0.299, 0.587, 0.114], device=self._device).view(1, 3, 1, 1)

    @property
    def info(self) -> GeneratorInfo:
        return self._info

    @property
    def decoder(self) -> nn.Module:
        """Codes ``(n, dim)`` to pictures ``(n, c, size, size)`` in [-1, 1], on its device."""
        return self._decoder

    @property
    def device(self) -> str:
        return str(self._device)

    @property
    def runtime(self) -> str:
        return "folded, channels_last" if self._faster is None else "OpenVINO"

    def speed_up(self) -> None:
        if self._on_cpu:
            with torch.inference_mode():
                self._faster = find_faster(self._decoder, self._info)

    def decode(self, codes: FloatArray) -> ByteArray:
        codes = self._info.latent.check(codes)
        size = self._info.image_size
        images = np.empty((len(codes), size, size, 3), np.uint8)
        together = max(1, int(_BATCH * min(1.0, (_EASY_SIDE / size) ** 2)))
        for start in range(0, len(codes), together):
            batch = codes[start : start + together]
            with torch.inference_mode(), _readable_failures():
                pictures = to_bytes(self._run(batch)).expand(-1, 3, -1, -1)
                images[start : start + len(batch)] = pictures.permute(0, 2, 3, 1).cpu().numpy()
        return images

    def decode_frame(self, code: FloatArray, side: int, *, smooth: bool) -> ByteArray:
        code = self._info.latent.check(code)
        with torch.inference_mode(), _readable_failures():
            faster = self._faster
            picture = self._run(code) if faster is None else faster(torch.tensor(code))
            if self._on_cpu:  # bytes first: the CPU scales bytes ten to eighty times faster than floats
                frame = scaled(to_rgbx(to_bytes(picture)), side, smooth=smooth)
            else:
                frame = to_rgbx(to_bytes(scaled(picture, side, smooth=smooth)))
            return frame[0].permute(1, 2, 0).contiguous().cpu().numpy()

    def encode(self, images: ByteArray) -> FloatArray:
        if self._encoder is None:
            raise GeneratorError(f"{self._info.path.name} has no encoder, so it cannot turn images into codes.")
        size, channels = self._info.image_size, self._info.channels
        if images.ndim != 4 or images.shape[1:] != (size, size, 3) or images.dtype != np.uint8:
            raise GeneratorError(f"This encoder takes uint8 RGB images of {size} x {size} pixels; convert them first.")
        codes = np.empty((len(images), self._info.latent.dim), np.float32)
        for start in range(0, len(images), _BATCH):
            batch = torch.from_numpy(np.ascontiguousarray(images[start : start + _BATCH])).to(self._device)
            pictures = batch.permute(0, 3, 1, 2).float() / 127.5 - 1.0
            if channels == 1:
                pictures = (pictures * self._luma).sum(dim=1, keepdim=True)
            with torch.inference_mode(), _readable_failures():
                codes[start : start + len(batch)] = self._encoder(pictures).float().cpu().numpy()
        return codes

    def inspect(self) -> TorchInspector:
        """The second, slow path, with hooks and gradients of its own; see `dinoexplorer.generators.inspecting`."""
        return TorchInspector(self._decoder, self._info, self._device)

    def differentiable(self) -> TorchDifferentiable:
        """Decoding with gradients, in a structure of its own; see `dinoexplorer.generators.differentiable`."""
        encoder = self._encoder if isinstance(self._encoder, nn.Module) else None
        return TorchDifferentiable(self._decoder, encoder, self._info, self._device)

    def _run(self, codes: FloatArray) -> Tensor:
        pictures: Tensor = self._decoder(torch.tensor(codes, device=self._device))
        return pictures


class _readable_failures:  # noqa: N801  reads as a statement: with _readable_failures()
    """Turns an out-of-memory error of the device into a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, torch.OutOfMemoryError):
            raise GeneratorError(
                "The graphics card has no memory left for this picture; close other programs or switch to the CPU."
            ) from error
