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
            (-6, 22, 0.8, 0.8),
            (6, 26, 2.4, 2.4),
            (18, 33, 5.0, 5.5),
            (29, 40, 9.0, 11.0),
            (43, 44, 11.5, 15.5),
            (57, 49, 11.5, 15.0),
            (66, 58, 8.8, 10.0),
            (72, 71, 5.8, 6.2),
            (76, 85, 4.4, 4.6),
            (80, 98, 3.9, 3.8),
        ),
        hip=3,
        shoulder=5,
        neck_swing=15,
        tail_swing=8,
    ),
    skull=Skull(
        length=17,
        angle=-14,
        upper=(
            (-0.22, -0.12),
            (-0.2, 0.16),
            (0.05, 0.27),
            (0.26, 0.36),
            (0.46, 0.34),
            (0.62, 0.16),
            (0.92, 0.13),
            (1.02, 0.0),
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
            upper=0.52,
            lower=0.49,
            bend=1,
            radii=(8.2, 4.9, 3.9, 4.3),
            phase=0.0,
            offset=0,
            lean=5.0,
            foot_bone=0.1,
            toes=1.2,
            stride=0.12,
        ),
        Leg(
            anchor=5,
            drop=0.2,
            upper=0.51,
            lower=0.50,
            bend=-1,
            radii=(7.2, 4.6, 3.7, 4.2),
            phase=0.3,
            offset=2,
            lean=5.0,
            foot_bone=0.1,
            toes=1.2,
            stride=0.12,
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
