"""Pachycephalosaurus: thick dome ringed by knobs, bumps on a short snout, on two legs with a heavy tail."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import ellipse, sausage, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_FOOT = np.array([0.14, 0.18])
_DOME = np.array(
    [(0.5, 0.2), (0.5, 0.44), (0.34, 0.68), (0.08, 0.78), (-0.18, 0.68), (-0.32, 0.44), (-0.3, 0.2), (0.1, 0.12)]
)
# The shelf behind the dome carries the largest knobs, the brow and the snout small ones.
_SHELF = ((-0.31, 0.42, 0.07), (-0.37, 0.28, 0.085), (-0.37, 0.12, 0.09), (-0.3, -0.03, 0.08))
_RING = ((-0.16, 0.21, 0.065), (0.0, 0.23, 0.06), (0.49, 0.27, 0.055))
_SNOUT = ((0.62, 0.25, 0.06), (0.76, 0.2, 0.06), (0.88, 0.12, 0.05))
_EYE = (0.36, 0.12, 0.075)

_ARMS = Arms(
    along=0.775,
    across=-0.5,
    bones=(8.0, 7.5, 2.4, 3.4),
    angles=(-106, -40, -58, -66),
    radii=(3.5, 2.4, 1.5, 1.5),
    depth=4.5,
    far_shift=3.5,
)


def _dress(figure: Figure) -> None:
    palette, size = figure.palette, figure.factors.ornament_size
    shelf = [(-0.21, 0.4), (-0.27, 0.28), (-0.27, 0.12), (-0.2, -0.03)]
    ledge = [(float(x), float(y), 0.09 * figure.skull_length) for x, y in figure.head(np.array(shelf))]
    figure.add(Layer.BODY, sausage(ledge, 14), palette.body)
    outline = smooth_outline(_FOOT + (_DOME - _FOOT) * (0.5 + 0.5 * size), 40)
    figure.add(Layer.BODY, figure.head(outline), palette.ornament)
    for step in range(1, 9):
        shine = _FOOT + (outline - _FOOT) * (1.0 - 0.065 * step) + (0.006 * step, 0.021 * step)
        tint = mix(palette.ornament, palette.ornament_light, 0.125 * step)
        figure.add(Layer.BODY, figure.head(shine), tint, solid=False)
    bone = mix(palette.horn, palette.ornament, 0.3)
    for x, y, radius in (*_SHELF, *_RING, *_SNOUT):
        grown = radius * (0.6 + 0.4 * size)
        figure.add(Layer.BODY, figure.head(ellipse(x, y, grown, grown)), mix(bone, palette.stripe, 0.3))
        top = ellipse(x + 0.1 * grown, y + 0.22 * grown, 0.72 * grown, 0.72 * grown)
        figure.add(Layer.BODY, figure.head(top), bone, solid=False)
    figure.add(Layer.BODY, figure.head(ellipse(0.9, 0.04, 0.03, 0.025)), palette.stripe, solid=False)
    add_eye(figure, Layer.BODY, _EYE)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Pachycephalosaurus",
    order=9,
    spine=Spine(
        knots=(
            (-2, 57, 1.2, 1.2),
            (10, 52, 4.4, 4.2),
            (22, 48, 7.4, 7.4),
            (34, 45.5, 9.8, 10.8),
            (46, 44, 11.4, 14.0),
            (58, 43.5, 11.8, 15.8),
            (69, 44, 9.8, 12.8),
            (77, 46.5, 7.6, 8.8),
            (82.5, 51, 6.4, 7.2),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=10,
    ),
    skull=Skull(
        length=26,
        angle=-22,
        upper=(
            (-0.26, -0.12),
            (-0.26, 0.2),
            (-0.05, 0.32),
            (0.25, 0.34),
            (0.52, 0.26),
            (0.74, 0.17),
            (0.94, 0.08),
            (1.0, -0.06),
            (0.96, -0.13),
            (0.6, -0.1),
            (0.3, -0.12),
            (0.0, -0.22),
        ),
        jaw=(
            (-0.14, -0.05),
            (0.3, -0.11),
            (0.65, -0.1),
            (0.92, -0.12),
            (0.9, -0.2),
            (0.6, -0.27),
            (0.3, -0.32),
            (-0.05, -0.3),
        ),
        hinge=(0.06, -0.11),
        gape=16,
        eye=_EYE,
        beak=((0.86, 0.1), (0.96, 0.04), (1.02, -0.08), (0.98, -0.18), (0.9, -0.12), (0.84, -0.02)),
        neck_follow=10,
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.3,
            upper=0.60,
            lower=0.58,
            foot_bone=0.25,
            lean=30,
            bend=1,
            radii=(10.8, 6.2, 3.3, 3.0),
            toes=7.0,
            stride=0.26,
            phase=0.0,
            claws=True,
            step=0.1,
            far_shift=4.5,
        ),
    ),
    typical={
        "hue": 0.68,
        "saturation": 0.24,
        "lightness": 0.42,
        "jaw": 0.15,
        "gait": 0.2,
        "pattern": 0.45,
        "ornament_hue": 0.07,
        "ground_hue": 0.14,
    },
    ornaments=_dress,
)
