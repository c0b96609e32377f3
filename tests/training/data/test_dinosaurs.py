"""The built-in dinosaurs: the same on every machine, in the frame, told apart, and honest about bad arguments."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from training.data import dinosaurs
from training.data.dinosaurs import (
    SPECIES,
    Factors,
    draw,
    draw_background,
    draw_many,
    draw_mask,
    sample_factors,
    typical_factors,
)
from training.data.dinosaurs.builder import build
from training.data.dinosaurs.factors import FACTOR_NAMES, RANGES
from training.data.dinosaurs.species import PLANS

ALL = range(len(SPECIES))


def silhouette(factors: Factors, size: int = 64) -> np.ndarray:
    """Where the animal covers at least half of the pixel."""
    return draw_mask(factors, size) >= 128


def touches_the_border(factors: Factors) -> bool:
    mask = draw_mask(factors, 64)
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def test_sixteen_species_in_fixed_order() -> None:
    assert SPECIES[:4] == ("Tyrannosaurus", "Brachiosaurus", "Stegosaurus", "Triceratops")
    assert SPECIES[4:8] == ("Ankylosaurus", "Pteranodon", "Velociraptor", "Spinosaurus")
    assert SPECIES[8:12] == ("Parasaurolophus", "Pachycephalosaurus", "Gallimimus", "Compsognathus")
    assert SPECIES[12:] == ("Dilophosaurus", "Corythosaurus", "Microceratus", "Dimorphodon")
    assert [plan.order for plan in PLANS] == list(ALL)
    assert dinosaurs.VERSION >= 3


@pytest.mark.parametrize("size", [32, 50, 64, 128, 256, 512])
@pytest.mark.parametrize("species", ALL)
def test_every_species_has_shape_and_type_at_every_size(species: int, size: int) -> None:
    picture = draw(sample_factors(1, 4, species=species), size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8


def test_same_arguments_give_the_same_pictures() -> None:
    first, labels = draw_many(12, 48, seed=3, variation=0.8)
    second, again = draw_many(12, 48, seed=3, variation=0.8)
    assert np.array_equal(first, second)
    assert np.array_equal(labels, again)
    assert labels.dtype == np.int32
    other, _ = draw_many(12, 48, seed=4, variation=0.8)
    assert not np.array_equal(first, other)


def test_an_individual_does_not_depend_on_what_was_drawn_before() -> None:
    whole, labels = draw_many(10, 48, seed=7)
    part, part_labels = draw_many(3, 48, seed=7, start=6)
    assert np.array_equal(whole[6:9], part)
    assert np.array_equal(labels[6:9], part_labels)


def test_species_are_balanced_over_consecutive_individuals() -> None:
    _, labels = draw_many(3 * len(SPECIES), 32, start=5)
    assert np.bincount(labels).tolist() == [3] * len(SPECIES)


def test_individuals_differ_from_each_other() -> None:
    for species in ALL:
        one, other = (draw(sample_factors(0, index, species=species), 64).astype(int) for index in (0, 1))
        assert np.abs(one - other).mean() > 5


@pytest.mark.parametrize("species", ALL)
def test_animal_is_inside_the_frame_and_large(species: int) -> None:
    for index in range(25):
        factors = sample_factors(11, index, species=species)
        assert not touches_the_border(factors)
        mask = silhouette(factors)
        assert 0.10 < mask.mean() < 0.60
        columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
        assert max(np.ptp(columns), np.ptp(rows)) > 0.65 * 64


@pytest.mark.parametrize("species", ALL)
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_every_factor_at_its_limits_stays_in_the_frame(species: int, side: float) -> None:
    typical = typical_factors(species)
    limits = {"scale": 1.0, "shift_x": side, "shift_y": side, "neck_pitch": side, "tail_curve": side, "flap": side}
    limits["view"] = side
    sizes = dict.fromkeys(("neck_length", "tail_length", "bulk", "leg_length", "head_size"), 1.0 + 0.25 * side)
    assert not touches_the_border(replace(typical, **limits, **sizes, ornament_size=1.0 + 0.4 * side, jaw=1.0))


@pytest.mark.parametrize("species", ALL)
def test_animal_stands_out_from_the_scene(species: int) -> None:
    for index in range(10):
        factors = sample_factors(12, index, species=species)
        difference = np.abs(draw(factors, 64).astype(int) - draw_background(factors, 64)).sum(axis=2)
        inside = silhouette(factors)
        assert difference[inside].mean() > 120
        assert np.median(difference[~inside]) < 10


def test_animal_is_one_piece() -> None:
    for index in range(3 * len(SPECIES)):
        mask = silhouette(sample_factors(5, index), 96)
        assert _largest_piece(mask) > 0.97 * mask.sum()


def _largest_piece(mask: np.ndarray) -> int:
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    largest = 0
    while left:
        queue = [left.pop()]
        found = 0
        while queue:
            y, x = queue.pop()
            found += 1
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            queue.extend(near)
        largest = max(largest, found)
    return largest


def test_species_have_different_silhouettes_and_colours() -> None:
    masks = [silhouette(typical_factors(species)) for species in ALL]
    pictures = [draw(typical_factors(species), 64).astype(float) for species in ALL]
    for one in ALL:
        for other in range(one):
            overlap = (masks[one] & masks[other]).sum() / (masks[one] | masks[other]).sum()
            assert overlap < 0.75, (SPECIES[one], SPECIES[other])
            colour = [pictures[kind][masks[kind]].mean(axis=0) for kind in (one, other)]
            assert np.abs(colour[0] - colour[1]).sum() > 15, (SPECIES[one], SPECIES[other])


@pytest.mark.parametrize("species", ALL)
def test_facing_mirrors_the_animal_but_not_the_light(species: int) -> None:
    right = replace(sample_factors(2, 3, species=species), facing=1.0)
    left = replace(right, facing=-1.0)
    outline = np.abs(draw_mask(right, 128)[:, ::-1].astype(int) - draw_mask(left, 128).astype(int))
    assert outline.mean() < 2.0
    mirrored = np.abs(draw(right, 128)[:, ::-1].astype(int) - draw(left, 128).astype(int)).mean()
    assert mirrored < 8.0
    assert np.abs(draw(right, 128).astype(int) - draw(left, 128).astype(int)).mean() > mirrored


@pytest.mark.parametrize("facing", [-1.0, 1.0])
@pytest.mark.parametrize("species", ALL)
def test_light_comes_from_the_upper_left_whichever_way_it_faces(species: int, facing: float) -> None:
    plain = {"belly": 0.0, "pattern": 0.0, "facing": facing}
    factors = replace(typical_factors(species), **plain)
    picture, mask = draw(factors, 128).astype(float).mean(axis=2), draw_mask(factors, 128) > 250
    # Pixels of the animal near its edge: at the upper left of it, and at the lower right.
    upper_left = mask & ~np.roll(mask, (3, 3), (0, 1))
    lower_right = mask & ~np.roll(mask, (-3, -3), (0, 1))
    assert picture[upper_left & ~lower_right].mean() > picture[lower_right & ~upper_left].mean() + 8.0


def test_sun_is_on_the_left_and_the_land_is_mirrored() -> None:
    for facing in (-1.0, 1.0):
        sky = draw_background(Factors(species=0, facing=facing), 64)[:20].astype(int).sum(axis=2)
        assert sky[:, :32].max() > sky[:, 32:].max() + 40
    land = [draw_background(Factors(species=0, facing=facing), 64)[44:].astype(int) for facing in (-1.0, 1.0)]
    assert np.array_equal(land[0], land[1][:, ::-1])


def test_plants_and_mountains_never_cover_the_animal() -> None:
    for index in range(0, len(SPECIES), 3):
        bare = replace(sample_factors(8, index), plants=0.0, peak=0.0)
        inside = draw_mask(bare, 128) == 255
        for name in ("plants", "peak", "plant_place", "hill"):
            grown = replace(bare, **{"plants": 1.0, name: 1.0})
            difference = np.abs(draw(grown, 128).astype(int) - draw(bare, 128).astype(int)).max(axis=2)
            assert difference[inside].max() <= 1
            assert difference[~inside].max() > 8


def _some_species(name: str) -> list[int]:
    """Four species, others for the next factor, since all with all would take a minute."""
    return list(ALL)[list(RANGES).index(name) % 4 :: 4]


# Sizes of steps differ because the figure is fitted into the frame, first by one side, then by the other.
@pytest.mark.parametrize("name", list(RANGES))
def test_picture_changes_smoothly_with_every_factor(name: str) -> None:
    low, high = RANGES[name]
    for species in _some_species(name):
        start = sample_factors(4, 1, species=species)
        pictures = [draw(replace(start, **{name: float(v)}), 48).astype(float) for v in np.linspace(low, high, 9)]
        steps = np.array([np.abs(one - other).mean() for one, other in pairwise(pictures)])
        assert steps.max() < 4.0 * steps.mean() + 0.5, SPECIES[species]


@pytest.mark.parametrize("name", list(RANGES))
def test_a_small_change_of_a_factor_is_a_small_change_of_the_picture(name: str) -> None:
    low, high = RANGES[name]
    for species in _some_species(name):
        start = sample_factors(15, 2, species=species)
        value = low + (high - low) * (0.1 + 0.05 * species)
        one, other = (draw(replace(start, **{name: v}), 64).astype(int) for v in (value, value + 0.002 * (high - low)))
        assert np.abs(one - other).mean() < 0.8, SPECIES[species]


def test_every_factor_shows_in_the_picture() -> None:
    for name in RANGES:
        species = SPECIES.index("Pteranodon" if name == "flap" else "Triceratops")
        start = replace(typical_factors(species), pattern=0.6)
        low, high = RANGES[name]
        seen = [draw(replace(start, **{name: v}), 64).astype(int) for v in (low + 0.1 * (high - low), (low + high) / 2)]
        assert np.abs(seen[0] - seen[1]).mean() > 0.1, name


def test_every_factor_is_explained() -> None:
    text = Factors.__doc__ or ""
    listed = {word.strip() for line in text.splitlines() for word in line.split(",") if line.startswith("    ")}
    assert set(FACTOR_NAMES) <= listed


def test_view_from_ahead_enlarges_the_head_and_parts_the_legs() -> None:
    ahead, behind = (draw_mask(replace(typical_factors(0), view=view), 128) >= 128 for view in (1.0, -1.0))
    assert ahead[:, 90:].sum() > 1.05 * behind[:, 90:].sum()
    figure = build(PLANS[0], replace(typical_factors(0), view=1.0))
    assert figure.aside(5.0)[0] < -0.5 < 0.5 < figure.aside(-5.0)[0]
    assert build(PLANS[0], typical_factors(0)).aside(5.0)[0] == 0.0


def test_both_facings_from_half_variation_on_and_only_right_below() -> None:
    assert {sample_factors(0, index, variation=0.5).facing for index in range(40)} == {1.0, -1.0}
    assert {sample_factors(0, index, variation=0.49).facing for index in range(40)} == {1.0}


def test_no_variation_gives_the_typical_individual() -> None:
    for index in range(2 * len(SPECIES)):
        assert sample_factors(9, index, variation=0.0) == typical_factors(index % len(SPECIES))


def test_little_variation_stays_near_the_typical_individual() -> None:
    for species in ALL:
        typical = draw(typical_factors(species), 64).astype(int)
        near = np.abs(draw(sample_factors(0, 1, variation=0.1, species=species), 64).astype(int) - typical).mean()
        assert near < 14


@pytest.mark.parametrize("species", ALL)
def test_large_picture_reduced_is_the_small_picture(species: int) -> None:
    factors = sample_factors(6, 2, species=species)
    large = draw(factors, 256).reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    difference = np.abs(large - draw(factors, 64))
    assert difference.mean() < 2.5


def test_factors_as_dict_has_every_field_as_a_float() -> None:
    table = sample_factors(0, 0).as_dict()
    assert tuple(table) == FACTOR_NAMES
    assert all(type(value) is float for value in table.values())
    assert table["species"] == 0.0


@pytest.mark.parametrize("size", [0, 31, 513, -64])
def test_impossible_size_is_refused_with_the_way_out(size: int) -> None:
    expected = f"A dinosaur cannot be drawn at {size} pixels: it is made for 32 to 512. Draw it at the nearest"
    for call in (draw, draw_background, draw_mask):
        with pytest.raises(ValueError, match=expected):
            call(typical_factors(0), size)
    with pytest.raises(ValueError, match=expected):
        draw_many(1, size)


@pytest.mark.parametrize("variation", [-0.1, 1.1, float("nan")])
def test_impossible_variation_is_refused_with_the_way_out(variation: float) -> None:
    with pytest.raises(ValueError, match=r"is outside 0 to 1\. Use 0 for typical animals, 1 for the widest\."):
        sample_factors(0, 0, variation=variation)


def test_negative_seed_index_count_and_unknown_species_are_refused() -> None:
    with pytest.raises(ValueError, match=r"negative\. Use whole numbers from 0 upwards\."):
        sample_factors(-1, 0)
    with pytest.raises(ValueError, match=r"negative\. Use whole numbers from 0 upwards\."):
        sample_factors(0, -1)
    with pytest.raises(ValueError, match=r"Cannot draw -1 pictures\. Ask for 0 or more\."):
        draw_many(-1, 64)
    with pytest.raises(ValueError, match=r"There is no species number 16: there are 16\. Choose 0 to 15\."):
        sample_factors(0, 0, species=16)
    with pytest.raises(ValueError, match=r"There is no species number 19: there are 16\. Choose 0 to 15\."):
        draw(Factors(species=19), 64)
