"""Compsognathus: tiny and slender, little more than a very long tail with a toothed little head and a big eye."""

from __future__ import annotations

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import ellipse
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_ARMS = Arms(
    along=0.77,
    across=-0.55,
    bones=(6.5, 6.0, 2.6, 4.0),
    angles=(-122.0, -22.0, -42.0, -40.0),
    radii=(2.5, 1.9, 1.5, 1.3),
    swing=10.0,
    depth=3.5,
    far_shift=3.5,
)


def _dress(figure: Figure) -> None:
    figure.add(Layer.BODY, figure.head(ellipse(0.9, 0.06, 0.028, 0.018)), figure.palette.stripe, solid=False)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Compsognathus",
    order=11,
    spine=Spine(
        knots=(
            (-1, 63, 0.8, 0.8),
            (3.5, 53, 1.1, 1.1),
            (11.5, 44, 1.7, 1.7),
            (23, 38, 2.5, 2.6),
            (34, 35.5, 4.2, 4.4),
            (45, 35.5, 7.2, 8.0),
            (55, 36.5, 7.0, 8.6),
            (63, 39.5, 5.6, 6.2),
            (68.5, 45, 4.1, 4.4),
            (74, 50.5, 3.8, 4.2),
        ),
        hip=5,
        shoulder=7,
        neck_swing=14,
        tail_swing=9,
    ),
    skull=Skull(
        length=25,
        angle=-3,
        upper=(
            (-0.16, -0.12),
            (-0.16, 0.1),
            (0.0, 0.22),
            (0.22, 0.26),
            (0.42, 0.2),
            (0.62, 0.12),
            (0.82, 0.1),
            (0.96, 0.05),
            (0.99, -0.03),
            (0.94, -0.07),
            (0.6, -0.07),
            (0.3, -0.09),
            (0.05, -0.17),
        ),
        jaw=(
            (-0.1, -0.04),
            (0.1, -0.09),
            (0.5, -0.09),
            (0.9, -0.07),
            (0.92, -0.13),
            (0.7, -0.17),
            (0.35, -0.23),
            (0.0, -0.26),
        ),
        hinge=(0.06, -0.09),
        gape=20,
        eye=(0.31, 0.09, 0.105),
        teeth=((0.58, 0.02), (0.68, 0.022), (0.78, 0.022), (0.87, 0.02)),
    ),
    legs=(
        Leg(
            anchor=5,
            drop=0.3,
            upper=0.58,
            lower=0.64,
            foot_bone=0.33,
            lean=28,
            bend=1,
            radii=(7.2, 4.3, 2.2, 2.0),
            toes=5.5,
            stride=0.3,
            phase=0.0,
            claws=True,
            step=0.1,
            far_shift=3.5,
        ),
    ),
    typical={
        "hue": 0.2,
        "saturation": 0.5,
        "lightness": 0.47,
        "jaw": 0.3,
        "gait": 0.2,
        "belly": 0.9,
        "pattern": 0.0,
        "ground_hue": 0.1,
    },
    ornaments=_dress,
    pattern_span=(0.2, 0.8),
)
