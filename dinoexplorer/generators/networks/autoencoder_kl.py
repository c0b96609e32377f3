"""The convolutional autoencoder of latent diffusion, with attention in its middle, as diffusers names its tensors.

Used by ``AutoencoderKL`` and ``VQModel``. How wide and how deep it is, is counted from the shapes.

Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, 2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.networks.loading import numbered

_EPS = 1e-6
ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "silu": nn.SiLU, "swish": nn.SiLU, "relu": nn.ReLU, "gelu": nn.GELU, "mish": nn.Mish,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """What shapes do not show: the groups of a normalisation, and the activation inside residual blocks."""

    groups: int = 32
    activation: str = "silu"

    def norm(self, channels: int) -> nn.GroupNorm:
        return nn.GroupNorm(self.groups, channels, eps=_EPS)

    def act(self) -> nn.Module:
        if self.activation not in ACTIVATIONS:
            raise GeneratorError(
                f"Its activation is {self.activation!r}, which is none of {', '.join(ACTIVATIONS)}; convert the model"
                " to ONNX."
            )
        return ACTIVATIONS[self.activation]()


class Residual(nn.Module):
    """Two normalised convolutions beside a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, style: Style) -> None:
        super().__init__()
        self.norm1 = style.norm(channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm2 = style.norm(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(channels_in, channels_out, 1) if channels_in != channels_out else None
        self.act = style.act()

    def forward(self, maps: Tensor) -> Tensor:
        inside = self.conv1(self.act(self.norm1(maps)))
        inside = self.conv2(self.act(self.norm2(inside)))
        made: Tensor = inside + (maps if self.conv_shortcut is None else self.conv_shortcut(maps))
        return made


class Attention(nn.Module):
    """One head over all places, beside a shortcut."""

    def __init__(self, channels: int, style: Style) -> None:
        super().__init__()
        self.group_norm = style.norm(channels)
        self.to_q = nn.Linear(channels, channels)
        self.to_k = nn.Linear(channels, channels)
        self.to_v = nn.Linear(channels, channels)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, maps: Tensor) -> Tensor:
        places = self.group_norm(maps).flatten(2).transpose(1, 2)
        mixed = functional.scaled_dot_product_attention(self.to_q(places), self.to_k(places), self.to_v(places))
        made: Tensor = maps + self.to_out[0](mixed).transpose(1, 2).reshape(maps.shape)
        return made


class Halve(nn.Module):
    """A convolution of stride 2 that sees one more row and column at the bottom and right."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, maps: Tensor) -> Tensor:
        halved: Tensor = self.conv(functional.pad(maps, (0, 1, 0, 1)))
        return halved


class Double(nn.Module):
    """Every place repeated two by two, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        doubled: Tensor = self.conv(functional.interpolate(maps, scale_factor=2.0, mode="nearest"))
        return doubled


class Stage(nn.Module):
    """Residual blocks of one size, each with attention behind it where there is one, and the step to the next size."""

    def __init__(self, tensors: Mapping[str, Tensor], prefix: str, style: Style) -> None:
        super().__init__()
        shapes = [tensors[f"{name}.conv1.weight"].shape for name in numbered(tensors, f"{prefix}.resnets")]
        attentions = numbered(tensors, f"{prefix}.attentions")
        self.resnets = nn.ModuleList(Residual(shape[1], shape[0], style) for shape in shapes)
        self.attentions = nn.ModuleList(Attention(shapes[-1][0], style) for _ in attentions)
        self.downsamplers = _steps(tensors, f"{prefix}.downsamplers", Halve)
        self.upsamplers = _steps(tensors, f"{prefix}.upsamplers", Double)

    def forward(self, maps: Tensor) -> Tensor:
        for block, attention in zip_longest(self.resnets, self.attentions):
            maps = block(maps)
            maps = maps if attention is None else attention(maps)
        for step in (*self.downsamplers, *self.upsamplers):
            maps = step(maps)
        return maps


class Encoder(nn.Module):
    """Pictures ``(n, c, h, w)`` to what the grid of latents is made of."""

    def __init__(self, tensors: Mapping[str, Tensor], style: Style) -> None:
        super().__init__()
        self.conv_in = _convolution(tensors, "encoder.conv_in")
        stages = numbered(tensors, "encoder.down_blocks")
        self.down_blocks = nn.ModuleList(Stage(tensors, name, style) for name in stages)
        self.mid_block = Stage(tensors, "encoder.mid_block", style)
        self.conv_norm_out = style.norm(tensors["encoder.conv_norm_out.weight"].shape[0])
        self.conv_out = _convolution(tensors, "encoder.conv_out")

    def forward(self, pictures: Tensor) -> Tensor:
        maps = self.conv_in(pictures)
        for stage in self.down_blocks:
            maps = stage(maps)
        maps = self.conv_norm_out(self.mid_block(maps))
        made: Tensor = self.conv_out(functional.silu(maps))
        return made


class Decoder(nn.Module):
    """A grid of latents to pictures ``(n, c, h, w)`` around [-1, 1]."""

    def __init__(self, tensors: Mapping[str, Tensor], style: Style) -> None:
        super().__init__()
        self.conv_in = _convolution(tensors, "decoder.conv_in")
        self.mid_block = Stage(tensors, "decoder.mid_block", style)
        stages = numbered(tensors, "decoder.up_blocks")
        self.up_blocks = nn.ModuleList(Stage(tensors, name, style) for name in stages)
        self.conv_norm_out = style.norm(tensors["decoder.conv_norm_out.weight"].shape[0])
        self.conv_out = _convolution(tensors, "decoder.conv_out")

    def forward(self, grid: Tensor) -> Tensor:
        maps = self.mid_block(self.conv_in(grid))
        for stage in self.up_blocks:
            maps = stage(maps)
        made: Tensor = self.conv_out(functional.silu(self.conv_norm_out(maps)))
        return made


class AutoencoderKL(nn.Module):
    """`encode` gives the means of the grid; `decode` takes a grid as it comes from there, without a scaling factor."""

    def __init__(self, tensors: Mapping[str, Tensor], style: Style) -> None:
        super().__init__()
        self.encoder = Encoder(tensors, style)
        self.decoder = Decoder(tensors, style)
        self.quant_conv = optional_convolution(tensors, "quant_conv")
        self.post_quant_conv = optional_convolution(tensors, "post_quant_conv")

    def encode(self, pictures: Tensor) -> Tensor:
        maps = self.encoder(pictures)
        if self.quant_conv is not None:
            maps = self.quant_conv(maps)
        means: Tensor = maps.chunk(2, dim=1)[0]
        return means

    def decode(self, grid: Tensor) -> Tensor:
        made: Tensor = self.decoder(grid if self.post_quant_conv is None else self.post_quant_conv(grid))
        return made


def optional_convolution(tensors: Mapping[str, Tensor], name: str) -> nn.Conv2d | None:
    """A convolution of stride 1 that keeps the size, or None where there are no tensors of it."""
    return _convolution(tensors, name) if f"{name}.weight" in tensors else None


def _convolution(tensors: Mapping[str, Tensor], name: str) -> nn.Conv2d:
    channels_out, channels_in, size, _ = tensors[f"{name}.weight"].shape
    return nn.Conv2d(channels_in, channels_out, size, padding=size // 2)


def _steps(tensors: Mapping[str, Tensor], prefix: str, kind: type[Halve | Double]) -> nn.ModuleList:
    return nn.ModuleList(kind(tensors[f"{name}.conv.weight"].shape[0]) for name in numbered(tensors, prefix))
