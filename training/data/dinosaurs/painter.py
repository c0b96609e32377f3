"""From a figure to pixels: place it in the frame, draw it supersampled, give it soft relief, lay it on the scene."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from training.data.dinosaurs.body import Array
from training.data.dinosaurs.figure import Figure, Layer, Shape
from training.data.dinosaurs.scene import Picture, add_shadow

Floats = npt.NDArray[np.float32]

WIDTH, HEIGHT, LOWEST = 0.93, 0.86, 0.935
_RELIEF_BLUR, _LIGHT, _SHADE, _RIM = 0.028, 0.30, 0.34, 0.16


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
    points = np.concatenate([shape.points for _, shape in shapes])
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
    size = len(picture)
    middle, half = (placed.left + placed.right) / 2, (placed.right - placed.left) / 2
    if flies:
        add_shadow(picture, (middle, 0.93), (0.6 * half, 0.035), 0.22)
    else:
        add_shadow(picture, (middle, placed.bottom - 0.012), (0.85 * half, 0.045), 0.42)
    colour, alpha, relief = _render(placed, size)
    picture *= 1 - alpha
    lit = np.maximum(relief, 0)
    picture += colour * (1 + np.minimum(relief, 0)) * (1 - lit) + (255.0 * alpha) * lit
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
    """Colour times alpha ``(s, s, 3)``, alpha ``(s, s, 1)`` and relief ``(s, s, 1)`` in about [-0.5, 0.4]."""
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
    relief = np.zeros((size, size), np.float32)
    whole: Image.Image | None = None
    for layer in sorted(masks):
        mask = masks[layer]
        whole = mask if whole is None else ImageChops.lighter(whole, mask)
        small = mask.reduce(factor)
        cover = np.asarray(small, np.float32) * np.float32(1 / 255)
        relief += cover * (_relief(small) - relief)
    if whole is None:
        raise ValueError("The figure has no solid shape. Give the body plan a spine with flesh.")
    alpha = np.asarray(whole.reduce(factor), np.float32) * np.float32(1 / 255)
    colour = np.asarray(canvas.reduce(factor), np.float32)
    return colour, alpha[..., None], relief[..., None]


def _relief(mask: Image.Image) -> Floats:
    """Light from above on the rounded mask: its blur serves as a height field."""
    size = mask.width
    blurred = mask.filter(ImageFilter.GaussianBlur(_RELIEF_BLUR * size))
    height = np.asarray(blurred, np.float32) * np.float32(1 / 255)
    light = (_RIM * height) - np.float32(_RIM)
    slope = height[2:] - height[:-2]
    slope *= np.where(slope > 0, _LIGHT, _SHADE).astype(np.float32) * np.float32(1.1 * size * _RELIEF_BLUR)
    light[1:-1] += slope
    return light
