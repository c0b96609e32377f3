from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_figures import (
    BY_CLASS,
    FIGURES,
    Groups,
    distance_to,
    figure_named,
    local_density,
    local_deviation,
)
from dinoexplorer.latent.map_scene import prepare_scene
from dinoexplorer.latent.map_selection import PlaceSearch, places_inside
from dinoexplorer.latent.neighbours import Neighbours
from dinoexplorer.latent.steering import prepare_steering

NAMES = ("Stegosaurus", "Triceratops", "Kentrosaurus")


def scene_of(latents, xy, labels=None):
    latents, xy = np.asarray(latents, np.float32), np.asarray(xy, np.float32)
    labels = np.full(len(xy), -1) if labels is None else labels
    pictures = np.zeros((0, 1, 1, 3), np.uint8)
    return prepare_scene(LatentMap(latents, xy, np.asarray(labels, np.int32), NAMES, pictures, "pca", ""))


@pytest.fixture
def scene():
    rng = np.random.default_rng(0)
    return scene_of(rng.normal(0, 1, (900, 6)), rng.uniform(-1, 1, (900, 2)), np.arange(900) % 3)


def test_density_is_higher_where_points_are_closer():
    rng = np.random.default_rng(1)
    xy = np.concatenate([rng.normal(-2, 0.05, (500, 2)), rng.normal(2, 1, (500, 2))])
    scene = scene_of(xy, xy)
    density, tight = local_density(scene), scene.index.xy[:, 0] < -1.5
    assert density[tight].mean() > density[~tight].mean() + 1


def test_distance_is_that_of_the_codes_and_not_of_the_places(scene):
    code = scene.map.latents[17]
    expected = np.linalg.norm(scene.map.latents - code, axis=1)[scene.index.order]
    np.testing.assert_allclose(distance_to(scene, code), expected, rtol=1e-4, atol=1e-5)


def test_deviation_tells_where_the_map_says_nothing_about_the_code():
    rng = np.random.default_rng(2)
    xy = np.concatenate([rng.uniform(-3, -1, (1500, 2)), rng.uniform(1, 3, (1500, 2))])
    latents = np.concatenate([xy[:1500], rng.permutation(xy[1500:])])
    scene = scene_of(latents, xy)
    deviation, orderly = local_deviation(scene), scene.index.xy[:, 0] < 0
    assert np.median(deviation[orderly]) < 0.1
    assert 0.2 < np.median(deviation[~orderly]) <= 1


def test_points_within_an_outline_are_chosen_and_hidden_ones_are_not(scene):
    triangle = np.array([[-1, -1], [1, -1], [0, 1]])
    x, y = scene.index.xy.T
    inside = (y < 1 + 2 * x) & (y < 1 - 2 * x)
    np.testing.assert_array_equal(places_inside(scene, triangle), np.flatnonzero(inside))
    shown = scene.labels != 1
    np.testing.assert_array_equal(places_inside(scene, triangle, shown), np.flatnonzero(inside & shown))


def test_an_outline_of_nothing_chooses_nothing(scene):
    for outline in (np.zeros((0, 2)), np.zeros((5, 2)), np.array([[0, 0], [1, 1]])):
        assert len(places_inside(scene, outline)) == 0


@pytest.mark.parametrize(("text", "labels"), [("saurus", {0, 2}), (" TRICERA ", {1}), ("rex", set()), ("  ", set())])
def test_points_are_found_by_a_part_of_their_class_name(scene, text, labels):
    found = PlaceSearch(scene)(text)
    assert set(scene.labels[found].tolist()) == labels
    assert len(found) == 300 * len(labels)


def test_an_image_is_found_by_its_number(scene):
    found = PlaceSearch(scene)("17")
    assert scene.index.order[found].tolist() == [16]


def test_the_nearest_images_are_listed_and_one_of_the_data_is_called_that(scene):
    latents = scene.map.latents
    find = Neighbours(scene.map)
    copied = find(latents[5] + np.float32(1e-3))
    assert copied.indices[0] == 5
    assert "practically the first" in copied.verdict
    far = find(np.full(6, 9, np.float32))
    expected = np.linalg.norm(latents - 9, axis=1)
    np.testing.assert_array_equal(far.indices, np.argsort(expected)[:5])
    np.testing.assert_allclose(far.distances, np.sort(expected)[:5], rtol=1e-5)
    assert "times as far" in far.verdict


