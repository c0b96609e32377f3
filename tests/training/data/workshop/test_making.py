import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from training.data.pixels import decoding
from training.data.pixels.decoding import PictureError
from training.data.sources.source import Box
from training.data.workshop.making import Made, encode, make_pictures
from training.data.workshop.preparation import Crop, Preparation
from training.data.workshop.remarks import reason_of

ASKED = Preparation((), Path(), size=32)
MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"]


def _bytes(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Soft noise, so that resampling filters can be compared."""
    noise = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def _one(content: bytes | np.ndarray, **options: Any) -> Made:
    (made,) = make_pictures(content, replace(ASKED, **options), name="a.png")
    return made


def _asked(crop: Crop, **options: Any) -> Preparation:
    return replace(ASKED, crop=crop, **options)


def test_the_centre_is_pillows_fit() -> None:
    picture = _photo(201, 120)
    made = _one(_bytes(picture))
    reference = np.asarray(ImageOps.fit(picture, (32, 32), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(made.pixels - reference).max() <= 2
    assert (made.width, made.height, made.crop) == (201, 120, (40.5, 0, 160.5, 120))
    assert made.part == ""
    assert made.warnings == ()


def test_squeezing_is_pillows_resize() -> None:
    picture = _photo(200, 120)
    reference = np.asarray(picture.resize((32, 32), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(_one(_bytes(picture), crop="squeeze").pixels - reference).max() <= 2


def test_keeping_the_proportions() -> None:
    picture = _photo(200, 100)
    reference = np.asarray(picture.resize((32, 16), Image.Resampling.LANCZOS)).astype(int)
    made = _one(_bytes(picture), crop="none")
    assert made.pixels.shape == (16, 32, 3)
    assert np.abs(made.pixels - reference).max() <= 2


@pytest.mark.parametrize("channels", [1, 3])
def test_fitting_shows_all_on_the_background(channels: int) -> None:
    made = _one(_bytes(Image.new("RGB", (200, 100), "#000000")), crop="fit", background="#0000ff", channels=channels)
    ground = [0, 0, 255] if channels == 3 else [29]
    assert made.pixels.shape == (32, 32, channels)
    assert made.pixels[7, 16].tolist() == ground
    assert made.pixels[8, 16].tolist() == [0] * channels
    assert made.pixels[23, 16].tolist() == [0] * channels
    assert made.pixels[24, 16].tolist() == ground
    assert made.crop == (0, 0, 200, 100)


def test_boxes_become_pictures_of_their_own() -> None:
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("red", (20, 20, 60, 60))
    picture.paste("blue", (120, 10, 180, 70))
    boxes = [Box(20, 20, 60, 60, "cat"), Box(120, 10, 180, 70, "dog")]
    first, second = make_pictures(_bytes(picture), _asked("bbox"), name="a.png", boxes=boxes)
    assert (first.part, first.label, first.crop) == ("", "cat", (20, 20, 60, 60))
    assert (second.part, second.label, second.crop) == ("#2", "dog", (120, 10, 180, 70))
    assert first.pixels[16, 16].tolist() == [255, 0, 0]
    assert second.pixels[16, 16].tolist() == [0, 0, 255]


def test_two_boxes_in_one_picture_are_no_near_duplicates() -> None:
    picture = _photo(300, 100)
    boxes = [Box(0, 0, 100, 100), Box(200, 0, 300, 100)]
    first, second = make_pictures(_bytes(picture), _asked("bbox"), name="a.png", boxes=boxes)
    assert (int(first.perceptual, 16) ^ int(second.perceptual, 16)).bit_count() > 64


def test_boxes_are_in_the_stored_picture_and_crops_in_the_upright_one() -> None:
    stored = Image.new("RGB", (200, 100), "white")
    stored.paste("red", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = _bytes(stored, exif=exif)
    (boxed,) = make_pictures(content, _asked("bbox"), name="a.png", boxes=[Box(0, 0, 40, 40)])
    assert boxed.crop == (60, 0, 100, 40)
    assert (boxed.width, boxed.height) == (100, 200)
    (cropped,) = make_pictures(content, _asked("bbox"), name="a.png", crop=(60.0, 0.0, 100.0, 40.0))
    assert np.array_equal(cropped.pixels, boxed.pixels)
    assert boxed.pixels[16, 16].tolist() == [255, 0, 0]
    assert "unmarked" not in cropped.warnings


def test_a_crop_that_is_no_part_of_the_picture_is_refused() -> None:
    with pytest.raises(PictureError) as caught:
        make_pictures(_bytes(_photo(200, 100)), ASKED, name="a.png", crop=(300.0, 0.0, 400.0, 100.0))
    assert str(caught.value) == "the crop of a.png lies outside its 200 x 100 pixels; choose it anew"


def test_a_small_crop_of_a_large_jpeg_is_sharp() -> None:
    stripes = np.zeros((1024, 1024), np.uint8)
    stripes[:, 512::2] = 255
    content = _bytes(Image.fromarray(stripes), "JPEG", quality=100)
    (made,) = make_pictures(content, ASKED, name="a.jpg", crop=(600.0, 600.0, 632.0, 632.0))
    assert made.pixels[:, ::2].mean() > 235
    assert made.pixels[:, 1::2].mean() < 20


def test_linear_light_keeps_the_brightness_of_fine_detail() -> None:
    checks = np.indices((128, 128)).sum(axis=0) % 2 * 255
    picture = Image.fromarray(checks.astype(np.uint8))
    assert abs(_one(_bytes(picture)).pixels.mean() - 128) < 2
    assert abs(_one(_bytes(picture), gamma_correct=True).pixels.mean() - 188) < 2  # half the light of white


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "P"])
def test_linear_light_leaves_plain_colours_alone(mode: str) -> None:
    picture = Image.new("RGB", (100, 70), (200, 30, 90)).convert(mode, dither=Image.Dither.NONE)
    content = _bytes(picture, "TIFF")
    difference = _one(content).pixels.astype(int) - _one(content, gamma_correct=True).pixels
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_linear_light_leaves_what_is_half_transparent_alone(mode: str) -> None:
    picture = Image.new("RGBA", (100, 70), (200, 30, 90, 128)).convert(mode)
    picture.paste(0, (0, 0, 40, 70))
    plain = _one(_bytes(picture)).pixels.astype(int)
    linear = _one(_bytes(picture), gamma_correct=True).pixels.astype(int)
    assert np.abs(plain - linear)[:, 16:].max() <= 2
    assert plain[16, 4].tolist() == linear[16, 4].tolist() == [255, 255, 255]


def test_linear_light_of_a_part_is_that_of_the_whole() -> None:
    picture = _photo(400, 300)
    crop = (37.0, 41.0, 237.0, 241.0)
    (part,) = make_pictures(_bytes(picture), replace(ASKED, gamma_correct=True), name="a.png", crop=crop)
    levels = np.asarray(picture).astype(np.float64) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    planes = [Image.fromarray(np.ascontiguousarray(light[..., n])) for n in range(3)]
    small = np.stack([np.asarray(p.resize((32, 32), Image.Resampling.LANCZOS, box=crop)) for p in planes], axis=2)
    small = small.clip(0, 1)
    expected = 255 * np.where(small <= 0.0031308, small * 12.92, 1.055 * small ** (1 / 2.4) - 0.055)
    assert np.abs(part.pixels - expected).max() <= 2.5


def test_every_frame_of_an_animation_is_a_part() -> None:
    shades = [_photo(40, 40, seed) for seed in range(3)]
    content = _bytes(shades[0], "WEBP", save_all=True, append_images=shades[1:], lossless=True)
    assert len(make_pictures(content, ASKED, name="a.webp")) == 1
    made = make_pictures(content, replace(ASKED, every_frame=True), name="a.webp")
    assert [one.part for one in made] == ["", "#2", "#3"]
    assert len({one.perceptual for one in made}) == 3


@pytest.mark.parametrize(
    ("size", "options", "warning", "reason"),
    [
        (
            (300, 20), {"widest": 20.0, "smallest": 32}, "small",
            "it is only 300 x 20 pixels, less than the 32 that a side must have; lower that to take it",
        ),
        (
            (300, 60), {}, "extreme-aspect",
            "it is only 300 x 60 pixels, one side more than 4 times the other; raise that limit to take it",
        ),
        (
            (40, 40), {"size": 64}, "enlarged",
            "the 40 x 40 pixels taken of it had to be enlarged, so it is softer than others; prepare at a smaller size"
            " to avoid that",
        ),
        (
            (64, 64), {"crop": "bbox"}, "unmarked",
            "nothing is marked in it, so its centre is taken; mark it, or leave it out",
        ),
    ],
)  # fmt: skip
def test_what_is_unusual_is_told_with_its_figures(
    size: tuple[int, int], options: dict[str, Any], warning: str, reason: str
) -> None:
    asked = replace(ASKED, **options)
    (made,) = make_pictures(_bytes(_photo(*size)), asked, name="a.png")
    assert warning in made.warnings
    assert reason_of(warning, made, asked) == reason


def test_a_small_part_is_told_as_a_part() -> None:
    asked = replace(_asked("bbox"), smallest=32)
    (made,) = make_pictures(_bytes(_photo(200, 100)), asked, name="a.png", boxes=[Box(50, 50, 60, 62)])
    assert made.warnings == ("small", "enlarged")
    assert reason_of("small", made, asked) == (
        "the part taken of it is only 12 x 12 pixels, less than the 32 that a side must have; lower that to take it"
    )


def test_a_strip_is_small_and_extreme_and_other_codes_have_no_reason() -> None:
    made = _one(_bytes(_photo(300, 10)))
    assert made.warnings == ("small", "extreme-aspect", "enlarged")
    assert reason_of("duplicate", made, ASKED) == ""


@pytest.mark.parametrize(("noise", "plain"), [(1, True), (12, False)])
def test_nearly_one_colour(noise: int, plain: bool) -> None:
    levels = np.random.default_rng(0).normal(120, noise, (32, 32, 3)).astype(np.uint8)
    made = _one(levels)
    assert ("uniform" in made.warnings) == plain
    assert reason_of("uniform", made, ASKED) == (
        "it is nearly one colour, so there is nothing in it to learn; take it by hand if that is meant"
    )


def test_a_thin_drawing_is_not_one_colour() -> None:
    picture = Image.new("L", (256, 256), 255)
    picture.paste(0, (60, 100, 200, 103))
    assert "uniform" not in _one(_bytes(picture)).warnings


@pytest.mark.parametrize("channels", [1, 3])
def test_png_is_exact_and_jpeg_is_close(channels: int) -> None:
    pixels = _one(_bytes(_photo(100, 100)), channels=channels).pixels
    png = Image.open(io.BytesIO(encode(pixels, 0)))
    assert (png.format, png.mode) == ("PNG", "L" if channels == 1 else "RGB")
    assert np.array_equal(np.asarray(png).reshape(pixels.shape), pixels)
    jpeg = Image.open(io.BytesIO(encode(pixels, 92)))
    assert jpeg.format == "JPEG"
    assert np.abs(np.asarray(jpeg).reshape(pixels.shape).astype(int) - pixels).mean() < 3
    assert len(encode(pixels, 20)) < len(encode(pixels, 92))


def test_bytes_decide_and_not_the_name() -> None:
    picture = _photo(64, 64)
    (made,) = make_pictures(_bytes(picture), ASKED, name="holiday.jpg")
    assert np.array_equal(made.pixels, _one(_bytes(picture)).pixels)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9])
def test_a_truncated_file_is_refused_by_name(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = _bytes(Image.fromarray(noise), kind)
    with pytest.raises(PictureError, match=r"^lost\.png (cannot be decoded: .|is not a picture in a known format$)"):
        make_pictures(content[: int(len(content) * share)], ASKED, name="lost.png")


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _bytes(Image.new("1", (9000, 9900)))
    assert len(content) < 20_000
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was decoded"))
    with pytest.raises(PictureError) as caught:
        make_pictures(content, ASKED, name="bomb.png")
    assert str(caught.value) == (
        "bomb.png is refused: it has 9000 x 9900 pixels, more than 89 million; scale it down first"
    )


def test_a_bomb_of_frames_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_FRAMES", 3)
    shades = [Image.new("L", (8, 8), 20 * number) for number in range(5)]
    content = _bytes(shades[0], "GIF", save_all=True, append_images=shades[1:])
    with pytest.raises(PictureError, match=r"^a\.gif is refused: it has 5 frames, more than 3; cut it into shorter"):
        make_pictures(content, replace(ASKED, every_frame=True), name="a.gif")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    mode=st.sampled_from(MODES), width=st.integers(1, 90), height=st.integers(1, 90), orientation=st.integers(1, 8),
    asked=st.builds(
        _asked, st.sampled_from(["center", "fit", "squeeze", "bbox", "none"]), size=st.just(16),
        channels=st.sampled_from([1, 3]), gamma_correct=st.booleans(),
    ),
    corners=st.lists(st.floats(-50, 150, allow_nan=False), min_size=4, max_size=4),
)  # fmt: skip
def test_any_mode_size_and_geometry_makes_a_picture(
    *, mode: str, width: int, height: int, orientation: int, asked: Preparation, corners: list[float]
) -> None:
    values = np.arange(width * height).reshape(height, width)
    grey = (values % 256).astype(np.uint8)
    if mode in {"I;16", "I", "F"}:
        picture = Image.fromarray(values.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]))
    else:
        picture = Image.fromarray(grey).convert("RGB").convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = _bytes(picture, "TIFF", exif=exif)
    made = make_pictures(content, asked, name="a.tif", boxes=[Box(*corners)])[0]
    assert made.pixels.dtype == np.uint8
    assert max(made.pixels.shape[:2]) == 16
    assert made.pixels.shape[2] == asked.channels
    assert (made.width, made.height) == ((height, width) if orientation > 4 else (width, height))
    left, top, right, bottom = made.crop
    assert 0 <= left < right <= made.width
    assert 0 <= top < bottom <= made.height
    assert len(made.perceptual) == 64
