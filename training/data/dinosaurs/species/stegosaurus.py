"""Stegosaurus: small low head, high hips, two rows of plates, four tail spikes."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import ellipse, sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_KITE = np.array([(-0.5, -0.15), (-0.62, 0.4), (-0.3, 0.8), (0.02, 1.05), (0.34, 0.72), (0.58, 0.35), (0.5, -0.15)])


def _plates(figure: Figure, *, near: bool) -> None:
    palette, spine = figure.palette, figure.spine
    # The rows are staggered, as in the animal: a far plate stands in each gap of the near row.
    along = np.array((0.17, 0.31, 0.45, 0.6, 0.76) if near else (0.24, 0.38, 0.525, 0.68, 0.85))
    count = len(along)
    base = spine.at(along, np.full(count, 0.84)) + figure.aside(4.0 if near else -4.0)
    ahead = spine.at(np.minimum(along + 0.02, 1.0), np.ones(count)) - spine.at(along - 0.02, np.ones(count))
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    bump = np.exp(-(((along - 0.45) / 0.25) ** 2))
    height = (5.0 + 17.0 * bump) * figure.factors.ornament_size
    width = 5.0 + 7.5 * bump
    colour = palette.ornament if near else palette.ornament_dark
    glow = palette.ornament_light if near else palette.ornament
    outline = smooth_outline(_KITE, 28)
    for start, axis, tall, wide in zip(base, ahead, height, width, strict=True):
        up = np.array([-axis[1], axis[0]])
        for step in range(6):
            # Lighter towards the root, where the blood is; nested shapes make the gradient.
            inner = outline * (1.0 - 0.11 * step, 1.0 - 0.12 * step)
            shape = start + inner[:, :1] * wide * axis + inner[:, 1:] * tall * up
            figure.add(Layer.BEHIND, shape, mix(colour, glow, 0.14 * step), solid=step == 0)


def _spikes(figure: Figure, *, near: bool) -> None:
    palette, size = figure.palette, figure.factors.ornament_size
    colour = palette.horn if near else palette.far(palette.horn)
    # Each pair points outwards: the near spike towards the viewer and back, the far one up and away.
    reach = np.array((-12.0, 8.0) if near else (-7.0, 14.0)) * size
    for place in (0.015, 0.15):
        root = figure.spine.at(np.array([place]), np.array([0.1]))[0] + figure.aside(1.0 if near else -1.0)
        tip = root + reach + np.array(figure.aside(8.0 if near else -8.0))
        middle = 0.5 * (root + tip) + (0.6, -0.6)
        spike = sausage([(*root, 2.5), (*middle, 1.75), (*tip, 0.25)], 9)
        figure.add(Layer.FRONT if near else Layer.FAR, spike, colour)


def _dress(figure: Figure) -> None:
    for near in (False, True):
        _plates(figure, near=near)
        _spikes(figure, near=near)
    figure.add(Layer.BODY, figure.head(ellipse(0.7, 0.05, 0.03, 0.022)), figure.palette.stripe, solid=False)


PLAN = BodyPlan(
    name="Stegosaurus",
    order=2,
    spine=Spine(
        knots=(
            (3, 42, 1.0, 1.0),
            (13, 40, 2.5, 2.7),
            (24, 41, 5.0, 5.8),
            (35, 45.5, 10.5, 12.0),
            (46, 48, 14.5, 17.5),
            (58, 45, 14.5, 18.0),
            (69, 37, 10.5, 13.5),
            (78, 30, 6.6, 7.6),
            (85, 26, 5.0, 5.4),
            (90, 24.5, 4.4, 4.4),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=9,
    ),
    skull=Skull(
        length=18.5,
        angle=-12,
        upper=(
            (-0.25, -0.1),
            (-0.22, 0.2),
            (0.1, 0.29),
            (0.42, 0.25),
            (0.62, 0.15),
            (0.82, 0.1),
            (1.0, -0.02),
            (0.98, -0.12),
            (0.5, -0.1),
            (0.0, -0.2),
        ),
        jaw=((-0.15, -0.05), (0.3, -0.1), (0.7, -0.09), (0.93, -0.11), (0.88, -0.2), (0.5, -0.27), (0.0, -0.26)),
        hinge=(0.05, -0.1),
        gape=14,
        eye=(0.32, 0.1, 0.085),
        beak=((0.84, 0.09), (0.94, 0.05), (1.03, -0.05), (1.03, -0.2), (0.96, -0.13), (0.84, -0.1), (0.8, 0.0)),
    ),
    legs=(
        Leg(
            anchor=4,
            offset=-3.0,
            drop=0.3,
            upper=0.53,
            lower=0.485,
            foot_bone=0.11,
            lean=10,
            bend=1,
            radii=(10.5, 5.8, 4.2, 4.6),
            toes=1.6,
            stride=0.14,
            phase=0.0,
        ),
        Leg(
            anchor=6,
            drop=0.3,
            upper=0.52,
            lower=0.495,
            foot_bone=0.12,
            lean=6,
            bend=-1,
            radii=(7.0, 4.8, 3.8, 4.3),
            toes=1.5,
            stride=0.13,
            phase=0.3,
            offset=2.0,
        ),
    ),
    typical={
        "hue": 0.24,
        "saturation": 0.42,
        "lightness": 0.38,
        "jaw": 0.1,
        "pattern": 0.45,
        "ornament_hue": 0.045,
        "ground_hue": 0.13,
    },
    ornaments=_dress,
    pattern_span=(0.12, 0.8),
)
