"""Pteranodon: a pterosaur in flight, long toothless beak, crest swept back, wings of skin on one long finger."""

from __future__ import annotations

import math

import numpy as np

from training.data.dinosaurs.body import Array, Point, sausage, smooth_outline, spline_matrix
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Skull, Spine

_CREST = ((0.22, 0.1), (0.0, 0.2), (-0.3, 0.34), (-0.62, 0.44), (-0.4, 0.2), (-0.12, 0.0), (0.05, -0.08))


def _reach(start: Point, degrees: float, length: float) -> Point:
    turn = math.radians(degrees)
    return start[0] + length * math.cos(turn), start[1] + length * math.sin(turn)


def _membrane(points: list[Point], hollow: list[Point]) -> Array:
    edge = spline_matrix(len(hollow), 24) @ np.array(hollow)
    result: Array = np.concatenate([np.array(points), edge])
    return result


def _wing(figure: Figure, *, near: bool) -> None:
    palette, flap, size = figure.palette, figure.factors.flap, figure.factors.leg_length
    shoulder = figure.spine.at(np.array([0.62]), np.array([0.3]))[0]
    hip = figure.spine.at(np.array([0.2]), np.array([0.0]))[0]
    root = (float(shoulder[0]) + (0.0 if near else 2.5), float(shoulder[1]))
    if near:
        angles, lengths = (128 - 26 * flap, 160 - 30 * flap, 190 - 26 * flap), (13.0, 17.0, 42.0)
    else:
        angles, lengths = (78 + 16 * flap, 52 + 22 * flap, 24 + 26 * flap), (12.0, 15.0, 33.0)
    elbow = _reach(root, angles[0], lengths[0] * size)
    wrist = _reach(elbow, angles[1], lengths[1] * size)
    joint = _reach(wrist, 0.5 * (angles[1] + angles[2]), 0.4 * lengths[2] * size)
    tip = _reach(joint, angles[2] + (14 if near else -10), 0.6 * lengths[2] * size)
    tail = (float(hip[0]), float(hip[1]))
    chord = ((tail[0] + tip[0]) / 2, (tail[1] + tip[1]) / 2)
    inner = ((chord[0] + tail[0]) / 2 * 0.72 + elbow[0] * 0.28, (chord[1] + tail[1]) / 2 * 0.72 + elbow[1] * 0.28)
    outer = ((chord[0] + tip[0]) / 2 * 0.76 + wrist[0] * 0.24, (chord[1] + tip[1]) / 2 * 0.76 + wrist[1] * 0.24)
    skin = mix(palette.belly, palette.ornament, 0.3)
    bone = palette.body
    if not near:
        skin, bone = mix(palette.far(skin), skin, 0.35), palette.far(bone)
    layer = Layer.NEAR if near else Layer.FAR
    edge = spline_matrix(4, 20) @ np.array([elbow, wrist, joint, tip])
    leading = [root, *((float(x), float(y)) for x, y in edge)]
    figure.add(layer, _membrane(leading, [tip, outer, inner, tail]), skin)
    figure.add(layer, sausage([(*wrist, 1.5), (*joint, 1.2), (*tip, 0.3)]), bone)
    figure.add(layer, sausage([(*root, 4.2), (*elbow, 2.6), (*wrist, 2.0)]), bone)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    hip = figure.spine.at(np.array([0.16]), np.array([-0.2]))[0]
    for near in (False, True):
        colour = palette.body if near else palette.far(palette.body)
        x, y = float(hip[0]), float(hip[1]) + (0.0 if near else 1.5)
        leg = sausage([(x, y, 2.6), (x - 8, y - 3.5, 1.7), (x - 16, y - 4.5, 1.0), (x - 20, y - 6.5, 0.6)])
        figure.add(Layer.BODY if near else Layer.FAR, leg, colour)
    _wing(figure, near=False)
    _wing(figure, near=True)
    size = figure.factors.ornament_size
    crest = smooth_outline(np.array(_CREST) * (size, 0.5 + 0.5 * size), 28)
    head = figure.layers[Layer.HEAD]
    figure.add(Layer.HEAD, figure.head(crest), palette.ornament)
    head.insert(0, head.pop())


PLAN = BodyPlan(
    name="Pteranodon",
    order=5,
    spine=Spine(
        knots=(
            (34, 38, 0.8, 0.8),
            (39, 40.5, 4.0, 4.0),
            (46, 44.5, 6.5, 7.0),
            (54, 49, 7.5, 8.0),
            (61, 54, 5.0, 5.4),
            (66, 60, 3.6, 3.6),
            (70, 65, 3.4, 3.4),
        ),
        hip=1,
        shoulder=3,
        neck_swing=12,
        tail_swing=2,
    ),
    skull=Skull(
        length=38,
        angle=-14,
        upper=(
            (-0.12, -0.06),
            (-0.1, 0.08),
            (0.08, 0.15),
            (0.28, 0.12),
            (0.6, 0.05),
            (1.0, -0.02),
            (0.6, -0.05),
            (0.2, -0.06),
        ),
        jaw=((-0.08, 0.0), (0.25, -0.05), (0.6, -0.045), (0.94, -0.035), (0.6, -0.085), (0.25, -0.12), (-0.06, -0.12)),
        hinge=(0.05, -0.05),
        gape=16,
        eye=(0.17, 0.055, 0.05),
        beak=(
            (0.34, 0.105),
            (0.65, 0.042),
            (0.88, 0.005),
            (1.02, -0.025),
            (0.88, -0.035),
            (0.65, -0.045),
            (0.36, -0.05),
            (0.31, 0.02),
        ),
        lower_beak=True,
        in_front=True,
        neck_follow=9,
    ),
    legs=(),
    typical={
        "hue": 0.86,
        "saturation": 0.38,
        "flap": 0.3,
        "lightness": 0.4,
        "belly": 0.8,
        "jaw": 0.18,
        "pattern": 0.0,
        "ornament_hue": 0.06,
        "ground_hue": 0.12,
    },
    ornaments=_dress,
    flies=True,
)
