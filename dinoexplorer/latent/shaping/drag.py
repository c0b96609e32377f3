"""Dragging points of a picture to where they should be, after DragGAN (Pan et al. 2023).

The features around each handle are asked to be found a little nearer to its target; a step of the code makes them so,
then the handles are looked for again. What the decoder cannot do it does not do: a handle then stays behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from dinoexplorer.generators.differentiable import Differentiable, Layer
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.shaping.handle import Handle, Place
from dinoexplorer.latent.shaping.moving_code import Flags, MovingCode, to_bytes
from dinoexplorer.latent.shaping.tracking import features_at, followed, square_around

STEPS = 200
_RATE = 0.04
_NEAR = 1 / 128  # of the picture's side: a handle so near to its target has arrived
_STRIDE = 2 / 128  # how much nearer the features are asked to be
_PATCH = 3  # places to each side of a handle that are pulled with it
_WINDOW = 6  # places to each side of a handle in which it is looked for again
_SPACING = 1 / 128  # of these places, as a share of the picture's side; of those pulled along,
_OF_CELL = 1 / 4  # a share of the layer's cell, where that is more: on `drawings` what is nearer looks too much alike
_KEEP = 10.0  # weight of what must not move
_PRIOR = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class DragState:
    """How far a drag has come. All of it belongs to ``code``.

    Attributes
    ----------
    step, steps : int
        How many steps lie behind, of how many at most.
    code : float32 (dim,)
    picture : uint8 (h, w, 3)
    points : float64 (k, 2)
        Where the handles are now, ``(x, y)`` in pixels.
    distances : float64 (k,)
        From there to their targets, in pixels.
    loss : float
    kept : float
        Mean absolute change of the picture where it must not move, as a share of the full range; 0 without a mask.
    arrived : bool
        Whether all handles are at their targets. Nothing moves any more then.
    best_code : float32 (dim,)
        Of the state so far whose handles were nearest to their targets.
    best_points : float64 (k, 2)
        Where the handles were then.
    best_distance : float
        The mean of their distances.
    """

    step: int
    steps: int
    code: FloatArray
    picture: ByteArray
    points: NDArray[np.float64]
    distances: NDArray[np.float64]
    loss: float
    kept: float
    arrived: bool
    best_code: FloatArray
    best_points: NDArray[np.float64]
    best_distance: float

    @property
    def finished(self) -> bool:
        """Whether another step would change nothing, or is one too many."""
        return self.arrived or self.step >= self.steps


class Drag:
    """A drag in progress: call `step` until its state is finished, or stop calling it.

    A step is one decode and one run back, a few milliseconds: call it away from the window, from one thread. Stopping
    needs nothing else, and ``start`` is what undo goes back to. The same arguments give the same steps.

    Parameters
    ----------
    way : Differentiable
    code : float32 (dim,)
        The picture that is shown.
    handles : sequence of Handle
    movable : bool (h, w) or None
        Where the picture may change; None for everywhere.
    locked : bool (dim,) or None
        Dimensions of the code that stay as they are.
    layer : str
        Whose features are followed; the one that `dragged_layer` names by default.

    Raises
    ------
    GeneratorError
        For handles outside the picture, a mask of another size or one that lets nothing move, a code that is all
        locked, or a decoder without a layer that could be followed.
    """

    def __init__(
        self,
        way: Differentiable,
        code: FloatArray,
        handles: Sequence[Handle],
        *,
        movable: Flags | None = None,
        locked: Flags | None = None,
        layer: str = "",
        steps: int = STEPS,
    ) -> None:
        self._way, self._size, self._steps = way, way.info.image_size, steps
        _check(handles, movable, self._size)
        self._layer = layer or dragged_layer(way).name
        self._moving = MovingCode(way, code, _RATE, locked)
        self.start = self._moving.array()
        self._points = _tensor([handle.start for handle in handles], way.device)
        self._targets = _tensor([handle.target for handle in handles], way.device)
        with torch.no_grad():
            picture, features = way.decode_with_features(self._moving.tensor(), self._layer)
            self._scale = features.std(dim=(0, 2, 3), keepdim=True).clamp_min(1e-6)
            self._first_picture, self._first_features = picture, features / self._scale
            self._looks = features_at(self._first_features, self._points[:, None], self._size)[:, 0]
        spread = max(_SPACING, _OF_CELL / features.shape[-1]) * self._size
        self._patch = square_around(_PATCH, spread, way.device)
        self._window = square_around(2 * _WINDOW, _SPACING * self._size / 2, way.device)
        still = None if movable is None else torch.from_numpy(~movable).to(way.device, torch.float32)[None, None]
        self._still = still
        self._still_features = (
            None if still is None else functional.adaptive_avg_pool2d(still, (features.shape[2], features.shape[3]))
        )
        self._done = 0
        self._best = (float("inf"), self.start, self._points)

    def step(self) -> DragState:
        """Look where the handles are, and take one step of the code towards where they should be.

        The state is that before the step; the first one is the picture as it was.
        """
        code = self._moving.array()
        picture, features = self._way.decode_with_features(self._moving.tensor(), self._layer)
        features = features / self._scale
        with torch.no_grad():
            if self._done:
                self._points = followed(features, self._looks, self._points, self._window, self._size)
            away = self._targets - self._points
            distances = away.norm(dim=1)
        kept = self._change(picture, features)
        loss = self._pull(features, away, distances) + _KEEP * kept + _PRIOR * self._moving.strayed()
        state = self._state(code, picture, distances, float(loss.detach()))
        if not state.finished:
            self._moving.move(loss)
            self._done += 1
        return state

    def _pull(self, features: Tensor, away: Tensor, distances: Tensor) -> Tensor:
        """How unlike the places next to the handles, on the way to the targets, are to what is at the handles."""
        stride = torch.minimum(distances, torch.full_like(distances, _STRIDE * self._size))
        moved = away / distances.clamp_min(1e-6)[:, None] * stride[:, None]
        around = self._points[:, None] + self._patch
        here = features_at(features.detach(), around, self._size)
        there = features_at(features, around + moved[:, None], self._size)
        waiting = distances > _NEAR * self._size  # what has arrived is held where it is
        held = features_at(features, self._targets[:, None], self._size)[:, 0]
        holding = (held - self._looks).abs().mean(dim=1)
        return torch.where(waiting, (there - here).abs().mean(dim=(1, 2)), holding).sum()

    def _change(self, picture: Tensor, features: Tensor) -> Tensor:
        """How much has changed where nothing may move, of the picture and of its features."""
        if self._still is None or self._still_features is None:
            return torch.zeros((), device=picture.device)
        of_picture = ((picture - self._first_picture).abs() * self._still).sum() / self._weight(self._still, picture)
        difference = (features - self._first_features).abs() * self._still_features
        return of_picture + 0.1 * difference.sum() / self._weight(self._still_features, features)

    @staticmethod
    def _weight(still: Tensor, of: Tensor) -> Tensor:
        return (still.sum() * of.shape[1]).clamp_min(1.0)

    def _state(self, code: FloatArray, picture: Tensor, distances: Tensor, loss: float) -> DragState:
        mean = float(distances.mean())
        if mean < self._best[0]:
            self._best = (mean, code, self._points)
        kept = 0.0
        if self._still is not None:
            change = (picture.detach() - self._first_picture).abs() * self._still
            kept = float(change.sum() / self._weight(self._still, picture)) / 2
        return DragState(
            self._done, self._steps, code, to_bytes(picture),
            self._points.double().cpu().numpy(), distances.double().cpu().numpy(), loss, kept,
            bool((distances <= _NEAR * self._size).all()),
            self._best[1], self._best[2].double().cpu().numpy(), self._best[0],
        )  # fmt: skip


def dragged_layer(way: Differentiable) -> Layer:
    """The layer whose features are followed: the last one that is at most a quarter as fine as the picture.

    Finer ones know colours more than parts: on `dinosaurs` points got lost three times as often there.

    Raises
    ------
    GeneratorError
        If the decoder has none, as those of fully connected layers have not.
    """
    fine = [layer for layer in way.layers if 4 <= layer.height <= way.info.image_size // 4 and layer.channels > 3]
    if not fine:
        raise GeneratorError(
            f"The decoder of {way.info.path.name} has no inner layer that is a picture itself, so no point of it can "
            "be followed; open a convolutional model."
        )
    return fine[-1]


def _check(handles: Sequence[Handle], movable: Flags | None, size: int) -> None:
    if not handles:
        raise GeneratorError("There is no point to drag; set one and say where it should go.")
    for handle in handles:
        values = (*handle.start, *handle.target)
        if not all(np.isfinite(value) and 0 <= value <= size for value in values):
            raise GeneratorError(
                f"The point at {_told(handle.start)} or its target at {_told(handle.target)} lies outside the picture "
                f"of {size} pixels; set both inside."
            )
    if movable is None:
        return
    if movable.shape != (size, size):
        raise GeneratorError(f"The mask is not of the picture's {size} x {size} pixels; paint it anew.")
    if not movable.any():
        raise GeneratorError("The mask lets nothing move; paint where the picture may change.")


def _told(place: Place) -> str:
    return f"({place[0]:g}, {place[1]:g})"


def _tensor(places: Sequence[Place], device: torch.device) -> Tensor:
    return torch.tensor(places, dtype=torch.float32, device=device)
