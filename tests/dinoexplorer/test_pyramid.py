from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.latent.pyramid import bin_points, density_levels, extent, paint_few

RED, BLUE = (200, 0, 0), (0, 0, 200)
TABLE = np.array([RED, BLUE], np.uint8)


def levels_of(xy, tones, shown=None):
    xy = np.asarray(xy, np.float32)
    binning = bin_points(xy, *extent(xy))
    return binning, density_levels(binning, np.asarray(tones, np.int16), TABLE, shown)


def pixel(level, binning, x, y):
    """Red, green, blue as they are, and alpha, of the bin of a place."""
    share = len(level) / binning.box.side
    blue, green, red, alpha = level[int((binning.box.top - y) * share), int((x - binning.box.left) * share)].tolist()
    return tuple(round(value * 255 / alpha) if alpha else 0 for value in (red, green, blue)), alpha


def test_every_level_shows_the_classes_in_their_colours_where_they_are():
    rng = np.random.default_rng(0)
    xy = np.concatenate([rng.normal(-3, 0.02, (3000, 2)), rng.normal(3, 0.02, (3000, 2))])
    binning, levels = levels_of(xy, np.arange(6000) // 3000)
    assert [len(level) for level in levels] == [1024, 512, 256, 128, 64]
    for level in levels:
        for place, colour in ((-3, RED), (3, BLUE)):
            found, alpha = pixel(level, binning, place, place)
            np.testing.assert_allclose(found, colour, atol=4)
            assert alpha > 90
        assert pixel(level, binning, 3, -3)[1] == 0


def test_a_mixed_place_has_the_mean_colour_and_more_points_are_more_opaque():
    xy = [[0, 0]] * 30 + [[0, 0]] * 10 + [[1, 1]] * 2 + [[1, 0]]
    binning, levels = levels_of(xy, [0] * 30 + [1] * 10 + [0, 0, 1])
    mixed, dense = pixel(levels[0], binning, 0.0001, -0.0001)
    np.testing.assert_allclose(mixed, (150, 0, 50), atol=3)
    assert dense > pixel(levels[0], binning, 1.0001, 0.9999)[1] > 0


def test_hidden_points_do_not_count():
    xy, shown = [[0, 0], [0, 0], [1, 1]], np.array([True, False, False])
    binning, levels = levels_of(xy, [0, 1, 1], shown)
    np.testing.assert_allclose(pixel(levels[0], binning, 0.0001, -0.0001)[0], RED, atol=3)
    assert sum(int((level[..., 3] > 0).sum()) for level in levels) == len(levels)


def test_a_stray_point_does_not_shrink_the_others():
    xy = np.random.default_rng(1).normal(0, 1, (5000, 2))
    xy[17] = 1e6
    binning, levels = levels_of(xy, np.zeros(5000))
    assert binning.box.side < 20
    assert 17 in binning.strays
    assert (levels[0][..., 3] > 0).sum() > 1000


@pytest.mark.parametrize("xy", [[[2, 3]], [[2, 3]] * 500, [[0, 0]] * 2, [[1e30, 1e30]] * 5, [[5, 1], [5, 2]]])
def test_points_that_are_all_equal_or_in_a_line_lie_within_the_picture(xy):
    binning, levels = levels_of(xy, [0] * len(xy))
    assert len(binning.strays) == 0
    assert all((level[..., 3] > 0).any() for level in levels)


def test_a_picture_straight_from_bins_is_that_of_the_pyramid():
    rng = np.random.default_rng(2)
    xy, tones = rng.normal(0, 1, (4000, 2)).astype(np.float32), rng.integers(0, 2, 4000)
    binning, levels = levels_of(xy, tones)
    bins = binning.bins
    inside = bins < 1024 * 1024
    direct = paint_few(bins[inside], (1024, 1024), tones[inside], TABLE)
    assert np.abs(direct.astype(int) - levels[0]).max() <= 1


def test_a_scene_keeps_labels_beside_their_points_and_leaves_out_what_is_no_number():
    rng = np.random.default_rng(3)
    xy = rng.normal(0, 1, (300, 2)).astype(np.float32)
    xy[5] = np.nan
    labels = rng.integers(-1, 3, 300).astype(np.int32)
    latent_map = LatentMap(xy, xy, labels, ("a", "b", "c"), np.zeros((0, 1, 1, 3), np.uint8), "plane", "")
    scene = prepare_scene(latent_map)
    assert len(scene.index) == 299
    np.testing.assert_array_equal(scene.labels, labels[scene.index.order])
    np.testing.assert_array_equal(scene.index.xy, xy[scene.index.order])
    assert np.isfinite([*scene.low, *scene.high]).all()
