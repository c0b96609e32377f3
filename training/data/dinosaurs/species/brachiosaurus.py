"""Brachiosaurus: front legs longer than the hind ones, back sloping down to a short tail, neck held high."""

from __future__ import annotations

from training.data.dinosaurs.body import ellipse
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine


def _nasal_arch(figure: Figure) -> None:
    figure.add(Layer.BODY, figure.head(ellipse(0.74, 0.1, 0.035, 0.03)), figure.palette.stripe, solid=False)


PLAN = BodyPlan(
    name="Brachiosaurus",
    order=1,
    spine=Spine(
        knots=(
            (-10, 33, 0.8, 0.8),
            (4, 34, 2.6, 2.6),
            (16, 37.5, 5.4, 6.0),
            (28, 42, 9.5, 12.0),
            (43, 46.5, 12.5, 17.0),
            (57, 53, 12.5, 17.0),
            (66, 63, 9.4, 11.0),
            (72, 76, 6.2, 6.6),
            (76, 90, 4.7, 4.9),
            (80, 104, 4.1, 4.0),
        ),
        hip=3,
        shoulder=5,
        neck_swing=15,
        tail_swing=8,
    ),
    skull=Skull(
        length=19,
        angle=-14,
        upper=(
            (-0.22, -0.12),
            (-0.2, 0.16),
            (0.05, 0.27),
            (0.26, 0.42),
            (0.44, 0.43),
            (0.58, 0.2),
            (0.9, 0.15),
            (1.04, 0.02),
            (0.95, -0.1),
            (0.5, -0.1),
            (0.1, -0.2),
        ),
        jaw=((-0.1, -0.04), (0.3, -0.1), (0.7, -0.08), (0.92, -0.1), (0.9, -0.2), (0.5, -0.26), (0.05, -0.26)),
        hinge=(0.05, -0.1),
        gape=14,
        eye=(0.3, 0.13, 0.095),
        neck_follow=10,
    ),
    legs=(
        Leg(
            anchor=3,
            drop=0.2,
            upper=0.515,
            lower=0.5,
            bend=1,
            radii=(8.6, 5.4, 4.4, 5.0),
            phase=0.0,
            offset=0,
            lean=5.0,
            foot_bone=0.1,
            toes=1.2,
            stride=0.11,
        ),
        Leg(
            anchor=5,
            drop=0.2,
            upper=0.515,
            lower=0.5,
            bend=-1,
            radii=(7.4, 5.0, 4.2, 4.8),
            phase=0.3,
            offset=2,
            lean=5.0,
            foot_bone=0.1,
            toes=1.2,
            stride=0.11,
        ),
    ),
    typical={
        "hue": 0.46,
        "saturation": 0.26,
        "lightness": 0.42,
        "jaw": 0.15,
        "pattern": 0.3,
        "spots": 1.0,
        "ground_hue": 0.24,
    },
    ornaments=_nasal_arch,
    pattern_span=(0.16, 0.8),
)
