"""The true factors behind a picture and how they are sampled."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from training.data.dinosaurs.species import PLANS, plan_of


@dataclass(frozen=True, slots=True)
class Factors:
    """Everything that decides a picture. Ranges are what `sample_factors` gives at ``variation=1``.

    Attributes
    ----------
    species
        Index into ``SPECIES``.
    facing
        +1 looks right, -1 looks left.
    scale
        Share of the available frame that the animal fills, 0.9 to 1.
    shift_x, shift_y
        Place within the free margin, -1 (left, up) to 1 (right, down).
    neck_length, tail_length, bulk, leg_length, head_size, ornament_size
        Proportions as multiples of the typical individual, about 0.8 to 1.2. Ornaments are plates, horns, spikes, club
        and crest.
    gait
        Phase of the stride in turns, periodic: 0 and 1 are the same.
    neck_pitch, tail_curve
        -1 (down) to 1 (up), 0 typical.
    jaw
        Mouth from 0 (closed) to 1 (wide open).
    view
        From where it is seen: -1 is 12 degrees behind the pure side view, 0 the side, 1 is 12 degrees ahead of it.
    flap
        Wing stroke from -1 (down) to 1 (up); only for flyers.
    hue, ornament_hue
        Colour in turns, periodic.
    saturation, lightness
        Of the body, 0.2 to 0.7 and 0.3 to 0.55.
    belly
        Countershading: 0 the belly is like the back, 1 far lighter.
    pattern
        Strength of the marking, 0 (none) to 1.
    spots
        Kind of the marking: 0 stripes, 1 spots; at 0.5 the one has faded and the other not yet come.
    daytime
        0 dawn, 0.5 noon, 1 dusk.
    ground_hue
        Colour of the ground in turns, 0.08 (sand) to 0.30 (meadow).
    hill
        Height of the distant hills, 0 to 1.
    peak
        The distance: 0 a wide lake before low hills, 1 a volcano behind them.
    plants
        How much grows: 0 young trees far away and bare corners, 1 tall conifers and ferns in front.
    plant_place
        Where it grows: 0 trees close to the edge behind the animal and ferns there, 1 further in and ferns ahead.
    """

    species: int
    facing: float = 1.0
    scale: float = 0.97
    shift_x: float = 0.0
    shift_y: float = 0.0
    neck_length: float = 1.0
    tail_length: float = 1.0
    bulk: float = 1.0
    leg_length: float = 1.0
    head_size: float = 1.0
    ornament_size: float = 1.0
    gait: float = 0.12
    neck_pitch: float = 0.0
    tail_curve: float = 0.0
    jaw: float = 0.3
    view: float = 0.0
    flap: float = 0.0
    hue: float = 0.3
    saturation: float = 0.4
    lightness: float = 0.42
    belly: float = 0.6
    pattern: float = 0.5
    spots: float = 0.0
    ornament_hue: float = 0.08
    daytime: float = 0.5
    ground_hue: float = 0.18
    hill: float = 0.5
    peak: float = 0.5
    plants: float = 0.5
    plant_place: float = 0.5

    def as_dict(self) -> dict[str, float]:
        """Name and value of every factor, in the order of the fields."""
        return {name: float(getattr(self, name)) for name in FACTOR_NAMES}


FACTOR_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Factors))

# How far each factor departs from the typical value, to either side, at variation 1; and its hard limits.
_SPREAD: dict[str, tuple[float, float, float]] = {
    "scale": (0.05, 0.85, 1.0),
    "shift_x": (1.0, -1.0, 1.0),
    "shift_y": (1.0, -1.0, 1.0),
    "neck_length": (0.16, 0.7, 1.3),
    "tail_length": (0.16, 0.7, 1.3),
    "bulk": (0.16, 0.75, 1.25),
    "leg_length": (0.13, 0.75, 1.25),
    "head_size": (0.14, 0.75, 1.3),
    "ornament_size": (0.22, 0.6, 1.4),
    "gait": (0.5, -1.0, 2.0),
    "neck_pitch": (1.0, -1.0, 1.0),
    "tail_curve": (1.0, -1.0, 1.0),
    "jaw": (0.6, 0.0, 1.0),
    "view": (1.0, -1.0, 1.0),
    "flap": (1.0, -1.0, 1.0),
    "hue": (0.5, -1.0, 2.0),
    "saturation": (0.16, 0.2, 0.7),
    "lightness": (0.08, 0.3, 0.55),
    "belly": (0.4, 0.0, 1.0),
    "pattern": (0.6, 0.0, 1.0),
    "spots": (1.0, 0.0, 1.0),
    "ornament_hue": (0.5, -1.0, 2.0),
    "daytime": (0.5, 0.0, 1.0),
    "ground_hue": (0.11, 0.08, 0.3),
    "hill": (0.5, 0.0, 1.0),
    "peak": (0.5, 0.0, 1.0),
    "plants": (0.5, 0.0, 1.0),
    "plant_place": (0.5, 0.0, 1.0),
}
_PERIODIC = ("gait", "hue", "ornament_hue")
_NAMES = tuple(_SPREAD)
# The whole range of every factor that varies continuously; of a periodic one a full turn.
RANGES: dict[str, tuple[float, float]] = {
    name: (0.0, 1.0) if name in _PERIODIC else limits[1:] for name, limits in _SPREAD.items()
}
_IS_HUE = np.array([name in ("hue", "ornament_hue") for name in _NAMES])
_WIDTH = np.array([_SPREAD[name][0] for name in _NAMES])
_LOW = np.array([_SPREAD[name][1] for name in _NAMES])
_HIGH = np.array([_SPREAD[name][2] for name in _NAMES])


def typical_factors(species: int) -> Factors:
    """The typical individual of a species in its own palette, facing right."""
    return Factors(species=species, **plan_of(species).typical)


def sample_factors(seed: int, index: int, *, variation: float = 1.0, species: int | None = None) -> Factors:
    """Factors of individual ``index`` of the endless series ``seed``.

    Parameters
    ----------
    seed, index
        Not negative. The result depends on the arguments only, never on the order of calls.
    variation
        0 to 1, how far every factor departs from the typical individual of its species. Below 0.5 all look right.
    species
        Index into ``SPECIES``; by default ``index`` counts through them, so that consecutive indices are balanced.

    Raises
    ------
    ValueError
        If ``variation`` is outside [0, 1], ``seed`` or ``index`` is negative or there is no such species.
    """
    if not 0.0 <= variation <= 1.0:
        raise ValueError(f"The variation {variation} is outside 0 to 1. Use 0 for typical animals, 1 for the widest.")
    if seed < 0 or index < 0:
        raise ValueError(f"The seed {seed} or the index {index} is negative. Use whole numbers from 0 upwards.")
    kind = index % len(PLANS) if species is None else species
    typical = typical_factors(kind)
    rng = np.random.default_rng(np.random.SeedSequence([seed, index]))
    draw = rng.uniform(-1.0, 1.0, len(_NAMES) + 1)
    # Hue is squared so that the species keep their own colours over most of the range of variation.
    reach = np.where(_IS_HUE, variation**2, variation)
    centre = np.array([getattr(typical, name) for name in _NAMES])
    values = np.minimum(np.maximum(centre + reach * _WIDTH * draw[:-1], _LOW), _HIGH)
    chosen = dict(zip(_NAMES, values.tolist(), strict=True))
    for name in _PERIODIC:
        chosen[name] %= 1.0
    facing = -1.0 if variation >= 0.5 and draw[-1] < 0.0 else 1.0
    return Factors(species=kind, facing=facing, **chosen)
