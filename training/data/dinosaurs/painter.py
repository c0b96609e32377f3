"""From a figure to pixels: place it in the frame, draw it supersampled, give it soft relief, lay it on the scene."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from training.data.dinosaurs.body import Array
from training.data.dinosaurs.figure import Figure, Layer, Shape
from training.data.dinosaurs.scene import Picture, add_contact_shadow, add_shadow

Floats = npt.NDArray[np.float32]

WIDTH, HEIGHT, LOWEST = 0.93, 0.86, 0.935
# Blur radii in shares of the picture, and how strongly each part of the light shows.
_RELIEF_BLUR, _LIGHT, _SHADE, _EDGE = 0.028, 0.28, 0.34, 0.14
_ROUND_BLUR, _ROUND = 0.075, 0.26
_RIM_BLUR, _RIM = 0.008, 0.22
_CONTACT, _DARKEST = 0.34, -0.62
_FROM_ABOVE, _FROM_LEFT = np.float32(0.88), np.float32(0.48)
_LIGHT_COLOUR = np.array([255, 246, 220], np.float32)
_SHADE_TINT = np.array([1.05, 1.0, 0.82], np.float32)


class Placed(NamedTuple):
    """A figure in picture coordinates (0 to 1, y down): all points in one array, and where the animal is."""

    points: Array
    shapes: list[tuple[Layer, Shape]]
    left: float
    top: float
    right: float
    bottom: float


def place(figure: Figure, *, flies: bool) -> Placed:
    """Fit the figure into the frame, as large as its scale says and always fully inside."""
    factors = figure.factors
    shapes = [(layer, shape) for layer in sorted(figure.layers) for shape in figure.layers[layer]]
    points = figure.seen(np.concatenate([shape.points for _, shape in shapes]))
    across, upward = points[:, 0], points[:, 1]
    x0, x1 = float(across.min()), float(across.max())
    y0, y1 = float(upward.min()), float(upward.max())
    zoom = factors.scale * min(WIDTH / (x1 - x0), HEIGHT / (y1 - y0))
    width, height = zoom * (x1 - x0), zoom * (y1 - y0)
    left = 0.5 - width / 2 + factors.shift_x * min(0.03, 0.475 - width / 2)
    bottom = 0.47 + height / 2 if flies else min(max(0.54 + height / 2, 0.78), LOWEST)
    bottom += factors.shift_y * 0.02
    bottom = min(bottom, 0.965)
    placed = np.empty_like(points)
    placed[:, 0] = left + (across - x0) * zoom
    placed[:, 1] = bottom - (upward - y0) * zoom
    right = left + width
    if factors.facing < 0:
        placed[:, 0] = 1.0 - placed[:, 0]
        left, right = 1.0 - right, 1.0 - left
    return Placed(placed, shapes, left, bottom - height, right, bottom)


def paint(placed: Placed, picture: Picture, *, flies: bool) -> Picture:
    """Draw the placed animal over ``picture`` (float32, changed in place) and return it."""
    colour, alpha, relief = _render(placed, len(picture))
    middle, half = (placed.left + placed.right) / 2, (placed.right - placed.left) / 2
    if flies:
        add_shadow(picture, (middle + 0.04, 0.93), (0.6 * half, 0.035), 0.22)
    else:
        add_shadow(picture, (middle + 0.025, placed.bottom - 0.012), (0.85 * half, 0.045), 0.36)
        add_contact_shadow(picture, alpha, placed.bottom, 0.3)
    # Only where the animal is; above and below it nothing changes.
    rows = slice(max(int(placed.top * len(picture)) - 2, 0), int(placed.bottom * len(picture)) + 3)
    part, colour, alpha, relief = picture[rows], colour[rows], alpha[rows, :, None], relief[rows, :, None]
    part *= 1 - alpha
    lit = np.maximum(relief, 0)
    # Light is warm and shade is cool, as out of doors; light that only whitened the skin would look like haze.
    tint = np.minimum(relief, 0) * _SHADE_TINT
    tint += 1
    colour *= tint
    colour += lit * (0.66 * _LIGHT_COLOUR * alpha - 0.36 * colour)
    part += colour
    return picture


def coverage(placed: Placed, size: int) -> npt.NDArray[np.uint8]:
    """How much of each pixel the animal covers, ``(size, size)``, 0 to 255."""
    factor = factor_of(size)
    mask = Image.new("L", (size * factor, size * factor))
    stencil = ImageDraw.Draw(mask)
    start = 0
    for _, shape in placed.shapes:
        end = start + len(shape.points)
        if shape.solid:
            stencil.polygon((placed.points[start:end] * (size * factor) - 0.5).ravel().tolist(), fill=255)
        start = end
    return np.array(mask.reduce(factor))


def factor_of(size: int) -> int:
    """Supersampling that keeps edges smooth at small sizes and the canvas small at large ones."""
    return 6 if size < 48 else 4 if size <= 160 else 3 if size <= 320 else 2


def _render(placed: Placed, size: int) -> tuple[Floats, Floats, Floats]:
    """Colour times alpha ``(s, s, 3)``, alpha ``(s, s)`` and relief ``(s, s)`` in about [-0.6, 0.5]."""
    factor = factor_of(size)
    side = size * factor
    flat = (placed.points * side - 0.5).ravel().tolist()
    canvas = Image.new("RGB", (side, side))
    brush = ImageDraw.Draw(canvas)
    masks: dict[Layer, Image.Image] = {}
    stencils: dict[Layer, ImageDraw.ImageDraw] = {}
    start = 0
    for layer, shape in placed.shapes:
        end = start + 2 * len(shape.points)
        outline = flat[start:end]
        start = end
        brush.polygon(outline, fill=shape.colour)
        if not shape.solid:
            continue
        if layer not in masks:
            masks[layer] = Image.new("L", (side, side))
            stencils[layer] = ImageDraw.Draw(masks[layer])
        stencils[layer].polygon(outline, fill=255)
    if not masks:
        raise ValueError("The figure has no solid shape. Give the body plan a spine with flesh.")
    alpha, relief = _light(masks, size)
    return np.asarray(canvas.reduce(factor), np.float32), alpha, relief


def _light(masks: dict[Layer, Image.Image], size: int) -> tuple[Floats, Floats]:
    """Alpha and relief ``(s, s)`` of the layers, each laid over the shade that it throws on those behind it."""
    factor = next(iter(masks.values())).width // size
    relief = np.zeros((size, size), np.float32)
    whole: Image.Image | None = None
    trunk: Floats | None = None
    down, right = max(1, round(0.022 * size)), max(1, round(0.012 * size))
    for layer in sorted(masks):
        mask = masks[layer]
        whole = mask if whole is None else ImageChops.lighter(whole, mask)
        small = mask.reduce(factor)
        cover, height = _floats(small), _blurred(small, _RELIEF_BLUR)
        relief[down:, right:] -= _CONTACT * height[:-down, :-right]
        if layer is Layer.BODY:
            trunk = height
        elif layer is Layer.NEAR and trunk is not None:
            # A thigh grows out of the flank: over the trunk its edge is half as sharp as over the sky.
            height = height + 0.45 * (np.maximum(height, trunk) - height)
        relief += cover * (_relief(height) - relief)
    if whole is None:
        raise ValueError("The figure has no solid shape. Give the body plan a spine with flesh.")
    outline = whole.reduce(factor)
    _add_round(relief, outline)
    return _floats(outline), np.maximum(relief, np.float32(_DARKEST), out=relief)


def _floats(mask: Image.Image) -> Floats:
    return np.asarray(mask, np.float32) * np.float32(1 / 255)


def _blurred(mask: Image.Image, radius: float) -> Floats:
    return _floats(mask.filter(ImageFilter.GaussianBlur(radius * mask.width)))


def _slope(height: Floats, blur: float) -> Floats:
    """How far a height field, blurred by ``blur`` of its side, is turned to the light in the upper left."""
    slope = np.zeros_like(height)
    slope[1:-1] = _FROM_ABOVE * (height[2:] - height[:-2])
    slope[:, 1:-1] += _FROM_LEFT * (height[:, 2:] - height[:, :-2])
    slope *= np.float32(1.1 * len(height) * blur)
    return slope


def _relief(height: Floats) -> Floats:
    """Light and shade on a rounded mask: its blur serves as a height field."""
    slope = _slope(height, _RELIEF_BLUR)
    slope *= np.where(slope > 0, np.float32(_LIGHT), np.float32(_SHADE))
    slope += _EDGE * height - np.float32(_EDGE)
    return slope


def _add_round(relief: Floats, outline: Image.Image) -> None:
    """The large form of the whole animal, and a thin rim of light on its lit side."""
    size = outline.width
    # A wide blur has nothing fine in it, so a quarter of the side is enough.
    side = max(size // 4, 16)
    coarse = outline.resize((side, side), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(_ROUND_BLUR * side))
    form = Image.fromarray(_slope(_floats(coarse), _ROUND_BLUR)).resize((size, size), Image.Resampling.BICUBIC)
    relief += np.float32(_ROUND) * np.asarray(form)
    rim = _slope(_blurred(outline, _RIM_BLUR), _RIM_BLUR)
    relief += np.float32(_RIM) * np.maximum(rim, 0)
