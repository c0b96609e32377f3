"""From a body plan and factors to a figure: pose the skeleton, then lay on flesh, skin and ornaments."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from training.data.dinosaurs.body import (
    Array,
    Point,
    bone_outline,
    ellipse,
    knee,
    sausage,
    smooth_outline,
    tube,
    turned,
)
from training.data.dinosaurs.figure import Figure, Layer
from training.data.dinosaurs.palette import Colour, mix, palette_of
from training.data.dinosaurs.plan import BodyPlan, Leg, Skull

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors

SPINE_SAMPLES = 56
_PI2 = 2 * math.pi


def build(plan: BodyPlan, factors: Factors) -> Figure:
    """The animal of these factors in body space, looking to the right."""
    figure = Figure(factors, palette_of(factors))
    knots = _posed_spine(plan, factors)
    figure.spine = tube(knots, SPINE_SAMPLES)
    for leg in plan.legs:
        _add_leg(figure, plan, leg, knots, near=False)
    _add_trunk(figure)
    _add_pattern(figure, plan)
    _add_head(figure, plan, knots)
    for leg in plan.legs:
        _add_leg(figure, plan, leg, knots, near=True)
    if plan.ornaments is not None:
        plan.ornaments(figure)
    return figure


def _posed_spine(plan: BodyPlan, factors: Factors) -> Array:
    spine = plan.spine
    knots = np.array(spine.knots)
    hip, shoulder = spine.hip, spine.shoulder
    last = len(knots) - 1
    knots[:hip, :2] = knots[hip, :2] + (knots[:hip, :2] - knots[hip, :2]) * factors.tail_length
    reach = np.arange(hip, 0, -1) / hip
    knots[:hip, 1] += factors.tail_curve * spine.tail_swing * reach**2
    root = knots[shoulder, :2].copy()
    knots[shoulder + 1 :, :2] = root + (knots[shoulder + 1 :, :2] - root) * factors.neck_length
    for step in range(shoulder + 1, last + 1):
        turn = factors.neck_pitch * spine.neck_swing * (step - shoulder) / (last - shoulder)
        knots[step, :2] = turned(knots[step, :2], turn, (float(root[0]), float(root[1])))
    knots[:, 2:] *= factors.bulk
    if not plan.flies:
        # The belly must not sink to the ground when bulk goes up and legs get shorter.
        knots[:, 1] += (factors.leg_length - 1.0) * knots[hip, 1]
    return knots


# Nested bands, each a step nearer to the colour of back or belly, make a gradient.
_BACK_EDGES = np.linspace(0.1, 0.82, 7)
_BELLY_EDGES = np.linspace(0.0, -0.62, 9)


def _add_trunk(figure: Figure) -> None:
    palette, spine = figure.palette, figure.spine
    figure.add(Layer.BODY, spine.band(-1.0, 1.0), palette.body)
    for edges, rim, colour in ((_BACK_EDGES, 1.0, palette.back), (_BELLY_EDGES, -1.0, palette.belly)):
        for step, band in enumerate(spine.bands(edges, rim), start=1):
            figure.add(Layer.BODY, band, mix(palette.body, colour, step / len(edges)), solid=False)


_STRIPE_V = np.array([1.0, 0.55, 0.05, -0.3, 0.05, 0.55, 1.0])
_STRIPE_W = np.array([-1.0, -0.85, -0.5, 0.0, 0.5, 0.85, 1.0])
_SPOT = np.linspace(0, _PI2, 12, endpoint=False)


def _add_pattern(figure: Figure, plan: BodyPlan) -> None:
    palette, factors = figure.palette, figure.factors
    start, end = plan.pattern_span
    count = max(3, round(12 * (end - start)))
    gap = (end - start) / (count - 1)
    middle = (start + gap * np.arange(count))[:, None]
    kind = 2.2 * (2.0 * factors.spots - 1.0)
    stripes = 0.75 * factors.pattern * min(max(-kind, 0.0), 1.0)
    spots = 0.75 * factors.pattern * min(max(kind, 0.0), 1.0)
    # A marking grows from nothing, so that none pops up while a factor moves.
    if stripes > 0.0:
        along = middle + _STRIPE_W * 0.22 * gap * min(1.0, 6.0 * stripes) - 0.012 * _STRIPE_V
        colour = mix(palette.back, palette.stripe, stripes)
        for stripe in figure.spine.at(np.clip(along, 0, 1), np.broadcast_to(_STRIPE_V, along.shape)):
            figure.add(Layer.BODY, stripe, colour, solid=False)
    if spots > 0.0:
        grown = min(1.0, 6.0 * spots)
        height = np.where(np.arange(count) % 2 == 0, 0.56, 0.08)[:, None]
        along = middle + np.cos(_SPOT) * 0.36 * gap * grown
        colour = mix(palette.back, palette.stripe, spots)
        for spot in figure.spine.at(np.clip(along, 0, 1), height + 0.24 * grown * np.sin(_SPOT)):
            figure.add(Layer.BODY, spot, colour, solid=False)


def _add_leg(figure: Figure, plan: BodyPlan, leg: Leg, knots: Array, *, near: bool) -> None:
    factors, palette = figure.factors, figure.palette
    row = knots[leg.anchor]
    apart = 0.3 * float(row[2] + row[3])
    shift = figure.aside(apart)[0] if near else leg.far_shift + figure.aside(-apart)[0]
    hip = (float(row[0]) + leg.offset + shift, float(row[1] - leg.drop * row[3]))
    turn = _PI2 * (factors.gait + leg.phase + (0.0 if near else 0.5))
    lift = 0.0 if plan.flies else max(0.0, math.cos(turn))
    ground = 0.0 if near else 1.5
    radii = [radius * math.sqrt(factors.bulk) for radius in leg.radii]
    foot = (hip[0] + leg.stride * math.sin(turn) * hip[1], ground + 0.75 * radii[3] + leg.step * lift * hip[1])
    lean = math.radians(leg.lean * (1.0 + 0.5 * lift))
    bone = leg.foot_bone * hip[1]
    free = hip[1] - 0.75 * radii[3] - bone * math.cos(math.radians(leg.lean))
    ankle = (foot[0] - bone * math.sin(lean), foot[1] + bone * math.cos(lean))
    middle, ankle = knee(hip, ankle, leg.upper * free, leg.lower * free, leg.bend)
    joints = [(*hip, radii[0]), (*middle, radii[1]), (*ankle, radii[2])]
    if bone > 0.0:
        joints.append((*foot, radii[3]))
    skin = mix(palette.body, palette.belly, 0.12)
    colour = skin if near else palette.far(skin)
    layer = Layer.NEAR if near else Layer.FAR
    _add_foot(figure, leg, joints[-1], lift, colour, near=near)
    figure.add(layer, sausage(joints, 26), colour)
    if len(joints) > 3:
        # The outline of a sharply folded ankle crosses itself and Pillow leaves a hole there; straight bones close it.
        for first, second in pairwise(joints[1:]):
            figure.add(layer, bone_outline(first, second), colour)
        figure.add(layer, ellipse(ankle[0], ankle[1], radii[2], radii[2]), colour)


def _add_foot(
    figure: Figure, leg: Leg, end: tuple[float, float, float], lift: float, colour: Colour, *, near: bool
) -> None:
    x, y, radius = end
    base = y - 0.75 * radius
    droop = -28.0 * lift if leg.claws else -14.0 * lift
    toes = leg.toes
    sole: list[Point] = [
        (x - 1.05 * radius, base),
        (x - 1.0 * radius, base + 0.9 * radius),
        (x, base + 1.7 * radius),
        (x + radius + 0.5 * toes, base + 1.15 * radius),
        (x + 0.9 * radius + toes, base + 0.7 * radius),
        (x + radius + toes, base),
        (x, base),
    ]
    layer = Layer.NEAR if near else Layer.FAR
    figure.add(layer, turned(smooth_outline(np.array(sole), 18), droop, (x, y)), colour)
    tip = x + radius + toes
    claw = figure.palette.claw if near else figure.palette.far(figure.palette.claw)
    if leg.claws:
        # Three toes: the middle one is the longest, the claws of the nearer two lie on the wedge of the foot.
        for back, share in ((0.0, 1.0), (0.42, 0.8), (0.8, 0.7)):
            outline = np.array([(-0.3, 0.75), (0.9, 0.0), (-0.5, 0.0)]) * (radius * share)
            nail = np.add(outline, (tip - back * toes, base))
            figure.add(layer, turned(nail, droop, (x, y)), claw)
        return
    for step in (0.0, 0.62, 1.24):
        nail = ellipse(tip - 0.25 * radius - step * radius, base + 0.2 * radius, 0.26 * radius, 0.3 * radius)
        figure.add(layer, turned(nail, droop, (x, y)), claw)


def _add_head(figure: Figure, plan: BodyPlan, knots: Array) -> None:
    skull, factors, palette = plan.skull, figure.factors, figure.palette
    layer = Layer.HEAD if skull.in_front else Layer.BODY
    figure.skull_base = knots[-1, :2]
    figure.skull_angle = skull.angle + factors.neck_pitch * skull.neck_follow
    figure.skull_length = skull.length * factors.head_size
    gape = -skull.gape * factors.jaw
    upper = smooth_outline(np.array(skull.upper))
    jaw = turned(smooth_outline(np.array(skull.jaw)), gape, skull.hinge)
    chin = mix(palette.horn, palette.body, 0.3) if skull.lower_beak else mix(palette.body, palette.belly, 0.55)
    reach = max(x for x, _ in skull.jaw)
    figure.add(layer, figure.head(_mouth(skull, reach, gape)), palette.mouth)
    figure.add(layer, figure.head(jaw), chin)
    figure.add(layer, figure.head(upper), palette.body)
    for x, width in skull.teeth:
        tooth = (
            (x - width, skull.hinge[1] + 0.02),
            (x + width, skull.hinge[1] + 0.02),
            (x, skull.hinge[1] - 2.2 * width),
        )
        figure.add(layer, figure.head(tooth), palette.horn)
    if skull.beak:
        figure.add(layer, figure.head(smooth_outline(np.array(skull.beak))), palette.horn)
    add_eye(figure, layer, skull.eye)


def _mouth(skull: Skull, reach: float, gape: float) -> Array:
    """Inside of the open mouth: a crescent, because the corner of the mouth is closed and its front is open."""
    x, y = skull.hinge
    depth = 0.03 if skull.lower_beak else 0.1
    front, corner = x + (reach - x) * 0.8, x + (reach - x) * (0.42 if skull.lower_beak else 0.66)
    rows = np.array(
        [
            (x - 0.02, y + 0.6 * depth),
            (front, y + 0.4 * depth),
            (corner, y),
            (front, y - 0.6 * depth),
            (x - 0.02, y - depth),
        ]
    )
    rows[2:3] = turned(rows[2:3], 0.5 * gape, skull.hinge)
    rows[3:] = turned(rows[3:], gape, skull.hinge)
    return rows


# Lid, iris, pupil and glint in units of the radius of the eye.
_EYE_DISCS = np.stack(
    [ellipse(0, 0, 1.35, 1.35), ellipse(0, 0, 1, 1), ellipse(0.18, 0, 0.62, 0.62), ellipse(0.34, 0.26, 0.24, 0.24)]
)


def add_eye(figure: Figure, layer: Layer, eye: tuple[float, float, float]) -> None:
    """A lively eye at (x, y, radius) in the frame of the skull."""
    x, y, radius = eye
    palette = figure.palette
    discs = figure.head((_EYE_DISCS * radius + (x, y)).reshape(-1, 2)).reshape(_EYE_DISCS.shape)
    for disc, colour in zip(discs, (palette.stripe, palette.eye, palette.pupil, (255, 255, 255)), strict=True):
        figure.add(layer, disc, colour, solid=False)
