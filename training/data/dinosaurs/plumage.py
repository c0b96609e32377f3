"""Plumage feather by feather: arms, tail, crown and mane, for the few animals that wear it."""

from __future__ import annotations

import math

import numpy as np

from training.data.dinosaurs.body import Point, sausage
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import Colour, mix


def reach(start: Point, degrees: float, length: float) -> Point:
    """Point at ``length`` from ``start`` in a direction (0 forwards, 90 up)."""
    turn = math.radians(degrees)
    return start[0] + length * math.cos(turn), start[1] + length * math.sin(turn)


def add_feather(
    figure: Figure, layer: Layer, ends: tuple[Point, Point], width: float, colours: tuple[Colour, Colour]
) -> None:
    """A round-ended feather from its root to its tip; the tip has the first of the colours, the vane the other."""
    (x0, y0), (x1, y1) = ends
    for share, colour in zip((1.0, 0.72), colours, strict=True):
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        middle = (0.45 * x0 + 0.55 * x, 0.45 * y0 + 0.55 * y, width)
        figure.add(layer, sausage([(x0, y0, 0.6 * width), middle, (x, y, 0.72 * width)], 10), colour)


# Where on the arm (0 elbow, 1 wrist, 2 knuckles) each feather grows, where to it points, and how long it is.
_QUILLS = ((0.0, -163, 0.72), (0.4, -147, 0.88), (0.8, -131, 0.98), (1.25, -116, 1.0), (1.75, -102, 0.86))


def add_arm_feathers(figure: Figure, layer: Layer, joints: list[Point], length: float, *, near: bool) -> None:
    """A fan that folds back from forearm and hand; ``joints`` are elbow, wrist and knuckles."""
    palette, line = figure.palette, np.array(joints)
    long = length * (0.5 + 0.5 * figure.factors.ornament_size)
    for place, turn, share in _QUILLS:
        low = min(int(place), 1)
        x, y = line[low] + (line[low + 1] - line[low]) * (place - low)
        root = (float(x), float(y))
        light = mix(palette.ornament, palette.ornament_light, 0.5 * share)
        colours = (palette.ornament_dark, light) if near else (palette.far(palette.ornament_dark), palette.far(light))
        add_feather(figure, layer, (root, reach(root, turn, long * share)), 2.3, colours)


def _on_spine(figure: Figure, place: float, across: float) -> tuple[Point, float]:
    """A point of the trunk and the direction (degrees) from there to the tail."""
    x, y = figure.spine.at(np.array([place]), np.array([across]))[0]
    (x0, y0), (x1, y1) = figure.spine.at(np.array([place, place + 0.05]), np.zeros(2))
    return (float(x), float(y)), math.degrees(math.atan2(y0 - y1, x0 - x1))


def add_tail_fan(figure: Figure, rows: tuple[tuple[float, float, float], ...]) -> None:
    """Pairs of feathers: place on the spine, how far they stand off it (degrees), and their length."""
    palette = figure.palette
    size = 0.4 + 0.6 * figure.factors.ornament_size
    for place, turn, length in rows:
        root, back = _on_spine(figure, place, 0.0)
        for side, light in ((1.0, palette.ornament_light), (-1.0, palette.ornament)):
            colours = (palette.ornament_dark, mix(palette.ornament, light, 0.45))
            tip = reach(root, back - side * turn * size, length * size)
            add_feather(figure, Layer.BEHIND, (root, tip), 2.4, colours)


def add_mane(figure: Figure, places: tuple[float, ...], length: float, width: float) -> None:
    """Soft tufts on back and chest, laid under the trunk so that they only change its outline."""
    palette, body = figure.palette, figure.layers[Layer.BODY]
    for side, colour in ((1.0, palette.back), (-1.0, mix(palette.body, palette.belly, 0.8))):
        for place in places:
            root, back = _on_spine(figure, place, 0.75 * side)
            tip = reach(root, back - 22 * side, length)
            add_feather(figure, Layer.BODY, (root, tip), width, (colour, colour))
            body.insert(0, body.pop())
            body.insert(0, body.pop())


def add_crown(figure: Figure, rows: tuple[tuple[float, float, float, float], ...]) -> None:
    """Feathers on the head, in its frame: x and y of the root, direction (degrees) and length."""
    palette, length = figure.palette, figure.skull_length
    light = mix(palette.ornament, palette.ornament_light, 0.4)
    for x, y, turn, long in rows:
        spot = figure.head(((x, y),))[0]
        root = (float(spot[0]), float(spot[1]))
        tip = reach(root, turn + figure.skull_angle, long * length * (0.4 + 0.6 * figure.factors.ornament_size))
        add_feather(figure, Layer.BEHIND, (root, tip), 0.1 * length, (palette.ornament_dark, light))
