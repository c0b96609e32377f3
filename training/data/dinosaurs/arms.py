"""Arms of theropods: palms inwards, so that the fingers are seen edge on, one below the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.data.dinosaurs.body import sausage
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import Colour, mix
from training.data.dinosaurs.plumage import add_arm_feathers, reach


@dataclass(frozen=True, slots=True)
class Arms:
    """A pair of arms.

    They hang from ``(along, across)`` of the spine. ``bones`` are the lengths of upper arm, forearm, palm and fingers,
    ``angles`` their directions (degrees, 0 forwards, -90 down); ``radii`` the flesh at shoulder, elbow, wrist and
    knuckles. ``plume`` is the length of the feathers (0 none). ``depth`` is half the distance between the shoulders.
    """

    along: float
    across: float
    bones: tuple[float, float, float, float]
    angles: tuple[float, float, float, float]
    radii: tuple[float, float, float, float]
    fingers: int = 3
    spread: float = 19.0
    swing: float = 9.0
    plume: float = 0.0
    depth: float = 5.0
    far_shift: float = 4.0


def add_arms(figure: Figure, arms: Arms) -> None:
    """Both arms; they swing against each other with the stride."""
    for near in (False, True):
        _add_arm(figure, arms, near=near)


def _add_arm(figure: Figure, arms: Arms, *, near: bool) -> None:
    palette = figure.palette
    side = 1.0 if near else -1.0
    swing = -side * arms.swing * math.sin(2 * math.pi * figure.factors.gait)
    root = figure.spine.at(np.array([arms.along]), np.array([arms.across]))[0]
    dx, dy = figure.aside(side * arms.depth)
    shoulder = (float(root[0]) + dx + (0.0 if near else arms.far_shift), float(root[1]) + dy)
    elbow = reach(shoulder, arms.angles[0] + swing, arms.bones[0])
    wrist = reach(elbow, arms.angles[1] + swing, arms.bones[1])
    knuckle = reach(wrist, arms.angles[2] + 0.5 * swing, arms.bones[2])
    layer = Layer.NEAR if near else Layer.FAR

    def shade(colour: Colour) -> Colour:
        return colour if near else palette.far(colour)

    skin = shade(mix(palette.body, palette.belly, 0.1))
    r = [radius * math.sqrt(figure.factors.bulk) for radius in arms.radii]
    middle = (arms.fingers - 1) / 2
    for finger in range(arms.fingers):
        turn = arms.angles[3] + 0.5 * swing + arms.spread * (middle - finger)
        joint = reach(knuckle, turn + 8, 0.6 * arms.bones[3])
        tip = reach(joint, turn - 26, 0.65 * arms.bones[3])
        figure.add(layer, sausage([(*joint, 0.62 * r[3]), (*tip, 0.12)], 6), shade(palette.claw))
        figure.add(layer, sausage([(*knuckle, 0.8 * r[3]), (*joint, 0.62 * r[3])], 6), skin)
    if arms.plume > 0.0:
        add_arm_feathers(figure, layer, [elbow, wrist, knuckle], arms.plume, near=near)
    figure.add(layer, sausage([(*shoulder, r[0]), (*elbow, r[1]), (*wrist, r[2]), (*knuckle, r[3])]), skin)
