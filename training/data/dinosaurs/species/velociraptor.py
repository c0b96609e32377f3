"""Velociraptor: a feathered runner with wings too small to fly, a stiff tail with a fan, and a raised sickle claw."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.arms import Arms, add_arms
from training.data.dinosaurs.body import ellipse, sausage
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine
from training.data.dinosaurs.plumage import add_crown, add_mane, add_tail_fan

# Feathers of the tail: where they grow (share of the spine), how far they stand off it (degrees), and their length.
_FAN = ((0.27, 15, 12.0), (0.19, 17, 13.5), (0.11, 18, 14.5), (0.03, 14, 14.0), (0.0, 4, 12.0))
# Feathers of the crown: where they grow on the skull, where to they point, and how long they are.
_CROWN = ((-0.04, 0.04, 185, 0.4), (0.0, 0.1, 166, 0.44), (0.14, 0.14, 152, 0.42), (0.3, 0.14, 158, 0.36))
_ARMS = Arms(
    along=0.735,
    across=-0.45,
    bones=(10.5, 10.5, 4.0, 5.0),
    angles=(-128.0, -12.0, -48.0, -52.0),
    radii=(3.2, 2.3, 1.7, 1.5),
    plume=16.5,
)


def _sickle(figure: Figure, layer: Layer, *, near: bool) -> None:
    """The second toe, held up off the ground, with its huge claw."""
    palette = figure.palette
    foot = figure.layers[layer][0].points
    heel, tip = foot[0], foot[round(0.72 * len(foot))]
    ahead = (tip - heel) / np.linalg.norm(tip - heel)
    up = np.array([-ahead[1], ahead[0]])
    size = 0.5 + 0.5 * figure.factors.ornament_size

    def spot(x: float, y: float) -> tuple[float, float]:
        place = heel + 4.0 * ahead + size * (x * ahead + y * up)
        return float(place[0]), float(place[1])

    # Dark, because the cream of the other claws would be lost against pale ground.
    claw, skin = mix(palette.stripe, palette.pupil, 0.6), palette.body
    if not near:
        claw, skin = palette.far(claw), palette.far(skin)
    root, joint = spot(0, 2.5), spot(2.4, 7.0)
    curve = [(*joint, 1.7), (*spot(6.4, 9.6), 1.7), (*spot(10.6, 8.0), 1.2), (*spot(12.6, 3.6), 0.15)]
    figure.add(layer, sausage(curve, 12), claw)
    figure.add(layer, sausage([(*root, 1.9), (*joint, 1.6)], 6), skin)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    add_mane(figure, (0.6, 0.68, 0.76, 0.84), 3.4 + 1.8 * figure.factors.ornament_size, 2.2)
    add_tail_fan(figure, _FAN)
    add_crown(figure, _CROWN)
    figure.add(Layer.BODY, figure.head(ellipse(0.9, 0.05, 0.026, 0.017)), palette.stripe, solid=False)
    _sickle(figure, Layer.FAR, near=False)
    _sickle(figure, Layer.NEAR, near=True)
    add_arms(figure, _ARMS)


PLAN = BodyPlan(
    name="Velociraptor",
    order=6,
    spine=Spine(
        knots=(
            (2, 50, 0.8, 0.8),
            (13, 48, 1.5, 1.5),
            (25, 46, 2.4, 2.4),
            (36, 44.5, 4.6, 4.8),
            (47, 44, 8.5, 9.5),
            (58, 46, 9.0, 11.0),
            (67, 51, 7.4, 8.6),
            (72, 58, 5.4, 5.6),
            (75.5, 65, 4.4, 4.8),
            (79.5, 70, 4.0, 4.6),
        ),
        hip=4,
        shoulder=6,
        neck_swing=15,
        tail_swing=7,
    ),
    skull=Skull(
        length=23,
        angle=-7,
        upper=(
            (-0.16, -0.12),
            (-0.15, 0.1),
            (0.0, 0.19),
            (0.2, 0.22),
            (0.38, 0.17),
            (0.55, 0.1),
            (0.76, 0.09),
            (0.93, 0.07),
            (1.0, -0.01),
            (0.96, -0.07),
            (0.6, -0.07),
            (0.3, -0.09),
            (0.05, -0.16),
        ),
        jaw=(
            (-0.1, -0.04),
            (0.1, -0.09),
            (0.5, -0.09),
            (0.9, -0.07),
            (0.93, -0.13),
            (0.7, -0.18),
            (0.35, -0.23),
            (0.0, -0.25),
        ),
        hinge=(0.06, -0.09),
        gape=22,
        eye=(0.3, 0.09, 0.075),
        teeth=((0.56, 0.022), (0.66, 0.024), (0.76, 0.024), (0.86, 0.022)),
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.25,
            upper=0.6,
            lower=0.62,
            foot_bone=0.29,
            lean=30,
            bend=1,
            radii=(8.6, 5.2, 2.4, 2.1),
            toes=6.0,
            stride=0.27,
            phase=0.0,
            claws=True,
            step=0.1,
            far_shift=4.0,
        ),
    ),
    typical={
        "hue": 0.085,
        "saturation": 0.46,
        "lightness": 0.47,
        "jaw": 0.35,
        "gait": 0.2,
        "belly": 0.8,
        "pattern": 0.3,
        "ornament_hue": 0.56,
        "ground_hue": 0.14,
    },
    ornaments=_dress,
    pattern_span=(0.3, 0.66),
)
