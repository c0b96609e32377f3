"""A filling goes back into the picture that it was made for, at that picture's size."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dinoexplorer.latent.inversion.full_size import fill_whole

HOLE = np.zeros((32, 32), bool)
HOLE[8:16, 12:20] = True


def slope(height, width):
    down, right = np.mgrid[:height, :width].astype(np.float64)
    return np.stack([down / height, right / width, (down + right) / (height + width)], axis=2)


def photo(height=300, width=500):
    return (40 + 150 * slope(height, width)).astype(np.uint8)


@pytest.mark.parametrize("edge", ["poisson", "feather", "none"])
def test_only_the_hole_is_changed_and_lies_where_it_was_painted(edge):
    picture, crop = photo(), (100.0, 0.0, 400.0, 300.0)
    found = fill_whole(picture, crop, np.zeros((32, 32, 3), np.uint8), HOLE, edge)
    assert found.shape == picture.shape
    changed = np.argwhere((found != picture).any(axis=2))
    margin = 6 if edge == "feather" else 0.5 * 300 / 32 + 1
    low, high = changed.min(axis=0), changed.max(axis=0)
    if edge == "none":
        assert np.abs(low - [75, 212.5]).max() <= margin
        assert np.abs(high - [150, 287.5]).max() <= margin
        assert (found[100, 250] == 0).all()
    else:
        assert low[0] >= 75 - margin - 4
        assert high[1] <= 287.5 + margin + 4


@pytest.mark.parametrize("side", [300, 1600])
def test_a_blended_filling_takes_the_colours_around_it(side):
    picture = photo(side, side)
    darker = (np.asarray(Image.fromarray(picture).resize((32, 32))) * 0.7).astype(np.uint8)
    found = fill_whole(picture, (0.0, 0.0, float(side), float(side)), darker, HOLE, "poisson").astype(int)
    assert np.abs(found - picture).max() <= 14  # a slope is filled as it was, though the filling was 60 levels darker


def test_a_crop_that_reaches_out_of_the_picture_is_filled_where_there_is_one():
    picture = photo(100, 100)
    found = fill_whole(picture, (-60.0, -20.0, 60.0, 100.0), np.zeros((32, 32, 3), np.uint8), HOLE, "none")
    changed = (found != picture).any(axis=2)
    assert changed[11:39, :14].all()
    assert not changed[:, 16:].any()
    assert not changed[41:].any()
    away = fill_whole(picture, (-600.0, -20.0, 20.0, 100.0), np.zeros((32, 32, 3), np.uint8), HOLE, "poisson")
    assert np.array_equal(away, picture)


def test_a_rotated_file_is_upright(tmp_path):
    turned = Image.fromarray(photo(60, 90))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=exif)
    found = fill_whole(tmp_path / "turned.png", (0, 0, 60, 60), np.zeros((32, 32, 3), np.uint8), HOLE, "none")
    assert found.shape == (90, 60, 3)
    assert (found[20, 30] == 0).all()
