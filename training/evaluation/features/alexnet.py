"""AlexNet's convolutions with the weights of LPIPS: the distance of two pictures as people see it."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor, nn

from training.evaluation.features.weights import WeightsFile

ALEXNET = WeightsFile(
    "AlexNet's weights (233 MB)",
    ("alexnet-owt-7be5be79.pth",),
    "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
)
LINEAR = WeightsFile(
    "the weights of LPIPS (6 kB)",
    ("lpips-alex.pth",),
    "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1/alex.pth",
)
_WIDTHS = (64, 192, 384, 256, 256)
_POOLED_BEFORE = {3, 6}
_SMALLEST = 64
"""AlexNet leaves less than a grid of smaller pictures; they are enlarged."""


class Trunk(nn.Module):
    """The convolutions by torchvision's names; pictures (n, 3, h, w), normalised, to five grids."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.ModuleDict({
            "0": nn.Conv2d(3, 64, 11, 4, 2), "3": nn.Conv2d(64, 192, 5, padding=2),
            "6": nn.Conv2d(192, 384, 3, padding=1), "8": nn.Conv2d(384, 256, 3, padding=1),
            "10": nn.Conv2d(256, 256, 3, padding=1),
        })  # fmt: skip

    def forward(self, x: Tensor) -> list[Tensor]:
        grids = []
        for place, layer in self.features.items():
            if int(place) in _POOLED_BEFORE:
                x = F.max_pool2d(x, 3, 2)
            x = F.relu(layer(x))
            grids.append(x)
        return grids


class Linear(nn.Module):
    """What each channel counts, by the names of the authors' file."""

    def __init__(self) -> None:
        super().__init__()
        for place, width in enumerate(_WIDTHS):
            layer = nn.Sequential(nn.Dropout(), nn.Conv2d(width, 1, 1, bias=False))
            self.add_module(f"lin{place}", nn.ModuleDict({"model": layer}))

    def forward(self, grids: list[Tensor]) -> Tensor:
        """Squared differences of unit-length channels to distances (n,)."""
        total = grids[0].new_zeros(len(grids[0]))
        for place, grid in enumerate(grids):
            total = total + self.get_submodule(f"lin{place}.model")(grid).mean((1, 2, 3))
        return total


class Lpips(nn.Module):
    """Zhang et al. 2018, version 0.1 with AlexNet: (n, 3, h, w) in [-1, 1] twice to distances (n,)."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.linear = Trunk(), Linear()
        self.shift = nn.Buffer(torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1), persistent=False)
        self.scale = nn.Buffer(torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1), persistent=False)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        pairs = zip(self._grids(first), self._grids(second), strict=True)
        distances: Tensor = self.linear([(a - b).square() for a, b in pairs])
        return distances

    def _grids(self, images: Tensor) -> list[Tensor]:
        if images.shape[-1] < _SMALLEST:
            images = F.interpolate(images, size=(_SMALLEST, _SMALLEST), mode="bilinear", align_corners=False)
        grids: list[Tensor] = self.trunk((images - self.shift) / self.scale)
        return [grid / (grid.square().sum(1, keepdim=True).sqrt() + 1e-10) for grid in grids]
