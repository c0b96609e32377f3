"""Where segments lead: each path against what it promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from dinoexplorer.morph.cubic_spline import spline_piece
from dinoexplorer.morph.data_graph import DataGraph
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.paths import Route, find_way, fitting_paths, path_names
from dinoexplorer.morph.timeline import Timeline

SHARES = np.linspace(0, 1, 41)


def codes(count=3, dim=4, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dim))


def route(points, number=0, *, closed=False, seconds=None):
    return Route(points, np.ones(len(points)) if seconds is None else np.array(seconds), closed, number)


@pytest.mark.parametrize("name", path_names())
@pytest.mark.parametrize("closed", [False, True])
def test_every_path_begins_on_its_keyframe_and_ends_on_the_next(surroundings, make_map, name, closed):
    points = codes()
    around = surroundings(latent_map=make_map(60, 4))
    for number in range(3 if closed else 2):
        way = find_way(name, route(points, number, closed=closed), around)
        assert way(0.0) == pytest.approx(points[number], abs=1e-5)
        assert way(1.0) == pytest.approx(points[(number + 1) % 3], abs=1e-5)


@pytest.mark.parametrize("name", path_names())
def test_every_path_can_stay_where_it_is(surroundings, make_map, name):
    """Two keyframes with one and the same code are no division by zero."""
    points = np.repeat(codes(1), 2, axis=0)
    way = find_way(name, route(points), surroundings(latent_map=make_map(60, 4)))
    assert np.isfinite([way(share) for share in SHARES]).all()


def test_slerp_turns_evenly_and_its_length_goes_straight(surroundings):
    points = np.array([[3.0, 0, 0, 0], [0, 1.0, 0, 0]])
    way = find_way("slerp", route(points), surroundings())
    found = np.array([way(share) for share in SHARES])
    assert np.degrees(np.arctan2(found[:, 1], found[:, 0])) == pytest.approx(90 * SHARES)
    assert np.linalg.norm(found, axis=1) == pytest.approx(3 - 2 * SHARES)


def test_slerp_leaves_the_class_weights_on_the_line(surroundings):
    points = np.array([[1.0, 0, 1, 0], [0, 1.0, 0, 1]])
    way = find_way("slerp", route(points), surroundings(classes=("horned", "long neck")))
    assert way(0.25) == pytest.approx([np.cos(np.pi / 8), np.sin(np.pi / 8), 0.75, 0.25])


def test_slerp_takes_the_line_between_opposites(surroundings):
    way = find_way("slerp", route(np.array([[1.0, 0, 0, 0], [-1.0, 0, 0, 0]])), surroundings())
    assert way(0.5) == pytest.approx(np.zeros(4))


@pytest.mark.parametrize("around", [{"prior": "uniform"}, {"spaces": ("w",)}])
def test_slerp_is_hidden_and_refused_where_the_prior_is_not_gaussian(surroundings, around):
    place = surroundings(**around)
    assert "slerp" not in {path.name for path in fitting_paths(place)}
    with pytest.raises(MorphError) as refused:
        find_way("slerp", route(codes()), place)
    assert str(refused.value) == (
        "The codes of toy.safetensors do not lie on a sphere, having no Gaussian prior, so there is no path along it; "
        "use straight or spline."
    )


@pytest.mark.parametrize("name", ["map", "data"])
def test_paths_of_a_map_are_hidden_and_refused_without_one(surroundings, name):
    assert name not in {path.name for path in fitting_paths(surroundings())}
    with pytest.raises(MorphError) as refused:
        find_way(name, route(codes()), surroundings())
    assert str(refused.value) == (
        "This path needs the latent map of toy.safetensors, which is not there; "
        "make it with 'dinoexplorer map toy.safetensors'."
    )


@pytest.mark.parametrize("closed", [False, True])
def test_the_spline_has_two_continuous_derivatives(closed):
    points, widths, step = codes(5), np.array([1.0, 2.0, 0.5, 1.5, 1.0]), 1e-4
    pieces = [spline_piece(points, widths, closed=closed, number=n) for n in range(5 if closed else 4)]
    pairs = list(enumerate(pairwise([*pieces, pieces[0]] if closed else pieces)))
    for number, (before, after) in pairs:
        left, right = step / widths[number], step / widths[(number + 1) % 5]
        a, b, c = before(1 - 2 * left), before(1 - left), before(1.0)
        d, e, f = after(0.0), after(right), after(2 * right)
        assert c == pytest.approx(d, abs=1e-12)
        assert (3 * c - 4 * b + a) / (2 * step) == pytest.approx((-3 * d + 4 * e - f) / (2 * step), abs=1e-5)
        assert (a - 2 * b + c) / step**2 == pytest.approx((d - 2 * e + f) / step**2, abs=1e-2)


@pytest.mark.parametrize("closed", [False, True])
def test_the_spline_is_scipys(closed):
    interpolate = pytest.importorskip("scipy.interpolate")
    points, widths = codes(6), np.array([1.0, 2.0, 0.5, 1.5, 1.0, 0.7])
    times = np.concatenate([[0.0], np.cumsum(widths)])
    if closed:
        reference = interpolate.CubicSpline(times, np.concatenate([points, points[:1]]), bc_type="periodic")
    else:
        reference = interpolate.CubicSpline(times[:-1], points, bc_type="natural")
    for number in range(6 if closed else 5):
        piece = spline_piece(points, widths, closed=closed, number=number)
        for share in SHARES:
            assert piece(share) == pytest.approx(reference(times[number] + share * widths[number]), abs=1e-10)


@pytest.mark.parametrize("count", [1, 2])
def test_a_closed_spline_takes_one_or_two_points(surroundings, count):
    timeline = Timeline.through(codes(count).astype(np.float32), Segment(1, "linear", "spline"), repeat="loop")
    found = Film(timeline, 10, surroundings()).codes(0, 10 * count)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", ["circle(0.5)", "noise(0.5, 3, 5)"])
def test_loops_around_a_code_have_no_seam_and_the_size_they_say(surroundings, name):
    around = surroundings(8)
    timeline = Timeline.through(codes(1, 8).astype(np.float32), Segment(4, "linear", name), repeat="loop")
    film = Film(timeline, 50, around)
    found = film.codes(0, film.frames)
    steps = np.linalg.norm(np.roll(found, -1, axis=0) - found, axis=1)
    bends = np.abs(np.diff(steps, append=steps[:1]))
    assert steps[-1] <= 1.2 * steps.max() and bends[-2:].max() <= 1.5 * bends[:-2].max()  # noqa: PT018  no kink there
    stray = np.sqrt(((found - found[0]) ** 2).sum(axis=1).mean())
    expected = 0.5 * around.spread * (np.sqrt(2) if name.startswith("circle") else 1)
    assert stray == pytest.approx(expected, rel=0.02)


def test_loops_differ_by_seed_alone(surroundings):
    ways = [
        find_way(name, route(codes(1), closed=True), surroundings())
        for name in ("noise(1,1)", "noise(1,1)", "noise(1,2)")
    ]
    one, again, other = (way(0.3) for way in ways)
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)


def ring(count=400):
    """Codes on a ring: the straight way between two of them leads through where no image is."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    places = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 5
    return np.concatenate([places, np.zeros((count, 2))], axis=1).astype(np.float32)


