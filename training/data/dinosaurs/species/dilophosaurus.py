"""Dilophosaurus: two tall thin crests side by side on the snout, a notch in the upper jaw, no frill."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import Array, ellipse, smooth_outline
from training.data.dinosaurs.builder import add_eye
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_CREST = np.array(
    [(0.88, 0.08), (0.8, 0.34), (0.54, 0.55), (0.2, 0.61), (-0.15, 0.53), (0.06, 0.32), (0.14, 0.14), (0.6, 0.06)]
)
# The top of the skull once more, to be laid over the foot of the crest.
_SNOUT = np.array(
    [(0.0, 0.18), (0.2, 0.23), (0.4, 0.17), (0.6, 0.14), (0.85, 0.12), (0.93, 0.05), (0.6, 0.0), (0.2, 0.02)]
)
_ROOT = np.array([0.45, 0.14])
_EYE = (0.27, 0.1, 0.07)
_ARMS = Arms(
    along=0.735,
    across=-0.55,
    bones=(9.0, 8.5, 3.5, 5.0),
    angles=(-118.0, -28.0, -52.0, -50.0),
    radii=(3.4, 2.6, 2.0, 1.7),
)


def _crest(figure: Figure, share: float, *, near: bool) -> Array:
    size = figure.factors.ornament_size
    # Seen exactly from the side the far crest would hide behind the near one; it stands a little ahead to be seen.
    place = smooth_outline(_ROOT + (_CREST - _ROOT) * (0.6 + 0.4 * size, size) * share, 36)
    dx, dy = figure.aside(2.6 if near else -2.6)
    result: Array = figure.head(place) + ((dx, dy) if near else (dx + 4.6, dy + 0.2))
    return result


def _dress(figure: Figure) -> None:
    palette = figure.palette
    figure.add(Layer.BEHIND, _crest(figure, 1.0, near=False), palette.ornament_dark)
    figure.add(Layer.BODY, _crest(figure, 1.0, near=True), palette.ornament)
    figure.add(
        Layer.BODY, _crest(figure, 0.68, near=True), mix(palette.ornament, palette.ornament_light, 0.6), solid=False
    )
    snout = smooth_outline(_SNOUT, 24)
    figure.add(Layer.BODY, figure.head(snout), palette.body, solid=False)
    add_eye(figure, Layer.BODY, _EYE)
    figure.add(Layer.BODY, figure.head(ellipse(0.91, 0.06, 0.026, 0.018)), palette.stripe, solid=False)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Dilophosaurus",
    order=12,
    spine=Spine(
        knots=(
            (0, 55, 0.8, 0.8),
            (12, 50, 2.2, 2.2),
            (24, 47, 4.2, 4.5),
            (36, 46, 5.8, 6.6),
            (47, 46.5, 8.4, 10.0),
            (58, 49.5, 8.4, 11.0),
            (66.5, 56, 6.8, 8.6),
            (71.5, 64, 5.2, 6.0),
            (76, 71.5, 4.4, 5.0),
            (80, 76.5, 4.3, 5.0),
        ),
        hip=4,
        shoulder=6,
        neck_swing=14,
        tail_swing=10,
    ),
    skull=Skull(
        length=29,
        angle=-8,
        upper=(
            (-0.16, -0.12),
            (-0.15, 0.1),
            (0.0, 0.2),
            (0.2, 0.24),
            (0.4, 0.19),
            (0.6, 0.15),
            (0.8, 0.13),
            (0.95, 0.09),
            (1.02, 0.0),
            (1.0, -0.1),
            (0.91, -0.11),
            (0.85, -0.01),
            (0.78, -0.09),
            (0.6, -0.1),
            (0.3, -0.09),
            (0.05, -0.17),
        ),
        jaw=(
            (-0.1, -0.04),
            (0.1, -0.1),
            (0.5, -0.1),
            (0.9, -0.1),
            (0.95, -0.17),
            (0.75, -0.22),
            (0.4, -0.27),
            (0.0, -0.27),
        ),
        hinge=(0.05, -0.1),
        gape=24,
        eye=_EYE,
        teeth=((0.5, 0.024), (0.6, 0.028), (0.7, 0.028), (0.79, 0.024), (0.95, 0.026)),
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.25,
            upper=0.6,
            lower=0.61,
            foot_bone=0.28,
            lean=30,
            bend=1,
            radii=(9.6, 5.6, 2.8, 2.5),
            toes=7.0,
            stride=0.27,
            phase=0.0,
            claws=True,
            step=0.1,
            far_shift=4.5,
        ),
    ),
    typical={
        "hue": 0.57,
        "saturation": 0.22,
        "lightness": 0.34,
        "belly": 0.8,
        "jaw": 0.45,
        "gait": 0.2,
        "pattern": 0.6,
        "ornament_hue": 0.99,
        "ground_hue": 0.16,
    },
    ornaments=_dress,
)
