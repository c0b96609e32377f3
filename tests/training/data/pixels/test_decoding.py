"""Every format and mode against Pillow's own conversions and arrays written by hand."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from training.data.pixels import decoding
from training.data.pixels.colours import on_background, scaled
from training.data.pixels.decoding import PictureError, frames, opened

SIZE = (24, 16)


def _bytes(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _seen(content: bytes | np.ndarray, background: str = "#ffffff") -> np.ndarray:
    """The first frame at its own size, as RGB."""
    with opened(content, "a") as picture:
        frame = next(frames(picture, "a"))
        whole = frame.upright()
        shown = scaled(whole, (0, 0, *whole.size), whole.size, profile=frame.profile)
    return np.asarray(on_background(shown, background).convert("RGB"))


def _gradient() -> Image.Image:
    x, y = np.meshgrid(np.linspace(0, 255, SIZE[0]), np.linspace(0, 255, SIZE[1]))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=2).astype(np.uint8))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("RGB", "PNG"), ("P", "GIF"), ("L", "BMP"), ("RGB", "BMP"),
        ("P", "BMP"), ("1", "TIFF"), ("L", "TIFF"), ("P", "TIFF"), ("RGB", "TIFF"), ("CMYK", "TIFF"), ("RGB", "PPM"),
        ("RGB", "TGA"),
    ],
)  # fmt: skip
def test_lossless_files_show_what_pillow_converts_them_to(mode: str, kind: str) -> None:
    content = _bytes(_gradient().convert(mode), kind)
    expected = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    assert np.array_equal(_seen(content), expected)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_lossy_files_show_their_colours(kind: str) -> None:
    content = _bytes(_gradient(), kind, quality=95)
    assert np.array_equal(_seen(content), np.asarray(Image.open(io.BytesIO(content)).convert("RGB")))
    assert np.abs(_seen(content).astype(int) - np.asarray(_gradient())).mean() < 8


def test_ycbcr_in_a_tiff() -> None:
    content = _bytes(_gradient().convert("YCbCr"), "TIFF")
    assert np.abs(_seen(content).astype(int) - np.asarray(_gradient())).max() <= 4


def test_lab_in_a_tiff_goes_by_the_colour_it_means() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    content = _bytes(ImageCms.applyTransform(Image.new("RGB", SIZE, (200, 30, 40)), to_lab), "TIFF")
    assert np.abs(_seen(content)[8, 8].astype(int) - (200, 30, 40)).max() <= 4


@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_in_a_jpeg_is_not_taken_for_its_negative(adobe: bool) -> None:
    content = _bytes(Image.new("CMYK", SIZE, (0, 255, 255, 0)), "JPEG", quality=95)
    assert b"Adobe" in content  # Pillow writes Photoshop's inverted values, and says so
    if not adobe:
        start = content.index(b"\xff\xee")
        content = content[:start] + content[start + 2 + int.from_bytes(content[start + 2 : start + 4], "big") :]
    red, green, blue = _seen(content)[8, 8]
    assert red > 200
    assert max(green, blue) < 40


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_transparency_lies_on_the_background(mode: str) -> None:
    pixels = np.zeros((16, 24, 4), np.uint8)
    pixels[:, 12:] = (90, 90, 90, 255)
    pixels[:, :4] = (255, 0, 255, 0)
    content = _bytes(Image.fromarray(pixels).convert(mode), "PNG" if mode != "PA" else "TIFF")
    seen = _seen(content, "#102030")
    assert seen[8, 1].tolist() == [16, 32, 48]
    assert seen[8, 6].tolist() == [16, 32, 48]
    assert seen[8, 20].tolist() == [90, 90, 90]


def test_what_cannot_be_seen_does_not_bleed_when_scaled() -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, :16] = (255, 0, 0, 0)
    pixels[:, 16:] = (0, 0, 255, 255)
    with opened(_bytes(Image.fromarray(pixels), "PNG"), "a") as picture:
        frame = next(frames(picture, "a"))
        small = np.asarray(scaled(frame.upright(), (0, 0, 32, 32), (5, 5)))
    assert small[..., 0][small[..., 3] > 8].max() <= 8


def test_a_transparent_colour_of_a_palette_and_of_rgb() -> None:
    palette = Image.new("P", SIZE, 0)
    palette.putpalette([0, 0, 0, 10, 200, 10])
    palette.paste(1, (12, 0, *SIZE))
    assert _seen(_bytes(palette, "GIF", transparency=0), "#ff0000")[8, [2, 20]].tolist() == [[255, 0, 0], [10, 200, 10]]
    plain = Image.new("RGB", SIZE, (1, 2, 3))
    assert _seen(_bytes(plain, "PNG", transparency=(1, 2, 3)), "#00ff00")[8, 8].tolist() == [0, 255, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.full((16, 24), 32768, np.uint16), 128),
        (np.full((16, 24), 200, np.int32), 200),
        (np.full((16, 24), 65535, np.int32), 255),
        (np.array([[2**30, 2**29]] * 2, np.int32).repeat(8, 0).repeat(12, 1), 128),
        (np.full((16, 24), 0.5, np.float32), 128),
        (np.full((16, 24), 128.0, np.float32), 128),
        (np.full((16, 24), 32768.0, np.float32), 128),
    ],
)
def test_deep_grey_keeps_its_brightness(values: np.ndarray, expected: int) -> None:
    assert abs(int(_seen(_bytes(Image.fromarray(values), "TIFF"))[8, 20, 0]) - expected) <= 1


def test_values_that_are_no_numbers_do_not_darken_the_rest() -> None:
    values = np.full((16, 24), 0.5, np.float32)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, -np.inf
    seen = _seen(_bytes(Image.fromarray(values), "TIFF"))[..., 0]
    assert seen[8, 8] == 128
    assert seen[0, 0] == 0
    assert seen[0, 2] == 0


def test_a_colour_profile_is_turned_to_srgb() -> None:
    swapped = _swapped_profile()
    content = _bytes(Image.new("RGB", SIZE, (0, 255, 0)), "PNG", icc_profile=swapped)
    reference = ImageCms.profileToProfile(
        Image.new("RGB", SIZE, (0, 255, 0)),
        ImageCms.ImageCmsProfile(io.BytesIO(swapped)),
        ImageCms.createProfile("sRGB"),
    )
    assert reference is not None
    assert np.abs(_seen(content).astype(int) - np.asarray(reference)).max() <= 1
    assert _seen(content)[8, 8, 0] > 128  # what was green is red


def test_a_profile_leaves_transparency_alone() -> None:
    content = _bytes(Image.new("RGBA", SIZE, (0, 255, 0, 0)), "PNG", icc_profile=_swapped_profile())
    assert (_seen(content) == 255).all()


@pytest.mark.parametrize("profile", [b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()])
def test_a_broken_profile_and_one_of_another_mode_are_ignored(profile: bytes) -> None:
    content = _bytes(_gradient(), "PNG", icc_profile=profile)
    assert np.array_equal(_seen(content), np.asarray(_gradient()))


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(_seen(_bytes(_gradient(), "PNG", icc_profile=profile)), np.asarray(_gradient()))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_pillows(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = _bytes(_gradient(), kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    reference = Image.open(io.BytesIO(_bytes(_gradient(), "PNG", exif=exif)))
    assert np.array_equal(_seen(content), np.asarray(ImageOps.exif_transpose(reference)))
    with opened(content, "a") as picture:
        frame = next(frames(picture, "a"))
        assert (frame.stored, frame.orientation) == (SIZE, orientation)


def test_every_page_of_a_turned_tiff_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = _bytes(_gradient(), "TIFF", exif=exif, save_all=True, append_images=[_gradient()])
    with opened(content, "a") as picture:
        pages = [(frame.size, np.asarray(frame.upright())) for frame in frames(picture, "a", every=True)]
    upright = np.asarray(_gradient().transpose(Image.Transpose.ROTATE_270))
    for size, page in pages:
        assert size == SIZE[::-1]
        assert np.array_equal(page, upright)


def test_an_orientation_that_does_not_exist_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert np.array_equal(_seen(_bytes(_gradient(), "PNG", exif=exif)), np.asarray(_gradient()))


def test_a_jpeg_is_decoded_no_larger_than_it_is_needed() -> None:
    with opened(_bytes(Image.new("RGB", (800, 400)), "JPEG"), "a") as picture:
        frame = next(frames(picture, "a"))
        assert frame.size == (800, 400)
        assert frame.upright(0.2).size == (200, 100)


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.zeros((4, 4), np.float32), "a is float32 (4, 4); expected uint8 (h, w) or (h, w, 1, 3 or 4)"),
        (np.zeros((4, 4, 2), np.uint8), "a is uint8 (4, 4, 2); expected uint8 (h, w) or (h, w, 1, 3 or 4)"),
        (np.zeros((0, 4), np.uint8), "a is uint8 (0, 4); expected uint8 (h, w) or (h, w, 1, 3 or 4)"),
    ],
)
def test_arrays_of_another_kind_are_refused(pixels: np.ndarray, sentence: str) -> None:
    with pytest.raises(PictureError) as caught:
        _seen(pixels)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)])
def test_arrays_are_taken_as_they_are(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    if shape[-1] == 4:
        pixels[..., 3] = 255
    seen = _seen(pixels)
    assert np.array_equal(seen, np.broadcast_to(pixels[..., None] if len(shape) == 2 else pixels[..., :3], (5, 7, 3)))


def test_every_frame_of_a_gif_is_composed() -> None:
    first = Image.new("RGB", SIZE, "red")
    second = first.copy()
    second.paste("blue", (0, 0, 4, 4))
    third = second.copy()
    third.paste("lime", (12, 8, 16, 12))
    content = _bytes(first, "GIF", save_all=True, append_images=[second, third], disposal=1)
    with opened(content, "a") as picture:
        seen = [np.asarray(frame.upright().convert("RGB")) for frame in frames(picture, "a", every=True)]
    assert len(seen) == 3
    for found, drawn in zip(seen, (first, second, third), strict=True):
        assert np.array_equal(found, np.asarray(drawn))


def test_only_the_first_page_of_a_tiff_unless_all_are_wanted() -> None:
    content = _bytes(Image.new("L", (8, 8), 1), "TIFF", save_all=True, append_images=[Image.new("RGB", (4, 6))])
    with opened(content, "a") as picture:
        assert [frame.size for frame in frames(picture, "a")] == [(8, 8)]
    with opened(content, "a") as picture:
        assert [frame.size for frame in frames(picture, "a", every=True)] == [(8, 8), (4, 6)]


def test_a_later_page_that_is_too_large_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", 5_000_000)
    pages = [Image.new("1", (3000, 2000))]
    content = _bytes(Image.new("1", (8, 8)), "TIFF", save_all=True, append_images=pages)
    with pytest.raises(PictureError) as caught, opened(content, "a.tif") as picture:
        list(frames(picture, "a.tif", every=True))
    assert str(caught.value) == (
        "a.tif is refused: it has 3000 x 2000 pixels, more than 5 million; scale it down first"
    )


def test_an_endless_animation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_FRAMES", 2)
    shades = [Image.new("L", SIZE, 80 * number) for number in range(4)]
    content = _bytes(shades[0], "GIF", save_all=True, append_images=shades[1:])
    with pytest.raises(PictureError) as caught, opened(content, "a.gif") as picture:
        list(frames(picture, "a.gif", every=True))
    assert str(caught.value) == "a.gif is refused: it has 4 frames, more than 2; cut it into shorter ones"


@pytest.mark.parametrize("content", [b"", b"hello, I am a text", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(100)])
def test_what_is_no_picture_is_named(content: bytes) -> None:
    with (
        pytest.raises(PictureError, match=r"^a\.jpg (is not a picture in a known format|cannot be decoded: .+)$"),
        opened(content, "a.jpg") as picture,
    ):
        next(frames(picture, "a.jpg")).upright()


def test_a_file_that_is_not_there_is_named_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(PictureError) as caught, opened(tmp_path / "gone.png", "gone.png"):
        pass
    assert str(caught.value) == f"{tmp_path / 'gone.png'} is not there"


def _swapped_profile() -> bytes:
    """sRGB's own profile with the tags of red and green exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")
    return profile.replace("sRGB".encode("utf-16-be"), "Mine".encode("utf-16-be")).replace(b"sRGB", b"Mine")
