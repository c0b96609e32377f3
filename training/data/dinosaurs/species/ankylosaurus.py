"""Ankylosaurus: low, wide and armoured, with a club on the tail."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_CLUB = np.array(
    [(-8.0, 0.0), (-6.5, 5.2), (-1.0, 6.4), (4.5, 4.2), (6.5, 0.0), (4.5, -4.2), (-1.0, -6.0), (-6.5, -4.8)]
)
_TURN = np.linspace(0, 2 * np.pi, 14, endpoint=False)


def _spikes(
    figure: Figure, across: float, along: np.ndarray[tuple[int], np.dtype[np.float64]], tall: float, layer: Layer
) -> None:
    """A row of low triangular spikes that lean back, rooted in the skin."""
    spine, size = figure.spine, figure.factors.ornament_size
    root = spine.at(along, np.full(len(along), across - 0.12))
    front = spine.at(np.minimum(along + 0.036, 1.0), np.full(len(along), across - 0.05))
    rear = spine.at(along - 0.04, np.full(len(along), across - 0.05))
    up = front - rear
    up = np.stack([-up[:, 1], up[:, 0]], axis=1) / np.linalg.norm(up, axis=1, keepdims=True)
    swell = 0.45 + 0.55 * np.sin(np.pi * (along - 0.1) / 0.9)[:, None]
    tip = (front * 0.3 + rear * 0.7) + up * tall * size * swell
    for corners in zip(front, tip, rear, root, strict=True):
        figure.add(layer, np.array(corners), figure.palette.ornament)


def _armour(figure: Figure) -> None:
    palette, spine, size = figure.palette, figure.spine, figure.factors.ornament_size
    _spikes(figure, 1.0, np.linspace(0.22, 0.9, 8), 7.5, Layer.BEHIND)
    plate = mix(palette.ornament, palette.back, 0.25)
    for height, start, end, count in ((0.62, 0.3, 0.85, 6), (0.17, 0.35, 0.8, 5)):
        along = np.linspace(start, end, count)[:, None] + 0.033 * np.cos(_TURN)
        for knob in spine.at(along, height + 0.19 * size * np.sin(_TURN)):
            figure.add(Layer.BODY, knob, plate, solid=False)
    tail = spine.centre[0]
    club = smooth_outline(_CLUB * size, 32) + tail
    figure.add(Layer.FRONT, club, palette.ornament)
    figure.add(Layer.FRONT, (club - tail) * 0.55 + tail + (0.0, 1.2), palette.ornament_light, solid=False)
    for place, drop in zip((0.42, 0.53, 0.64, 0.75), (9.0, 9.5, 9.0, 8.0), strict=True):
        foot = spine.at(np.array([place]), np.array([-0.3]))[0]
        tip = foot + np.array([-4.5, -0.62 * drop]) * size
        spike = sausage([(*foot, 2.8), (*((foot + tip) / 2), 1.9), (*tip, 0.3)], 8)
        figure.add(Layer.FRONT, spike, palette.horn)
    horn = sausage([(*figure.head(((0.1, 0.2),))[0], 2.6), (*figure.head(((-0.28, 0.48),))[0], 0.4)], 6)
    cheek = sausage([(*figure.head(((0.12, -0.1),))[0], 2.3), (*figure.head(((-0.2, -0.36),))[0], 0.4)], 6)
    figure.add(Layer.HEAD, horn, palette.horn)
    figure.add(Layer.HEAD, cheek, palette.horn)


PLAN = BodyPlan(
    name="Ankylosaurus",
    order=4,
    spine=Spine(
        knots=(
            (13, 31, 2.4, 2.4),
            (20, 29, 2.8, 2.8),
            (28, 28, 4.8, 4.8),
            (36.5, 29, 9.5, 9.5),
            (46, 31, 13.5, 14.5),
            (58, 32, 15.5, 16.5),
            (69, 29, 12.5, 13.5),
            (77, 26, 9.0, 9.0),
            (82, 25, 7.0, 7.0),
        ),
        hip=4,
        shoulder=6,
        neck_swing=10,
        tail_swing=9,
    ),
    skull=Skull(
        length=20,
        angle=-10,
        upper=(
            (-0.2, -0.15),
            (-0.18, 0.26),
            (0.1, 0.36),
            (0.45, 0.34),
            (0.8, 0.22),
            (1.0, 0.04),
            (0.98, -0.12),
            (0.5, -0.1),
            (0.05, -0.22),
        ),
        jaw=((-0.1, -0.05), (0.3, -0.1), (0.7, -0.1), (0.94, -0.12), (0.88, -0.24), (0.5, -0.32), (0.0, -0.3)),
        hinge=(0.05, -0.1),
        gape=14,
        eye=(0.42, 0.14, 0.085),
        beak=((0.86, 0.18), (0.98, 0.06), (1.03, -0.1), (0.94, -0.13), (0.84, -0.06)),
        in_front=True,
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.45,
            upper=0.56,
            lower=0.48,
            foot_bone=0.15,
            lean=10,
            bend=1,
            radii=(7.4, 4.9, 3.9, 4.2),
            toes=1.8,
            stride=0.2,
            phase=0.0,
            offset=-2.0,
        ),
        Leg(
            anchor=6,
            drop=0.4,
            upper=0.54,
            lower=0.48,
            foot_bone=0.15,
            lean=6,
            bend=-1,
            radii=(6.6, 4.6, 3.7, 4.0),
            toes=1.8,
            stride=0.2,
            phase=0.3,
            offset=2.0,
        ),
    ),
    typical={
        "hue": 0.105,
        "saturation": 0.38,
        "lightness": 0.40,
        "jaw": 0.1,
        "pattern": 0.0,
        "ornament_hue": 0.07,
        "ground_hue": 0.26,
    },
    ornaments=_armour,
    pattern_span=(0.06, 0.3),
)
