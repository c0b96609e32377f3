"""The atlas without a screen: which cells there are, which are wanted and shown, what is kept, what a tile holds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorInfo, LatentSpec
from dinoexplorer.latent.atlas import Cell, Region, TileSlots, cells_of, missing_cells, shown_anew, shown_cells
from dinoexplorer.latent.atlas_tiles import TileMaker, is_flat
from dinoexplorer.latent.steering import prepare_steering

cells = st.builds(Cell, st.integers(-40, 60), st.integers(-(2**30), 2**30), st.integers(-(2**30), 2**30))
views = st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.integers(1, 1500), st.integers(1, 1500))
scales = st.floats(-30, 30).map(lambda power: 2.0**power)


def region_of(view, scale):
    x, y, width, height = view
    return Region(x - width / 2 / scale, y - height / 2 / scale, x + width / 2 / scale, y + height / 2 / scale)


def square(cell):
    return cell.column * cell.side, cell.row * cell.side, (cell.column + 1) * cell.side, (cell.row + 1) * cell.side


@given(cells)
def test_the_four_parts_of_a_cell_fill_it_and_know_it(cell):
    left, bottom, right, top = square(cell)
    assert all(part.above() == cell for part in cell.parts())
    assert len(set(cell.parts())) == 4
    assert min(square(part)[0] for part in cell.parts()) == left
    assert max(square(part)[3] for part in cell.parts()) == top
    assert all(part.side == cell.side / 2 for part in cell.parts())
    assert cell.centre == ((left + right) / 2, (bottom + top) / 2)
    assert cell.parts()[3].above(2) == cell.above()


@given(views, scales)
@settings(max_examples=80, deadline=None)
def test_the_cells_of_a_view_are_40_to_80_pixels_wide_and_cover_it(view, scale):
    region = region_of(view, scale)
    found = cells_of(region, scale, 10_000)
    assert 40 - 1e-6 <= found[0].side * scale <= 80 + 1e-6
    assert len({cell.level for cell in found}) == 1
    corners = np.array([square(cell) for cell in found])
    slack = 1e-9 * max(map(abs, region))  # of floats
    assert corners[:, 0].min() <= region.left + slack
    assert corners[:, 1].min() <= region.bottom + slack
    assert corners[:, 2].max() >= region.right - slack
    assert corners[:, 3].max() >= region.top - slack
    assert len(found) <= (view[2] / 40 + 2) * (view[3] / 40 + 2)


def test_where_cells_would_be_too_many_they_are_wider():
    region = region_of((0.3, 0.4, 4000, 2000), 41)
    assert len(cells_of(region, 41, 10_000)) > 4000
    few = cells_of(region, 41, 300)
    assert 50 < len(few) <= 300
    assert len(cells_of(region, 41, 0)) <= 4


def test_missing_cells_come_from_the_nearest_to_the_farthest_after_a_coarse_cover():
    view = cells_of(region_of((0.1, -0.2, 800, 600), 50), 50, 1000)
    wanted = missing_cells(view, set(), (3.0, 2.0))
    coarse = [cell for cell in wanted if cell.level < view[0].level]
    assert wanted[: len(coarse)] == coarse
    assert {cell.above(2) for cell in view} == set(coarse)
    assert set(wanted[len(coarse) :]) == set(view)
    for some in (coarse, wanted[len(coarse) :]):
        distances = [math.dist(cell.centre, (3.0, 2.0)) for cell in some]
        assert distances == sorted(distances)


def test_what_is_held_is_not_wanted_and_what_is_covered_needs_no_cover():
    view = cells_of(region_of((0, 0, 400, 400), 50), 50, 1000)
    covered = {cell.above(3) for cell in view}
    assert {cell.level for cell in missing_cells(view, covered, (0, 0))} == {view[0].level}
    assert set(missing_cells(view, {*covered, *view[:7]}, (0, 0))) == set(view[7:])
    assert missing_cells(view, set(view), (0, 0)) == []


def test_a_missing_cell_shows_its_nearest_coarser_one_and_the_parts_there_are_coarse_first():
    cell, other = Cell(5, 9, 9), Cell(5, 10, 9)
    parts = cell.parts()
    held = {cell.above(1), cell.above(3), parts[0], parts[2], other}
    assert shown_cells([cell, other], held) == [cell.above(1), other, parts[0], parts[2]]
    assert shown_cells([cell], {cell, *held}) == [cell]
    assert shown_cells([cell], {cell.above(9)}) == []


@given(st.sets(cells, max_size=6), st.integers(0, 7))
def test_new_tiles_are_shown_in_those_cells_in_which_they_are_painted(new, deeper):
    some = [cell.parts()[0] for cell in new] + [cell.above() for cell in new] + list(new)
    some += [Cell(cell.level + deeper, cell.column << deeper, cell.row << deeper) for cell in new]
    found = shown_anew(some, new, {cell.level for cell in new})
    for cell in some:
        if new & set(shown_cells([cell], new)):
            assert cell in found
    assert shown_anew([Cell(3, 10**6, 10**6)], {Cell(3, 1, 1)}, [3]) == []


@given(st.lists(st.integers(0, 30), max_size=120), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_slots_never_exceed_their_number_and_the_least_recently_used_cell_goes_first(numbers, capacity):
    slots, order = TileSlots(capacity), []
    for number in numbers:
        cell = Cell(0, number, 0)
        if cell in slots and number % 2:
            slots.use([cell])
        else:
            slots.put(cell, 0.0 if number % 5 == 0 else 1.0)
        order = [other for other in order if other != number] + [number]
        order = order[-capacity:]
        assert len(slots) == len(order)
        assert all(Cell(0, other, 0) in slots for other in order)
        kept = [slots[Cell(0, other, 0)].slot for other in order if other % 5]
        assert len(set(kept)) == len(kept)
        assert all(0 <= slot < capacity for slot in kept)
        assert all(slots[Cell(0, other, 0)].slot == -1 for other in order if other % 5 == 0)


def test_what_is_in_use_stays_longer_than_what_came_later():
    slots = TileSlots(2)
    first, second, third = (Cell(0, number, 0) for number in range(3))
    slots.put(first, 1)
    slots.put(second, 1)
    slots.use([first])
    slots.put(third, 1)
    assert [cell in slots for cell in (first, second, third)] == [True, False, True]


class Painter:
    """A generator whose picture is one colour: red and green follow the code."""

    def __init__(self, dim=2, size=128):
        spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32))
        self.info = GeneratorInfo("p", "fake", "fake", spec, size, 3, (), 0, encoder=False, sha256="0" * 64)
        self.batches = []

    def decode(self, codes):
        self.batches.append(np.array(codes))
        images = np.zeros((len(codes), self.info.image_size, self.info.image_size, 3), np.uint8)
        images[..., :2] = np.clip(128 + 20 * codes[:, None, None, :2], 0, 255)
        return images


def test_a_tile_is_the_picture_of_the_code_at_the_centre_made_small_in_one_batch(make_map):
    painter = Painter()
    steering = prepare_steering(make_map(30, 2, xy=np.zeros((30, 2), np.float32), method="plane"), painter.info.latent)
    some = [Cell(0, 2, -3), Cell(1, 0, 0), Cell(-3, 1, 0)]
    tiles = TileMaker(painter, steering, 64)(some)
    assert [tile.cell for tile in tiles] == some
    assert len(painter.batches) == 1
    np.testing.assert_allclose(painter.batches[0], [(2.5, -2.5), (0.25, 0.25), (12, 4)])
    for tile in tiles:
        assert tile.opacity == 1
        assert tile.pixels.shape == (64, 64, 3)
        wanted = np.clip(128 + 20 * np.array(tile.cell.centre), 0, 255).astype(np.uint8)
        assert (tile.pixels[..., :2] == wanted).all()
    assert TileMaker(Painter(size=32), steering, 64)(some)[0].pixels.shape == (32, 32, 3)


def two_islands(make_map, method):
    """Two tight clusters far from each other."""
    rng = np.random.default_rng(2)
    xy = rng.normal(0, 0.05, (200, 2)).astype(np.float32) + np.array([[0.5, 0.5]], np.float32)
    xy[100:] += 20
    codes = rng.normal(0, 1, (200, 4)).astype(np.float32)
    return make_map(codes=codes, xy=xy, method=method)


def test_on_a_curved_map_places_far_from_the_data_are_left_out_and_nothing_is_decoded_there(make_map):
    painter, latent_map = Painter(4), two_islands(make_map, "tsne")
    assert not is_flat(latent_map)
    make = TileMaker(painter, prepare_steering(latent_map, painter.info.latent), 64)
    inside, between = make([Cell(0, 0, 0), Cell(0, 9, 9)])
    assert inside.opacity == 1
    assert inside.pixels is not None
    assert between.opacity == 0
    assert between.pixels is None
    assert [len(batch) for batch in painter.batches] == [1]
    assert make([Cell(0, 8, 8)])[0].pixels is None
    assert len(painter.batches) == 1


def test_on_a_curved_map_a_cell_whose_centre_lies_beside_the_data_shows_the_typical_image_in_it(make_map):
    painter, latent_map = Painter(4), two_islands(make_map, "tsne")
    make = TileMaker(painter, prepare_steering(latent_map, painter.info.latent), 64)
    (tile,) = make([Cell(-3, 0, 0)])  # 8 units wide; the data lie in its corner
    here = latent_map.xy[:100]
    typical = np.argmin(np.linalg.norm(here - here.mean(axis=0), axis=1))
    np.testing.assert_array_equal(painter.batches[0][0], latent_map.latents[typical])
    assert tile.opacity == 1


@pytest.mark.parametrize("method", ["pca", "plane"])
def test_on_a_flat_map_every_place_is_shown(make_map, method):
    painter = Painter(2)
    latent_map = make_map(50, 2, method, xy=None if method == "pca" else np.zeros((50, 2), np.float32))
    assert is_flat(latent_map)
    tiles = TileMaker(painter, prepare_steering(latent_map, painter.info.latent), 64)([Cell(-4, 3, 3), Cell(2, 0, 0)])
    assert [tile.opacity for tile in tiles] == [1, 1]
