"""Spinosaurus: tall sail on the back, snout of a crocodile, big clawed arms, short legs, tail like a paddle."""

from __future__ import annotations

import numpy as np

from training.data.dinosaurs.body import Array, sausage, smooth_outline, turned
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import mix
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull, Spine

_HINGE, _GAPE = (0.06, -0.08), 17.0
_CREST = ((0.1, 0.15), (0.17, 0.22), (0.25, 0.275), (0.33, 0.24), (0.44, 0.12), (0.3, 0.1))


def _fin(figure: Figure, start: float, end: float, across: float, height: Array) -> tuple[Array, Array]:
    """Root (inside the flesh) and free edge of a fin that stands on the spine between ``start`` and ``end``."""
    along = np.linspace(start, end, len(height))
    root = figure.spine.at(along, np.full(len(along), 0.5 * across))
    skin = figure.spine.at(along, np.full(len(along), 0.9 * across))
    normal = np.stack([np.zeros(len(along)), np.full(len(along), np.sign(across))], axis=1)
    return root, skin + normal * (height * figure.factors.ornament_size)[:, None]


def _on(line: Array, along: Array) -> Array:
    """Points of a line at ``along``, 0 its start and 1 its end."""
    place = np.linspace(0.0, 1.0, len(line))
    return np.stack([np.interp(along, place, line[:, 0]), np.interp(along, place, line[:, 1])], axis=1)


def _sail(figure: Figure) -> None:
    palette = figure.palette
    t = np.linspace(0.0, 1.0, 41)
    # A rounded profile, drawn in a little at the front so that it stands steeper there than at the back.
    root, edge = _fin(figure, 0.29, 0.74, 1.0, 27.0 * np.sin(np.pi * t**0.94) ** 0.6)
    edge[:, 0] += 5.0 * (0.3 - t)
    figure.add(Layer.BEHIND, np.concatenate([root, edge[::-1]]), palette.ornament)
    for step in range(1, 7):
        low = root + (edge - root) * (0.97 - 0.13 * step)
        colour = mix(palette.ornament, palette.back, 0.13 * step)
        figure.add(Layer.BEHIND, np.concatenate([root, low[::-1]]), colour)
    light = mix(palette.ornament, palette.ornament_light, 0.75)
    for spine in np.linspace(0.1, 0.9, 7):
        # A spine of the back shows through the skin: three nested slats make a soft stripe that tapers upwards.
        for wide, share in ((0.034, 0.3), (0.022, 0.6), (0.011, 0.9)):
            sides = np.array([-1.0, 1.0])
            foot = _on(root, spine + sides * wide)
            top = foot + 0.95 * (_on(edge, spine + 0.5 * sides * wide) - foot)
            slat = np.concatenate([foot, top[::-1]])
            figure.add(Layer.BEHIND, slat, mix(mix(palette.ornament, palette.back, 0.25), light, share))


def _tail_fin(figure: Figure) -> None:
    palette = figure.palette
    t = np.linspace(0.0, 1.0, 21)
    for across, tall in ((1.0, 6.5), (-1.0, 3.2)):
        root, edge = _fin(figure, 0.0, 0.38, across, tall * np.sin(np.pi * t**0.75))
        figure.add(Layer.BEHIND, np.concatenate([root, edge[::-1]]), mix(palette.ornament, palette.back, 0.55))


def _arms(figure: Figure) -> None:
    palette, spine = figure.palette, figure.spine
    x, y = (float(value) for value in spine.at(np.array([0.735]), np.array([-0.5]))[0])
    swing = 1.6 * figure.factors.neck_pitch
    skin = mix(palette.body, palette.belly, 0.1)
    for near in (False, True):
        shift = (0.0 if near else 6.0) + figure.aside(5.0 if near else -5.0)[0]
        colour, nail = (skin, palette.claw) if near else (palette.far(skin), palette.far(palette.claw))
        layer = Layer.NEAR if near else Layer.FAR
        elbow = (x + shift - 3.5, y - 9.5)
        hand = (x + shift + 4.0, y - 15.5 + swing)
        for dx, dy, size in ((0.2, -5.2, 0.9), (3.2, -4.4, 0.9), (6.2, -1.8, 1.25)):
            finger = (hand[0] + 0.55 * dx, hand[1] + 0.55 * dy)
            claw = [(*finger, 0.95 * size), (hand[0] + 0.9 * dx + 0.5, hand[1] + 0.9 * dy, 0.7 * size)]
            figure.add(layer, sausage([*claw, (hand[0] + dx, hand[1] + 1.25 * dy - 0.6, 0.2)], 8), nail)
            figure.add(layer, sausage([(*hand, 1.5), (*finger, 1.1 * size)], 5), colour)
        figure.add(layer, sausage([(x + shift, y + 1.0, 4.4), (*elbow, 3.0), (*hand, 2.0)]), colour)


