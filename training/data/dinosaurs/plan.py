"""How a species is described: spine, limbs, skull, and what it wears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from training.data.dinosaurs.figure import Figure


@dataclass(frozen=True, slots=True)
class Spine:
    """Curve from the tail tip to the base of the skull, with the flesh above and below it.

    ``knots`` are (x, y, flesh above, flesh below), y over the ground for typical legs. Knots before ``hip`` are tail,
    knots after ``shoulder`` are neck. ``neck_swing`` (degrees) and ``tail_swing`` (length) are how far the factors
    neck_pitch and tail_curve move the ends.
    """

    knots: tuple[tuple[float, float, float, float], ...]
    hip: int
    shoulder: int
    neck_swing: float = 16.0
    tail_swing: float = 8.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A pair of walking legs.

    ``anchor`` is the spine knot it hangs from and ``drop`` how far below it (share of the flesh below). Bones:
    ``upper`` and ``lower`` are shares of the free height between joint and ankle (more than 1 together bends the knee),
    ``foot_bone`` is a share of the height of the joint over the ground. ``lean`` tilts the foot bone back from upright
    (degrees); ``bend`` +1 knee forwards, -1 elbow backwards. ``radii`` are the flesh at hip, knee, ankle and foot.
    ``toes`` is the length of the foot ahead of it, ``stride`` and ``step`` are how far forwards and up it swings
    (shares of the height of the joint), ``phase`` when (turns). The far leg of the pair is half a turn later and
    ``far_shift`` further ahead.
    """

    anchor: int
    drop: float
    upper: float
    lower: float
    foot_bone: float
    lean: float
    bend: float
    radii: tuple[float, float, float, float]
    toes: float
    stride: float
    phase: float
    claws: bool = False
    step: float = 0.055
    offset: float = 0.0
    far_shift: float = 3.0


@dataclass(frozen=True, slots=True)
class Skull:
    """Head in its own frame: origin at the base, x to the snout, one unit is the length of the head.

    ``upper`` and ``jaw`` are closed outlines; the jaw turns about ``hinge`` by up to ``gape`` degrees. ``beak`` is an
    outline in horn colour and ``lower_beak`` says that the jaw is beak too; ``teeth`` are (x, half width); ``eye`` is
    (x, y, radius). ``in_front`` draws the head over wings and legs; ``neck_follow`` is how far (degrees) it nods with
    the neck.
    """

    length: float
    angle: float
    upper: tuple[tuple[float, float], ...]
    jaw: tuple[tuple[float, float], ...]
    hinge: tuple[float, float]
    gape: float
    eye: tuple[float, float, float]
    beak: tuple[tuple[float, float], ...] = ()
    teeth: tuple[tuple[float, float], ...] = ()
    lower_beak: bool = False
    in_front: bool = False
    neck_follow: float = 8.0


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """A species.

    ``typical`` sets the factors (palette, pose) in which it differs from the defaults of `Factors`. ``order`` is its
    place in ``SPECIES``. Stripes and spots lie on ``pattern_span`` of the spine (0 tail tip, 1 base of the skull).
    """

    name: str
    order: int
    spine: Spine
    skull: Skull
    legs: tuple[Leg, ...]
    typical: Mapping[str, float]
    ornaments: Callable[[Figure], None] | None = None
    flies: bool = False
    pattern_span: tuple[float, float] = (0.12, 0.85)
