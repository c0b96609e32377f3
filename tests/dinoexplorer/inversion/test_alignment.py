"""Any picture becomes the square that a generator sees."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.latent.inversion.alignment import align, whole


def save(path, picture, **options):
    picture.save(path, **options)
    return path


def halves(size=(60, 40)):
    """Red above, blue below."""
    picture = Image.new("RGB", size, (255, 0, 0))
    picture.paste((0, 0, 255), (0, size[1] // 2, *size))
    return picture


def test_a_picture_is_cut_to_its_middle(deep, tmp_path):
    found = align(save(tmp_path / "a.png", halves((60, 40))), deep.info)
    assert found.pixels.shape == (32, 32, 3)
    assert (found.width, found.height, found.crop) == (60, 40, (10, 0, 50, 40))
    assert found.pixels[2, 16].tolist() == [255, 0, 0]
    assert found.pixels[-2, 16].tolist() == [0, 0, 255]
    assert found.remarks == ()


def test_the_crop_of_the_user_is_taken(deep, tmp_path):
    path = save(tmp_path / "a.png", halves((60, 60)))
    pixels = align(path, deep.info, (5.0, 32.0, 25.0, 52.0)).pixels.astype(int)
    assert np.abs(pixels - [0, 0, 255]).max() <= 2


def test_what_reaches_out_of_the_picture_is_white(deep, tmp_path):
    found = align(save(tmp_path / "a.png", halves((60, 60))), deep.info, (-40.0, 0.0, 20.0, 60.0))
    assert found.pixels[4, 4].tolist() == [255, 255, 255]


def test_a_rotated_photograph_is_upright(deep, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path / "a.jpg", halves((60, 60)).transpose(Image.Transpose.ROTATE_90), exif=exif, quality=95)
    top, bottom = align(path, deep.info).pixels[[3, -3], 16].astype(int)
    assert top[0] > 200 > bottom[0]
    assert bottom[2] > 200 > top[2]


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGBA", "P", "I;16", "1", "LA"])
def test_every_mode_is_taken(deep, tmp_path, mode):
    picture = halves().convert("RGBA" if mode == "LA" else "RGB")
    picture = picture.convert("L").convert("I;16") if mode == "I;16" else picture.convert(mode)
    assert align(save(tmp_path / "a.tiff", picture), deep.info).pixels.shape == (32, 32, 3)


def test_transparency_lies_on_white(deep):
    file = BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 0)).save(file, "PNG")
    assert (align(file.getvalue(), deep.info).pixels == 255).all()


def test_a_grey_generator_sees_grey(grey_checkpoint):
    pixels = align(np.asarray(halves()), open_generator(grey_checkpoint).info).pixels
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert pixels[1, 8, 0] == 76  # red in ITU-R 601


def test_it_says_what_makes_a_good_code_unlikely(deep):
    assert align(np.asarray(halves((9, 7))), deep.info).remarks == (
        "Only 7 x 7 pixels of the picture are shown at 32, so it is blurred.",
    )
    assert align(np.asarray(halves((400, 64))), deep.info, name="a.png").remarks == (
        "a.png is much longer than wide (400 x 64), so most of it is cut away.",
    )
    assert align(np.full((64, 64, 3), 9, np.uint8), deep.info).remarks == (
        "The picture is nearly one colour, so many codes fit it equally well.",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The picture is not a picture in a known format."),
        (b"hello", "The picture is not a picture in a known format."),
        (np.zeros((3, 0, 3), np.uint8), "The picture is uint8 (3, 0, 3); expected uint8 (h, w) or (h, w, 1, 3 or 4)."),
    ],
)
def test_what_is_no_picture_is_refused(deep, content, sentence):
    with pytest.raises(GeneratorError) as refusal:
        align(content, deep.info)
    assert str(refusal.value) == sentence


def test_a_file_that_is_not_there_is_named(deep, tmp_path):
    with pytest.raises(GeneratorError, match=r"a\.png is not there; check the name\.$"):
        align(tmp_path / "a.png", deep.info)


def test_a_crop_beside_the_picture_is_refused(deep):
    with pytest.raises(GeneratorError) as refusal:
        align(np.asarray(halves()), deep.info, (100.0, 100.0, 120.0, 120.0))
    assert str(refusal.value) == "The crop of the picture lies outside its 60 x 40 pixels; choose it anew."


def test_the_whole_picture_keeps_its_proportions():
    found = whole(np.asarray(halves((60, 40))), 30)
    assert found.pixels.shape == (20, 30, 3)
    assert (found.width, found.height) == (60, 40)
