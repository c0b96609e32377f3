from __future__ import annotations

import numpy as np
import pytest

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.latent_map import read_map, write_map
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.planes import Plane, dimensions_plane, plane_map, plane_through, principal_plane
from dinoexplorer.latent.way_back import WayBack


def codes_of(count=50, dim=7, seed=0):
    return (np.random.default_rng(seed).normal(size=(count, dim)) * np.geomspace(3, 0.2, dim) + 1).astype(np.float32)


def sentence_of(function, *arguments) -> str:
    with pytest.raises(GeneratorError) as caught:
        function(*arguments)
    return str(caught.value)


def planes():
    codes = codes_of()
    return [
        dimensions_plane(codes[0], 2, 5),
        principal_plane(codes)[0],
        principal_plane(codes, codes[3])[0],
        plane_through(codes[:3]),
        plane_through(codes[:3]).scaled(2, 0.5),
    ]


@pytest.mark.parametrize("number", range(5))
def test_every_place_is_one_code_and_back(number):
    plane = planes()[number]
    places = np.random.default_rng(1).uniform(-9, 9, (40, 2)).astype(np.float32)
    assert np.allclose(plane.places(plane.codes(places)), places, atol=1e-4)


def test_two_dimensions_are_their_own_values_and_the_rest_is_held():
    code = codes_of()[0]
    plane = dimensions_plane(code, 4, 1)
    assert tuple(plane.places(code[None])[0]) == pytest.approx((code[4], code[1]))
    moved = plane.code(0.25, -3.0)
    assert (moved[4], moved[1]) == (0.25, -3.0)
    assert np.array_equal(np.delete(moved, [1, 4]), np.delete(code, [1, 4]))


def test_two_principal_directions_through_a_code_pass_through_it():
    codes = codes_of()
    plane, deviations = principal_plane(codes, codes[9])
    assert np.allclose(plane.codes(plane.places(codes[9:10]))[0], codes[9], atol=1e-5)
    assert deviations[0] > deviations[1] > 0
    assert np.abs(plane.first).argmax() == 0


def test_the_plane_through_three_codes_holds_them_and_keeps_their_distances():
    three = codes_of()[:3]
    plane = plane_through(three)
    places = plane.places(three)
    assert np.allclose(plane.codes(places), three, atol=1e-5)
    assert np.allclose(places[0], 0, atol=1e-6)
    for one, two in ((0, 1), (1, 2), (0, 2)):
        away = np.linalg.norm(three[one] - three[two])
        assert np.linalg.norm(places[one] - places[two]) == pytest.approx(away, rel=1e-5)


def test_a_plane_follows_the_present_code_and_its_places_stay():
    codes = codes_of()
    plane = plane_through(codes[:3])
    moved = plane.holding(codes[7])
    assert np.allclose(moved.codes(moved.places(codes[7:8]))[0], codes[7], atol=1e-5)
    assert np.allclose(moved.places(codes), plane.places(codes), atol=1e-4)


def test_what_is_no_plane_is_refused():
    codes = codes_of()
    assert sentence_of(dimensions_plane, codes[0], 1, 1) == "Dimensions 1,1 are one and the same; name two dimensions."
    assert sentence_of(dimensions_plane, codes[0], 0, 7) == (
        "Dimensions 0,7 do not exist: the dimensions here are 0 to 6."
    )
    line = "These three codes lie on one line, so no single plane goes through them; change one."
    assert sentence_of(plane_through, np.stack([codes[0], codes[1], codes[0]])) == line
    assert sentence_of(plane_through, np.zeros((3, 4), np.float32)) == line
    assert sentence_of(plane_through, codes[:2]) == "A plane goes through three codes and was given 2; give three."
    nowhere = "These codes do not vary in two directions, so they have no principal plane."
    assert sentence_of(principal_plane, np.ones((9, 4), np.float32)) == nowhere
    assert sentence_of(principal_plane, codes[:1]) == nowhere
    assert sentence_of(Plane, codes[0], codes[1], 2 * codes[1]) == (
        "These two directions are one and the same, or none; a plane needs two."
    )


def test_a_map_laid_down_on_a_plane_is_steered_by_exactly(make_map, tmp_path):
    latent_map = make_map(60, 6, "pca")
    plane = plane_through(latent_map.latents[:3])
    write_map(tmp_path / "a.map.npz", plane_map(latent_map, plane))
    laid = read_map(tmp_path / "a.map.npz")
    way_back, locator = WayBack(laid), Locator(laid)
    for x, y in np.random.default_rng(0).uniform(-5, 5, (20, 2)):
        decoded = way_back(x, y)
        assert np.allclose(decoded.code, plane.code(x, y), atol=1e-6)
        assert decoded.deviation == 0
        place = locator(decoded.code)
        assert (place.x, place.y, place.approximate) == (pytest.approx(x, abs=1e-4), pytest.approx(y, abs=1e-4), False)
    assert locator.beside(laid.latents[9], way_back(*map(float, laid.xy[9]))) > 0.1
    assert 0 < laid.variance < 1


def test_the_first_two_dimensions_tell_all_the_variance_there_is(make_map):
    codes = np.zeros((30, 5), np.float32)
    codes[:, :2] = np.random.default_rng(0).normal(size=(30, 2))
    laid = plane_map(make_map(codes=codes), dimensions_plane(codes[0], 0, 1).scaled(3, 0.1))
    assert laid.variance == pytest.approx(1)
