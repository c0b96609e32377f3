"""Pteranodon: a pterosaur in flight, long toothless beak, crest swept back, wings of skin on one long finger."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Skull, Spine
from training.data.dinosaurs.wings import Wing, add_wing

_CREST = ((0.26, 0.1), (0.02, 0.21), (-0.3, 0.36), (-0.74, 0.5), (-0.42, 0.2), (-0.12, 0.0), (0.05, -0.08))


def _legs(figure: Figure) -> None:
    """Short legs trailing behind; a pterosaur of this kind has next to no tail."""
    palette = figure.palette
    hip = figure.spine.at(np.array([0.14]), np.array([-0.25]))[0]
    for near in (False, True):
        x, y = hip + figure.aside(3.0 if near else -3.0) + (0.0 if near else 1.5)
        colour, nail = (palette.body, palette.claw) if near else (palette.far(palette.body), palette.far(palette.claw))
        layer = Layer.BODY if near else Layer.FAR
        ankle = (x - 8.5, y - 8.0)
        for spread in (1.5, 0.0, -1.5):
            toe = (ankle[0] - 4.2, ankle[1] - 1.2 + spread, 0.35)
            figure.add(layer, sausage([(*ankle, 0.9), toe], 4), nail)
        figure.add(layer, sausage([(x, y, 2.9), (x - 2.5, y - 5.0, 2.1), (*ankle, 1.2)], 16), colour)


def _dress(figure: Figure) -> None:
    flap, size = figure.factors.flap, figure.factors.leg_length
    _legs(figure)
    root = figure.spine.at(np.array([0.6]), np.array([0.25]))[0]
    hip = figure.spine.at(np.array([0.14]), np.array([0.0]))[0]
    far = Wing(
        (78 + 16 * flap, 46 + 22 * flap, 28 + 26 * flap), (12 * size, 16 * size, 38 * size), (3.8, 2.5, 2.0), -10
    )
    near = Wing(
        (128 - 26 * flap, 156 - 30 * flap, 188 - 26 * flap), (14 * size, 18 * size, 44 * size), (4.2, 2.8, 2.2), 14
    )
    for wing, depth, front in ((far, -4.0, False), (near, 4.0, True)):
        dx, dy = figure.aside(depth)
        start = (float(root[0]) + dx + (0.0 if front else 2.5), float(root[1]) + dy)
        add_wing(figure, wing, start, (float(hip[0]) + dx, float(hip[1]) + dy), near=front)
    crest = smooth_outline(
        np.array(_CREST) * (figure.factors.ornament_size, 0.5 + 0.5 * figure.factors.ornament_size), 28
    )
    head = figure.layers[Layer.HEAD]
    figure.add(Layer.HEAD, figure.head(crest), figure.palette.ornament)
    head.insert(0, head.pop())


PLAN = BodyPlan(
    name="Pteranodon",
    order=5,
    spine=Spine(
        knots=(
            (37, 39.5, 1.6, 1.6),
            (41, 42, 4.4, 4.6),
            (47, 45.5, 6.8, 7.4),
            (54, 49.5, 7.8, 8.4),
            (61, 54.5, 5.2, 5.6),
            (66, 60, 3.8, 3.8),
            (70, 65, 3.6, 3.6),
        ),
        hip=1,
        shoulder=3,
        neck_swing=12,
        tail_swing=2,
    ),
    skull=Skull(
        length=41,
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
        jaw=((-0.08, 0.0), (0.25, -0.05), (0.6, -0.04), (0.95, -0.03), (0.6, -0.1), (0.25, -0.135), (-0.06, -0.12)),
        hinge=(0.05, -0.05),
        gape=16,
        eye=(0.17, 0.055, 0.05),
        beak=(
            (0.34, 0.105),
            (0.65, 0.055),
            (0.88, 0.015),
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
