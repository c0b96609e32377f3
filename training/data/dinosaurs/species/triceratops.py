"""Triceratops: bony frill, two long brow horns and one on the nose, beak, stout body."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import Array, Point, ellipse, sausage, smooth_outline, turned
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
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
_CHEEK = ((0.2, -0.12), (0.14, -0.24), (0.06, -0.36))
_HINGE, _GAPE = (0.3, -0.12), 13.0
# The lower half of the beak, a bone of its own in front of the jaw.
_LOWER_BEAK = ((0.7, -0.07), (0.9, -0.09), (1.0, -0.12), (0.94, -0.22), (0.82, -0.28), (0.64, -0.3), (0.76, -0.18))
_EYE = (0.42, 0.1, 0.06)


def _horn(figure: Figure, line: tuple[Point, Point, Point], r: float, depth: float = 0.0) -> Array:
    """Horn along root, middle and tip; ``depth`` (lengths of the skull) is how far it stands towards the viewer."""
    grown = np.array(line[0]) + (np.array(line) - line[0]) * figure.factors.ornament_size
    length = figure.skull_length
    points = figure.head(grown) + figure.aside(depth * length)
    flesh = (r, 0.72 * r, 0.1 * r)
    return sausage([(float(p[0]), float(p[1]), length * f) for p, f in zip(points, flesh, strict=True)], 12)


def _frill(figure: Figure) -> None:
    palette = figure.palette
    grown = 0.55 + 0.45 * figure.factors.ornament_size
    frill = smooth_outline(_CENTRE + (_FRILL - _CENTRE) * grown, 40)
    rim = _CENTRE + (frill - _CENTRE) * 1.02
    for knob in rim[2:31:4]:
        figure.add(Layer.FRONT, figure.head(ellipse(float(knob[0]), float(knob[1]), 0.07, 0.07)), palette.horn)
    for step in range(7):
        shape = _CENTRE + (frill - _CENTRE) * (1.0 - 0.055 * step)
        colour = mix(palette.ornament, palette.ornament_light, max(step - 1, 0) / 5)
        figure.add(Layer.FRONT, figure.head(shape), colour, solid=step == 0)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    brow = ((0.34, 0.23), (0.56, 0.5), (0.9, 0.72))
    figure.add(
        Layer.FAR, _horn(figure, ((0.44, 0.22), (0.7, 0.5), (1.06, 0.68)), 0.066, -0.25), palette.far(palette.horn)
    )
    _frill(figure)
    chin = turned(smooth_outline(np.array(_LOWER_BEAK)), -_GAPE * figure.factors.jaw, _HINGE)
    figure.add(Layer.HEAD, figure.head(chin), mix(palette.horn, palette.body, 0.25))
    head = figure.layers[Layer.HEAD]
    head.insert(2, head.pop())
    figure.add(Layer.HEAD, _horn(figure, _CHEEK, 0.075), palette.horn)
    figure.add(Layer.HEAD, _horn(figure, ((0.76, 0.12), (0.82, 0.27), (0.9, 0.38)), 0.065), palette.horn)
    figure.add(Layer.HEAD, _horn(figure, brow, 0.08, 0.2), palette.horn)
    figure.add(Layer.HEAD, figure.head(ellipse(0.73, 0.02, 0.026, 0.03)), palette.stripe, solid=False)
    add_eye(figure, Layer.HEAD, _EYE)


PLAN = BodyPlan(
    name="Triceratops",
    order=3,
    spine=Spine(
        knots=(
            (2, 26, 0.8, 0.8),
            (11, 28, 3.0, 3.2),
            (21, 32.5, 7.5, 9.0),
            (34, 37, 13.5, 16.5),
            (48, 38.5, 16.0, 19.5),
            (60, 37.5, 15.0, 18.5),
            (68, 37, 12.5, 14),
            (74, 36.5, 10, 10),
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
            (0.04, -0.2),
            (-0.06, 0.0),
            (0.04, 0.19),
            (0.2, 0.28),
            (0.42, 0.27),
            (0.68, 0.17),
            (0.88, 0.12),
            (1.02, -0.08),
            (0.98, -0.22),
            (0.88, -0.15),
            (0.6, -0.12),
            (0.42, -0.12),
            (0.2, -0.24),
        ),
        jaw=((0.0, -0.06), (0.38, -0.08), (0.7, -0.07), (0.94, -0.12), (0.84, -0.24), (0.5, -0.31), (0.1, -0.3)),
        hinge=_HINGE,
        gape=_GAPE,
        eye=_EYE,
        beak=((0.86, 0.11), (0.97, 0.07), (1.05, -0.06), (1.02, -0.24), (0.95, -0.17), (0.84, -0.13), (0.82, 0.0)),
        in_front=True,
        neck_follow=10,
    ),
    legs=(
        Leg(
            anchor=3,
            drop=0.35,
            upper=0.53,
            lower=0.49,
            foot_bone=0.13,
            lean=12,
            bend=1,
            radii=(10.4, 6.2, 4.8, 5.2),
            toes=1.8,
            stride=0.14,
            phase=0.0,
            offset=-2.0,
        ),
        Leg(
            anchor=5,
            drop=0.35,
            upper=0.53,
            lower=0.485,
            foot_bone=0.13,
            lean=6,
            bend=-1,
            radii=(8.2, 5.8, 4.6, 5.1),
            toes=1.8,
            stride=0.14,
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
