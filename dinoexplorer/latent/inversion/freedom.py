"""What of a code a search may move: free numbers in units of the data, and weights of classes. Imports torch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.inversion.asking import Classes
from dinoexplorer.latent.spaces import free_dimensions, tidied_classes

_LEAST_WEIGHT = 1e-3  # of a class: below, a softmax would never bring it back


class Freedom:
    """Codes ``(n, dim)`` as values ``(n, dim)`` that may be anything, and back.

    Numbers of a code are divided by the deviations of the data, so that one step is as large along each. Weights of
    classes are a softmax of their values, so they stay weights that add up to 1; with ``classes`` "kept" they do not
    move.
    """

    def __init__(
        self, info: GeneratorInfo, device: torch.device, classes: Classes = "searched", bound: float | None = None
    ) -> None:
        self._info = info
        self._device = device
        self._free = free_dimensions(info)
        self._kept = classes == "kept" or not info.conditional  # numbers of the noise stay as well
        self._units = torch.from_numpy(info.latent.std[: self._free].astype(np.float32)).to(device)
        self._bound = bound

    def values(self, codes: FloatArray) -> Tensor:
        """The values that stand for codes."""
        tidied = torch.from_numpy(np.array(tidied_classes(codes, self._info), np.float32)).to(self._device)
        free, weights = tidied[:, : self._free] / self._units, tidied[:, self._free :]
        return torch.cat([free, weights if self._kept else weights.clamp_min(_LEAST_WEIGHT).log()], dim=1)

    def codes(self, values: Tensor) -> Tensor:
        """The codes that values stand for, with gradients."""
        free, weights = values[:, : self._free] * self._units, values[:, self._free :]
        if weights.shape[1] == 0:
            return free
        return torch.cat([free, weights.detach() if self._kept else torch.softmax(weights, dim=1)], dim=1)

    @torch.no_grad()
    def bring_back(self, values: Tensor) -> None:
        """Put values whose codes have left a uniform prior on its border, in place."""
        if self._bound is not None:
            reach = self._bound / self._units
            values[:, : self._free] = torch.minimum(torch.maximum(values[:, : self._free], -reach), reach)
