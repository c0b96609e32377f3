"""Decoding with gradients through torch modules."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dinoexplorer.generators.differentiable import Layer
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.folding import folded
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.generators.out_of_memory import told_when_out_of_memory

Keep = Callable[[str, Tensor], None]


class TorchDifferentiable:
    """See `Differentiable` for the methods.

    Parameters
    ----------
    decoder : nn.Module
        Folded, in evaluation mode, ``(n, dim)`` to ``(n, c, h, w)`` in [-1, 1]; its weights are shared, not copied.
    encoder : nn.Module or None
        ``(n, c, h, w)`` in [-1, 1] to means ``(n, dim)``; a folded copy of it is used.
    """

    def __init__(
        self, decoder: nn.Module, encoder: nn.Module | None, info: GeneratorInfo, device: torch.device
    ) -> None:
        shared = [*decoder.parameters(), *decoder.buffers()]
        self._decoder = copy.deepcopy(decoder, {id(tensor): tensor for tensor in shared})
        self._encoder = encoder
        self._folded: nn.Module | None = None  # costs as much as a picture, so only when it is asked for
        self._info = info
        self._device = device
        self._layers: tuple[Layer, ...] | None = None

    @property
    def info(self) -> GeneratorInfo:
        return self._info

    @property
    def device(self) -> torch.device:
        return self._device

    @property
    def layers(self) -> tuple[Layer, ...]:
        if self._layers is None:
            found: list[Layer] = []

            def keep(name: str, made: Tensor) -> None:
                found.append(Layer(name, *made.shape[1:]))

            with torch.inference_mode(), told_when_out_of_memory("to search for a code"), _watched(self._decoder, keep):
                self._decoder(torch.zeros(1, self._info.latent.dim, device=self._device))
            self._layers = tuple({layer.name: layer for layer in found}.values())
        return self._layers

    @property
    def encodes(self) -> bool:
        return self._encoder is not None

    def decode(self, codes: Tensor) -> Tensor:
        with told_when_out_of_memory("to search for a code"):
            pictures: Tensor = self._decoder(codes)
            return pictures

    def decode_with_features(self, codes: Tensor, layer: str) -> tuple[Tensor, Tensor]:
        names = [found.name for found in self.layers]
        if layer not in names:
            raise GeneratorError(f"{self._info.path.name} has no layer {layer!r}; choose one of {', '.join(names)}.")
        features: list[Tensor] = []

        def keep(name: str, made: Tensor) -> None:
            if name == layer:
                features.append(made.clone())  # the next layer may overwrite it

        with told_when_out_of_memory("to search for a code"), _watched(self._decoder, keep):
            pictures = self._decoder(codes)
        return pictures, features[-1]

    def encode(self, pictures: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        if self._encoder is None:
            raise GeneratorError(f"{self._info.path.name} has no encoder that could look at a picture.")
        if self._folded is None:
            # torch's own annotation of Module.to lacks memory_format
            self._folded = folded(self._encoder).to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        maps: dict[tuple[int, ...], Tensor] = {}

        def keep(_name: str, made: Tensor) -> None:
            if made.shape[-2:] != pictures.shape[-2:]:
                maps[made.shape[-2:]] = made.clone()

        with told_when_out_of_memory("to search for a code"), _watched(self._folded, keep):
            codes = self._folded(pictures).float()
        return codes, tuple(maps.values())


@contextmanager
def _watched(module: nn.Module, keep: Keep) -> Iterator[None]:
    """Tells ``keep`` what the innermost modules make, where that has the shape of pictures."""

    def hook_of(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _given: object, made: object) -> None:
            if isinstance(made, Tensor) and made.ndim == 4:
                keep(name, made)

        return hook

    leaves = [(name, leaf) for name, leaf in module.named_modules() if not list(leaf.children())]
    hooks = [leaf.register_forward_hook(hook_of(name)) for name, leaf in leaves]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
