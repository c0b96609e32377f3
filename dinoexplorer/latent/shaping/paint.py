"""Painting with the latent: a rough stroke of colour moves the code to where the picture has that colour there.

Like iGAN (Zhu et al. 2016): the colours under the stroke are matched blurred, so that a flat stroke asks for a colour
and not for flatness; the rest of the picture is asked to stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from dinoexplorer.generators.differentiable import Differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.latent.shaping.moving_code import Flags, MovingCode, to_bytes

STEPS = 120
_RATE = 0.05
_BLUR = 1 / 8  # of the picture's side: how far colours under the stroke are averaged
_SHARP = 0.2  # share of the loss that is of single pixels
_KEEP = 0.5
_STILL = 10.0  # weight of what must not change, as of a drag
_PRIOR = 0.5
_REST = 1e-4  # a loss that fell by no more than this share in so many steps has come to rest
_PATIENCE = 25
_LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as grey models were trained


@dataclass(frozen=True, eq=False, slots=True)
class PaintState:
    """How far a stroke has come. All of it belongs to ``code``.

    Attributes
    ----------
    step, steps : int
        How many steps lie behind, of how many at most.
    code : float32 (dim,)
    picture : uint8 (h, w, 3)
    loss : float
    colour : float
        Mean absolute distance of the blurred colours under the stroke from its own, as a share of the full range.
    kept : float
        Mean absolute change of the picture elsewhere, as a share of the full range.
    finished : bool
        Whether it has come to rest, or used its steps. Nothing moves any more then.
    best_code : float32 (dim,)
        Of the state so far with the smallest loss.
    best_loss : float
    """

    step: int
    steps: int
    code: FloatArray
    picture: ByteArray
    loss: float
    colour: float
    kept: float
    finished: bool
    best_code: FloatArray
    best_loss: float


class Painting:
    """A stroke at work: call `step` until its state is finished, or stop calling it.

    A step is one decode and one run back: call it away from the window, from one thread. While the pen is down, hand
    in what has been drawn so far with `paint`; the work goes on from where it is. The same calls give the same steps.

    Parameters
    ----------
    way : Differentiable
    code : float32 (dim,)
        The picture that is painted on; undo goes back to it.
    layer : uint8 (h, w, 4)
        The strokes, RGBA at the picture's size; opacity is how much they count.
    still : bool (h, w) or None
        What must not change; strokes there count for nothing.
    locked : bool (dim,) or None
        Dimensions of the code that stay as they are.
    strength : float
        How much the strokes weigh against the rest of the picture; 1 is usual.

    Raises
    ------
    GeneratorError
        For a layer or a mask of another size, a layer without a stroke where anything may change, or a code that is all
        locked.
    """

    def __init__(
        self,
        way: Differentiable,
        code: FloatArray,
        layer: ByteArray,
        *,
        still: Flags | None = None,
        locked: Flags | None = None,
        strength: float = 1.0,
        steps: int = STEPS,
    ) -> None:
        self._way, self._steps, self._size = way, steps, way.info.image_size
        self._moving = MovingCode(way, code, _RATE, locked)
        self.start = self._moving.array()
        with torch.no_grad():
            self._first = way.decode(self._moving.tensor())
        self._done = 0
        self.paint(layer, still=still, strength=strength)

    def paint(self, layer: ByteArray, *, still: Flags | None = None, strength: float = 1.0) -> None:
        """Replace the strokes ``(h, w, 4)``, what must not change and how much they weigh, for as many steps more.

        What was the best under the old ones is the best no more.

        Raises
        ------
        GeneratorError
            As at the start.
        """
        self._strength = strength
        self._still = _still(still, self._first)
        wanted, opacity = _stroke(layer if still is None else _without(layer, still), self._first)
        self._wanted, self._opacity = wanted, opacity
        self._blurred_opacity = self._blurred(opacity)
        self._elsewhere = 1 - (self._blurred_opacity > 1e-3).float() * torch.maximum(opacity, self._blurred_opacity)
        self._best: tuple[float, FloatArray] = (float("inf"), self._moving.array())
        self._rested, self._lowest, self._last = 0, float("inf"), self._done + self._steps

    def step(self) -> PaintState:
        """Decode, and take one step of the code towards the colours; the state is that before the step."""
        code = self._moving.array()
        picture = self._way.decode(self._moving.tensor())
        colour, sharp, kept = self._distances(picture)
        under = (1 - _SHARP) * colour + _SHARP * sharp
        loss = self._strength * under + _KEEP * kept + _STILL * self._moved(picture) + _PRIOR * self._moving.strayed()
        value = float(loss.detach())
        if value < self._best[0]:
            self._best = (value, code)
        self._rested = 0 if value < self._lowest * (1 - _REST) else self._rested + 1
        self._lowest = min(self._lowest, value)
        finished = self._done >= self._last or self._rested >= _PATIENCE
        state = PaintState(
            self._done, self._last, code, to_bytes(picture), value, float(colour.detach()) / 2,
            float(kept.detach()) / 2, finished, self._best[1], self._best[0],
        )  # fmt: skip
        if not finished:
            self._moving.move(loss)
            self._done += 1
        return state

    def _distances(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of blurred colours under the stroke, of its pixels, and of what lies elsewhere; all in [0, 2]."""
        missing = (picture - self._wanted) * self._opacity
        weight = (self._opacity.sum() * picture.shape[1]).clamp_min(1e-6)
        blurred = self._blurred(missing) / self._blurred_opacity.clamp_min(1e-3)
        colour = (blurred.abs() * self._opacity).sum() / weight
        elsewhere = (self._elsewhere.sum() * picture.shape[1]).clamp_min(1.0)
        kept = ((picture - self._first).abs() * self._elsewhere).sum() / elsewhere
        return colour, missing.abs().sum() / weight, kept

    def _moved(self, picture: Tensor) -> Tensor:
        """How much has changed where nothing may, in [0, 2]."""
        if self._still is None:
            return torch.zeros((), device=picture.device)
        change = ((picture - self._first).abs() * self._still).sum()
        return change / (self._still.sum() * picture.shape[1]).clamp_min(1.0)

    def _blurred(self, picture: Tensor) -> Tensor:
        side = 2 * (max(round(self._size * _BLUR), 1) // 2) + 1
        return functional.avg_pool2d(picture, side, 1, side // 2, count_include_pad=False)


def _still(still: Flags | None, picture: Tensor) -> Tensor | None:
    size = picture.shape[-1]
    if still is None:
        return None
    if still.shape != (size, size):
        raise GeneratorError(f"The mask is not of the picture's {size} x {size} pixels; paint it anew.")
    if not still.any():
        return None
    return torch.from_numpy(still.copy()).to(picture.device, torch.float32)[None, None]


def _without(layer: ByteArray, still: Flags) -> ByteArray:
    """The strokes, but for what must not change."""
    if layer[..., 3].any() and not layer[..., 3][~still].any():
        raise GeneratorError("All that is painted lies where nothing may change; paint elsewhere, or clear the mask.")
    left = layer.copy()
    left[still] = 0
    return left


def _stroke(layer: ByteArray, picture: Tensor) -> tuple[Tensor, Tensor]:
    """Colours ``(1, c, h, w)`` in [-1, 1] and opacity ``(1, 1, h, w)`` in [0, 1]."""
    size = picture.shape[-1]
    if layer.shape != (size, size, 4) or layer.dtype.name != "uint8":
        raise GeneratorError(f"The strokes are not RGBA of the picture's {size} x {size} pixels; paint them anew.")
    if not layer[..., 3].any():
        raise GeneratorError("Nothing is painted; draw a stroke of a colour first.")
    values = torch.from_numpy(layer.copy()).to(picture.device).permute(2, 0, 1)[None].float()
    colours = values[:, :3] / 127.5 - 1
    if picture.shape[1] == 1:
        colours = (colours * torch.tensor(_LUMA, device=picture.device).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    return colours, values[:, 3:] / 255
