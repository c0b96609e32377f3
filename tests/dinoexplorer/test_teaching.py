"""Teaching a direction: lessons, boundaries and what they are worth where they were not fitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.boundaries import difference_of_means, held_out_accuracy, logistic_boundary, svm_boundary
from dinoexplorer.latent.directions import Material, find_way
from dinoexplorer.latent.lessons import Lesson, between, of_values

DIM = 6
TAUGHT = ["means", "logistic", "svm"]


class Described:
    """A taught direction asks of a generator only what it is."""

    def __init__(self, dim=DIM):
        spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32))
        self.info = GeneratorInfo(Path("model.safetensors"), "test", "test", spec, 8, 3, (), 0, False, "a" * 64)


def two_groups(count=400, step=3.0, seed=0, dim=DIM):
    """Round groups that lie apart along the first dimension alone."""
    rng = np.random.default_rng(seed)
    codes = rng.normal(size=(count, dim))
    high = np.arange(count) % 2 == 0
    codes[high, 0] += step
    return codes.astype(np.float32), high


def taught(name, lesson, codes=None):
    material = Material(Described(lesson.codes.shape[1]), lesson.codes if codes is None else codes, lesson=lesson)
    (direction,) = find_way(name).find(material)
    return direction


def sentence_of(function, *arguments) -> str:
    with pytest.raises(GeneratorError) as caught:
        function(*arguments)
    return str(caught.value)


# Boundaries


def test_the_logistic_boundary_is_scikit_learns():
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is no part of the project")
    codes, high = two_groups(200, 1.0)
    sides, strength = np.where(high, 1.0, -1.0), 0.2
    reference = linear_model.LogisticRegression(C=1 / (strength * len(codes)), tol=1e-10, max_iter=1000)
    reference.fit(codes.astype(float), sides)
    normal, offset = logistic_boundary(codes.astype(float), sides, strength)
    assert np.allclose(normal, reference.coef_[0], atol=1e-5)
    assert offset == pytest.approx(reference.intercept_[0], abs=1e-5)


def losses(fit, codes, sides, weights, strength):
    def logistic(normal, offset):
        return weights @ np.logaddexp(0, -sides * (codes @ normal + offset)) + strength / 2 * normal @ normal

    def hinge(normal, offset):
        short = np.maximum(1 - sides * (codes @ normal + offset), 0)
        return weights @ short**2 + strength / 2 * normal @ normal

    return logistic if fit is logistic_boundary else hinge


@pytest.mark.parametrize("fit", [logistic_boundary, svm_boundary])
@given(st.integers(0, 10_000), st.floats(0.0, 4.0), st.sampled_from([1e-3, 0.2, 5.0]))
@settings(max_examples=15, deadline=None)
def test_no_boundary_near_the_one_found_is_better(fit, seed, step, strength):
    codes, high = two_groups(60, step, seed)
    high[:10] = False  # groups of different size weigh the same
    codes, sides = codes.astype(float), np.where(high, 1.0, -1.0)
    weights = np.where(high, 0.5 / high.sum(), 0.5 / (~high).sum())
    normal, offset = fit(codes, sides, strength)
    loss = losses(fit, codes, sides, weights, strength)
    rng = np.random.default_rng(seed)
    best = loss(normal, offset)
    for size in (1e-3, 1e-1):
        moves = rng.normal(size=(20, DIM + 1)) * size * (1 + np.abs(offset))
        assert min(loss(normal + move[:-1], offset + move[-1]) for move in moves) >= best - 1e-8


def test_the_boundary_of_the_means_lies_halfway():
    codes, high = two_groups()
    normal, offset = difference_of_means(codes.astype(float), np.where(high, 1.0, -1.0))
    high_mean, low_mean = codes[high].mean(axis=0), codes[~high].mean(axis=0)
    assert np.allclose(normal, high_mean - low_mean, atol=1e-5)
    assert normal @ (high_mean + low_mean) / 2 + offset == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("fit", [difference_of_means, logistic_boundary, svm_boundary])
def test_held_out_accuracy_is_chance_on_noise_and_high_where_groups_lie_apart(fit):
    codes, _ = two_groups(step=0.0)
    noise = np.where(np.random.default_rng(3).random(len(codes)) < 0.2, 1.0, -1.0)
    assert held_out_accuracy(codes.astype(float), noise, fit) == pytest.approx(0.5, abs=0.08)
    codes, high = two_groups(step=4.0)
    assert held_out_accuracy(codes.astype(float), np.where(high, 1.0, -1.0), fit) > 0.95


def test_accuracy_is_not_what_the_boundary_reaches_on_what_it_was_fitted_to():
    codes = np.random.default_rng(0).normal(size=(20, 60))
    sides = np.where(np.arange(20) % 2, 1.0, -1.0)
    normal, offset = logistic_boundary(codes, sides)
    assert (np.sign(codes @ normal + offset) == sides).all()
    assert held_out_accuracy(codes, sides, logistic_boundary) < 0.8


def test_a_group_of_one_has_no_accuracy():
    codes = np.eye(DIM)
    assert held_out_accuracy(codes, np.array([1.0, -1, -1, -1, -1, -1]), difference_of_means) is None


# Directions


@pytest.mark.parametrize("name", TAUGHT)
def test_the_direction_leads_from_the_low_group_to_the_high_one(name):
    codes, high = two_groups()
    direction = taught(name, between("facing", codes[high], codes[~high]))
    assert direction.vector[0] > 0.95
    assert (direction.name, direction.how) == ("facing", name)
    assert direction.accuracy > 0.85
    assert direction.share is None
    opposite = taught(name, between("facing", codes[~high], codes[high]))
    assert np.allclose(opposite.vector, -direction.vector, atol=1e-4)


@pytest.mark.parametrize("name", TAUGHT)
def test_where_codes_lie_as_a_whole_makes_no_difference(name):
    codes, high = two_groups()
    one = taught(name, Lesson("size", codes, high))
    two = taught(name, Lesson("size", codes + np.float32(7), high))
    assert np.allclose(one.vector, two.vector, atol=1e-3)


@pytest.mark.parametrize("name", ["logistic", "svm"])
def test_the_boundary_does_not_depend_on_the_unit_of_a_dimension(name):
    codes, high = two_groups(step=1.5)
    units = np.geomspace(0.1, 10, DIM).astype(np.float32)
    one = taught(name, Lesson("size", codes, high))
    two = taught(name, Lesson("size", codes * units, high))
    assert np.allclose((two.vector * units) / np.linalg.norm(two.vector * units), one.vector, atol=1e-3)


@pytest.mark.parametrize("name", TAUGHT)
def test_what_comes_along_with_a_class_is_left_out_where_examples_are_compared_within_it(name):
    codes, high = two_groups(600, 2.0)
    kinds = (np.random.default_rng(1).random(600) < np.where(high, 0.9, 0.1)).astype(np.int32)
    codes[:, 1] += 8 * kinds  # one class lies elsewhere, and has nine tenths of the high examples
    apart = taught(name, Lesson("size", codes, high, kinds))
    together = taught(name, Lesson("size", codes, high))
    assert abs(apart.vector[1]) < 0.15
    assert abs(together.vector[1]) > 2 * abs(apart.vector[1])
    assert apart.vector[0] > 0.9


def test_few_pictures_on_each_side_are_enough_in_many_dimensions():
    codes, high = two_groups(6, 6.0, dim=64)
    direction = taught("logistic", Lesson("size", codes, high), np.random.default_rng(0).normal(size=(500, 64)))
    assert direction.vector.argmax() == 0


def test_the_unit_is_the_spread_of_all_the_data_and_not_of_the_examples():
    codes, high = two_groups(20)
    data = (10 * np.random.default_rng(0).normal(size=(2000, DIM))).astype(np.float32)
    assert taught("means", Lesson("size", codes, high), data).deviation == pytest.approx(10, rel=0.1)


def test_a_lesson_of_one_kind_learns_from_it_alone():
    codes, high = two_groups()
    kinds = np.arange(len(codes), dtype=np.int32) // 200
    codes[200:] = codes[200:, ::-1]  # in the other kind the groups lie apart along the last dimension
    lesson = Lesson("facing", codes, high, kinds)
    assert taught("logistic", lesson.only(0)).vector[0] > 0.9
    assert taught("logistic", lesson.only(1)).vector[-1] > 0.9


# Lessons


def test_values_are_split_at_the_median_of_each_kind():
    codes = np.zeros((8, DIM), np.float32)
    values = np.array([1, 2, 3, 4, 10, 20, 30, np.nan])
    lesson = of_values("size", codes, values, np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    assert lesson.high.tolist() == [False, False, True, True, False, False, True]
    assert len(lesson.codes) == 7


@pytest.mark.parametrize("values", [[1, 1, 1, -1], [1, -1, -1, -1], [1, -1, 1, -1]])
def test_two_values_are_two_sides_whichever_is_commoner(values):
    lesson = of_values("facing", np.zeros((4, DIM), np.float32), np.array(values))
    assert lesson.high.tolist() == [value > 0 for value in values]


def test_lessons_that_teach_nothing_are_refused():
    codes, high = two_groups(8)
    assert sentence_of(Lesson, "size", codes, np.ones(8, bool)) == (
        "'size' needs examples on both sides; add some to the empty one."
    )
    assert sentence_of(Lesson, "size", codes, high[:3]) == (
        "The examples of 'size' do not fit together; give one side for each code."
    )
    assert sentence_of(Lesson, "size", codes * np.nan, high) == (
        "The examples of 'size' hold values that are not numbers; leave them out."
    )
    assert sentence_of(between, "size", codes, codes[:, :2]) == (
        "The two groups of 'size' have codes of different length; take both from one model."
    )
    assert sentence_of(of_values, "size", codes, np.zeros(3)) == (
        "'size' needs one value for each code; 8 codes have 3 values."
    )
    assert sentence_of(Lesson("size", codes, high).only, 0) == (
        "The examples of 'size' have no classes to choose one from."
    )
    apart = Lesson("size", codes, high, high.astype(np.int32))
    assert sentence_of(apart.centred) == (
        "No class has examples of 'size' on both sides; compare all classes together instead."
    )


def test_a_taught_way_needs_a_lesson_of_the_same_model():
    codes, high = two_groups(8)
    material = Material(Described(), codes)
    assert sentence_of(find_way("svm").find, material) == (
        "A taught direction needs examples on two sides; choose some pictures for each."
    )
    other = replace(material, lesson=Lesson("size", codes[:, :2], high))
    assert sentence_of(find_way("svm").find, other) == (
        "The examples of 'size' have 2 numbers and model.safetensors takes 6; give codes of this model."
    )
    same = replace(material, lesson=between("size", codes, codes))
    assert sentence_of(find_way("means").find, same) == (
        "The direction 'size' has no length: what it was found from does not differ."
    )
