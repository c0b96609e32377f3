"""Layers and modules that generative adversarial networks share."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor, nn
from torch.nn.utils import parametrize

_FIRST_ITERATIONS = 10


class SpectralNorm(nn.Module):
    """Divides a weight by its largest singular value, tracked by one power iteration a step (Miyato et al. 2018).

    Unlike torch's own, the estimate is normalised again each time it is used, so that an average of weights and of
    estimates (EMA) is as good a state as any. In evaluation mode nothing is stored.
    """

    def __init__(self, weight: Tensor, dim: int = 0) -> None:
        super().__init__()
        self.dim = dim
        left = torch.randn(weight.shape[dim])
        for _ in range(_FIRST_ITERATIONS):
            left = self._step(self._matrix(weight.detach()), left)[0]
        self.left = nn.Buffer(left)

    def forward(self, weight: Tensor) -> Tensor:
        with torch.autocast(weight.device.type, enabled=False):
            matrix = self._matrix(weight)
            with torch.no_grad():
                left, right = self._step(matrix, self.left)
                if self.training:
                    self.left.copy_(left)
            return weight / torch.dot(left, matrix @ right)

    def _matrix(self, weight: Tensor) -> Tensor:
        """Rows are the layer's outputs."""
        return weight.movedim(self.dim, 0).flatten(1)

    @staticmethod
    def _step(matrix: Tensor, left: Tensor) -> tuple[Tensor, Tensor]:
        right = F.normalize(matrix.T @ F.normalize(left, dim=0), dim=0)
        return F.normalize(matrix @ right, dim=0), right


def spectrally_normalised(module: nn.Module) -> nn.Module:
    """The same module; every convolution and linear layer has its weight normalised, those of classes excepted.

    Weights on the meta device stay plain: whoever builds there wants shapes, to fill them from a checkpoint, and a
    checkpoint holds weights as the layers use them (see `training.models.kept_state`).
    """
    spared = {inner for layer in module.modules() if isinstance(layer, ClassAffine) for inner in layer.modules()}
    for layer in list(module.modules()):
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)) and not (
            layer in spared or layer.weight.is_meta
        ):
            dim = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
            parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight, dim))
    return module


class SelfAttention(nn.Module):
    """x + gain * attention over all places (Zhang et al. 2019, section 3); starts as the identity.

    Keys and values are pooled to half the side, as in the authors' code.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = max(1, channels // 8)
        self.query = nn.Conv2d(channels, inner, 1, bias=False)
        self.key = nn.Conv2d(channels, inner, 1, bias=False)
        self.value = nn.Conv2d(channels, max(1, channels // 2), 1, bias=False)
        self.out = nn.Conv2d(max(1, channels // 2), channels, 1, bias=False)
        self.gain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to the same."""
        query = self.query(x).flatten(2).transpose(1, 2)
        key = F.max_pool2d(self.key(x), 2).flatten(2)
        value = F.max_pool2d(self.value(x), 2).flatten(2).transpose(1, 2)
        seen = torch.softmax(query @ key, -1) @ value
        out: Tensor = x + self.gain * self.out(seen.transpose(1, 2).reshape(len(x), -1, *x.shape[2:]))
        return out


class ClassAffine(nn.Module):
    """Scale and shift of each channel, linear in the weights of the classes.

    After a normalisation without parameters of its own this is conditional batch normalisation (Dumoulin et al. 2017),
    and between two classes lies everything between their scales and shifts.
    """

    def __init__(self, classes: int, channels: int) -> None:
        super().__init__()
        self.scale = nn.Linear(classes, channels, bias=False)
        self.shift = nn.Linear(classes, channels, bias=False)
        nn.init.zeros_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: Tensor, weights: Tensor) -> Tensor:
        """(n, c, h, w) and (n, classes) to (n, c, h, w)."""
        scale, shift = self.scale(weights)[:, :, None, None], self.shift(weights)[:, :, None, None]
        return torch.addcmul(x + shift, x, scale)


class ClassConditional(nn.Module):
    """Layers in a row that share the class weights: codes (n, dim + classes) in, pictures out."""

    def __init__(self, dim: int, layers: list[nn.Module]) -> None:
        super().__init__()
        self.dim = dim
        self.layers = nn.ModuleList(layers)

    def forward(self, codes: Tensor) -> Tensor:
        x, weights = codes[:, : self.dim], codes[:, self.dim :]
        for layer in self.layers:
            x = layer(x, weights) if isinstance(layer, ClassAffine) else layer(x)
        return x


class Discriminator(nn.Module):
    """Pictures (n, c, h, w) and class weights (n, classes) to logits (n, 1).

    With classes, the logit is psi(h) + <V weights, sum of h> over the last features h: the projection discriminator
    (Miyato & Koyama 2018, eq. 3 and figure 1d).

    Parameters
    ----------
    trunk
        Pictures to features (n, features, side, side).
    """

    def __init__(self, trunk: nn.Module, features: int, side: int, classes: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = nn.Conv2d(features, 1, side)
        self.projection = nn.Linear(classes, features, bias=False) if classes else None

    def forward(self, images: Tensor, weights: Tensor) -> Tensor:
        features = self.trunk(images)
        logits: Tensor = self.head(features).flatten(1)
        if self.projection is not None:
            logits = logits + (self.projection(weights) * features.sum((2, 3))).sum(1, keepdim=True)
        return logits


class Gan(nn.Module):
    """A generator, named `decoder` as in every family, and a discriminator."""

    def __init__(self, decoder: nn.Module, discriminator: nn.Module) -> None:
        super().__init__()
        self.decoder = decoder
        self.discriminator = discriminator

    def forward(self, codes: Tensor) -> Tensor:
        """Codes (n, dim + classes) to pictures (n, c, h, w) in [-1, 1]."""
        pictures: Tensor = self.decoder(codes)
        return pictures


def initialise(module: nn.Module, *, small: bool) -> None:
    """N(0, 0.02) for weights (Radford et al. 2016), or Glorot's uniform where no batch norm mends the scale."""
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            if small:
                nn.init.normal_(layer.weight, 0.0, 0.02)
            else:
                nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d) and layer.affine:
            nn.init.normal_(layer.weight, 1.0, 0.02)
