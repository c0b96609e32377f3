"""Dimorphodon: a pterosaur with a puffin's deep head, two kinds of teeth, and a long tail with a diamond at its end."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import sausage, smooth_outline, turned
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Skull, Spine
from training.data.dinosaurs.wings import Wing, add_wing

_HINGE, _GAPE = (0.04, -0.16), 24.0
_VANE = np.array([(9, 0), (4, 2.6), (0, 6.2), (-4, 4.2), (-10, 0), (-4, -4.2), (0, -6.2), (4, -2.6)])
# A band of colour across the bill, as on a puffin.
_BAND = ((0.56, -0.15), (0.55, 0.1), (0.52, 0.31), (0.68, 0.25), (0.72, 0.06), (0.72, -0.14))


def _vane(figure: Figure) -> None:
    palette, centre = figure.palette, figure.spine.centre
    ahead = centre[4] - centre[0]
    lean = float(np.degrees(np.arctan2(ahead[1], ahead[0])))
    vane = turned(smooth_outline(_VANE, 32) * figure.factors.ornament_size, lean) + centre[0]
    figure.add(Layer.BODY, vane, palette.ornament)
    figure.add(Layer.BODY, (vane - centre[0]) * (0.62, 0.5) + centre[0], palette.ornament_light, solid=False)


def _legs(figure: Figure) -> None:
    palette = figure.palette
    root_x, y = (float(value) for value in figure.spine.at(np.array([0.56]), np.array([-0.35]))[0])
    for near in (False, True):
        colour, nail = (palette.body, palette.claw) if near else (palette.far(palette.body), palette.far(palette.claw))
        x = root_x + figure.aside(3.0 if near else -3.0)[0] + (0.0 if near else 3.5)
        layer = Layer.NEAR if near else Layer.FAR
        knee, ankle, toe = (x + 3.0, y - 6.5), (x - 6.0, y - 12.0), (x - 10.0, y - 13.0)
        for spread in (1.6, 0.0, -1.6):
            figure.add(layer, sausage([(*toe, 0.9), (toe[0] - 4.0, toe[1] + spread - 0.8, 0.3)], 4), nail)
        figure.add(layer, sausage([(x, y, 3.4), (*knee, 2.4), (*ankle, 1.5), (*toe, 1.2)], 24), colour)


def _bill(figure: Figure) -> None:
    palette = figure.palette
    turn = -_GAPE * figure.factors.jaw
    figure.add(Layer.HEAD, figure.head(_BAND), mix(palette.ornament, palette.ornament_light, 0.2), solid=False)
    # Long fangs in front come from the skull; a row of small teeth behind them in the lower jaw.
    for x in (0.34, 0.43, 0.52, 0.61):
        tooth = np.array([(x - 0.022, -0.19), (x + 0.022, -0.19), (x + 0.004, -0.135)])
        figure.add(Layer.HEAD, figure.head(turned(tooth, turn, _HINGE)), palette.horn)
    for x in (0.74, 0.86):
        fang = np.array([(x - 0.035, -0.19), (x + 0.035, -0.19), (x + 0.03, -0.07)])
        figure.add(Layer.HEAD, figure.head(turned(fang, turn, _HINGE)), palette.horn)


def _dress(figure: Figure) -> None:
    flap, size = figure.factors.flap, figure.factors.leg_length
    spine = figure.spine
    x, y = (float(value) for value in spine.at(np.array([0.8]), np.array([0.25]))[0])
    back = spine.at(np.array([0.55]), np.array([-0.1]))[0]
    hip = (float(back[0]), float(back[1]))
    lengths = (12.0 * size, 15.0 * size, 30.0 * size)
    far = Wing((62 + 20 * flap, 40 + 26 * flap, 76 + 30 * flap), lengths, (3.6, 2.4, 1.9), 16)
    near = Wing((136 - 28 * flap, 128 - 34 * flap, 162 - 36 * flap), lengths, (4.2, 2.7, 2.1), 16)
    _legs(figure)
    for wing, depth, front in ((far, -4.0, False), (near, 4.0, True)):
        dx, dy = figure.aside(depth)
        ahead = 0.0 if front else 3.0
        add_wing(figure, wing, (x + ahead + dx, y + dy), (hip[0] + ahead + dx, hip[1] + dy), near=front)
    _vane(figure)
    _bill(figure)


PLAN = BodyPlan(
    name="Dimorphodon",
    order=15,
    spine=Spine(
        knots=(
            (0, 40, 0.9, 0.9),
            (11, 37.5, 1.1, 1.1),
            (22, 36.5, 1.4, 1.4),
            (33, 37.5, 2.2, 2.4),
            (42, 40, 5.2, 5.8),
            (50, 44, 7.2, 8.2),
            (58, 48.5, 7.0, 7.6),
            (64, 53, 5.4, 5.6),
            (68.5, 57.5, 4.8, 5.0),
        ),
        hip=4,
        shoulder=6,
        neck_swing=11,
        tail_swing=11,
    ),
    skull=Skull(
        length=37,
        angle=-10,
        upper=(
            (-0.16, -0.12),
            (-0.15, 0.1),
            (0.0, 0.23),
            (0.2, 0.325),
            (0.42, 0.335),
            (0.66, 0.255),
            (0.86, 0.12),
            (0.99, -0.06),
            (0.98, -0.16),
            (0.8, -0.13),
            (0.5, -0.145),
            (0.1, -0.2),
        ),
        jaw=(
            (-0.08, -0.08),
            (0.1, -0.15),
            (0.5, -0.13),
            (0.8, -0.12),
            (0.96, -0.19),
            (0.8, -0.29),
            (0.4, -0.31),
            (0, -0.27),
        ),
        hinge=_HINGE,
        gape=_GAPE,
        eye=(0.2, 0.12, 0.065),
        teeth=((0.62, 0.022), (0.72, 0.03), (0.82, 0.034), (0.92, 0.03)),
        beak=(
            (0.42, 0.335),
            (0.66, 0.255),
            (0.86, 0.12),
            (0.99, -0.06),
            (0.98, -0.16),
            (0.8, -0.13),
            (0.46, -0.145),
            (0.4, 0.1),
        ),
        in_front=True,
        neck_follow=9,
    ),
    legs=(),
    typical={
        "hue": 0.5,
        "saturation": 0.3,
        "lightness": 0.38,
        "flap": 0.25,
        "belly": 0.8,
        "jaw": 0.35,
        "pattern": 0.0,
        "ornament_hue": 0.09,
        "ground_hue": 0.2,
    },
    ornaments=_dress,
    flies=True,
)
