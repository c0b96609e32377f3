"""Stegosaurus: small low head, high hips, two rows of plates, four tail spikes."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_KITE = np.array([(-0.5, -0.15), (-0.62, 0.4), (-0.3, 0.8), (0.02, 1.05), (0.34, 0.72), (0.58, 0.35), (0.5, -0.15)])


def _plates(figure: Figure, *, near: bool) -> None:
    palette, spine = figure.palette, figure.spine
    count = 6
    along = np.linspace(0.2, 0.84, count) + (0.0 if near else 0.064)
    base = spine.at(along, np.full(count, 0.86 if near else 0.8))
    ahead = spine.at(np.minimum(along + 0.02, 1.0), np.ones(count)) - spine.at(along - 0.02, np.ones(count))
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    bump = np.exp(-(((along - 0.5) / 0.27) ** 2))
    height = (4.5 + 16.0 * bump) * figure.factors.ornament_size
    width = 4.2 + 6.6 * bump
    colour = palette.ornament if near else palette.ornament_dark
    outline = smooth_outline(_KITE, 21)
    for start, axis, tall, wide in zip(base, ahead, height, width, strict=True):
        up = np.array([-axis[1], axis[0]])
        shape = start + outline[:, :1] * wide * axis + outline[:, 1:] * tall * up
        figure.add(Layer.BEHIND, shape, colour)
        if near:
            core = start + outline[:, :1] * wide * 0.55 * axis + (outline[:, 1:] * 0.62 + 0.05) * tall * up
            figure.add(Layer.BEHIND, core, palette.ornament_light, solid=False)


def _dress(figure: Figure) -> None:
    _plates(figure, near=False)
    _plates(figure, near=True)
    spine, palette, size = figure.spine, figure.palette, figure.factors.ornament_size
    for place, near in ((0.035, False), (0.115, False), (0.02, True), (0.095, True)):
        foot = spine.at(np.array([place]), np.array([0.3]))[0]
        tip = foot + np.array([-5.5, 11.5]) * size + (0.0 if near else 1.5)
        spike = sausage([(*foot, 1.7), (*((foot + tip) / 2 + (-0.8, 0.0)), 1.15), (*tip, 0.25)], 7)
        figure.add(Layer.FRONT if near else Layer.FAR, spike, palette.horn if near else palette.far(palette.horn))


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
        length=17,
        angle=-12,
        upper=(
            (-0.25, -0.1),
            (-0.22, 0.2),
            (0.1, 0.29),
            (0.45, 0.24),
            (0.8, 0.1),
            (1.0, -0.02),
            (0.98, -0.12),
            (0.5, -0.1),
            (0.0, -0.2),
        ),
        jaw=((-0.15, -0.05), (0.3, -0.1), (0.7, -0.09), (0.93, -0.11), (0.88, -0.2), (0.5, -0.27), (0.0, -0.26)),
        hinge=(0.05, -0.1),
        gape=14,
        eye=(0.32, 0.1, 0.085),
        beak=((0.82, 0.09), (0.97, 0.02), (1.03, -0.1), (0.94, -0.12), (0.8, -0.08)),
    ),
    legs=(
        Leg(
            anchor=4,
            offset=-3.0,
            drop=0.3,
            upper=0.56,
            lower=0.47,
            foot_bone=0.11,
            lean=10,
            bend=1,
            radii=(9.6, 5.4, 3.7, 4.1),
            toes=1.6,
            stride=0.14,
            phase=0.0,
        ),
        Leg(
            anchor=6,
            drop=0.3,
            upper=0.54,
            lower=0.49,
            foot_bone=0.12,
            lean=6,
            bend=-1,
            radii=(6.6, 4.2, 3.3, 3.8),
            toes=1.5,
            stride=0.17,
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
