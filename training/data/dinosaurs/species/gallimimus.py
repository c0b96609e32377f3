"""Gallimimus: built like an ostrich, with a long neck, a small toothless head, and long legs and arms."""

from __future__ import annotations

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import ellipse
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_ARMS = Arms(
    along=0.585,
    across=-0.5,
    bones=(13.0, 12.0, 5.0, 5.5),
    angles=(-112.0, -42.0, -62.0, -64.0),
    radii=(3.2, 2.2, 1.6, 1.4),
    swing=8.0,
    spread=14.0,
)


def _dress(figure: Figure) -> None:
    figure.add(Layer.BODY, figure.head(ellipse(0.84, 0.06, 0.035, 0.02)), figure.palette.stripe, solid=False)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Gallimimus",
    order=10,
    spine=Spine(
        knots=(
            (0, 57, 0.8, 0.8),
            (12, 53.5, 2.2, 2.2),
            (24, 52.5, 4.2, 4.4),
            (35, 53, 8.0, 9.5),
            (46, 54, 10.0, 13.0),
            (57, 57, 8.5, 12.0),
            (64.5, 64, 6.0, 7.4),
            (69, 74, 3.9, 4.4),
            (71, 85, 3.0, 3.2),
            (75, 95, 2.8, 3.0),
            (79.5, 100, 2.8, 3.0),
        ),
        hip=3,
        shoulder=5,
        neck_swing=13,
        tail_swing=9,
    ),
    skull=Skull(
        length=18,
        angle=-10,
        upper=(
            (-0.2, -0.12),
            (-0.19, 0.1),
            (0.0, 0.22),
            (0.22, 0.26),
            (0.42, 0.2),
            (0.6, 0.11),
            (0.82, 0.08),
            (1.0, 0.0),
            (1.0, -0.07),
            (0.6, -0.07),
            (0.3, -0.09),
            (0.02, -0.18),
        ),
        jaw=(
            (-0.1, -0.04),
            (0.2, -0.09),
            (0.6, -0.08),
            (0.95, -0.08),
            (0.9, -0.15),
            (0.6, -0.19),
            (0.3, -0.23),
            (0.0, -0.25),
        ),
        hinge=(0.06, -0.09),
        gape=16,
        eye=(0.29, 0.09, 0.115),
        beak=((0.58, 0.105), (0.82, 0.08), (0.97, 0.03), (1.03, -0.06), (0.9, -0.075), (0.62, -0.07), (0.53, 0.01)),
        lower_beak=True,
    ),
    legs=(
        Leg(
            anchor=3,
            drop=0.3,
            upper=0.56,
            lower=0.62,
            foot_bone=0.35,
            lean=24,
            bend=1,
            radii=(9.6, 5.4, 2.5, 2.1),
            toes=6.0,
            stride=0.26,
            phase=0.0,
            claws=True,
            step=0.1,
            offset=3.0,
            far_shift=4.5,
        ),
    ),
    typical={
        "hue": 0.045,
        "saturation": 0.27,
        "lightness": 0.55,
        "jaw": 0.15,
        "gait": 0.2,
        "belly": 0.9,
        "pattern": 0.0,
        "ground_hue": 0.22,
    },
    ornaments=_dress,
    pattern_span=(0.14, 0.6),
)
