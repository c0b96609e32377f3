"""What is mixed by hand: shapes and their weights, the mix itself, children by crossover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.breeding import crossed_child, usual_group
from dinoexplorer.latent.mix import MOST, Mix
from dinoexplorer.latent.mix_shapes import corners_of, place_of, weights_at
from dinoexplorer.latent.mixing import blend

CLASSES = ("horned", "plated", "winged")


def info_of(dim=16, classes=()):
    names = tuple(f"z{place}" for place in range(dim - len(classes))) + classes
    spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), names=names)
    return GeneratorInfo(Path("model.safetensors"), "test", "test", spec, 8, 3, classes, 0, False, "a" * 64)


def mix_of(count, dim=16):
    codes = np.random.default_rng(count).normal(size=(count, dim)).astype(np.float32)
    return Mix().holding([(f"Pin {number + 1}", code) for number, code in enumerate(codes)])


@given(st.integers(2, MOST), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=200, deadline=None)
def test_weights_of_a_place_are_shares_and_their_place_is_that_place_or_the_nearest_one(count, x, y):
    weights = weights_at((x, y), count)
    assert weights.shape == (count,)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    again = place_of(weights)
    assert np.allclose(place_of(weights_at(again, count)), again, atol=1e-6)
    inside = float(np.hypot(x, y)) < (np.cos(np.pi / count) if count > 2 else 0)
    if inside:
        assert np.allclose(again, (x, y), atol=1e-6)
    others = np.random.default_rng(0).dirichlet(np.full(count, 0.3), 300) @ corners_of(count)
    assert np.hypot(*(again - (x, y))) <= np.linalg.norm(others - (x, y), axis=1).min() + 1e-6


@pytest.mark.parametrize("count", range(2, MOST + 1))
def test_at_a_corner_is_all_of_it_and_in_the_middle_all_alike(count):
    corners = corners_of(count)
    for index in range(count):
        assert np.allclose(weights_at(corners[index], count), np.eye(count)[index], atol=1e-6)
    assert np.allclose(weights_at((0, 0), count), 1 / count)


def test_what_comes_into_a_mix_makes_equal_parts_and_ten_are_too_many():
    mix = mix_of(3)
    assert np.allclose(mix.weights, 1 / 3)
    assert np.allclose(mix.without(0).weights, 1 / 2)
    assert [name for name, _ in mix.without(0).named] == ["Pin 2", "Pin 3"]
    with pytest.raises(GeneratorError, match=r"^A mix holds 9 pictures at most; take one out first\.$"):
        mix_of(MOST).holding([("one more", np.zeros(16, np.float32))])


@given(st.integers(2, MOST), st.floats(-1, 2), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_a_typed_weight_holds_and_the_others_share_the_rest(count, weight, index):
    mix = mix_of(count).weighing(np.arange(1, count + 1))
    index %= count
    changed = mix.with_weight(index, weight)
    assert changed.weights[index] == pytest.approx(min(max(weight, 0), 1))
    assert changed.weights.sum() == pytest.approx(1)
    others = np.delete(changed.weights, index) * np.delete(mix.weights, index).sum()
    assert np.allclose(others, np.delete(mix.weights, index) * (1 - changed.weights[index]))


def test_of_one_alone_that_gives_some_away_the_others_share_alike():
    assert np.allclose(mix_of(3).weighing((1, 0, 0)).with_weight(0, 0.5).weights, (0.5, 0.25, 0.25))


def test_a_mix_lies_on_the_shell_or_straight_between():
    from dataclasses import replace

    mix = mix_of(2)
    assert np.allclose(mix.code(info_of()), blend(mix.codes, (0.5, 0.5), info_of()))
    straight = replace(mix, straight=True)
    assert np.allclose(straight.code(info_of()), mix.codes.mean(axis=0), atol=1e-6)
    assert np.linalg.norm(straight.code(info_of())) < np.linalg.norm(mix.code(info_of()))


def test_the_history_calls_it_by_its_names():
    assert mix_of(2).words == "mixed Pin 1 and Pin 2"
    assert mix_of(3).words == "mixed Pin 1, Pin 2 and Pin 3"
    assert mix_of(4).words == "mixed 4 places"


def test_a_crossed_child_has_whole_groups_of_its_parents_and_half_of_each_class():
    info = info_of(35, CLASSES)
    parents = np.random.default_rng(0).normal(size=(2, 35)).astype(np.float32)
    children = [crossed_child(parents, info, usual_group(info), seed) for seed in range(8)]
    for child in children:
        from_one = np.array([(child[start : start + 4] == parents[0, start : start + 4]) for start in range(0, 32, 4)])
        assert set(from_one.all(axis=1) | ~from_one.any(axis=1)) == {True}
        assert 0 < from_one.all(axis=1).sum() < 8
        assert np.allclose(child[32:], parents[:, 32:].mean(axis=0))
    assert len({child.tobytes() for child in children}) > 4
    assert np.array_equal(children[3], crossed_child(parents, info, usual_group(info), 3))


def test_a_crossover_of_one_is_refused():
    with pytest.raises(GeneratorError) as caught:
        crossed_child(np.zeros((1, 16), np.float32), info_of(), 2, 0)
    assert str(caught.value) == "A crossover needs two parents; put another picture into the mix."
