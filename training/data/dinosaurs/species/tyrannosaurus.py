"""Tyrannosaurus: level back, heavy tail as counterweight, huge head, tiny arms."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import ellipse, sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine


def _dress(figure: Figure) -> None:
    palette, spine = figure.palette, figure.spine
    knot = int(0.79 * (len(spine.centre) - 1))
    x, y = spine.centre[knot]
    y -= 0.66 * spine.down[knot]
    swing = 1.5 * figure.factors.neck_pitch
    brow = smooth_outline(np.array([(0.13, 0.25), (0.2, 0.335), (0.34, 0.345), (0.42, 0.27), (0.3, 0.235)]))
    figure.add(Layer.BODY, figure.head(brow), palette.back)
    figure.add(Layer.BODY, figure.head(ellipse(0.89, 0.11, 0.028, 0.02)), palette.stripe, solid=False)
    for near in (False, True):
        shift = (0.0 if near else 4.5) + figure.aside(5.0 if near else -5.0)[0]
        skin = mix(palette.body, palette.belly, 0.1)
        colour = skin if near else palette.far(skin)
        elbow, hand = (x + shift - 2.0, y - 8.0), (x + shift + 6.0, y - 11.0 + swing)
        arm = sausage([(x + shift + 1.0, y, 3.2), (*elbow, 2.5), (*hand, 1.6)])
        layer = Layer.NEAR if near else Layer.FAR
        for spread in (1.0, -1.6):
            claw = sausage([(*hand, 1.25), (hand[0] + 3.6, hand[1] - 1.6 + 1.2 * spread, 0.5)], 4)
            figure.add(layer, claw, palette.claw if near else palette.far(palette.claw))
        figure.add(layer, arm, colour)


PLAN = BodyPlan(
    name="Tyrannosaurus",
    order=0,
    spine=Spine(
        knots=(
            (-6, 57, 0.8, 0.8),
            (8, 54.5, 4.6, 4.8),
            (22, 52.5, 8.2, 9.0),
            (35, 52, 9.8, 12.0),
            (47, 53, 11.8, 15.5),
            (59, 55.5, 11.5, 15.5),
            (68, 59.5, 10.2, 12.8),
            (74.5, 65.5, 8.6, 10),
            (80.5, 72, 5.5, 8),
        ),
        hip=4,
        shoulder=6,
        neck_swing=14,
        tail_swing=11,
    ),
    skull=Skull(
        length=34,
        angle=-4,
        upper=(
            (-0.2, -0.10),
            (-0.21, 0.08),
            (-0.1, 0.22),
            (0.1, 0.31),
            (0.30, 0.34),
            (0.40, 0.29),
            (0.56, 0.25),
            (0.78, 0.24),
            (0.93, 0.17),
            (0.99, 0.04),
            (0.96, -0.07),
            (0.62, -0.06),
            (0.3, -0.09),
            (0.05, -0.18),
        ),
        jaw=(
            (-0.12, -0.04),
            (0.05, -0.08),
            (0.35, -0.07),
            (0.65, -0.045),
            (0.88, -0.05),
            (0.93, -0.15),
            (0.78, -0.26),
            (0.4, -0.31),
            (0.1, -0.31),
            (-0.1, -0.25),
        ),
        hinge=(0.05, -0.1),
        gape=26,
        eye=(0.27, 0.17, 0.062),
        teeth=((0.5, 0.03), (0.61, 0.034), (0.73, 0.036), (0.85, 0.03)),
    ),
    legs=(
        Leg(
            offset=-1.0,
            anchor=4,
            drop=0.25,
            upper=0.64,
            lower=0.6,
            foot_bone=0.27,
            lean=34,
            bend=1,
            radii=(12.5, 6.6, 3.6, 3.2),
            toes=10.0,
            stride=0.25,
            phase=0.0,
            claws=True,
            step=0.13,
            far_shift=5.0,
        ),
    ),
    typical={"hue": 0.035, "saturation": 0.46, "lightness": 0.40, "jaw": 0.5, "gait": 0.22, "ground_hue": 0.15},
    ornaments=_dress,
)
