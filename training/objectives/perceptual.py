"""Distances in the feature maps of a trained SqueezeNet, for training crisp pictures.

The weights are not ours and do not ship: the user names a file with torchvision's tensor names. Without one the term is
simply off.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from training.config import ConfigError

_FIRES = {3: (96, 16, 64), 4: (128, 16, 64), 5: (128, 32, 128), 7: (256, 32, 128)}
"""Position in torchvision's `features`: (inputs, squeeze, expand); later layers see too little of the outline."""
_POOLED_BEFORE = {3, 7}
_LAST = max(_FIRES)


class Fire(nn.Module):
    """Squeeze to few channels, expand by 1x1 and 3x3 convolutions (Iandola et al. 2016)."""

    def __init__(self, inputs: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


class PerceptualDistance(nn.Module):
    """Squared distances between unit-length features at three depths (Zhang et al. 2018, without its weights).

    The distance is multiplied by the number of pixels, so that a weight of 1 has the order of the summed pixel terms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.ModuleDict({"0": nn.Conv2d(3, 96, 7, stride=2, padding=3)})
        self.features.update({str(place): Fire(*sizes) for place, sizes in _FIRES.items()})
        self.mean = nn.Buffer(torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.std = nn.Buffer(torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    @classmethod
    def load(cls, path: str) -> Self:
        """Read torchvision's squeezenet1_0 from a `.safetensors` file; frozen.

        Raises
        ------
        ConfigError
            The file is missing or is not that network.
        """
        if not path or not Path(path).is_file():
            raise ConfigError(
                f"objective.perceptual_weight needs objective.perceptual_weights = a squeezenet1_0.safetensors file,"
                f" but {path!r} is not there; set the weight to 0 to train without"
            )
        module = cls()
        wanted = {name for name in module.state_dict() if name.startswith("features.")}
        try:
            found = load_file(path)
            module.load_state_dict({name: found[name] for name in wanted}, strict=False)
        except (SafetensorError, KeyError, RuntimeError, OSError) as error:
            raise ConfigError(f"{path} is not torchvision's squeezenet1_0 as safetensors: {error}") from error
        return module.requires_grad_(False).eval()

    def forward(self, images: Tensor, reconstructions: Tensor) -> Tensor:
        """(n, c, h, w) in [-1, 1] twice to distances (n,)."""
        with torch.no_grad():
            wanted = self._maps(images)
        total = images.new_zeros(len(images))
        for a, b in zip(wanted, self._maps(reconstructions), strict=True):
            total = total + (a - b).square().sum(1).mean((1, 2))
        return total / len(wanted) * images[0, 0].numel()

    def summary(self, images: Tensor) -> Tensor:
        """The last features averaged over the picture: (n, c, h, w) in [-1, 1] to (n, channels)."""
        return self._maps(images)[-1].mean((2, 3))

    def _maps(self, images: Tensor) -> list[Tensor]:
        x = (0.5 * (images.expand(-1, 3, -1, -1) + 1.0) - self.mean) / self.std
        x = F.relu(self.features["0"](x))
        maps = [_unit_length(x)]
        for place in sorted(_FIRES):
            if place in _POOLED_BEFORE:
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = self.features[str(place)](x)
            if place in {4, _LAST}:
                maps.append(_unit_length(x))
        return maps


def _unit_length(features: Tensor) -> Tensor:
    return features / (features.square().sum(1, keepdim=True) + 1e-8).sqrt()
