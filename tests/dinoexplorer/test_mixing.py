"""Blends, arithmetic, crossover and breeding of codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, Mixture
from dinoexplorer.latent.arithmetic import combined
from dinoexplorer.latent.breeding import breed, crossover, groups_of
from dinoexplorer.latent.components import principal_axes
from dinoexplorer.latent.mixing import blend, child, spherical_blend, square_weights, straight_blend, triangle_weights
from dinoexplorer.latent.shell import shell_of

DIM = 32
CLASSES = ("horned", "plated", "winged")
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.3, 1.0]])


def info_of(dim=DIM, *, classes=(), encoder=False, **latent):
    names = tuple(f"z{place}" for place in range(dim - len(classes))) + classes
    latent = {"mean": np.zeros(dim, np.float32), "std": np.ones(dim, np.float32)} | latent
    spec = LatentSpec(dim, names=names, **latent)
    return GeneratorInfo(Path("model.safetensors"), "test", "test", spec, 8, 3, classes, 0, encoder, "a" * 64)


def with_data(dim=DIM):
    """A generator that knows where its encoded data lie, so codes are no draws of a Gaussian."""
    mixture = Mixture(np.ones(1, np.float32), np.ones((1, dim), np.float32), np.ones((1, dim), np.float32))
    return info_of(dim, encoder=True, mixture=mixture)


def codes_of(count, dim=DIM, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)


def sentence_of(function, *arguments, **named) -> str:
    with pytest.raises(GeneratorError) as caught:
        function(*arguments, **named)
    return str(caught.value)


# Blends


@given(st.integers(0, 10_000), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_two_codes_of_a_gaussian_are_blended_as_slerp(seed, share):
    one, two = codes_of(2, seed=seed).astype(float)
    lengths = np.linalg.norm(one), np.linalg.norm(two)
    angle = np.arccos(one @ two / (lengths[0] * lengths[1]))
    slerp = (np.sin((1 - share) * angle) * one / lengths[0] + np.sin(share * angle) * two / lengths[1]) / np.sin(angle)
    wanted = slerp * ((1 - share) * lengths[0] + share * lengths[1])
    found = blend(np.stack([one, two]).astype(np.float32), (1 - share, share), info_of())
    assert np.allclose(found, wanted, atol=1e-4)


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_a_blend_on_the_shell_keeps_the_length_and_does_not_ask_for_the_order(seed, count):
    rng = np.random.default_rng(seed)
    codes, weights = codes_of(count, seed=seed), rng.dirichlet(np.ones(count))
    found = blend(codes, weights, info_of())
    assert np.linalg.norm(found) == pytest.approx(weights @ np.linalg.norm(codes, axis=1), rel=1e-5)
    order = rng.permutation(count)
    assert np.allclose(blend(codes[order], weights[order], info_of()), found, atol=1e-4)
    assert np.allclose(blend(codes, 3 * weights, info_of()), found, atol=1e-5)


def test_where_the_data_say_where_they_lie_blends_are_straight():
    codes = codes_of(3)
    assert np.allclose(blend(codes, (1, 1, 2), with_data()), codes.T @ [0.25, 0.25, 0.5], atol=1e-6)


@pytest.mark.parametrize("info", [info_of(), with_data()])
def test_a_code_alone_is_itself_to_the_last_bit(info):
    codes = codes_of(3)
    for place in range(3):
        assert np.array_equal(blend(codes, np.eye(3)[place], info), codes[place])


def test_opposite_codes_and_a_code_at_the_centre_are_blended_straight():
    one = codes_of(1)[0]
    for two in (-one, np.zeros_like(one)):
        codes = np.stack([one, two])
        assert np.allclose(spherical_blend(codes, (0.5, 0.5), info_of()), codes.mean(axis=0), atol=1e-6)


def test_weights_of_classes_are_blended_straight_while_the_rest_keeps_its_length():
    info = info_of(classes=CLASSES)
    codes = codes_of(2)
    codes[:, -3:] = [[1, 0, 0], [0, 1, 0]]
    found = child(codes[0], codes[1], info)
    assert np.allclose(found[-3:], [0.5, 0.5, 0])
    lengths = np.linalg.norm(codes[:, :-3], axis=1)
    assert np.linalg.norm(found[:-3]) == pytest.approx(lengths.mean(), rel=1e-5)


def test_a_child_lies_halfway():
    one, two = codes_of(2)
    assert np.allclose(child(one, two, with_data()), (one + two) / 2, atol=1e-6)
    found = child(one, two, info_of()).astype(float)
    cosines = [found @ parent / np.linalg.norm(found) / np.linalg.norm(parent) for parent in (one, two)]
    assert cosines[0] == pytest.approx(cosines[1], abs=1e-5)


def test_weights_that_are_none_are_refused():
    codes = codes_of(2)
    assert sentence_of(straight_blend, codes, (1, 2, 3)) == (
        "A blend needs one weight for each code; 2 codes have 3 weights."
    )
    for weights in ((0, 0), (-1, 2), (np.nan, 1)):
        assert sentence_of(straight_blend, codes, weights) == (
            "The weights of a blend are 0 or more, and at least one of them above 0."
        )


# Places in a triangle and in a square


@given(st.floats(-2, 3), st.floats(-2, 3))
@settings(max_examples=100, deadline=None)
def test_a_place_in_a_triangle_is_the_weighted_mean_of_its_corners_or_the_nearest_on_the_edge(x, y):
    weights = triangle_weights((x, y), CORNERS)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    found = weights @ CORNERS
    samples = np.random.default_rng(0).dirichlet(np.ones(3), 2000) @ CORNERS
    nearest = np.linalg.norm(samples - (x, y), axis=1).min()
    assert np.linalg.norm(found - (x, y)) <= nearest + 1e-9


def test_the_corners_of_a_triangle_are_the_codes_themselves():
    for place in range(3):
        assert np.allclose(triangle_weights(CORNERS[place], CORNERS), np.eye(3)[place], atol=1e-12)


def test_corners_on_one_line_are_refused():
    assert sentence_of(triangle_weights, (0, 0), np.array([[0, 0], [1, 1], [2, 2]])) == (
        "The corners of this triangle lie on one line; move one of them."
    )


@given(st.floats(-1, 2), st.floats(-1, 2))
@settings(deadline=None)
def test_a_place_in_a_square_is_the_weighted_mean_of_its_corners(x, y):
    weights = square_weights(x, y)
    found = weights @ np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    assert weights.sum() == pytest.approx(1)
    assert np.allclose(found, np.clip((x, y), 0, 1))
    assert square_weights(1, 0).tolist() == [0, 1, 0, 0]


# Arithmetic


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_a_less_b_plus_c_is_just_that(seed):
    one, two, three = codes_of(3, seed=seed)
    assert np.allclose(combined(np.stack([one, three]), two[None], with_data()), one - two + three, atol=1e-5)
    assert np.allclose(combined(np.stack([one, two]), one[None], with_data()), two, atol=1e-5)


def test_a_sum_counts_departures_from_the_mean_of_the_space():
    info = info_of(mean=np.full(DIM, 2.0, np.float32), mixture=with_data().latent.mixture, encoder=True)
    codes = codes_of(2) + np.float32(2)
    assert np.allclose(combined(codes, np.zeros((0, DIM)), info), codes.sum(axis=0) - 2, atol=1e-5)


def test_put_back_brings_the_result_to_the_typical_length_of_a_gaussian_alone():
    codes = codes_of(3)
    info = info_of()
    plain = combined(codes[:2], codes[2:], info)
    found = combined(codes[:2], codes[2:], info, put_back=True)
    assert np.linalg.norm(found) == pytest.approx(shell_of(info).typical, rel=1e-5)
    assert np.linalg.norm(plain) > 1.3 * np.linalg.norm(found)
    assert np.allclose(found / np.linalg.norm(found), plain / np.linalg.norm(plain), atol=1e-5)
    assert np.array_equal(combined(codes[:2], codes[2:], with_data(), put_back=True), combined(codes[:2], codes[2:], with_data()))  # fmt: skip  # noqa: E501


def test_classes_after_arithmetic_are_weights_again():
    info = info_of(classes=CLASSES)
    codes = codes_of(3)
    codes[:, -3:] = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    found = combined(codes[:2], codes[2:], info)
    assert np.allclose(found[-3:], [0.5, 0, 0.5])
    swapped = combined(np.stack([codes[0], codes[1]]), codes[:1], info)
    assert np.allclose(swapped[-3:], [0, 0, 1])


# Crossover and breeding


def test_groups_hold_every_dimension_once():
    groups = groups_of(10, 4)
    assert [group.tolist() for group in groups] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert sentence_of(groups_of, 10, 0) == "Groups of 0 dimensions are none; give 1 or more."


@given(st.integers(0, 10_000), st.integers(1, 16))
@settings(max_examples=50, deadline=None)
def test_a_crossover_has_each_group_from_one_parent_and_something_of_both(seed, size):
    one, two = codes_of(2)
    groups = groups_of(DIM, size)
    found = crossover(one, two, groups, seed)
    origins = [np.array_equal(found[group], two[group]) for group in groups]
    assert all(
        from_two or np.array_equal(found[group], one[group]) for from_two, group in zip(origins, groups, strict=True)
    )
    assert any(origins)
    assert not all(origins)
    assert np.array_equal(found, crossover(one, two, groups, seed))


def test_dimensions_in_no_group_come_from_the_first_parent():
    one, two = codes_of(2)
    found = crossover(one, two, [np.array([3])], 1)
    assert np.array_equal(np.delete(found, 3), np.delete(one, 3))


def test_crossovers_that_cannot_be_are_refused():
    one, two = codes_of(2)
    assert sentence_of(crossover, one, two[:4], []) == (
        "The parents of a crossover have codes of different length; take both from one model."
    )
    assert sentence_of(crossover, one, two, [np.array([DIM])]) == (
        "A group of the crossover names a dimension that is not there; there are 0 to 31."
    )


@pytest.mark.parametrize("info", [info_of(), with_data()])
def test_children_are_the_same_for_the_same_seed_and_more_of_them_leave_the_first_as_they_are(info):
    parents = codes_of(3)
    few, many = breed(parents, info, 4, seed=7), breed(parents, info, 9, seed=7)
    assert np.array_equal(few, many[:4])
    assert not np.array_equal(few, breed(parents, info, 4, seed=8))
    assert len(np.unique(many, axis=0)) == 9


def test_without_mutation_children_lie_between_their_parents_or_take_from_them():
    parents = codes_of(2)
    children = breed(parents, with_data(), 8, mutation=0)
    low, high = np.minimum(*parents), np.maximum(*parents)
    assert (children >= low - 1e-6).all()
    assert (children <= high + 1e-6).all()
    taken = (children[1::2, :, None] == parents.T[None]).any(axis=2)
    assert taken.all()
    assert not (children[::2, :, None] == parents.T[None]).any()


def test_a_mutation_is_as_far_as_it_says_along_the_spread_of_the_data():
    std = np.geomspace(0.1, 10, DIM).astype(np.float32)
    info = info_of(std=std)
    parent = codes_of(1)
    children = breed(parent, info, 50, mutation=0.5)
    departures = np.sqrt((((children - parent) / std) ** 2).mean(axis=1))
    assert np.allclose(departures, 0.5, rtol=1e-4)


def test_with_axes_a_mutation_keeps_to_the_directions_in_which_the_data_differ():
    line = np.outer(np.random.default_rng(0).normal(size=200), np.ones(DIM)).astype(np.float32)
    axes = principal_axes(line)
    parent = codes_of(1)
    steps = breed(parent, info_of(), 10, mutation=1.0, axes=axes) - parent
    assert np.allclose(steps, steps.mean(axis=1, keepdims=True), atol=1e-4)
    assert np.abs(steps).max() > 0.1


def test_classes_are_inherited_and_not_mutated():
    info = info_of(classes=CLASSES)
    parents = codes_of(2)
    parents[:, -3:] = [[1, 0, 0], [0, 0, 1]]
    children = breed(parents, info, 12, mutation=1.0)
    assert np.allclose(children[:, -3:].sum(axis=1), 1, atol=1e-5)
    assert not children[:, -2].any()
    assert (children[:, -1] > 0.2).all()


def test_children_of_nobody_and_impossible_mutations_are_refused():
    assert sentence_of(breed, np.zeros((0, DIM)), info_of(), 3) == (
        "Children need at least one parent; choose a picture."
    )
    assert sentence_of(breed, codes_of(2), info_of(), 3, mutation=-1) == (
        "A mutation of -1 is not possible; give 0 or more."
    )