@pytest.mark.parametrize("count", [0, 1, 40])
def test_few_equal_or_broken_codes_are_no_error(count):
    latents = np.zeros((count, 3))
    if count == 40:
        latents[3] = np.nan
    scene = scene_of(latents, latents[:, :2])
    found = Neighbours(scene.map)(np.zeros(3, np.float32))
    assert len(found.indices) == min(count, 5)
    assert found.verdict == ""
    assert 3 not in found.indices[: 5 if count == 40 else 0].tolist()
    for figure in (local_density(scene), local_deviation(scene), distance_to(scene, np.ones(3, np.float32))):
        assert len(figure) == len(scene.index)
        assert np.isfinite(figure).all()


@pytest.mark.parametrize("spread", [1.0, 0.0], ids=["spread", "on one spot"])
def test_a_million_points_of_one_class_are_prepared_found_and_steered_by(spread):
    xy = np.random.default_rng(0).normal(0, spread, (1_000_000, 2)).astype(np.float32)
    nothing = np.zeros((0, 1, 1, 3), np.uint8)
    labels = np.zeros(len(xy), np.int32)
    spec = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))
    steering = prepare_steering(LatentMap(xy, xy, labels, ("all",), nothing, "tsne", ""), spec)
    assert len(PlaceSearch(steering.scene)("ALL")) == len(xy)
    for place in ((0.0, 0.0), (3.0, -4.0), (100.0, 0.5)):
        code = steering.way_back(*place).code
        assert np.linalg.norm(code - place) <= np.linalg.norm(xy - place, axis=1).min() + 0.2


def test_codes_that_are_no_numbers_have_no_figures_and_take_none_from_others():
    rng = np.random.default_rng(0)
    latents, xy = rng.normal(0, 1, (600, 4)).astype(np.float32), rng.uniform(-1, 1, (600, 2)).astype(np.float32)
    latents[7], latents[9, 1] = np.nan, np.inf
    scene = scene_of(latents, xy, np.zeros(600))
    place = np.flatnonzero(np.isin(scene.index.order, [7, 9]))
    for figure in FIGURES:
        found = figure.find(scene, np.zeros(4, np.float32))
        if isinstance(found, Groups):
            assert len(found.numbers) == 600
            assert figure.name == BY_CLASS or (found.numbers[place] == -1).all()
            assert (np.delete(found.numbers, place) >= 0).all()
        elif figure.name != "error":
            assert len(found) == 600
            assert np.isfinite(found).sum() >= 600 - 2 * 12


def test_error_and_order_are_those_of_the_images():
    rng = np.random.default_rng(0)
    scene = scene_of(rng.normal(0, 1, (50, 3)), rng.uniform(-1, 1, (50, 2)))
    errors = rng.random(50).astype(np.float32)
    with_errors = replace(scene, map=replace(scene.map, errors=errors))
    nowhere = np.zeros(3, np.float32)
    np.testing.assert_array_equal(figure_named("error").find(with_errors, nowhere), errors[scene.index.order])
    np.testing.assert_array_equal(figure_named("order").find(scene, nowhere), scene.index.order)
    assert figure_named("error").available(with_errors.map)
    assert not figure_named("error").available(scene.map)


def test_what_is_usual_among_images_does_not_depend_on_how_classes_take_turns():
    rng = np.random.default_rng(0)
    labels = np.arange(1600) % 16
    codes = rng.normal(0, 1, (1600, 2)) * np.where(labels % 4 == 0, 0.01, 1.0)[:, None] + 40 * labels[:, None]
    shuffled = rng.permutation(1600)
    usual = [
        Neighbours(scene_of(codes[order], codes[order]).map)(codes[3]).usual for order in (labels.argsort(), shuffled)
    ]
    usual.append(Neighbours(scene_of(codes, codes).map)(codes[3]).usual)
    assert max(usual) < 2 * min(usual)
