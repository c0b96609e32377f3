"""Layers that several families share. All are plain modules, so that inference can fold their normalisation."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "leaky_relu": lambda: nn.LeakyReLU(0.2, inplace=True),
    "relu": lambda: nn.ReLU(inplace=True),
    "silu": lambda: nn.SiLU(inplace=True),
}


def activation(name: str) -> nn.Module:
    """A fresh activation layer of that name."""
    make: Callable[[], nn.Module] = ACTIVATIONS[name]
    return make()


def conv_bn(inputs: int, outputs: int, kernel: int, act: str, *, stride: int = 1) -> list[nn.Module]:
    """Convolution that keeps (or divides by `stride`) the resolution, batch norm, activation."""
    padding = (kernel - 1) // 2
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), activation(act)]


class Residual(nn.Module):
    """x + body(x), then an activation; two 3x3 convolutions with half the channels between them."""

    def __init__(self, channels: int, act: str) -> None:
        super().__init__()
        last = [nn.Conv2d(channels // 2, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)]
        self.body = nn.Sequential(*conv_bn(channels, channels // 2, 3, act), *last)
        self.activation = activation(act)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.activation(x + self.body(x))
        return out


class GaussianHead(nn.Module):
    """Features (n, f) to the mean and the log-variance of q(z | x), each (n, dim)."""

    MIN_LOG_VARIANCE = -14.0
    MAX_LOG_VARIANCE = 10.0

    def __init__(self, features: int, dim: int) -> None:
        super().__init__()
        self.mean = nn.Linear(features, dim)
        self.log_variance = nn.Linear(features, dim)
        nn.init.zeros_(self.log_variance.weight)  # the posterior starts as wide as the prior
        nn.init.zeros_(self.log_variance.bias)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        log_variance = self.log_variance(features).float()
        return self.mean(features).float(), log_variance.clamp(self.MIN_LOG_VARIANCE, self.MAX_LOG_VARIANCE)


class PointHead(nn.Module):
    """Features (n, f) to one code (n, dim), with the log-variance of a point beside it: an encoder without spread."""

    def __init__(self, features: int, dim: int) -> None:
        super().__init__()
        self.code = nn.Linear(features, dim)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        codes = self.code(features).float()
        return codes, torch.full_like(codes, GaussianHead.MIN_LOG_VARIANCE)


class SigmoidPicture(nn.Module):
    """A sigmoid stretched to [-1, 1], in float32 so that probabilities near 0 and 1 stay apart."""

    def forward(self, x: Tensor) -> Tensor:
        return 2.0 * torch.sigmoid(x.float()) - 1.0


class Autoencoder(nn.Module):
    """An encoder and a decoder.

    `encoder(x)` takes float32 (n, c, h, w) in [-1, 1] and gives the mean and log-variance of q(z | x), each (n, dim);
    `decoder(z)` takes (n, dim) and gives (n, c, h, w) in [-1, 1].
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, images: Tensor) -> Tensor:
        """The reconstruction through the posterior mean."""
        mean, _ = self.encoder(images)
        reconstruction: Tensor = self.decoder(mean)
        return reconstruction


def modules_of(model: nn.Module, *names: str) -> tuple[nn.Module, ...]:
    """Submodules by name; what `model.decoder` is, with a type that says so."""
    return tuple(model.get_submodule(name) for name in names)
