"""Colours of a picture as a screen shows them: sRGB, without transparency, scaled in linear light where wanted."""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""

_LANCZOS = Image.Resampling.LANCZOS
_REDUCING_GAP = 3.0  # Pillow: no visible difference from the filter over every pixel, and many times as fast
_LANCZOS_REACH = 3
_ALPHA = {"La": "LA", "RGBa": "RGBA"}


def scaled(
    picture: Image.Image, box: Rectangle, size: tuple[int, int], *, profile: bytes | None = None, linear: bool = False
) -> Image.Image:
    """The part `box` of an upright picture (`Frame.upright`) at another size, in sRGB: L, RGB, LA or RGBA.

    Colour profiles are applied after scaling, where there are few pixels. `linear` scales the light instead of its
    encoding, so that fine bright detail keeps its brightness (and takes the profile first).
    """
    if linear:
        return _scaled_in_linear_light(picture, box, size, profile)
    small = picture.resize(size, _LANCZOS, box=box, reducing_gap=_REDUCING_GAP)
    return _to_srgb(small, profile)


def on_background(picture: Image.Image, colour: str) -> Image.Image:
    """Without transparency: L or RGB, laid on a colour such as `#rrggbb`."""
    if picture.mode not in {"LA", "RGBA"}:
        return picture
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, colour), layer).convert("RGB")


def lab_to_rgb(picture: Image.Image) -> Image.Image:
    """CIE L*a*b* (TIFF) to sRGB, which Pillow's own `convert` does not know."""
    return _applied(picture, _lab_transform())


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode in _ALPHA:
        whole = picture.convert(_ALPHA[picture.mode])
        if profile is None:
            return whole
        colour = _to_srgb(whole.convert("L" if whole.mode == "LA" else "RGB"), profile)
        colour.putalpha(whole.getchannel("A"))
        return colour
    transform = None if profile is None else _transform(profile, picture.mode)
    if transform is not None:
        return _applied(picture, transform)
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _applied(picture: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    return ImageCms.applyTransform(picture, transform) or picture


@lru_cache(maxsize=64)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None where there is nothing to do, or the profile is broken or for another mode."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, ImportError):
        return None


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


def _scaled_in_linear_light(
    picture: Image.Image, box: Rectangle, size: tuple[int, int], profile: bytes | None
) -> Image.Image:
    around, box = _around(picture.size, box, size)
    colours = _to_srgb(picture.crop(around), profile)
    values = np.asarray(colours)
    planes = values[..., None] if values.ndim == 2 else values
    has_alpha = colours.mode in {"LA", "RGBA"}
    light = _light_of_levels()[planes[..., :-1] if has_alpha else planes]
    if has_alpha:
        alpha = planes[..., -1:].astype(np.float32) / np.float32(255)
        light = np.concatenate([light * alpha, alpha], axis=2)
    small = np.stack([_resized_plane(light[..., number], box, size) for number in range(light.shape[2])], axis=2)
    if has_alpha:
        opacity = small[..., -1:].clip(0, 1)
        small = np.concatenate([small[..., :-1] / np.maximum(opacity, np.float32(1 / 512)), opacity], axis=2)
    return _encoded(small, colours.mode, has_alpha=has_alpha)


def _around(
    whole: tuple[int, int], box: Rectangle, size: tuple[int, int]
) -> tuple[tuple[int, int, int, int], Rectangle]:
    """The pixels that the filter reaches, and the box within them."""
    reach_x = _LANCZOS_REACH * max(1.0, (box[2] - box[0]) / size[0])
    reach_y = _LANCZOS_REACH * max(1.0, (box[3] - box[1]) / size[1])
    left, top = max(0, math.floor(box[0] - reach_x)), max(0, math.floor(box[1] - reach_y))
    right, bottom = min(whole[0], math.ceil(box[2] + reach_x)), min(whole[1], math.ceil(box[3] + reach_y))
    return (left, top, right, bottom), (box[0] - left, box[1] - top, box[2] - left, box[3] - top)


def _resized_plane(plane: NDArray[np.float32], box: Rectangle, size: tuple[int, int]) -> NDArray[np.float32]:
    picture = Image.fromarray(np.ascontiguousarray(plane))
    return np.asarray(picture.resize(size, _LANCZOS, box=box, reducing_gap=_REDUCING_GAP))


@lru_cache(maxsize=1)
def _light_of_levels() -> NDArray[np.float32]:
    """IEC 61966-2-1: the light of each of the 256 levels, 0 to 1."""
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encoded(light: NDArray[np.float32], mode: str, *, has_alpha: bool) -> Image.Image:
    """Light (h, w, c) in [0, 1], alpha last, to levels."""
    light = light.clip(0, 1)
    levels = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** np.float32(1 / 2.4) - 0.055)
    if has_alpha:
        levels[..., -1] = light[..., -1]
    pixels = (levels * 255 + 0.5).astype(np.uint8)
    if mode == "LA":
        return Image.merge("LA", [Image.fromarray(pixels[..., 0]), Image.fromarray(pixels[..., 1])])
    return Image.fromarray(pixels[..., 0] if mode == "L" else pixels)
