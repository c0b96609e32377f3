"""The generator of lucidrains' lightweight GAN with the names of its tensors.

Doublings by shuffled pixels, each blurred and put through a gated convolution; early maps steer late ones (skip-layer
excitation), by a global context or by frequencies; attention where there are tensors of it. Noise is drawn once.

Liu et al., Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis, 2021.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.networks.loading import numbered

_AHEAD = 3
"""What a layer's maps excite are the maps three layers further on."""
_HEADS = 8
_KERNEL = 3
_RGBA = 4


class Blur(nn.Module):
    """Weights ``f`` along both axes, the edges mirrored."""

    def __init__(self, taps: int) -> None:
        super().__init__()
        self.register_buffer("f", torch.zeros(taps))

    def forward(self, maps: Tensor) -> Tensor:
        taps = self.get_buffer("f")
        kernel = taps[:, None] * taps[None, :]
        kernel = (kernel / kernel.abs().sum()).expand(maps.shape[1], 1, -1, -1)
        edge = len(taps) // 2
        return functional.conv2d(functional.pad(maps, (edge,) * 4, mode="reflect"), kernel, groups=maps.shape[1])


class Noise(nn.Module):
    """The same noise for every picture, so that a code has one picture; the original draws it anew each time."""

    def __init__(self, side: int, seed: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        source = torch.Generator().manual_seed(seed)
        noise = torch.randn(1, 1, side, side, generator=source, device="cpu")
        self.register_buffer("noise", noise, persistent=False)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.weight * self.get_buffer("noise")


class ChannelNorm(nn.Module):
    """Every place to mean 0 and variance 1 along its channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.b = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        var, mean = torch.var_mean(maps, dim=1, correction=0, keepdim=True)
        return (maps - mean) / (var + 1e-5).sqrt() * self.g + self.b


class LinearAttention(nn.Module):
    """Attention to all places in linear time, and to the neighbours in full; 8 heads each."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.inner = inner
        self.to_lin_q = nn.Conv2d(channels, inner, 1, bias=False)
        self.to_lin_kv = nn.Module()
        self.to_lin_kv.net = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.Conv2d(channels, inner * 2, 1, bias=False),
        )
        self.to_q = nn.Conv2d(channels, inner, 1, bias=False)
        self.to_kv = nn.Conv2d(channels, inner * 2, 1, bias=False)
        self.to_out = nn.Conv2d(inner * 2, channels, 1)

    def forward(self, maps: Tensor) -> Tensor:
        both = torch.cat([functional.gelu(self._far(maps)), self._near(maps)], dim=1)
        made: Tensor = self.to_out(both)
        return made

    def _far(self, maps: Tensor) -> Tensor:
        asked = self._heads(self.to_lin_q(maps)).softmax(dim=2) * (self.inner // _HEADS) ** -0.5
        keys, values = map(self._heads, self.to_lin_kv.get_submodule("net")(maps).chunk(2, dim=1))
        context = keys.softmax(dim=3) @ values.transpose(2, 3)
        made: Tensor = (context.transpose(2, 3) @ asked).reshape(len(maps), self.inner, *maps.shape[2:])
        return made

    def _near(self, maps: Tensor) -> Tensor:
        asked = self._heads(self.to_q(maps)) * (self.inner // _HEADS) ** -0.5
        keys, values = (self._neighbours(part) for part in self.to_kv(maps).chunk(2, dim=1))
        weights = (asked.unsqueeze(3) * keys).sum(dim=2, keepdim=True).softmax(dim=3)
        made: Tensor = (weights * values).sum(dim=3).reshape(len(maps), self.inner, *maps.shape[2:])
        return made

    def _heads(self, maps: Tensor) -> Tensor:
        """``(n, heads, channels of one, places)``."""
        return maps.reshape(len(maps), _HEADS, self.inner // _HEADS, -1)

    def _neighbours(self, maps: Tensor) -> Tensor:
        """``(n, heads, channels of one, neighbours, places)``."""
        around = functional.unfold(maps, _KERNEL, padding=_KERNEL // 2)
        return around.reshape(len(maps), _HEADS, self.inner // _HEADS, _KERNEL**2, -1)


class Attention(nn.Module):
    """Attention to normalised maps, beside a shortcut."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.fn = LinearAttention(channels, inner)

    def forward(self, maps: Tensor) -> Tensor:
        made: Tensor = maps + self.fn(self.norm(maps))
        return made


class Excitation(nn.Module):
    """Maps to one factor for each channel of later maps."""

    def __init__(self, tensors: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        inner, given = tensors[f"{name}.net.0.weight"].shape[:2]
        self.to_k = nn.Conv2d(given, 1, 1) if f"{name}.to_k.weight" in tensors else None
        if self.to_k is None:
            self.register_buffer("dct_weights", torch.zeros(tensors[f"{name}.dct_weights"].shape))
        self.net = nn.Sequential(
            nn.Conv2d(given, inner, 1), nn.LeakyReLU(0.1),
            nn.Conv2d(inner, tensors[f"{name}.net.2.weight"].shape[0], 1), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, maps: Tensor) -> Tensor:
        if self.to_k is None:
            context = (maps * self.get_buffer("dct_weights")).sum(dim=(2, 3), keepdim=True)
        else:
            weights = self.to_k(maps).flatten(2).softmax(dim=-1)
            context = (maps.flatten(2) @ weights.transpose(1, 2)).unsqueeze(-1)
        factors: Tensor = self.net(context)
        return factors


class LightweightGAN(nn.Module):
    """Codes ``(n, latent)`` to pictures in [-1, 1]; transparent ones lie on white."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        latent, features = tensors["initial_conv.0.weight"].shape[:2]
        self.initial_conv = nn.Sequential(
            nn.ConvTranspose2d(latent, features, 4), nn.BatchNorm2d(features), nn.GLU(dim=1)
        )
        names = numbered(tensors, "layers")
        self.layers = nn.ModuleList(_layer(tensors, name, number) for number, name in enumerate(names))
        last = tensors["out_conv.weight"]
        self.out_conv = nn.Conv2d(last.shape[1], last.shape[0], 3, padding=1)

    def forward(self, codes: Tensor) -> Tensor:
        maps = functional.normalize(self.initial_conv(codes[..., None, None]), dim=1)
        factors: dict[int, Tensor] = {}
        for number, layer in enumerate(self.layers):
            parts = dict(layer.named_children())
            maps = parts["0"](parts["2"](maps) if "2" in parts else maps)
            if "1" in parts:
                factors[number + _AHEAD] = parts["1"](maps)
            if number in factors:
                maps = maps * factors[number]
        picture = self.out_conv(maps).clamp(0, 1)
        if picture.shape[1] == _RGBA:
            colour, cover = picture[:, :3], picture[:, 3:]
            picture = colour * cover + (1 - cover)
        signed: Tensor = picture * 2 - 1
        return signed


def _layer(tensors: Mapping[str, Tensor], name: str, number: int) -> nn.ModuleDict:
    """One doubling, its excitation and its attention, where it has them."""
    up, kernel = tensors[f"{name}.0.0.net.0.weight"], tensors[f"{name}.0.2.1.weight"]
    size = kernel.shape[-1]
    before, after = size // 2, size // 2 - (size % 2 == 0)
    layer = nn.Sequential(
        _Shuffle(up.shape[1], up.shape[0]),
        Blur(len(tensors[f"{name}.0.1.f"])),
        nn.Sequential(nn.ZeroPad2d((before, after, before, after)), nn.Conv2d(kernel.shape[1], kernel.shape[0], size)),
        Noise(8 * 2**number, number),
        nn.BatchNorm2d(kernel.shape[0]),
        nn.GLU(dim=1),
    )
    parts: dict[str, nn.Module] = {"0": layer}
    if any(found.startswith(f"{name}.1.") for found in tensors):
        parts["1"] = Excitation(tensors, f"{name}.1")
    if (asked := tensors.get(f"{name}.2.fn.to_q.weight")) is not None:
        parts["2"] = Attention(asked.shape[1], asked.shape[0])
    return nn.ModuleDict(parts)


class _Shuffle(nn.Module):
    """Doubles the size by shuffling channels into places."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(channels_in, channels_out, 1), nn.SiLU(), nn.PixelShuffle(2))

    def forward(self, maps: Tensor) -> Tensor:
        doubled: Tensor = self.net(maps)
        return doubled
