"""The wings of pterosaurs: an arm, three small claws, and skin spread on one long finger."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from training.data.dinosaurs.body import Array, Point, sausage, spline_matrix
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix


class Wing(NamedTuple):
    """Directions (degrees, 0 forwards, 90 up) and lengths of upper arm, forearm and wing finger, and their flesh.

    ``sweep`` turns the outer part of the finger against its inner part; ``hollow`` is how deeply the edge of the skin
    is cut in between finger and hip, 0 (straight) to 1.
    """

    degrees: tuple[float, float, float]
    lengths: tuple[float, float, float]
    radii: tuple[float, float, float]
    sweep: float
    hollow: float = 0.2


def add_wing(figure: Figure, wing: Wing, shoulder: Point, hip: Point, *, near: bool) -> None:
    """Draw the wing that hangs from ``shoulder`` and whose skin ends at ``hip``."""
    palette = figure.palette
    upper, fore, finger = wing.degrees
    elbow = reach(shoulder, upper, wing.lengths[0])
    wrist = reach(elbow, fore, wing.lengths[1])
    joint = reach(wrist, 0.5 * (fore + finger), 0.4 * wing.lengths[2])
    tip = reach(joint, finger + wing.sweep, 0.6 * wing.lengths[2])
    skin, bone, nail = mix(palette.belly, palette.ornament, 0.3), palette.body, mix(palette.body, palette.claw, 0.45)
    if not near:
        skin, bone, nail = mix(palette.far(skin), skin, 0.35), palette.far(bone), palette.far(nail)
    layer = Layer.NEAR if near else Layer.FAR
    leading = spline_matrix(4, 20) @ np.array([elbow, wrist, joint, tip])
    trailing = _trailing(wing, elbow, wrist, tip, hip)
    figure.add(layer, np.concatenate([[shoulder], leading, trailing]), skin)
    # Skin darkens towards the arm: nested bands, the widest first.
    for step in range(5, 0, -1):
        edge = leading + (trailing[::-1] - leading) * (0.11 * step)
        figure.add(layer, np.concatenate([[shoulder], leading, edge[::-1]]), mix(bone, skin, 0.5 + 0.09 * step))
    for spread in (24.0, 0.0, -24.0):
        claw = reach(wrist, fore + (-55 if near else -45) + spread, 2.6 * wing.radii[2])
        figure.add(layer, sausage([(*wrist, 0.55 * wing.radii[2]), (*claw, 0.4)], 4), nail)
    figure.add(layer, sausage([(*wrist, 0.8 * wing.radii[2]), (*joint, 0.6 * wing.radii[2]), (*tip, 0.3)]), bone)
    joints = zip((shoulder, elbow, wrist), wing.radii, strict=True)
    figure.add(layer, sausage([(x, y, radius) for (x, y), radius in joints]), bone)


def reach(start: Point, degrees: float, length: float) -> Point:
    """The point ``length`` away from ``start``."""
    turn = math.radians(degrees)
    return start[0] + length * math.cos(turn), start[1] + length * math.sin(turn)


def _trailing(wing: Wing, elbow: Point, wrist: Point, tip: Point, hip: Point) -> Array:
    """Free edge of the skin from the tip of the finger to the hip, hollow between them."""
    ends, arm = np.array([tip, hip]), np.array([wrist, elbow])
    middle = ends.mean(axis=0)
    inner = 0.5 * (middle + ends) * (1 - wing.hollow) + arm * wing.hollow
    result: Array = spline_matrix(4, 20) @ np.array([ends[0], inner[0], inner[1], ends[1]])
    return result
