"""Finding and teaching as a person asks for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.direction import Direction
from dinoexplorer.latent.direction_lessons import Ground, Group, find_directions, step_between, teach_direction
from dinoexplorer.latent.directions import find_way, why_not

DIM = 5


class Blind:
    """A generator that only decodes."""

    def __init__(self, classes=()):
        names = tuple(f"z{n}" for n in range(DIM - len(classes))) + classes
        spec = LatentSpec(DIM, np.zeros(DIM, np.float32), np.ones(DIM, np.float32), names=names if classes else ())
        self.info = GeneratorInfo(Path("blind.onnx"), "fake", "fake", spec, 8, 3, classes, 1, False, "abc")


class Open(Blind):
    def inspect(self):
        raise AssertionError("asking is enough")


def ground(generator=None):
    return Ground(generator or Blind(), None, np.zeros(DIM, np.float32))


def groups(apart=2.0, count=40):
    codes = np.random.default_rng(1).standard_normal((2 * count, DIM)).astype(np.float32)
    codes[count:, 2] += apart
    return Group("plain", codes[:count]), Group("horned", codes[count:])


def test_what_is_found_says_in_words_how():
    found = find_directions(ground(), "pca")
    assert {direction.how for direction in found} == {"Principal components"}


@pytest.mark.parametrize("way", ["means", "logistic", "svm"])
def test_a_taught_direction_leads_to_the_second_group_and_says_from_how_many(way):
    plain, horned = groups(apart=3.0)
    taught = teach_direction(ground(), way, "horns", horned, plain)
    assert taught.vector[2] > 0.9
    assert taught.accuracy > 0.85
    assert taught.how == f"{find_way(way).title}, 40 against 40 examples"


def test_what_is_taken_out_of_it_is_gone_and_its_old_accuracy_only_told():
    plain, horned = groups()
    other = Direction("size", np.array([0.6, 0, 0.8, 0, 0], np.float32), 1.0, "pca", "abc")
    taught = teach_direction(ground(), "means", "horns", horned, plain, without=[other])
    assert abs(taught.vector @ other.vector) < 1e-6
    assert taught.accuracy is None
    assert taught.how.startswith("Difference of means, 40 against 40 examples, without size (")


def test_examples_that_are_no_numbers_are_left_out():
    plain, horned = groups()
    spoilt = horned.codes.copy()
    spoilt[:10] = np.nan
    taught = teach_direction(ground(), "means", "horns", Group("horned", spoilt), plain)
    assert taught.how == "Difference of means, 40 against 30 examples"
    with pytest.raises(GeneratorError, match="The group 'horned' has no examples for 'horns'; choose another one"):
        teach_direction(ground(), "means", "horns", Group("horned", spoilt[:10]), plain)


def test_progress_may_end_it():
    def stop(_done, _total):
        raise InterruptedError

    plain, horned = groups()
    with pytest.raises(InterruptedError):
        teach_direction(ground(), "logistic", "horns", horned, plain, told=stop)


def test_the_step_between_two_codes_leaves_the_weights_of_classes_alone():
    start, end = np.zeros(DIM, np.float32), np.array([3, 4, 0, 1, -1], np.float32)
    step = step_between(ground(Blind(("a", "b"))), "b to a", start, end)
    np.testing.assert_allclose(step.vector, [0.6, 0.8, 0, 0, 0], atol=1e-6)
    with pytest.raises(GeneratorError, match="'b to a' has no length"):
        step_between(ground(), "b to a", start, start)


def test_ways_say_what_they_would_need():
    reason = why_not(find_way("sefa"), Blind())
    assert reason == "blind.onnx only decodes and does not show its layers, which SeFa looks at."
    assert why_not(find_way("sefa"), Open()) == ""
    assert [why_not(find_way(way), Blind()) for way in ("pca", "svm")] == ["", ""]
    assert why_not(find_way("jacobian"), Blind())
