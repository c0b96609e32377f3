"""Ankylosaurus: low, wide and armoured, with a club on the tail."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import Array, sausage, smooth_outline
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

# Two rounded masses of bone side by side, seen from the side and a little from above.
_CLUB = np.array(
    [(-8.5, 0), (-7.5, 5.2), (-2.5, 7), (3.5, 5.4), (7.5, 1.8), (7.5, -1.8), (3.5, -5.4), (-2.5, -7), (-7.5, -5.2)]
)
_TURN = np.linspace(0, 2 * np.pi, 14, endpoint=False)


def _keels(figure: Figure, along: Array, tall: float, *, near: bool) -> None:
    """A row of low triangular plates that lean back, rooted in the skin of the back."""
    spine, size, ones = figure.spine, figure.factors.ornament_size, np.ones(len(along))
    aside = np.array(figure.aside(6.0 if near else -6.0))
    root, front, rear = (spine.at(np.minimum(along + step, 1.0), 0.86 * ones) + aside for step in (0, 0.045, -0.05))
    up = front - rear
    up = np.stack([-up[:, 1], up[:, 0]], axis=1) / np.linalg.norm(up, axis=1, keepdims=True)
    swell = 0.5 + 0.5 * np.sin(np.pi * (along - 0.1) / 0.9)[:, None]
    tip = (front * 0.25 + rear * 0.75) + up * (tall * size * swell + 1.5)
    colour = figure.palette.ornament if near else figure.palette.ornament_dark
    for corners in zip(front, tip, rear, root - 2.0 * up, strict=True):
        figure.add(Layer.BEHIND, np.array(corners), colour)


def _knobs(figure: Figure) -> None:
    """Osteoderms: rows of bony domes, each lighter towards the top."""
    palette, spine, size = figure.palette, figure.spine, figure.factors.ornament_size
    for height, start, end, count in ((0.64, 0.29, 0.9, 7), (0.2, 0.34, 0.85, 6)):
        middle = np.linspace(start, end, count)[:, None]
        for grown, lift, share in ((1.0, 0.0, 0.0), (0.72, 0.03, 0.4), (0.42, 0.06, 0.8)):
            along = middle + 0.037 * grown * np.cos(_TURN)
            colour = mix(mix(palette.ornament, palette.back, 0.25), palette.ornament_light, share)
            for knob in spine.at(along, height + lift + 0.2 * size * grown * np.sin(_TURN)):
                figure.add(Layer.BODY, knob, colour, solid=False)


def _flank_spikes(figure: Figure) -> None:
    size = figure.factors.ornament_size
    for place, drop in zip((0.38, 0.49, 0.6, 0.71, 0.81), (4.5, 5.6, 6.0, 5.6, 4.5), strict=True):
        foot = figure.spine.at(np.array([place]), np.array([-0.26]))[0]
        tip = foot + np.array([-5.0, -drop]) * size + np.array(figure.aside(6.0))
        spike = sausage([(*foot, 2.8), (*((foot + tip) / 2), 1.9), (*tip, 0.3)], 8)
        figure.add(Layer.FRONT, spike, figure.palette.horn)


def _horns(figure: Figure) -> None:
    """A pair at the upper corners of the skull and a pair at the cheeks."""
    palette, size = figure.palette, figure.factors.ornament_size
    for root, tip in (((0.06, 0.24), (-0.3, 0.46)), ((0.14, -0.12), (-0.2, -0.42))):
        for near in (False, True):
            aside = np.array(figure.aside(4.0 if near else -6.0))
            start = figure.head((root,))[0] + aside
            end = start + (figure.head((tip,))[0] + aside - start) * size
            horn = sausage([(*start, 2.5), (*(0.5 * (start + end)), 1.6), (*end, 0.4)], 8)
            figure.add(Layer.HEAD if near else Layer.FAR, horn, palette.horn if near else palette.far(palette.horn))


def _armour(figure: Figure) -> None:
    palette = figure.palette
    _keels(figure, np.linspace(0.27, 0.84, 5), 4.6, near=False)
    _keels(figure, np.linspace(0.2, 0.91, 6), 5.4, near=True)
    _knobs(figure)
    tail = figure.spine.centre[0]
    club = smooth_outline(_CLUB * (0.3 + 0.7 * figure.factors.ornament_size), 36)
    for step in range(6):
        shape = club * (1.0 - 0.13 * step) + tail + (0.0, 0.28 * step)
        figure.add(Layer.FRONT, shape, mix(palette.ornament, palette.ornament_light, 0.15 * step), solid=step == 0)
    _flank_spikes(figure)
    _horns(figure)


PLAN = BodyPlan(
    name="Ankylosaurus",
    order=4,
    spine=Spine(
        knots=(
            (8, 27, 2.4, 2.4),
            (16, 25, 2.8, 2.8),
            (25, 24.5, 4.8, 4.8),
            (34.5, 25.5, 8.5, 9.0),
            (46, 27, 11.5, 14.0),
            (59, 27.5, 12.8, 15.5),
            (70, 26, 11.0, 13.0),
            (78, 24.5, 8.4, 8.8),
            (83, 24, 7.0, 7.0),
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
            step=0.075,
            anchor=4,
            drop=0.45,
            upper=0.54,
            lower=0.5,
            foot_bone=0.15,
            lean=10,
            bend=1,
            radii=(7.6, 5.2, 4.4, 4.8),
            toes=1.8,
            stride=0.17,
            phase=0.0,
            offset=-2.0,
        ),
        Leg(
            step=0.075,
            anchor=6,
            drop=0.4,
            upper=0.54,
            lower=0.495,
            foot_bone=0.15,
            lean=6,
            bend=-1,
            radii=(6.8, 4.9, 4.2, 4.6),
            toes=1.8,
            stride=0.17,
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
