"""Directions: how they are found in the codes and in the model, moved along, kept and refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, open_generator
from dinoexplorer.generators.torch_generator import TorchGenerator
from dinoexplorer.latent.direction import Direction, check_belongs, conditioned, from_json, make_direction
from dinoexplorer.latent.direction_files import read_directions, write_directions
from dinoexplorer.latent.directions import Material, all_ways, codes_for, find_way, way_names
from dinoexplorer.latent.lessons import between

SHA = "a" * 64
SIZE = 8


def info_of(dim=6, *, classes=(), sha256=SHA, **latent):
    names = tuple(f"z{place}" for place in range(dim - len(classes))) + classes
    spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), names=names, **latent)
    return GeneratorInfo(Path("model.safetensors"), "test", "test", spec, SIZE, 3, classes, 0, False, sha256)


def generator_of(weights, activation=None, **about):
    """A layer with these weights ``(features, dim)``, an activation, and a layer that writes the picture."""
    torch.manual_seed(0)
    first = nn.Linear(weights.shape[1], weights.shape[0])
    first.weight.data = torch.from_numpy(np.asarray(weights, np.float32))
    last = nn.Linear(weights.shape[0], 3 * SIZE * SIZE)
    layers = nn.Sequential(first, activation or nn.LeakyReLU(1.0), last, nn.Unflatten(1, (3, SIZE, SIZE)))
    return TorchGenerator(info_of(weights.shape[1], **about), layers.eval(), None, "cpu")


def codes_of(count=300, dim=6, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(dim, dim)) * np.geomspace(3, 0.3, dim)[:, None]
    return (rng.normal(size=(count, dim)) @ mixing + 1).astype(np.float32)


def material_of(codes=None, weights=None, **parts):
    codes = codes_of() if codes is None else codes
    rng = np.random.default_rng(5)
    weights = (
        rng.normal(size=(9, codes.shape[1])) * np.geomspace(4, 0.5, codes.shape[1]) if weights is None else weights
    )
    return Material(generator_of(weights), codes, **parts)


def direction_of(vector=None, name="size", dim=6, **parts):
    vector = np.eye(dim)[0] if vector is None else np.asarray(vector, float)
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    return Direction(name, unit, parts.pop("deviation", 1.5), "means", parts.pop("sha256", SHA), **parts)


def sentence_of(function, *arguments) -> str:
    with pytest.raises(GeneratorError) as caught:
        function(*arguments)
    return str(caught.value)


def parallel(one, two):
    return abs(float(one @ two)) / float(np.linalg.norm(one) * np.linalg.norm(two))


# The ways


def test_every_way_is_found_by_being_there_and_says_what_it_needs():
    assert way_names() == ["ganspace", "jacobian", "logistic", "means", "pca", "sefa", "svm"]
    assert {way.name: way.needs for way in all_ways()} == {
        "ganspace": "layers", "jacobian": "place", "logistic": "lesson", "means": "lesson", "pca": "codes",
        "sefa": "layers", "svm": "lesson",
    }  # fmt: skip
    assert all(way.title for way in all_ways())
    assert sentence_of(find_way, "magic") == (
        "There is no way to find directions called 'magic'; use ganspace, jacobian, logistic, means, pca, sefa, svm."
    )


def test_pca_finds_the_singular_vectors_of_the_codes_and_their_spread():
    material = material_of(count=6)
    found = find_way("pca").find(material)
    centred = material.codes - material.codes.mean(axis=0)
    _, lengths, vectors = np.linalg.svd(centred.astype(float), full_matrices=False)
    assert [direction.name for direction in found[:2]] == ["pca 1", "pca 2"]
    for place, direction in enumerate(found):
        assert parallel(direction.vector, vectors[place]) == pytest.approx(1, abs=1e-5)
        assert direction.deviation == pytest.approx(lengths[place] / np.sqrt(len(centred)), rel=1e-5)
        assert direction.share == pytest.approx(lengths[place] ** 2 / (lengths**2).sum(), rel=1e-5)


def test_sefa_finds_the_singular_vectors_of_the_first_layer_whatever_the_codes_are():
    weights = np.random.default_rng(1).normal(size=(9, 6)) * np.geomspace(4, 0.5, 6)
    found = find_way("sefa").find(material_of(weights=weights))
    vectors = np.linalg.svd(weights)[2]
    for place, direction in enumerate(found):
        assert parallel(direction.vector, vectors[place]) == pytest.approx(1, abs=1e-4)
    assert [direction.share for direction in found] == sorted((d.share for d in found), reverse=True)


def test_ganspace_finds_sefas_directions_where_codes_are_round_and_the_layer_is_linear():
    weights = np.random.default_rng(1).normal(size=(9, 6)) * np.geomspace(4, 0.2, 6)
    codes = np.random.default_rng(2).normal(size=(20_000, 6)).astype(np.float32)
    material = material_of(codes, weights, count=3)
    for one, two in zip(find_way("ganspace").find(material), find_way("sefa").find(material), strict=True):
        assert parallel(one.vector, two.vector) > 0.99
        assert one.share == pytest.approx(two.share, abs=0.02)


def test_ganspace_is_the_papers_regression_of_codes_on_components():
    material = material_of(count=4)
    material = replace(material, generator=generator_of(np.random.default_rng(3).normal(size=(40, 6)), nn.Tanh()))
    features = material.generator.inspect().first_features(material.codes).astype(float)
    left, lengths, _ = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    coordinates = left * lengths
    centred = material.codes - material.codes.mean(axis=0)
    regressed = np.linalg.lstsq(coordinates[:, :4], centred, rcond=None)[0]
    for place, direction in enumerate(find_way("ganspace").find(material)):
        assert parallel(direction.vector, regressed[place]) == pytest.approx(1, abs=1e-3)


def test_the_strongest_change_here_changes_the_picture_more_than_any_other_step(deep_checkpoint):
    generator = open_generator(deep_checkpoint)
    place = generator.info.latent.sample(1, 0)[0]
    found = find_way("jacobian").find(Material(generator, generator.info.latent.sample(200, 1), place, count=5))
    length = 0.05

    def change(vector):
        ends = place + length * np.stack([vector, -vector]).astype(np.float32)
        pictures = generator._decoder(torch.from_numpy(ends)).numpy()
        return float(np.linalg.norm(pictures[0] - pictures[1]))

    ranking = [change(direction.vector) for direction in found]
    assert ranking == sorted(ranking, reverse=True)
    others = np.random.default_rng(0).normal(size=(20, 5))
    assert ranking[0] >= max(change(other / np.linalg.norm(other)) for other in others)


@pytest.mark.parametrize("name", ["pca", "sefa", "ganspace", "jacobian"])
def test_directions_from_the_model_alone_are_one_long_at_right_angles_and_repeatable(name):
    material = material_of(place=np.zeros(6, np.float32), count=4)
    found, again = find_way(name).find(material), find_way(name).find(material)
    vectors = np.stack([direction.vector for direction in found])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors, np.stack([direction.vector for direction in again]))
    if name != "ganspace":  # a regression need not keep right angles
        assert np.allclose(vectors @ vectors.T, np.eye(4), atol=1e-4)
    for direction in found:
        assert direction.how == name
        assert direction.checkpoint_sha256 == SHA
        assert direction.deviation == pytest.approx(float((material.codes @ direction.vector).std()), rel=1e-3)


@pytest.mark.parametrize("name", ["pca", "sefa", "ganspace", "jacobian", "means", "logistic"])
def test_the_weights_of_classes_are_never_moved(name):
    codes = codes_of()
    codes[:, 4:] = np.eye(2)[np.arange(len(codes)) % 2]
    lesson = between("even", codes[::2], codes[1::2] + np.float32(0.5))
    material = Material(
        generator_of(np.random.default_rng(0).normal(size=(9, 6)), classes=("horned", "plated")), codes,
        place=codes[0], lesson=lesson,
    )  # fmt: skip
    found = find_way(name).find(material)
    assert found
    assert all(not direction.vector[4:].any() for direction in found)


def test_material_that_does_not_suffice_is_refused():
    same = np.ones((20, 6), np.float32)
    assert sentence_of(find_way("pca").find, material_of(same)) == (
        "These codes are all the same, so they have no principal components; give others."
    )
    assert sentence_of(find_way("ganspace").find, material_of(same)) == (
        "The first layer makes the same of all these codes; give codes that differ."
    )
    blind = material_of(weights=np.zeros((9, 6)), place=np.zeros(6, np.float32))
    assert sentence_of(find_way("sefa").find, blind) == (
        "The first layer does not look at the code, so its weights have no directions."
    )
    assert sentence_of(find_way("jacobian").find, blind) == (
        "Around this place the picture does not change, whatever moves; choose another one."
    )
    assert sentence_of(find_way("jacobian").find, material_of()) == (
        "The strongest changes are those around a place; choose a picture first."
    )


def test_the_codes_of_a_map_tell_where_the_data_lie_only_if_it_is_of_this_model(make_map):
    info = info_of(5)
    assert np.array_equal(codes_for(info, make_map(sha256=SHA)), make_map(sha256=SHA).latents)
    for other in (None, make_map(sha256="b" * 64), make_map(1, method="plane", xy=np.zeros((1, 2)), sha256=SHA)):
        assert np.array_equal(codes_for(info, other), info.latent.sample(2000, 0))


# The record


def test_a_slider_in_deviations_moves_the_code_along_and_tells_where_it_is():
    direction = direction_of([3, 4, 0, 0, 0, 0], deviation=2.0)
    origin = codes_of(1)[0]
    moved = direction.moved(origin, 1.5)
    assert np.allclose(moved - origin, [1.8, 2.4, 0, 0, 0, 0], atol=1e-5)
    assert direction.place(moved[None], origin)[0] == pytest.approx(1.5, abs=1e-5)
    assert np.array_equal(direction.moved(origin, 0), origin)
    many = codes_of(4)
    assert np.allclose(
        direction.place(direction.moved(many, -2), origin) - direction.place(many, origin), -2, atol=1e-4
    )


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=20).filter(lambda v: np.linalg.norm(v) > 1e-3))
@settings(max_examples=60, deadline=None)
def test_json_brings_every_number_back_exactly(values):
    direction = direction_of(values, share=0.25, accuracy=1 / 3, layers=(2, 5), deviation=1 / 7, name="Größe")
    back = from_json(json.loads(json.dumps(direction.as_json())))
    assert np.array_equal(back.vector, direction.vector)
    assert back.vector.dtype == np.float32
    assert replace(back, vector=direction.vector).as_json() == direction.as_json()
    assert back.layers == (2, 5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vector": None}, "This is no direction: vector does not fit; take it out, or find the direction anew."),
        ({"vector": ["x"]}, "This is no direction: vector.0 does not fit; take it out, or find the direction anew."),
        ({"deviation": -1}, "This is no direction: deviation does not fit; take it out, or find the direction anew."),
        ({"share": 2}, "This is no direction: share does not fit; take it out, or find the direction anew."),
        ({"vector": [2.0, 0.0]}, "The direction 'size' has no usable length; find it anew."),
        ({"vector": [1e39, 0.0]}, "The direction 'size' has no usable length; find it anew."),
    ],
)
def test_json_that_is_no_direction_is_refused(change, sentence):
    assert sentence_of(from_json, direction_of().as_json() | change) == sentence


def test_no_object_at_all_is_refused():
    assert sentence_of(from_json, [1, 2]) == (
        "This is no direction: all of it does not fit; take it out, or find the direction anew."
    )


def test_a_direction_of_another_model_is_refused_by_hash_and_by_length():
    check_belongs([direction_of()], info_of())
    other = (
        "The direction 'size' was found for another model than model.safetensors; open that model, "
        "or find the direction anew."
    )
    assert sentence_of(from_json, direction_of(sha256="b" * 64).as_json(), info_of()) == other
    assert sentence_of(check_belongs, [direction_of()], info_of(7)) == (
        "The direction 'size' has 6 numbers and model.safetensors takes 7; open the model that it was found for."
    )


def test_a_direction_needs_a_length_and_codes_that_differ_along_it():
    assert sentence_of(make_direction, "size", np.zeros(6), codes_of(), info_of(), "means") == (
        "The direction 'size' has no length: what it was found from does not differ."
    )
    assert sentence_of(make_direction, "size", np.eye(6)[0], np.ones((9, 6), np.float32), info_of(), "means") == (
        "The codes do not differ along the direction 'size', so its slider has no unit."
    )


# Conditioning


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_conditioned_direction_leaves_the_others_as_they_are(seed, count):
    rng, codes = np.random.default_rng(seed), codes_of()
    direction, *others = (direction_of(rng.normal(size=6), name=f"d{place}") for place in range(count + 1))
    pure = conditioned(direction, others, codes)
    assert np.linalg.norm(pure.vector) == pytest.approx(1, abs=1e-5)
    assert all(abs(float(pure.vector @ other.vector)) < 1e-5 for other in others)
    assert float(pure.vector @ direction.vector) > 0
    assert pure.deviation == pytest.approx(float((codes @ pure.vector).std()), rel=1e-3)
    assert pure.name == direction.name
    again = conditioned(pure, others, codes)
    assert np.allclose(again.vector, pure.vector, atol=1e-5)


def test_nothing_left_of_a_direction_is_refused_and_no_others_change_nothing():
    one, two = direction_of(), direction_of(np.eye(6)[1], name="hue")
    assert conditioned(one, [], codes_of()) is one
    mixed = direction_of(one.vector + two.vector, name="both")
    assert sentence_of(conditioned, mixed, [one, two], codes_of()) == (
        "Nothing is left of 'both' without 'size', 'hue'; take one of these out."
    )
    assert sentence_of(conditioned, one, [direction_of(name="hue", sha256="b" * 64)], codes_of()) == (
        "The directions 'size' and 'hue' belong to different models."
    )


# The file


def test_a_file_brings_directions_back_exactly(tmp_path):
    rng, path = np.random.default_rng(0), tmp_path / "mine.npz"
    given_ = [
        direction_of(rng.normal(size=6), name="Größe", share=0.3),
        direction_of(rng.normal(size=6), name="hue", accuracy=0.9, layers=(0, 3), deviation=1 / 3),
    ]
    write_directions(path, given_)
    found = read_directions(path, info_of())
    assert [direction.as_json() for direction in found] == [direction.as_json() for direction in given_]
    with np.load(path, allow_pickle=False) as archive:
        assert archive["vectors"].shape == (2, 6)


def test_a_file_of_another_model_is_refused(tmp_path):
    write_directions(tmp_path / "mine.npz", [direction_of()])
    assert sentence_of(read_directions, tmp_path / "mine.npz", info_of(sha256="b" * 64)) == (
        "The direction 'size' was found for another model than model.safetensors; open that model, "
        "or find the direction anew."
    )


def test_a_direction_is_of_one_space_of_its_network_and_refused_in_another(tmp_path):
    path = tmp_path / "mine.npz"
    write_directions(path, [direction_of(space="w"), direction_of(name="hue", space="w")])
    in_w, in_z = info_of(spaces=("w", "z")), info_of(spaces=("z", "w"))
    assert [direction.space for direction in read_directions(path, in_w)] == ["w", "w"]
    assert sentence_of(read_directions, path, in_z) == (
        "The direction 'size' was found in w and model.safetensors is read in z; read it in w, or find the direction"
        " anew."
    )
    assert make_direction("size", np.eye(6)[0], codes_of(), in_w, "means").space == "w"
    write_directions(path, [direction_of()])  # as older files, which do not say it
    assert read_directions(path, in_z)[0].space == ""
    mixed = [direction_of(space="w"), direction_of(space="z")]
    assert "different models" in sentence_of(write_directions, path, mixed)


def test_files_that_hold_no_directions_are_refused(tmp_path):
    damaged = "{} is damaged or holds no directions; name a file that was saved from the directions."
    whole = tmp_path / "whole.npz"
    write_directions(whole, [direction_of()])
    half, other, objects = tmp_path / "half.npz", tmp_path / "other.npz", tmp_path / "objects.npz"
    half.write_bytes(whole.read_bytes()[:200])
    np.savez(other, latents=np.zeros(3))
    np.savez(objects, **(dict(np.load(whole)) | {"names": np.array([{}], object)}))
    for path in (half, other, objects):
        assert sentence_of(read_directions, path, info_of()) == damaged.format(path.name)
    missing = tmp_path / "missing.npz"
    assert sentence_of(read_directions, missing, info_of()) == (
        f"There is no file {missing}; check the name, or whether it was moved."
    )


def test_what_cannot_be_written_is_refused(tmp_path):
    assert (
        sentence_of(write_directions, tmp_path / "a.npz", [])
        == "There is no direction to save; find or teach one first."
    )
    mixed = [direction_of(), direction_of(sha256="b" * 64)]
    assert sentence_of(write_directions, tmp_path / "a.npz", mixed) == (
        "These directions belong to different models; save those of one model at a time."
    )
    nowhere = tmp_path / "none" / "a.npz"
    assert sentence_of(write_directions, nowhere, [direction_of()]) == (
        f"{nowhere} could not be written: No such file or directory; choose another place."
    )
