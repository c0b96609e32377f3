"""Colours of an animal, mixed from its factors."""

from __future__ import annotations

import colorsys
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors

Colour: TypeAlias = tuple[int, int, int]


def hls(hue: float, lightness: float, saturation: float) -> Colour:
    """Colour from hue (turns), lightness and saturation in [0, 1]."""
    r, g, b = colorsys.hls_to_rgb(hue % 1.0, min(max(lightness, 0.0), 1.0), min(max(saturation, 0.0), 1.0))
    return round(r * 255), round(g * 255), round(b * 255)


def tone(hue: float, lightness: float, saturation: float) -> Colour:
    """Like `hls`, but hues are equally bright to the eye, and neon greens and purples are calmed."""
    hue %= 1.0
    calm = 1.0 - 0.38 * math.exp(-(((hue - 0.80) / 0.12) ** 2)) - 0.36 * math.exp(-(((hue - 0.36) / 0.12) ** 2))
    r, g, b = colorsys.hls_to_rgb(hue, min(max(lightness, 0.0), 1.0), min(max(saturation * calm, 0.0), 1.0))
    lift = 0.6 * (lightness - (0.299 * r + 0.587 * g + 0.114 * b))
    return round(_byte(r + lift)), round(_byte(g + lift)), round(_byte(b + lift))


def _byte(value: float) -> float:
    return 255.0 * min(max(value, 0.0), 1.0)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` at share 0, ``second`` at share 1."""
    keep = 1.0 - share
    return (
        round(first[0] * keep + second[0] * share),
        round(first[1] * keep + second[1] * share),
        round(first[2] * keep + second[2] * share),
    )


_DUSK: Colour = (38, 34, 62)
_CREAM: Colour = (250, 236, 206)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for; ``far`` gives the shaded version for limbs on the other side."""

    body: Colour
    back: Colour
    belly: Colour
    stripe: Colour
    ornament: Colour
    ornament_dark: Colour
    ornament_light: Colour
    horn: Colour = (240, 226, 196)
    claw: Colour = (232, 218, 190)
    mouth: Colour = (150, 52, 58)
    eye: Colour = (255, 236, 150)
    pupil: Colour = (24, 20, 28)

    @staticmethod
    def far(colour: Colour) -> Colour:
        """The colour in the shade of the body."""
        return mix(colour, _DUSK, 0.42)


def palette_of(factors: Factors) -> Palette:
    """The palette of an individual."""
    hue, light, sat = factors.hue, factors.lightness, factors.saturation
    body = tone(hue, light, sat)
    back = tone(hue - 0.015, light * 0.74, sat)
    belly = mix(body, mix(tone(hue + 0.02, min(light + 0.32, 0.86), sat), _CREAM, 0.45), 0.2 + 0.8 * factors.belly)
    stripe = tone(hue - 0.03, light * 0.5, sat)
    ornament = tone(factors.ornament_hue, 0.5, min(sat + 0.2, 0.68))
    return Palette(
        body=body,
        back=back,
        belly=belly,
        stripe=stripe,
        ornament=ornament,
        ornament_dark=mix(ornament, _DUSK, 0.45),
        ornament_light=mix(ornament, _CREAM, 0.45),
    )
