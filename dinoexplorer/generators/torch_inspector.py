"""Looking into a decoder made of torch modules: its first layer, and how its picture changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.generators.inspecting import Told
from dinoexplorer.generators.out_of_memory import told_when_out_of_memory

_BATCH = 32
_EASY_SIDE = 128  # pixels: of larger pictures fewer are held at once
_SIDE = 64  # pixels: changes of a picture are compared no finer
_STEP = 1e-2  # of a finite difference, where a layer has no derivative of its own
_LINEAR = 1e-3  # how far a layer may miss A z + b, as a share of its spread, and still be called linear
_WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_AFFINE = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.Flatten, nn.Unflatten, nn.Identity, nn.Dropout)


class TorchInspector:
    """Sees into any torch decoder, ``(n, dim)`` to ``(n, c, h, w)``; see `Inspector` for the methods.

    It runs a copy of the decoder's structure that shares its weights, so the hooks that end a run early are never met
    by the thread that renders.
    """

    def __init__(self, decoder: nn.Module, info: GeneratorInfo, device: torch.device) -> None:
        shared = [*decoder.parameters(), *decoder.buffers()]
        self._decoder = copy.deepcopy(decoder, {id(tensor): tensor for tensor in shared})
        self._info = info
        self._device = device

    def first_weights(self, steps: FloatArray | None = None) -> FloatArray:
        dim = self._info.latent.dim
        steps = np.eye(dim, dtype=np.float32) if steps is None else steps
        values = self._info.latent.sample(_BATCH, 0) @ steps.T / np.square(steps).sum(axis=1)
        probe = values @ steps
        with torch.inference_mode():
            for layer in reversed(self._opening()):
                offset = self._until(layer, np.zeros((1, dim), np.float32))
                rows = [self._until(layer, part) - offset for part in _parts(steps)]
                weights = torch.cat(rows)  # (k, features)
                there = self._until(layer, probe)
                missed = there - offset - torch.from_numpy(values).to(self._device) @ weights
                if float(missed.abs().max()) <= _LINEAR * max(float(there.std()), 1e-12):
                    return np.ascontiguousarray(weights.T.float().cpu().numpy())
        raise GeneratorError(
            f"The first layer of {self._info.path.name} is not linear in the code, so it has no weights to take "
            "directions from; choose pca, ganspace or jacobian."
        )

    def first_features(self, codes: FloatArray, progress: Told | None = None) -> FloatArray:
        codes = self._info.latent.check(codes)
        layer, found = self._first_activation(), []
        with torch.inference_mode():
            for part in _parts(codes):
                found.append(self._until(layer, part).float().cpu().numpy())
                if progress is not None:
                    progress(sum(map(len, found)), len(codes))
        return np.concatenate(found) if found else np.zeros((0, 0), np.float32)

    def picture_changes(self, code: FloatArray, directions: FloatArray, progress: Told | None = None) -> FloatArray:
        code = self._info.latent.check(code)
        directions, found = self._info.latent.check(directions), []
        for part in _parts(directions, int(_BATCH * min(1.0, (_EASY_SIDE / self._info.image_size) ** 2))):
            here = torch.from_numpy(np.repeat(code, len(part), axis=0)).to(self._device)
            with told_when_out_of_memory("to look into this model"):
                changes = self._changes(here, torch.from_numpy(part).to(self._device))
            small = functional.adaptive_avg_pool2d(changes, min(_SIDE, *changes.shape[-2:]))
            found.append(small.flatten(1).float().cpu().numpy())
            if progress is not None:
                progress(sum(map(len, found)), len(directions))
        return np.concatenate(found)

    def _changes(self, codes: Tensor, tangents: Tensor) -> Tensor:
        """Row i is the derivative of picture i along tangent i: in evaluation mode no row knows of the others.

        Backward twice gives a forward derivative: v -> J^T v is linear in v, and its transpose takes the tangents to
        J t. (Torch's own forward mode, 2.10 to 2.13, compiles on its first call with what it calls deprecated itself.)
        """
        with torch.enable_grad():
            codes = codes.requires_grad_()
            pictures = self._decoder(codes)
            dummy = torch.zeros_like(pictures, requires_grad=True)
            try:
                transposed = torch.autograd.grad(pictures, codes, dummy, create_graph=True)[0]
                return torch.autograd.grad(transposed, dummy, tangents)[0]
            except (NotImplementedError, RuntimeError) as error:
                if isinstance(error, torch.OutOfMemoryError):
                    raise
        return self._differences(codes.detach(), tangents)

    @torch.no_grad()
    def _differences(self, codes: Tensor, tangents: Tensor) -> Tensor:
        """The same for layers without derivatives: over steps of at most a hundredth of a unit of the code."""
        step = _STEP / tangents.abs().amax(dim=1, keepdim=True).clamp_min(1e-12)
        further, back = (self._decoder(codes + sign * step * tangents) for sign in (1, -1))
        changes: Tensor = (further - back) / (2 * step[:, :, None, None])
        return changes

    def _order(self) -> list[nn.Module]:
        """The innermost modules in the order in which they are run."""
        order: list[nn.Module] = []
        leaves = [module for module in self._decoder.modules() if not list(module.children())]
        hooks = [leaf.register_forward_hook(lambda module, _given, _made: order.append(module)) for leaf in leaves]
        try:
            with torch.inference_mode():
                self._decoder(torch.zeros(1, self._info.latent.dim, device=self._device))
        finally:
            for hook in hooks:
                hook.remove()
        return order

    def _opening(self) -> list[nn.Module]:
        """The first layer with weights, and that with the normalisation behind it, where there is one."""
        order = self._order()
        first = next((place for place, leaf in enumerate(order) if isinstance(leaf, _WEIGHTED)), None)
        if first is None:
            raise GeneratorError(f"{self._info.path.name} has no layer that could be looked at; choose pca.")
        last = first
        while last + 1 < len(order) and isinstance(order[last + 1], _AFFINE):
            last += 1
        return [order[first]] if last == first else [order[first], order[last]]

    def _first_activation(self) -> nn.Module:
        """The first module behind the first layer that is no layer itself; else that layer."""
        first = self._opening()[0]
        order = self._order()
        behind = order[order.index(first) + 1 :]
        return next((leaf for leaf in behind if not isinstance(leaf, (*_WEIGHTED, *_AFFINE))), first)

    def _until(self, layer: nn.Module, codes: FloatArray) -> Tensor:
        """What ``layer`` makes of codes ``(n, dim)``, flat ``(n, features)``; nothing behind it is run."""
        with _ended_at(layer) as reached, suppress(_ReachedError), told_when_out_of_memory("to look into this model"):
            self._decoder(torch.from_numpy(codes).to(self._device))
        return reached[0].flatten(1)


class _ReachedError(Exception):
    """Ends a run where nothing more is wanted of it."""


@contextmanager
def _ended_at(layer: nn.Module) -> Iterator[list[Tensor]]:
    """Runs within end behind ``layer``; what it made is in the list."""
    reached: list[Tensor] = []

    def end(_module: nn.Module, _given: object, made: Tensor) -> None:
        reached.append(made.clone())
        raise _ReachedError

    hook = layer.register_forward_hook(end)
    try:
        yield reached
    finally:
        hook.remove()


def _parts(rows: FloatArray, size: int = _BATCH) -> list[FloatArray]:
    return [rows[start : start + max(size, 1)] for start in range(0, len(rows), max(size, 1))]
