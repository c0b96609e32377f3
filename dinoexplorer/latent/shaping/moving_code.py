"""A code that an optimiser moves, measured in the natural scale of each of its dimensions."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dinoexplorer.generators.differentiable import Differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.inversion.prior import Prior
from dinoexplorer.latent.spaces import free_dimensions

Flags = NDArray[np.bool_]
_BETAS = (0.9, 0.99)
_SAMPLES = 512
_TYPICAL = 0.5  # share of random codes that are likelier than what still counts as typical


class MovingCode:
    """One code ``(dim,)`` on its way; weights of classes stay where they are.

    Its steps are measured in deviations of the data, so that one learning rate suits every model.

    Parameters
    ----------
    way : Differentiable
    code : float32 (dim,)
        Where it starts.
    rate : float
        About how many deviations one step moves each dimension.
    locked : bool (dim,) or None
        Dimensions that stay as they are.

    Raises
    ------
    GeneratorError
        If all are locked.
    """

    def __init__(self, way: Differentiable, code: FloatArray, rate: float, locked: Flags | None = None) -> None:
        info = way.info
        self._start = torch.from_numpy(info.latent.check(code).copy()).to(way.device)
        self._free = free_dimensions(info)
        self._std = torch.from_numpy(info.latent.std[: self._free]).to(way.device)
        self._held = _held(locked, self._free).to(way.device)
        self._offset = torch.zeros(1, self._free, device=way.device, requires_grad=True)
        self._optimiser = torch.optim.Adam([self._offset], lr=rate, betas=_BETAS)
        self._prior = Prior(info, way.device)
        with torch.no_grad():
            samples = torch.from_numpy(info.latent.sample(_SAMPLES, 0)).to(way.device)
            typical = float(self._prior(samples).quantile(_TYPICAL))
            self._furthest = max(float(self._prior(self._start)), typical)

    def tensor(self) -> Tensor:
        """The code ``(1, dim)``, through which gradients flow."""
        free = self._start[:, : self._free] + self._offset * self._std
        return torch.cat([free, self._start[:, self._free :]], dim=1)

    def array(self) -> FloatArray:
        """The code ``(dim,)`` as it is now."""
        with torch.no_grad():
            return np.ascontiguousarray(self.tensor()[0].float().cpu().numpy())

    def strayed(self) -> Tensor:
        """How much less likely the code is than random ones are, in nats a dimension.

        0 while it is as likely as they, or as where it began: a picture that is typical already may be changed freely.
        """
        return torch.relu(self._prior(self.tensor()) - self._furthest).sum()

    def move(self, loss: Tensor) -> None:
        """One step that lowers ``loss``; a loss that is no number moves nothing."""
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own annotation is missing
        gradient = self._offset.grad
        if gradient is not None and bool(torch.isfinite(gradient).all()):
            gradient[:, self._held] = 0  # of which the optimiser makes no step
            self._optimiser.step()
        if self._prior.bound is not None:
            self._bring_back(self._prior.bound)

    @torch.no_grad()
    def _bring_back(self, bound: float) -> None:
        """Put a code that has left a uniform prior on its border."""
        start = self._start[:, : self._free]
        inside = ((start + self._offset * self._std).clamp(-bound, bound) - start) / self._std
        self._offset.copy_(torch.where(self._held, self._offset, inside))


def _held(locked: Flags | None, free: int) -> Tensor:
    held = torch.zeros(free, dtype=torch.bool) if locked is None else torch.from_numpy(locked[:free].copy())
    if bool(held.all()):
        raise GeneratorError("All values are locked, so nothing of the picture can change; unlock some of them.")
    return held


def to_bytes(picture: Tensor) -> ByteArray:
    """A picture ``(1, 1 or 3, h, w)`` in [-1, 1] as uint8 RGB ``(h, w, 3)``, rounded as `Generator.decode` does."""
    pixels = picture.detach()[0].float().mul(127.5).add(128.0).clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(pixels.expand(3, -1, -1).permute(1, 2, 0).cpu().numpy())
