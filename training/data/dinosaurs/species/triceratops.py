"""Triceratops: bony frill, two long brow horns and one on the nose, beak, stout body."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import Array, Point, ellipse, sausage, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_FRILL = np.array(
    [
        (0.30, 0.20),
        (0.14, 0.48),
        (-0.12, 0.70),
        (-0.40, 0.70),
        (-0.58, 0.48),
        (-0.60, 0.20),
        (-0.48, -0.06),
        (-0.22, -0.22),
        (0.10, -0.22),
    ]
)
_CENTRE = np.array([-0.05, 0.16])
_EYE = (0.42, 0.09, 0.058)


def _horn(figure: Figure, root: Point, middle: Point, tip: Point, r: float) -> Array:
    size = figure.factors.ornament_size
    line = np.array([root, middle, tip])
    points = figure.head(line[0] + (line - line[0]) * size)
    length = figure.skull_length
    flesh = (r, 0.72 * r, 0.1 * r)
    return sausage([(float(p[0]), float(p[1]), length * f) for p, f in zip(points, flesh, strict=True)], 10)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    grown = 0.55 + 0.45 * figure.factors.ornament_size
    frill = smooth_outline(_CENTRE + (_FRILL - _CENTRE) * grown, 40)
    inner = _CENTRE + (frill - _CENTRE) * 0.78
    figure.add(Layer.FAR, _horn(figure, (0.44, 0.22), (0.68, 0.52), (1.02, 0.7), 0.062), palette.far(palette.horn))
    for knob in frill[3:30:4]:
        figure.add(Layer.FRONT, figure.head(ellipse(float(knob[0]), float(knob[1]), 0.055, 0.055)), palette.horn)
    figure.add(Layer.FRONT, figure.head(frill), palette.ornament)
    figure.add(Layer.FRONT, figure.head(inner), palette.ornament_light, solid=False)
    figure.add(Layer.HEAD, _horn(figure, (0.76, 0.11), (0.81, 0.24), (0.88, 0.34), 0.055), palette.horn)
    figure.add(Layer.HEAD, _horn(figure, (0.34, 0.24), (0.54, 0.5), (0.86, 0.7), 0.075), palette.horn)
    add_eye(figure, Layer.HEAD, _EYE)


PLAN = BodyPlan(
    name="Triceratops",
    order=3,
    spine=Spine(
        knots=(
            (8, 22, 0.8, 0.8),
            (15, 26.5, 3.0, 3.2),
            (23, 33, 7.5, 9.0),
            (35, 37, 13.0, 15.5),
            (48, 38, 15.0, 18.0),
            (60, 36, 13.5, 16.5),
            (68, 35, 11.5, 12.5),
            (74, 34, 9.0, 9.0),
        ),
        hip=3,
        shoulder=5,
        neck_swing=9,
        tail_swing=7,
    ),
    skull=Skull(
        length=37,
        angle=-12,
        upper=(
            (-0.1, -0.14),
            (-0.1, 0.2),
            (0.15, 0.29),
            (0.42, 0.27),
            (0.7, 0.14),
            (0.9, 0.08),
            (1.02, -0.08),
            (0.98, -0.22),
            (0.86, -0.14),
            (0.5, -0.14),
            (0.2, -0.2),
        ),
        jaw=((0.0, -0.06), (0.35, -0.13), (0.7, -0.13), (0.9, -0.17), (0.84, -0.27), (0.5, -0.29), (0.1, -0.24)),
        hinge=(0.12, -0.12),
        gape=16,
        eye=_EYE,
        beak=((0.84, 0.09), (0.94, 0.05), (1.02, -0.06), (1.0, -0.25), (0.94, -0.16), (0.82, -0.13), (0.8, 0.0)),
        in_front=True,
        neck_follow=10,
    ),
    legs=(
        Leg(
            anchor=3,
            drop=0.35,
            upper=0.56,
            lower=0.48,
            foot_bone=0.13,
            lean=12,
            bend=1,
            radii=(9.4, 5.6, 4.1, 4.5),
            toes=1.8,
            stride=0.17,
            phase=0.0,
            offset=-2.0,
        ),
        Leg(
            anchor=5,
            drop=0.35,
            upper=0.54,
            lower=0.50,
            foot_bone=0.13,
            lean=6,
            bend=-1,
            radii=(7.6, 5.2, 4.0, 4.4),
            toes=1.8,
            stride=0.17,
            phase=0.3,
            offset=3.0,
        ),
    ),
    typical={
        "hue": 0.60,
        "saturation": 0.28,
        "lightness": 0.43,
        "jaw": 0.15,
        "pattern": 0.3,
        "ornament_hue": 0.02,
        "ground_hue": 0.2,
    },
    ornaments=_dress,
    pattern_span=(0.12, 0.72),
)
