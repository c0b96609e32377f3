"""Corythosaurus: duck bill under a tall half-disc helmet, on its hind legs with a row of skin points on the back."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import sausage, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Spine
from training.data.dinosaurs.species.parasaurolophus import HADROSAUR_EYE, add_bill, hadrosaur_skull

_FOOT = np.array([0.16, 0.14])
_HELMET = np.array(
    [
        (0.64, 0.08),
        (0.63, 0.34),
        (0.53, 0.59),
        (0.3, 0.76),
        (0.02, 0.77),
        (-0.21, 0.6),
        (-0.31, 0.34),
        (-0.26, 0.04),
        (0.2, 0.0),
    ]
)
_RAY = (0.04, 0.055, 0.045)
_POINT = np.array([(1.0, -0.3), (0.42, 0.5), (-0.3, 1.0), (-0.62, 0.5), (-0.9, -0.3)])

_ARMS = Arms(
    along=0.75,
    across=-0.45,
    bones=(11.5, 12.0, 4.5, 2.6),
    angles=(-108, -48, -66, -72),
    radii=(4.8, 2.9, 1.9, 1.9),
    spread=13.0,
)


def _back(figure: Figure) -> None:
    along = np.linspace(0.2, 0.93, 12)
    base = figure.spine.at(along, np.full(len(along), 0.95))
    ahead = figure.spine.at(along + 0.015, np.ones(len(along))) - figure.spine.at(along - 0.015, np.ones(len(along)))
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    height = (2.4 + 3.2 * np.exp(-(((along - 0.58) / 0.2) ** 2))) * figure.factors.ornament_size
    outline = smooth_outline(_POINT, 15)
    for start, axis, tall in zip(base, ahead, height, strict=True):
        up = np.array([-axis[1], axis[0]])
        shape = start + outline[:, :1] * 3.7 * axis + outline[:, 1:] * tall * up
        figure.add(Layer.BEHIND, shape, mix(figure.palette.back, figure.palette.ornament, 0.6))


def _dress(figure: Figure) -> None:
    palette = figure.palette
    helmet = _FOOT + (_HELMET - _FOOT) * (0.45 + 0.55 * figure.factors.ornament_size)
    outline = smooth_outline(helmet, 40)
    _back(figure)
    figure.add(Layer.BODY, figure.head(outline), mix(palette.ornament, palette.ornament_dark, 0.5))
    for step in range(1, 9):
        inner = _FOOT + (outline - _FOOT) * (1.0 - 0.055 * step) + (0.0, 0.01 * step)
        tint = mix(mix(palette.ornament, palette.ornament_dark, 0.5), palette.ornament_light, 0.11 * step)
        figure.add(Layer.BODY, figure.head(inner), tint, solid=False)
    for turn in (-0.42, 0.0, 0.42):
        ray = np.array([(0.16 + reach * np.sin(turn), 0.14 + reach * np.cos(turn)) for reach in (0.1, 0.32, 0.53)])
        ray = _FOOT + (ray - _FOOT) * (0.45 + 0.55 * figure.factors.ornament_size)
        line = [
            (float(p[0]), float(p[1]), r * figure.skull_length) for p, r in zip(figure.head(ray), _RAY, strict=True)
        ]
        figure.add(Layer.BODY, sausage(line, 10), mix(palette.ornament, palette.ornament_dark, 0.25), solid=False)
    cheek = smooth_outline(
        np.array(
            [
                (-0.16, -0.1),
                (-0.16, 0.12),
                (0.0, 0.2),
                (0.25, 0.22),
                (0.5, 0.1),
                (0.66, 0.04),
                (0.66, -0.06),
                (0.3, -0.1),
            ]
        )
    )
    figure.add(Layer.BODY, figure.head(cheek), palette.body, solid=False)
    add_bill(figure)
    add_eye(figure, Layer.BODY, HADROSAUR_EYE)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Corythosaurus",
    order=13,
    spine=Spine(
        knots=(
            (-3, 48, 1.0, 1.0),
            (10, 47, 4.0, 4.2),
            (22, 47, 6.8, 7.4),
            (33, 48.5, 9.2, 10.4),
            (44, 51, 11.2, 13.4),
            (55, 54.5, 11.6, 15.6),
            (65, 58.5, 10.0, 13.6),
            (72, 64.5, 7.4, 9.4),
            (77, 72, 6.2, 6.8),
            (81, 79.5, 5.6, 5.6),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=10,
    ),
    skull=hadrosaur_skull(25, -12),
    legs=(
        Leg(
            anchor=4,
            drop=0.3,
            upper=0.59,
            lower=0.56,
            foot_bone=0.22,
            lean=26,
            bend=1,
            radii=(10.4, 6.0, 3.4, 3.3),
            toes=5.0,
            stride=0.24,
            phase=0.0,
            step=0.09,
            far_shift=4.5,
        ),
    ),
    typical={
        "hue": 0.955,
        "saturation": 0.4,
        "lightness": 0.43,
        "jaw": 0.1,
        "gait": 0.2,
        "pattern": 0.6,
        "ornament_hue": 0.12,
        "ground_hue": 0.2,
    },
    ornaments=_dress,
)
