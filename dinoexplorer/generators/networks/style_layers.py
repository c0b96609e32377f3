"""Layers that all networks of the StyleGAN kind share: the mapping, and convolutions that a style modulates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.networks.resampling import downsampled

Tensors = Mapping[str, Tensor]
SLOPE = 0.2
_LEAST = 1e-8


def linear(weight: Tensor, bias: Tensor | None, gain: float = 1.0) -> nn.Linear:
    """A layer that gives ``gain`` times what ``weight (out, in)`` and ``bias (out,)`` give."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight = nn.Parameter(weight.float() * gain, requires_grad=False)
    if bias is not None:
        layer.bias = nn.Parameter(bias.float() * gain, requires_grad=False)
    return layer


def equalised(tensors: Tensors, name: str, *, rate: float = 1.0, gain: float = 1.0) -> nn.Linear:
    """The layer ``name`` of a network whose weights were stored at unit variance and learned at ``rate``."""
    weight = tensors[f"{name}.weight"].float()
    bias = tensors.get(f"{name}.bias")
    return linear(weight * (rate / math.sqrt(weight.shape[1])), None if bias is None else bias.float() * rate, gain)


def learned_rate(weight: Tensor) -> float:
    """The rate that a mapping's weights were learned at, where it is not stored.

    They start with a deviation of one over the rate and hardly leave it, and rates are powers of ten.
    """
    deviation = float(weight.float().std())
    return 10.0 ** -round(math.log10(deviation)) if math.isfinite(deviation) and deviation > 0 else 1.0


def of_unit_square(values: Tensor) -> Tensor:
    """Rows ``(n, k)`` whose mean square is 1."""
    return values * torch.rsqrt(values.square().mean(dim=1, keepdim=True) + _LEAST)


class MappingNetwork(nn.Module):
    """Codes ``(n, z)``, and behind them the weights of ``classes``, to w ``(n, w)``.

    Activations keep factors above 0, so a gain behind one is worked into the layer before it.
    """

    def __init__(self, layers: Sequence[nn.Linear], embedding: nn.Linear | None = None, slope: float = SLOPE) -> None:
        super().__init__()
        self.embedding = embedding
        self.classes = 0 if embedding is None else embedding.in_features
        self.layers = nn.Sequential(*(part for layer in layers for part in (layer, nn.LeakyReLU(slope))))
        first, last = layers[0], layers[-1]
        self.z = first.in_features - (0 if embedding is None else embedding.out_features)
        self.w = last.out_features

    def forward(self, codes: Tensor) -> Tensor:
        given = of_unit_square(codes[:, : self.z])
        if self.embedding is not None:
            given = torch.cat([given, of_unit_square(self.embedding(codes[:, self.z :]))], dim=1)
        found: Tensor = self.layers(given)
        return found


@dataclass(frozen=True, slots=True)
class Activation:
    """What follows a convolution: a leaky ReLU with a gain, and a limit to what comes of it."""

    slope: float = SLOPE
    gain: float = math.sqrt(2)
    clamp: float | None = None


PLAIN = Activation(slope=1.0, gain=1.0)


class ModulatedConvolution(nn.Module):
    """A convolution whose input channels a style scales and whose outputs are brought back to unit variance.

    Scales the activations instead of the weights: the same numbers, and one convolution for the whole batch.

    Parameters
    ----------
    weight, bias
        ``(out, in, k, k)``, ``(out,)`` or None.
    style
        From w to the factor of each input channel.
    padding
        Zeros around the input.
    taps
        With a filter the convolution doubles the size: ``(t, t)`` or ``(t,)``.
    noise, noise_weight
        Added in front of the activation: ``(h, w)``, times ``(out,)`` or one number.
    other_noise, noise_mean
        Another draw of the same kind, of which and of the first any further noise is made; and the mean of both.
    """

    weight: Tensor
    bias: Tensor | None
    power: Tensor
    taps: Tensor | None
    noise: Tensor | None
    other_noise: Tensor | None
    noise_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        style: nn.Linear,
        activation: Activation,
        *,
        padding: int,
        demodulate: bool = True,
        taps: Tensor | None = None,
        noise: Tensor | None = None,
        noise_weight: Tensor | None = None,
        other_noise: Tensor | None = None,
        noise_mean: float = 0.0,
    ) -> None:
        super().__init__()
        self.style, self.activation, self.padding, self.demodulate = style, activation, padding, demodulate
        weight = weight.float()
        self.register_buffer("power", weight.square().sum(dim=(2, 3)).T.contiguous() if demodulate else None)
        self.register_buffer("weight", weight if demodulate else weight * activation.gain)
        self.register_buffer("bias", None if bias is None else bias.float()[:, None, None] * activation.gain)
        self.register_buffer("taps", None if taps is None else taps.float() * 2**taps.ndim)
        self.noise_mean = noise_mean
        self.register_buffer("noise", None if noise is None else noise.float()[None, None])
        self.register_buffer("other_noise", None if other_noise is None else other_noise.float()[None, None])
        weights = None if noise_weight is None else noise_weight.float().reshape(-1, 1, 1) * activation.gain
        self.register_buffer("noise_weight", weights)

    @property
    def noisy(self) -> bool:
        """Whether noise changes what comes of it."""
        return self.noise_weight is not None and bool(self.noise_weight.any())

    def forward(self, maps: Tensor, w: Tensor, turned: Tensor | None = None) -> Tensor:
        """Maps ``(n, in, h, w)`` and w; ``turned (n, 2)`` is how much there is of the stored noise and of the other."""
        style = self.style(w)
        maps = self._convolved(maps * style[:, :, None, None])
        if self.demodulate:
            scale = torch.rsqrt(style.square() @ self.power + _LEAST) * self.activation.gain
            maps = maps * scale[:, :, None, None]
        if self.noise is not None and self.noise_weight is not None:
            maps = torch.addcmul(maps, self._turned(self.noise, turned), self.noise_weight)
        if self.bias is not None:
            maps = maps + self.bias
        return activated(maps, self.activation)

    def _turned(self, noise: Tensor, turned: Tensor | None) -> Tensor:
        """Of the stored noise and the other in these parts; (1, 0) is the stored one to the last bit."""
        if turned is None or self.other_noise is None:
            return noise
        stored, other = turned[:, :, None, None, None].unbind(dim=1)
        return noise + (stored - 1) * (noise - self.noise_mean) + other * (self.other_noise - self.noise_mean)

    def _convolved(self, maps: Tensor) -> Tensor:
        if self.taps is None:
            return functional.conv2d(maps, self.weight, padding=self.padding)
        maps = functional.conv_transpose2d(maps, self.weight.transpose(0, 1), stride=2)
        size, width = self.weight.shape[2], self.taps.shape[0]
        before = self.padding + (width + 1) // 2 - (size - 1)
        after = self.padding + (width - 2) // 2 - (size - 2)
        return downsampled(maps, self.taps, 1, before, after)


def activated(maps: Tensor, activation: Activation) -> Tensor:
    """Maps that carry the gain already, through the activation and within its limit."""
    if activation.slope != 1:
        maps = functional.leaky_relu(maps, activation.slope)
    return maps if activation.clamp is None else maps.clamp(-activation.clamp, activation.clamp)