def _dress(figure: Figure) -> None:
    palette = figure.palette
    _tail_fin(figure)
    _sail(figure)
    _arms(figure)
    crest = smooth_outline(np.array(_CREST) * (1.0, 0.6 + 0.4 * figure.factors.ornament_size), 28)
    head = figure.layers[Layer.HEAD]
    figure.add(Layer.HEAD, figure.head(crest), palette.ornament)
    head.insert(0, head.pop())
    turn = -_GAPE * figure.factors.jaw
    for x in (0.62, 0.74, 0.9):
        tooth = np.array([(x - 0.02, -0.075), (x + 0.02, -0.075), (x + 0.005, -0.025)])
        figure.add(Layer.HEAD, figure.head(turned(tooth, turn, _HINGE)), palette.horn)


PLAN = BodyPlan(
    name="Spinosaurus",
    order=7,
    spine=Spine(
        knots=(
            (-9, 31, 0.8, 0.8),
            (3, 29.5, 3.8, 4.2),
            (16, 28.8, 5.8, 6.4),
            (29.5, 29.3, 7.8, 9.2),
            (43, 30, 9.8, 12.2),
            (55, 31, 10.2, 13.5),
            (66, 34, 9.4, 12.0),
            (72.5, 40, 7.2, 8.2),
            (76.5, 48, 5.8, 6.0),
            (82, 54, 4.4, 4.8),
        ),
        hip=4,
        shoulder=6,
        neck_swing=13,
        tail_swing=9,
    ),
    skull=Skull(
        length=42,
        angle=-12,
        upper=(
            (-0.16, -0.08),
            (-0.14, 0.09),
            (0.02, 0.15),
            (0.16, 0.17),
            (0.28, 0.155),
            (0.42, 0.1),
            (0.62, 0.07),
            (0.8, 0.065),
            (0.94, 0.085),
            (1.01, 0.03),
            (0.98, -0.055),
            (0.9, -0.06),
            (0.8, -0.02),
            (0.66, -0.055),
            (0.4, -0.055),
            (0.05, -0.13),
        ),
        jaw=(
            (-0.1, -0.02),
            (0.06, -0.07),
            (0.4, -0.07),
            (0.68, -0.045),
            (0.83, -0.015),
            (0.96, -0.05),
            (0.97, -0.13),
            (0.82, -0.165),
            (0.5, -0.175),
            (0.2, -0.205),
            (-0.06, -0.18),
        ),
        hinge=_HINGE,
        gape=_GAPE,
        eye=(0.23, 0.085, 0.045),
        teeth=((0.5, 0.02), (0.59, 0.023), (0.68, 0.024), (0.88, 0.024), (0.95, 0.02)),
        in_front=True,
    ),
    legs=(
        Leg(
            anchor=4,
            drop=0.3,
            upper=0.62,
            lower=0.60,
            foot_bone=0.26,
            lean=34,
            bend=1,
            radii=(9.0, 5.0, 3.0, 2.6),
            toes=7.0,
            stride=0.3,
            phase=0.0,
            claws=True,
            step=0.17,
            far_shift=5.0,
        ),
    ),
    typical={
        "hue": 0.13,
        "saturation": 0.42,
        "lightness": 0.40,
        "jaw": 0.4,
        "gait": 0.2,
        "pattern": 0.4,
        "ornament_hue": 0.02,
        "ground_hue": 0.16,
    },
    ornaments=_dress,
    pattern_span=(0.06, 0.42),
)
