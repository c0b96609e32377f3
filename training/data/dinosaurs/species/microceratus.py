"""Microceratus: tiny and slender on two legs, small hornless frill, parrot beak, cheek points, bristles on the tail."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import ellipse, sausage, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_CENTRE = np.array([0.1, 0.12])
_FRILL = np.array(
    [(0.3, 0.26), (0.06, 0.38), (-0.22, 0.5), (-0.52, 0.56), (-0.6, 0.34), (-0.52, 0.08), (-0.3, -0.1), (0.1, -0.18)]
)
_CHEEK = np.array([(0.36, -0.02), (0.12, 0.02), (0.0, -0.12), (-0.1, -0.34), (0.1, -0.26), (0.3, -0.14)])
_CHEEK_TIP = np.array([(-0.055, -0.24), (-0.14, -0.43), (0.02, -0.29)])
_EYE = (0.4, 0.13, 0.1)

_ARMS = Arms(
    along=0.77,
    across=-0.45,
    bones=(9.0, 8.8, 2.6, 3.6),
    angles=(-106, -48, -64, -70),
    radii=(3.1, 2.0, 1.4, 1.4),
    depth=3.5,
    far_shift=3.5,
)


def _bristles(figure: Figure) -> None:
    along = np.linspace(0.12, 0.42, 6)
    root = figure.spine.at(along, np.full(len(along), 0.6))
    height = 11.0 * np.exp(-(((along - 0.28) / 0.16) ** 2)) * figure.factors.ornament_size
    for start, tall in zip(root, height, strict=True):
        tip, middle = start + tall * np.array([(-0.62, 1.15), (-0.16, 0.62)])
        quill = sausage([(*start, 1.7), (*middle, 1.3), (*tip, 0.6)], 8)
        figure.add(Layer.BEHIND, quill, figure.palette.ornament)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    _bristles(figure)
    frill = smooth_outline(_CENTRE + (_FRILL - _CENTRE) * (0.5 + 0.5 * figure.factors.ornament_size), 40)
    far = mix(palette.ornament_dark, palette.body, 0.2)
    figure.add(Layer.FAR, figure.head(frill) + figure.aside(-7.0), palette.far(far))
    figure.add(Layer.FRONT, figure.head(frill), mix(palette.body, palette.ornament, 0.75))
    for step in range(1, 9):
        inner = _CENTRE + (frill - _CENTRE) * (1.0 - 0.05 * step)
        tint = mix(palette.ornament, palette.ornament_light, 0.125 * step)
        figure.add(Layer.FRONT, figure.head(inner), tint, solid=False)
    figure.add(Layer.HEAD, figure.head(smooth_outline(_CHEEK, 30)), mix(palette.body, palette.belly, 0.5))
    figure.add(Layer.HEAD, figure.head(_CHEEK_TIP), palette.horn)
    figure.add(Layer.HEAD, figure.head(ellipse(0.8, 0.1, 0.03, 0.025)), palette.stripe, solid=False)
    add_arms(figure, _ARMS)
    add_eye(figure, Layer.HEAD, _EYE)


PLAN = BodyPlan(
    name="Microceratus",
    order=14,
    spine=Spine(
        knots=(
            (-3, 62, 0.8, 0.8),
            (10, 56, 2.4, 2.4),
            (22, 51, 4.0, 4.2),
            (34, 48, 6.0, 6.8),
            (45, 47, 8.4, 10.0),
            (55, 48, 8.6, 11.0),
            (63, 51, 7.2, 9.0),
            (69, 56, 5.6, 6.6),
            (73, 62, 5.0, 5.4),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=11,
    ),
    skull=Skull(
        length=29,
        angle=-12,
        upper=(
            (-0.14, -0.14),
            (-0.14, 0.18),
            (0.12, 0.32),
            (0.4, 0.33),
            (0.62, 0.25),
            (0.82, 0.16),
            (0.97, 0.02),
            (1.0, -0.12),
            (0.9, -0.12),
            (0.55, -0.12),
            (0.2, -0.2),
        ),
        jaw=((0.0, -0.06), (0.35, -0.13), (0.7, -0.12), (0.88, -0.14), (0.84, -0.24), (0.55, -0.29), (0.1, -0.28)),
        hinge=(0.12, -0.12),
        gape=18,
        eye=_EYE,
        beak=((0.74, 0.2), (0.88, 0.14), (1.01, 0.0), (1.03, -0.2), (0.95, -0.16), (0.8, -0.12), (0.72, 0.02)),
        lower_beak=False,
        in_front=True,
        neck_follow=10,
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.25,
            upper=0.57,
            lower=0.64,
            foot_bone=0.28,
            lean=30,
            bend=1,
            radii=(8.6, 4.6, 2.3, 2.2),
            toes=7.0,
            stride=0.27,
            phase=0.0,
            claws=True,
            step=0.1,
            far_shift=4.0,
        ),
    ),
    typical={
        "hue": 0.54,
        "saturation": 0.42,
        "lightness": 0.5,
        "jaw": 0.15,
        "gait": 0.22,
        "pattern": 0.6,
        "ornament_hue": 0.1,
        "ground_hue": 0.1,
    },
    ornaments=_dress,
)
