"""The document file: what is saved is what is opened, to the last bit, and what is no document is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.document import document_file
from dinoexplorer.document.document import Document
from dinoexplorer.document.document_file import (
    compose,
    parse_document,
    read_document,
    with_ending,
    write_document,
)
from dinoexplorer.document.schema import CheckpointReference, MapView
from dinoexplorer.document.standing import Direction, Draw, Pin, Space, Standing
from dinoexplorer.generators import GeneratorError, LatentSpec, Mixture

DIM = 4
SPEC = LatentSpec(
    DIM, np.zeros(DIM, np.float32), np.ones(DIM, np.float32),
    mixture=Mixture(np.array([1, 2], np.float32), np.eye(2, DIM, dtype=np.float32), np.full((2, DIM), 0.3, np.float32)),
)  # fmt: skip
CHECKPOINT = CheckpointReference(
    path="a.safetensors", absolute="/x/a.safetensors", name="a.safetensors", sha256="0" * 64
)

numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
codes = st.lists(numbers, min_size=DIM, max_size=DIM).map(lambda code: np.array(code, np.float32))
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9)
draws = st.builds(Draw, st.integers(0, 2**40), st.floats(0, 2))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def keyed(build, items):
    return tuple(build(key, *item) for key, item in enumerate(items, 1))


@st.composite
def standings(draw) -> Standing:
    """Any state: also one that a seed drew and a hand edited."""
    drawn = draw(st.none() | draws)
    latent = draw(codes)
    if drawn is not None:
        latent = SPEC.sample(1, drawn.seed, drawn.truncation)[0]
        latent[draw(st.integers(0, DIM - 1))] = draw(numbers)
    timeline = draw(json_values.filter(lambda value: value is not None) | st.just(None))
    ways = draw(st.lists(st.tuples(names, codes.filter(np.any), st.floats(0.1, 2)), max_size=2))
    return Standing(
        latent,
        np.array(draw(st.lists(st.booleans(), min_size=DIM, max_size=DIM))),
        keyed(Pin, draw(st.lists(st.tuples(names, codes), max_size=3))),
        keyed(lambda key, *way: Direction(key, *way, how="PCA", layers=(0, 2)), ways),
        Space(draw(st.floats(0, 2))),
        "" if timeline is None else json.dumps(timeline, separators=(",", ":")),
        drawn,
    )


def bits(array: np.ndarray) -> bytes:
    return np.asarray(array, np.float32).tobytes()  # tells -0.0 from 0.0


@settings(deadline=None, max_examples=100)
@given(standings())
def test_saved_then_opened_is_the_same_state_to_the_last_bit(standing):
    text = compose(standing, SPEC, CHECKPOINT).text
    opened = parse_document(text).standing(SPEC)
    assert opened.same_as(standing)
    assert bits(opened.latent) == bits(standing.latent)
    assert [bits(pin.latent) for pin in opened.pins] == [bits(pin.latent) for pin in standing.pins]
    assert opened.draw in {standing.draw, None}
    again = Document(SPEC, standing=opened)
    assert compose(again.standing, SPEC, CHECKPOINT).text == text


def test_the_file_lies_there_whole_and_comes_back_with_everything(tmp_path):
    document = Document(SPEC)
    document.go_to_seed(7)
    document.add_pin("horn")
    path, view = tmp_path / "new/walk.dino.json", MapView(x=0.5, y=-1.0, scale=80.0, method="pca")
    write_document(path, compose(document.standing, SPEC, CHECKPOINT, view))
    file = read_document(path)
    assert file.standing(SPEC).same_as(document.standing)
    assert (file.checkpoint, file.view, file.path) == (CHECKPOINT, view, path)
    assert [found.name for found in path.parent.iterdir()] == ["walk.dino.json"]


def test_a_code_that_was_drawn_is_written_as_its_seed_and_the_edits():
    document = Document(SPEC)
    document.go_to_seed(7, truncation=0.5)
    document.set_value(2, 0.1)
    latent = json.loads(compose(document.standing, SPEC, CHECKPOINT).text)["latent"]
    assert (latent["seed"], latent["truncation"], latent["edits"]) == (7, 0.5, {"2": 0.100000001})
    assert np.array_equal(np.array(latent["values"], np.float32), document.latent)


def test_a_code_that_was_moved_as_a_whole_is_written_as_values_alone():
    document = Document(SPEC)
    document.go_to_seed(7)
    document.set_latent(np.arange(DIM, dtype=np.float32))
    assert json.loads(compose(document.standing, SPEC, CHECKPOINT).text)["latent"] == {"values": [0, 1, 2, 3]}


def test_a_document_written_by_hand_needs_a_seed_and_no_more():
    text = '{"version": 1, "checkpoint": {"path": "a.safetensors"}, "latent": {"seed": 3, "edits": {"1": 2}}}'
    wanted = SPEC.sample(1, 3)[0]
    wanted[1] = 2
    assert np.array_equal(parse_document(text).standing(SPEC).latent, wanted)


def test_values_count_where_the_seed_draws_something_else_by_now():
    document = Document(SPEC)
    document.go_to_seed(7)
    text = compose(document.standing, SPEC, CHECKPOINT).text
    other = replace(SPEC, mixture=None)
    assert np.array_equal(parse_document(text).standing(other).latent, document.latent)


def test_pins_without_keys_or_with_the_same_are_given_their_own():
    pins = [{"latent": [0] * DIM}, {"key": 4, "latent": [1] * DIM}, {"key": 4, "name": "b", "latent": [2] * DIM}]
    found = parse_document(text_with(pins=pins)).standing(SPEC).pins
    assert [pin.latent[0] for pin in found] == [0, 1, 2]
    assert len({pin.key for pin in found}) == 3
    assert [pin.name for pin in found] == ["Pin 1", "Pin 2", "b"]


def raw(**changes) -> dict:
    return {
        "version": 1, "checkpoint": {"path": "a.safetensors"}, "latent": {"values": [0.0] * DIM},
    } | changes  # fmt: skip


def text_with(**changes) -> str:
    return json.dumps(raw(**changes))


def test_keys_that_this_version_does_not_know_are_written_back():
    text = text_with(
        hologram={"depth": None}, checkpoint={"path": "a", "licence": "CC0"}, latent={"values": [0] * DIM, "w": [1]},
        pins=[{"key": 5, "name": "horn", "latent": [0] * DIM, "thumbnail": "abc"}], space={"truncation": 1, "psi": 2},
        directions=[{"key": 5, "name": "smile", "vector": [1] * DIM, "colour": "red"}],
        map={"x": 0, "y": 0, "scale": 1, "tilt": 3}, timeline={"anything": [1]},
    )  # fmt: skip
    file = parse_document(text)
    document = Document(SPEC, standing=file.standing(SPEC))
    document.rename_pin(document.pins[0].key, "tail")
    document.set_latent(np.ones(DIM, np.float32))
    written = json.loads(compose(document.standing, SPEC, CHECKPOINT, opened=file).text)
    assert written["hologram"] == {"depth": None}
    assert written["checkpoint"]["licence"] == "CC0"
    assert written["latent"] == {"values": [1] * DIM, "w": [1]}
    assert (written["pins"][0]["name"], written["pins"][0]["thumbnail"]) == ("tail", "abc")
    assert written["directions"][0]["colour"] == "red"
    assert (written["space"]["psi"], written["map"]["tilt"], written["timeline"]) == (2, 3, {"anything": [1]})


@pytest.mark.parametrize("key", ["self", "copy", "model_dump", "model_config", "__class__", "__dict__", "", "parts"])
def test_no_unknown_key_is_taken_for_anything_else(key):
    file = parse_document(text_with(**{key: [1]}, space={key: {"a": 1}}))
    written = json.loads(compose(file.standing(SPEC), SPEC, CHECKPOINT, opened=file).text)
    assert written[key] == [1]
    assert written["space"][key] == {"a": 1}


DAMAGED = "walk.dino.json is not a document, or it is cut short or damaged; open another copy."
NO_DOCUMENT = "walk.dino.json is not a DinoExplorer document; open a file that ends in .dino.json."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", DAMAGED),
        (b"hello", DAMAGED),
        (b"\xff\xfe\x00\x01", DAMAGED),
        (b'{"version": 1, "checkpoint": {"pa', DAMAGED),
        (b"[" * 100_000, DAMAGED),
        (b'{"version": 1, "checkpoint": {}, "a": ' + b"[" * 90 + b"]" * 90 + b"}", DAMAGED),
        (text_with(latent={"values": [float("nan")]}).encode(), DAMAGED),
        (b'{"version": 1, "checkpoint": {}, "a": 1e999}', DAMAGED),
        (b'{"version": ' + b"9" * 5000 + b"}", DAMAGED),
        (b"null", NO_DOCUMENT),
        (b"[1, 2]", NO_DOCUMENT),
        (b'{"name": "other"}', NO_DOCUMENT),
        (
            text_with(version=2).encode(),
            "walk.dino.json was written by a newer DinoExplorer (document version 2); update DinoExplorer to open it.",
        ),
        (text_with(version="1").encode(), "walk.dino.json is a document of an unknown version; open another copy."),
        (
            text_with(checkpoint=[]).encode(),
            "walk.dino.json is damaged: checkpoint: input should be a valid dictionary; open another copy.",
        ),
        (
            text_with(pins=[{"name": 3, "latent": []}]).encode(),
            "walk.dino.json is damaged: pins.0.name: input should be a valid string; open another copy.",
        ),
        (
            text_with(latent={"values": [0, "1"]}).encode(),
            "walk.dino.json is damaged: latent.values.1: input should be a valid number; open another copy.",
        ),
        (
            text_with(locked=[-1]).encode(),
            "walk.dino.json is damaged: locked.0: input should be greater than or equal to 0; open another copy.",
        ),
    ],
)
def test_what_is_no_document_is_refused_in_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "walk.dino.json"
    path.write_bytes(content)
    with pytest.raises(GeneratorError) as refused:
        read_document(path)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"latent": {"values": [0, 1]}},
            "this place has 2 dimensions and this generator takes 4; open the checkpoint that it was saved with.",
        ),
        (
            {"pins": [{"latent": [0]}]},
            "this place has 1 dimensions and this generator takes 4; open the checkpoint that it was saved with.",
        ),
        (
            {"latent": {"values": [1e300, 0, 0, 0]}},
            "these latents hold values that are not finite numbers; replace NaN and infinity.",
        ),
        (
            {"pins": [{"latent": [1e300, 0, 0, 0]}]},
            "these latents hold values that are not finite numbers; replace NaN and infinity.",
        ),
        (
            {"latent": {"seed": 1, "truncation": 1e308}},
            "these latents hold values that are not finite numbers; replace NaN and infinity.",
        ),
        ({"latent": {}}, "it names no place, neither by a seed nor by values; open another copy."),
        (
            {"latent": {"seed": 1, "edits": {"9": 1}}},
            "its dimension 9 does not exist, the dimensions here are 0 to 3; open another copy.",
        ),
        (
            {"latent": {"seed": 1, "edits": {"-1": 1}}},
            "its dimension -1 does not exist, the dimensions here are 0 to 3; open another copy.",
        ),
        (
            {"locked": [0, 10**30]},
            "its dimension 10000000000000000000 does not exist, the dimensions here are 0 to 3; open another copy.",
        ),
        (
            {"directions": [{"name": "smile", "vector": [0] * DIM}]},
            "the direction smile leads nowhere; its vector and its unit must not be zero.",
        ),
    ],
)
def test_what_does_not_fit_the_checkpoint_is_one_sentence(tmp_path, changes, sentence):
    path = tmp_path / "walk.dino.json"
    path.write_text(text_with(**changes))
    file = read_document(path)
    with pytest.raises(GeneratorError) as refused:
        file.standing(SPEC)
    assert str(refused.value) == f"walk.dino.json does not fit: {sentence}"


def test_a_document_beyond_all_bounds_is_neither_read_nor_written(tmp_path, monkeypatch):
    monkeypatch.setattr(document_file, "LARGEST_DOCUMENT", 100)
    path = tmp_path / "walk.dino.json"
    path.write_bytes(b" " * 101)
    with pytest.raises(GeneratorError, match=r"walk\.dino\.json is larger than 0 MiB, which no document is"):
        read_document(path)
    with pytest.raises(GeneratorError, match=r"would be larger than 0 MiB; export some of the pins and remove them\."):
        write_document(path, compose(Document(SPEC).standing, SPEC, CHECKPOINT))
    assert path.read_bytes() == b" " * 101


def test_a_missing_file_a_folder_and_a_place_that_cannot_be_written_are_one_sentence(tmp_path):
    with pytest.raises(GeneratorError, match=r"There is no file .*; check the name, or whether it was moved\."):
        read_document(tmp_path / "gone.dino.json")
    with pytest.raises(GeneratorError, match=r"could not be read: Is a directory; check its permissions\."):
        read_document(tmp_path)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GeneratorError, match=r"could not be written: .*; choose another place\."):
        write_document(tmp_path / "file/a.dino.json", compose(Document(SPEC).standing, SPEC, CHECKPOINT))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a", "a.dino.json"), ("a.json", "a.dino.json"), ("a.dino.json", "a.dino.json"), ("a.b", "a.b.dino.json")],
)
def test_the_ending_is_put_on_once(tmp_path, name, wanted):
    assert with_ending(tmp_path / name) == tmp_path / wanted
