from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.pictures import PictureError, load_picture
from training.data.pixels import decoding

RED = (200, 30, 40)


def _halves(
    left: tuple[int, ...], right: tuple[int, ...], mode: str = "RGB", size: tuple[int, int] = (40, 20)
) -> Image.Image:
    picture = Image.new(mode, size, left)
    picture.paste(right, (size[0] // 2, 0, *size))
    return picture


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.gif", "a.tif", "a.webp", "a.jpg"])
def test_every_common_format_gives_its_colour(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (50, 30), RED).save(tmp_path / name)
    loaded = load_picture(tmp_path / name, 16)
    assert loaded.shape == (16, 16, 3)
    assert loaded.dtype == np.uint8
    assert np.abs(loaded.astype(int) - RED).max() <= 6


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    _halves((255, 0, 0, 0), (0, 0, 255, 255), "RGBA", (20, 20)).save(tmp_path / "a.png")
    loaded = load_picture(tmp_path / "a.png", 20)
    assert loaded[10, 2].tolist() == [255, 255, 255]
    assert loaded[10, 17].tolist() == [0, 0, 255]


def test_a_transparent_palette_is_laid_on_white(tmp_path: Path) -> None:
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([0, 0, 0, 10, 200, 10])
    picture.paste(1, (4, 0, 8, 8))
    picture.save(tmp_path / "a.png", transparency=b"\x00\xff")
    loaded = load_picture(tmp_path / "a.png", 8)
    assert loaded[4, 1].tolist() == [255, 255, 255]
    assert loaded[4, 6].tolist() == [10, 200, 10]


def test_grey_with_alpha_and_one_bit_pictures(tmp_path: Path) -> None:
    Image.new("LA", (8, 8), (0, 128)).save(tmp_path / "la.png")
    Image.new("1", (8, 8), 1).save(tmp_path / "bit.png")
    assert abs(int(load_picture(tmp_path / "la.png", 8)[0, 0, 0]) - 127) <= 1
    assert load_picture(tmp_path / "bit.png", 8).min() == 255


@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bit_grey_keeps_its_brightness(tmp_path: Path, channels: int) -> None:
    Image.fromarray(np.full((10, 10), 32768, np.uint16)).save(tmp_path / "deep.png")
    loaded = load_picture(tmp_path / "deep.png", 10, channels)
    assert loaded.shape == (10, 10, channels)
    assert abs(int(loaded[5, 5, 0]) - 128) <= 1


def test_floating_point_grey_of_the_unit_range(tmp_path: Path) -> None:
    Image.fromarray(np.full((10, 10), 0.5, np.float32)).save(tmp_path / "float.tif")
    assert abs(int(load_picture(tmp_path / "float.tif", 10)[5, 5, 0]) - 128) <= 1


def test_cmyk(tmp_path: Path) -> None:
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    red, green, blue = load_picture(tmp_path / "a.jpg", 10)[5, 5].tolist()
    assert red > 200
    assert max(green, blue) < 60


def test_exif_rotation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise
    _halves((255, 255, 255), (0, 0, 0), size=(32, 32)).save(tmp_path / "a.png", exif=exif)
    loaded = load_picture(tmp_path / "a.png", 32)
    assert loaded[4, 16, 0] > 200
    assert loaded[28, 16, 0] < 50


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (8, 8), "blue"), Image.new("RGB", (8, 8), "red")
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second])
    assert load_picture(tmp_path / "a.gif", 8)[4, 4].tolist() == [0, 0, 255]


def test_crop_keeps_the_middle_and_squeeze_keeps_all(tmp_path: Path) -> None:
    picture = Image.new("RGB", (60, 20), "white")
    picture.paste("black", (20, 0, 40, 20))
    picture.save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png", 20).max() == 0
    squeezed = load_picture(tmp_path / "a.png", 20, fit="squeeze")
    assert squeezed[10, 1, 0] == 255
    assert squeezed[10, 10, 0] == 0


def test_a_one_pixel_picture_fills_the_square(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), RED).save(tmp_path / "a.png")
    assert (load_picture(tmp_path / "a.png", 16) == RED).all()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "a.png is not a picture in a known format"),
        (b"hello", "a.png is not a picture in a known format"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a.png is not a picture in a known format"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError) as caught:
        load_picture(tmp_path / "a.png", 16)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp"])
def test_a_truncated_picture_is_refused_by_name(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(PictureError, match=f"{name} "):
        load_picture(tmp_path / name, 16)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"gone\.png is not there"):
        load_picture(tmp_path / "gone.png", 16)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("L", (300, 300)).save(tmp_path / "a.png")
    monkeypatch.setattr(decoding, "MAX_PIXELS", 50_000)
    with pytest.raises(PictureError, match=r"a\.png is refused: it has 300 x 300 pixels"):
        load_picture(tmp_path / "a.png", 16)


def test_pillows_own_bomb_error_is_a_refusal_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("L", (300, 300)).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(PictureError, match=r"a\.png is refused: it has too many pixels"):
        load_picture(tmp_path / "a.png", 16)
