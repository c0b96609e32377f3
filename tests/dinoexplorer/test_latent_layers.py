"""Codes in layers: their names, what a choice of them means, and what a document keeps of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.document.conversion import parts_of, standing_of
from dinoexplorer.document.document import Document
from dinoexplorer.document.schema import CheckpointReference
from dinoexplorer.document.standing import Direction
from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.generators.latent_layers import LatentLayer, layers_of
from dinoexplorer.latent.breeding import groups_for
from dinoexplorer.latent.components import principal_axes
from dinoexplorer.latent.layers import along_moves, dimensions_of_layers, free_moves, styles_mixed, told_layers
from dinoexplorer.latent.network_fitting import fit_network

PLAIN = LatentSpec(8, np.zeros(8, np.float32), np.ones(8, np.float32))
STYLES = replace(PLAIN, layers=layers_of([4, 8, 8], 2), shared=True, noise=2)
PARTS = replace(PLAIN, layers=layers_of([4, 8], 3))


def info_of(spec, classes=()):
    return GeneratorInfo(Path("net.pt"), "x", "stylegan2", spec, 8, 3, classes, 1, False, "abc")


def test_layers_are_named_after_their_sides_and_numbered_by_letters_where_a_side_comes_again():
    names = [layer.name for layer in layers_of([4, 8, 8, 16, 16, 16], 5, last="colours")]
    assert names == ["4 px", "8 px a", "8 px b", "16 px a", "16 px b", "colours"]
    assert layers_of([36, 52], 3, first="place") == (LatentLayer("place", 0, 3, 36), LatentLayer("52 px", 3, 6, 52))


def test_a_choice_of_layers_is_their_numbers_and_one_that_is_not_there_is_refused():
    assert dimensions_of_layers(STYLES, (1, 3)).tolist() == [2, 3, 4, 5]
    assert [told_layers(STYLES, chosen) for chosen in ((0, 3), (1, 2), (0, 2))] == [
        "all layers", "8 px a", "4 px to 8 px a",
    ]  # fmt: skip
    with pytest.raises(GeneratorError) as caught:
        styles_mixed(PLAIN.mean, PLAIN.mean, STYLES, (2, 4))
    assert str(caught.value) == "There are no layers 3 to 4 here; this generator has 3."


def test_layers_of_one_space_move_together_and_others_each_by_itself():
    assert np.array_equal(free_moves(PARTS, 6), np.eye(8)[:6])
    assert free_moves(STYLES, 6).tolist() == [[1, 0, 1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1, 0, 0]]
    code = np.array([[1, 2, 3, 4, 5, 6, 7, 8]], np.float32)
    assert along_moves(code, STYLES, 6).tolist() == [[3, 4]]
    assert along_moves(code, PARTS, 6).tolist() == [[1, 2, 3, 4, 5, 6]]


def test_a_crossover_takes_layers_where_there_are_some_and_other_groups_where_they_are_asked_for():
    assert [group.tolist() for group in groups_for(info_of(STYLES))] == [[0, 1], [2, 3], [4, 5]]
    assert [group.tolist() for group in groups_for(info_of(STYLES), 4)] == [[0, 1, 2, 3], [4, 5]]
    assert [len(group) for group in groups_for(info_of(PLAIN))] == [1] * 8


def test_a_direction_moves_the_layers_that_it_acts_on_and_its_place_is_counted_there():
    document = Document(STYLES)
    way = document.add_direction(Direction(0, "smile", np.array([1, 0, 1, 0, 1, 0, 0, 0], np.float32)))
    document.set_direction_layers(way.key, (1, 3))
    assert document.entry.what == "smile in 8 px a to 8 px b"
    document.move_along(way.key, 2)
    assert document.latent.tolist() == [0, 0, 2, 0, 2, 0, 0, 0]
    acting = document.directions[0].within(STYLES)
    assert acting.place(document.latent, STYLES.mean) == 2
    assert document.directions[0].vector.tolist() == [1, 0, 1, 0, 1, 0, 0, 0]
    document.set_direction_layers(way.key, (0, 3))
    assert document.directions[0].layers is None
    assert document.directions[0].within(STYLES) is document.directions[0]
    document.undo()
    assert document.directions[0].layers == (1, 3)


def test_a_direction_without_a_part_in_its_layers_leads_nowhere_and_breaks_nothing():
    way = Direction(0, "x", np.array([1, 0, 0, 0, 0, 0, 0, 0], np.float32), layers=(2, 3)).within(STYLES)
    assert way.place(np.ones(8, np.float32), STYLES.mean) == 0
    assert np.array_equal(way.moved(STYLES.mean, 3), STYLES.mean)


@pytest.mark.parametrize("layers", [(2, 1), (1, 4)])
def test_a_direction_of_layers_that_are_not_there_is_refused(layers):
    document = Document(STYLES)
    with pytest.raises(GeneratorError) as caught:
        document.add_direction(Direction(0, "smile", np.ones(8, np.float32), layers=layers))
    assert str(caught.value) == (
        f"The direction smile acts on layers {layers[0] + 1} to {layers[1]} and this generator has 3; "
        "open the checkpoint that it was saved with."
    )
    assert Document(PLAIN).add_direction(Direction(0, "smile", np.ones(8, np.float32), layers=layers)).layers == layers


def test_a_document_keeps_the_layers_of_its_directions():
    document = Document(STYLES)
    document.add_direction(Direction(0, "smile", np.ones(8, np.float32), layers=(0, 2)))
    parts = parts_of(document.standing, STYLES, CheckpointReference(), None, None)
    assert standing_of(type(parts).model_validate_json(parts.model_dump_json()), STYLES).directions[0].layers == (0, 2)


def test_several_numbers_move_by_as_much_and_are_locked_in_one_step():
    document = Document(STYLES, np.array([1, 0, 2, 0, 6, 0, 0, 0], np.float32))
    document.set_alike(np.array([0, 2, 4]), 5.0)
    assert document.latent[[0, 2, 4]].tolist() == [3, 4, 8]
    assert document.entry.what == "set z1 to z5"
    document.lock_alike(np.array([0, 2]), locked=True)
    assert np.flatnonzero(document.locked).tolist() == [0, 2]
    document.undo()
    assert not document.locked.any()
    with pytest.raises(GeneratorError):
        document.set_alike(np.array([0]), 1e39)


def test_codes_without_noise_get_the_usual_one_and_other_lengths_are_refused():
    spec = replace(STYLES, mean=np.array([0] * 6 + [1, 0], np.float32))
    assert spec.check(np.ones((2, 6)))[:, 6:].tolist() == [[1, 0], [1, 0]]
    assert info_of(spec).free == 6
    with pytest.raises(GeneratorError, match="takes latents of 8 numbers and was given 7"):
        spec.check(np.ones(7))
    with pytest.raises(GeneratorError, match="takes latents of 8 numbers and was given 6"):
        PLAIN.check(np.ones(6))


def test_of_very_many_numbers_as_many_axes_are_found_as_codes_tell_apart():
    rng = np.random.default_rng(0)
    some = rng.standard_normal((300, 6)) * [6, 5, 4, 3, 2, 1]
    codes = np.concatenate([np.tile(some, (1, 400)), np.ones((300, 2))], axis=1).astype(np.float32)
    axes, small = principal_axes(codes, 2400), principal_axes(some.astype(np.float32))
    assert axes.vectors.shape == (6, 2402)
    assert np.allclose(axes.deviations, small.deviations * 20, rtol=1e-4)
    assert np.allclose(axes.shares, small.shares, atol=1e-4)
    assert np.allclose(axes.vectors @ axes.vectors.T, np.eye(6), atol=1e-5)
    values = axes.components(codes[:3])
    assert values.shape == (3, 8)
    assert values[:, 6:].tolist() == [[1, 1]] * 3
    assert np.allclose(axes.codes(values), codes[:3], atol=1e-3)


def test_a_way_back_to_very_many_numbers_learns_those_that_are_the_same_once():
    rng = np.random.default_rng(0)
    xy = rng.standard_normal((60, 2)).astype(np.float32)
    codes = np.concatenate([np.tile(xy @ rng.standard_normal((2, 3)), (1, 700)), np.ones((60, 1))], axis=1)
    network, told = fit_network(xy, codes.astype(np.float32), steps=300)
    found = network(xy[:4])
    assert found.shape == (4, 2101)
    assert np.array_equal(found[:, :3], found[:, 3:6])
    assert np.array_equal(found[:, -1], np.ones(4))
    assert told > 0.8
