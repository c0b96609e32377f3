"""Parasaurolophus: duck bill, long tube crest curving back over the neck, on all fours with longer hind legs."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import ellipse, sausage, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_ROOT = np.array([0.6, 0.1])
_CREST = np.array([(0.6, 0.1), (0.34, 0.28), (0.0, 0.44), (-0.4, 0.52), (-0.8, 0.46), (-1.12, 0.28)])
_FLESH = (0.06, 0.115, 0.125, 0.12, 0.115, 0.1)
_BILL = np.array(
    [(0.72, 0.03), (0.8, 0.09), (0.95, 0.11), (1.08, 0.04), (1.14, -0.1), (1.08, -0.19), (0.98, -0.15), (0.84, -0.1)]
)
HADROSAUR_EYE = (0.24, 0.12, 0.07)


def hadrosaur_skull(length: float, angle: float) -> Skull:
    """The long low skull that both hadrosaurs have below their crests; `add_bill` puts the bill on it."""
    return Skull(
        length=length,
        angle=angle,
        upper=(
            (-0.2, -0.14),
            (-0.2, 0.14),
            (0.0, 0.26),
            (0.22, 0.29),
            (0.4, 0.24),
            (0.58, 0.13),
            (0.76, 0.08),
            (0.94, 0.09),
            (1.04, 0.0),
            (1.0, -0.12),
            (0.75, -0.1),
            (0.4, -0.13),
            (0.1, -0.22),
        ),
        jaw=(
            (-0.12, -0.05),
            (0.3, -0.1),
            (0.7, -0.09),
            (0.96, -0.11),
            (0.97, -0.2),
            (0.7, -0.24),
            (0.4, -0.32),
            (0.0, -0.34),
        ),
        hinge=(0.06, -0.1),
        gape=15,
        eye=HADROSAUR_EYE,
        neck_follow=9,
    )


def add_bill(figure: Figure) -> None:
    """The spoon of horn at the snout, and the nostril."""
    palette = figure.palette
    figure.add(Layer.BODY, figure.head(smooth_outline(_BILL, 32)), mix(palette.horn, palette.stripe, 0.35))
    figure.add(Layer.BODY, figure.head(ellipse(0.9, 0.04, 0.05, 0.022)), palette.stripe, solid=False)


def _dress(figure: Figure) -> None:
    palette, length = figure.palette, figure.skull_length
    line = _ROOT + (_CREST - _ROOT) * (0.3 + 0.7 * figure.factors.ornament_size)
    points = figure.head(line)
    crest = [(float(p[0]), float(p[1]), length * f) for p, f in zip(points, _FLESH, strict=True)]
    nape = figure.spine.at(np.array([0.99, 0.96, 0.93]), np.full(3, 0.5))
    web = np.concatenate([points[1:4], nape[::-1]])
    figure.add(Layer.BEHIND, smooth_outline(web), mix(palette.belly, palette.ornament, 0.5))
    figure.add(Layer.BODY, sausage(crest, 30), palette.ornament)
    for step in range(1, 6):
        shine = [(x, y + 0.005 * step * length, (0.94 - 0.12 * step) * r) for x, y, r in crest]
        tint = mix(palette.ornament, palette.ornament_light, 0.16 * step)
        figure.add(Layer.BODY, sausage(shine, 30), tint, solid=False)
    add_bill(figure)
    add_eye(figure, Layer.BODY, HADROSAUR_EYE)


PLAN = BodyPlan(
    name="Parasaurolophus",
    order=8,
    spine=Spine(
        knots=(
            (-3, 47, 1.0, 1.0),
            (10, 47, 4.2, 4.2),
            (23, 48, 7.0, 7.4),
            (35, 50, 9.6, 10.4),
            (46, 51, 11.6, 13.6),
            (58, 49, 12.2, 16.0),
            (69, 45, 10.5, 14.0),
            (78, 46.5, 8.8, 9.6),
            (85, 53, 6.8, 7.0),
            (89.5, 60.5, 5.4, 5.6),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=9,
    ),
    skull=hadrosaur_skull(26.5, -14),
    legs=(
        Leg(
            anchor=4,
            drop=0.3,
            upper=0.58,
            lower=0.54,
            foot_bone=0.21,
            lean=24,
            bend=1,
            radii=(10.2, 6.0, 3.4, 3.4),
            toes=4.5,
            stride=0.2,
            phase=0.0,
            step=0.07,
            offset=-1.0,
        ),
        Leg(
            anchor=6,
            drop=0.5,
            upper=0.54,
            lower=0.50,
            foot_bone=0.16,
            lean=2,
            bend=-1,
            radii=(5.4, 3.5, 2.4, 2.6),
            toes=2.2,
            stride=0.2,
            phase=0.3,
            offset=1.5,
        ),
    ),
    typical={
        "hue": 0.41,
        "saturation": 0.36,
        "lightness": 0.43,
        "jaw": 0.1,
        "gait": 0.6,
        "pattern": 0.5,
        "ornament_hue": 0.04,
        "ground_hue": 0.22,
    },
    ornaments=_dress,
)
