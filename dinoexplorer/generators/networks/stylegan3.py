"""The synthesis network of StyleGAN3 (Karras et al. 2021): Fourier features, and nonlinearities at a raised rate.

What is not stored follows from the tensors: sizes from the names ``L{number}_{size}_{channels}``, rates from the sizes
(a power of two, and a margin to either side), filters from the buffers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.networks.resampling import downsampled, upsampled
from dinoexplorer.generators.networks.style_layers import (
    PLAIN,
    Activation,
    ModulatedConvolution,
    Tensors,
    activated,
    equalised,
)
from dinoexplorer.generators.networks.stylegan3_names import LayerName

_USUAL_MARGIN = 10
_ON_PICTURE = 2
"""So many layers at the end have the size of the picture and no margin."""


@dataclass(frozen=True, slots=True)
class Synthesis3Options:
    """What the tensors do not say; the values are those of the published networks.

    ``raised``: how far the rate is raised for the nonlinearity. ``cutoff``: the highest frequency of the input.
    """

    clamp: float | None = 256.0
    scale: float = 0.25
    raised: int = 2
    cutoff: float = 2.0
    margin: int | None = None


class SynthesisNetwork3(nn.Module):
    """Styles ``(n, layers, w)`` to pictures ``(n, c, size, size)``, not limited to [-1, 1]."""

    def __init__(self, tensors: Tensors, names: Sequence[LayerName], options: Synthesis3Options) -> None:
        super().__init__()
        sizes = [layer.size for layer in names]
        rates = _rates(sizes, options.margin)
        self.size, self.scale = sizes[-1], options.scale
        self.sides, self.layers, self.noisy = (sizes[0], *sizes), len(names) + 1, False
        self.ends = ("place", "colours")
        self.input = _FourierInput(tensors, sizes[0], rates[0], options.cutoff)
        before = [(sizes[0], rates[0]), *zip(sizes, rates, strict=True)]
        self.filtered = nn.ModuleList(
            _Layer(tensors, f"synthesis.{layer.name}", before[place], before[place + 1], options,
                   last=place == len(names) - 1)
            for place, layer in enumerate(names)
        )  # fmt: skip

    def forward(self, styles: Tensor, _noise: Tensor | None = None) -> Tensor:
        maps: Tensor = self.input(styles[:, 0])
        for place, layer in enumerate(self.filtered, 1):
            maps = layer(maps, styles[:, place])
        return maps.mul(self.scale)


def _rates(sizes: list[int], margin: int | None) -> list[int]:
    """The sampling rate of each layer: a power of two that its size exceeds by two margins."""
    inner = sizes[:-_ON_PICTURE]
    tried = range(min(inner) // 2 + 1) if margin is None else ()
    for width in (_USUAL_MARGIN if margin is None else margin, *tried):
        rates = [size - 2 * width for size in inner]
        if all(rate > 0 and rate & (rate - 1) == 0 for rate in rates):
            return [*rates, *(1 << (size - 1).bit_length() for size in sizes[-_ON_PICTURE:])]
    raise GeneratorError(f"its layers of {', '.join(map(str, sizes))} pixels have no sampling rates in common")


class _Layer(nn.Module):
    """A modulated convolution, and a leaky ReLU between raising and lowering the rate."""

    up_filter: Tensor | None
    down_filter: Tensor | None

    def __init__(
        self,
        tensors: Tensors,
        name: str,
        before: tuple[int, int],
        here: tuple[int, int],
        options: Synthesis3Options,
        *,
        last: bool,
    ) -> None:
        super().__init__()
        raised = max(before[1], here[1]) * (1 if last else options.raised)
        self.up, self.down = raised // before[1], raised // here[1]
        self.register_buffer("up_filter", _float(tensors.get(f"{name}.up_filter")))
        self.register_buffer("down_filter", _float(tensors.get(f"{name}.down_filter")))
        for factor, kernel, what in ((self.up, self.up_filter, "up"), (self.down, self.down_filter, "down")):
            if factor > 1 and kernel is None:
                raise GeneratorError(f"{name} changes the rate {factor} times but has no {what}_filter")
        self.convolution, size = _modulated(tensors, name, last=last)
        taps = sum(1 if kernel is None else len(kernel) for kernel in (self.up_filter, self.down_filter))
        padding = (here[0] - 1) * self.down + 1 - (before[0] + size - 1) * self.up + taps - 2
        self.before = (padding + self.up) // 2
        self.after = padding - self.before
        self.activation = Activation(PLAIN.slope if last else 0.2, 1.0, options.clamp)

    def forward(self, maps: Tensor, w: Tensor) -> Tensor:
        maps = self.convolution(maps, w)
        maps = upsampled(maps, self.up_filter, self.up, self.before, self.after)
        return downsampled(activated(maps, self.activation), self.down_filter, self.down)


def _modulated(tensors: Tensors, name: str, *, last: bool) -> tuple[ModulatedConvolution, int]:
    """The convolution, with the gain of the activation behind it; and the size of its kernel."""
    weight = tensors[f"{name}.weight"].float()
    size, fan_in = weight.shape[2], weight[0].numel()
    magnitude = tensors.get(f"{name}.magnitude_ema")
    gain = 1.0 if magnitude is None else float(magnitude.float().rsqrt())
    style = equalised(tensors, f"{name}.affine", gain=1 / math.sqrt(fan_in) if last else 1.0)
    if last:
        weight = weight * gain
        bias = tensors[f"{name}.bias"]
        return ModulatedConvolution(weight, bias, style, PLAIN, padding=size - 1, demodulate=False), size
    weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
    loud = gain * math.sqrt(2)
    bias = tensors[f"{name}.bias"].float() * (math.sqrt(2) / loud)
    return ModulatedConvolution(weight, bias, style, Activation(1.0, loud), padding=size - 1), size


class _FourierInput(nn.Module):
    """Waves over the picture, turned and moved as w says: ``(n, w)`` to ``(n, c, size, size)``."""

    transform: Tensor
    frequencies: Tensor
    phases: Tensor
    mixing: Tensor
    places: Tensor

    def __init__(self, tensors: Tensors, size: int, rate: int, cutoff: float) -> None:
        super().__init__()
        own = "synthesis.input"
        self.affine = equalised(tensors, f"{own}.affine")
        weight, frequencies = tensors[f"{own}.weight"].float(), tensors[f"{own}.freqs"].float()
        transform = tensors.get(f"{own}.transform")
        self.register_buffer("transform", torch.eye(3) if transform is None else transform.float())
        self.register_buffer("frequencies", frequencies)
        self.register_buffer("phases", tensors[f"{own}.phases"].float())
        self.register_buffer("mixing", weight.T / math.sqrt(len(weight)))
        middle = (torch.arange(size) + 0.5 - size / 2) / rate
        self.register_buffer("places", torch.stack(torch.meshgrid(middle, middle, indexing="xy"), dim=-1))
        self.highest, self.limit = max(cutoff, float(frequencies.norm(dim=1).max())), rate / 2

    def forward(self, w: Tensor) -> Tensor:
        moved = self._moves(w) @ self.transform
        phases = self.phases + (self.frequencies @ moved[:, :2, 2:])[:, :, 0]
        frequencies = self.frequencies @ moved[:, :2, :2]  # (n, c, 2)
        # A transform of the file's own may raise frequencies beyond what the first layer can hold.
        loud = ((self.limit - frequencies.norm(dim=2)) / max(self.limit - self.highest, 1e-6)).clamp(0, 1)
        waves = torch.sin(2 * math.pi * (self.places @ frequencies.transpose(1, 2)[:, None] + phases[:, None, None]))
        mixed: Tensor = (waves * loud[:, None, None]) @ self.mixing
        return mixed.permute(0, 3, 1, 2)

    def _moves(self, w: Tensor) -> Tensor:
        """What turns and then moves the picture, ``(n, 3, 3)``."""
        told = self.affine(w)
        cosine, sine, right, down = (told / told[:, :2].norm(dim=1, keepdim=True)).unbind(dim=1)
        zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
        rows = (
            (cosine, -sine, sine * down - cosine * right),
            (sine, cosine, -sine * right - cosine * down),
            (zero, zero, one),
        )
        return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)


def _float(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.float()