def test_along_the_data_every_frame_is_near_to_an_image(surroundings, make_map):
    data = ring()
    around = surroundings(latent_map=make_map(codes=data, method="pca"))
    ends = np.stack([data[0], data[180]]).astype(np.float64)
    for name, farthest in (("data", 0.1), ("straight", 4.0)):
        way = find_way(name, route(ends), around)
        found = np.array([way(share) for share in SHARES])
        nearest = np.linalg.norm(found[:, None] - data[None], axis=2).min(axis=1)
        assert bool(nearest.max() < farthest) is (name == "data")
    speeds = np.linalg.norm(np.diff([find_way("data", route(ends), around)(s) for s in SHARES], axis=0), axis=1)
    assert speeds.max() < 1.1 * speeds.min()


def test_clusters_that_lie_apart_are_joined(make_map):
    data = np.concatenate([codes(50, 3), codes(50, 3, 1) + 100, codes(50, 3, 2) - 100]).astype(np.float32)
    way = DataGraph(data).way(data[60], data[120])
    assert np.array_equal(way[0], data[60])
    assert np.array_equal(way[-1], data[120])
    assert (np.abs(way) < 50).all(axis=1).any()  # through the cluster in the middle


def test_along_the_map_the_way_is_straight_across_it(surroundings, make_map):
    latent_map = make_map(200, 4)
    around = surroundings(latent_map=latent_map)
    points = codes(2)
    way = find_way("map", route(points), around)
    places = np.array([[place.x, place.y] for place in (around.locator(way(s).astype(np.float32)) for s in SHARES)])
    line = places[0] + SHARES[:, None] * (places[-1] - places[0])
    assert places == pytest.approx(line, abs=1e-3)


def test_along_a_curved_map_no_step_is_a_leap(surroundings, make_map):
    """Two clusters that touch on the map and lie far apart in the space."""
    rng = np.random.default_rng(0)
    xy = rng.uniform(-1, 1, (300, 2)).astype(np.float32)
    data = (np.where(xy[:, :1] < 0, -20, 20) + rng.normal(0, 0.1, (300, 4))).astype(np.float32)
    around = surroundings(latent_map=make_map(codes=data, xy=xy, method="tsne"))
    way = find_way(
        "map", route(np.stack([data[xy[:, 0].argmin()], data[xy[:, 0].argmax()]]).astype(np.float64)), around
    )
    steps = np.linalg.norm(np.diff([way(share) for share in np.linspace(0, 1, 61)], axis=0), axis=1)
    assert steps.sum() >= 75
    assert steps.max() < 0.2 * steps.sum()  # as they come it is nearly all of it, in three steps
