"""Directions as a document keeps them, and as they are found and filed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.document.conversion import parts_of, standing_of
from dinoexplorer.document.direction_records import found, kept
from dinoexplorer.document.document import Document
from dinoexplorer.document.schema import CheckpointReference, DocumentParts
from dinoexplorer.document.standing import Direction as Kept
from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec
from dinoexplorer.latent.direction import Direction

DIM = 6
SPEC = LatentSpec(DIM, np.linspace(-1, 1, DIM).astype(np.float32), np.ones(DIM, np.float32), spaces=("w", "z"))
INFO = GeneratorInfo(Path("m.safetensors"), "fake", "fake", SPEC, 8, 3, (), 1, False, "abc")


def unit_vector(seed):
    vector = np.random.default_rng(seed).standard_normal(DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@given(
    seed=st.integers(0, 10_000),
    deviation=st.floats(1e-6, 1e6),
    figures=st.tuples(*[st.none() | st.floats(0, 1)] * 2),
    layers=st.none() | st.tuples(st.integers(0, 5), st.integers(5, 17)),
)
def test_what_is_kept_is_found_again_to_the_last_digit(seed, deviation, figures, layers):
    direction = Direction("size", unit_vector(seed), deviation, "SeFa", "abc", *figures, layers, "w")
    record = kept(direction, INFO)
    assert record.space == "w"
    assert layers is None or record.layers == (layers[0], layers[1] + 1)
    again = found(record, INFO)
    np.testing.assert_array_equal(again.vector, direction.vector)
    assert replace(again, vector=direction.vector) == pytest.approx(direction) or again.as_json() == direction.as_json()


@given(seed=st.integers(0, 10_000), length=st.floats(0.01, 100), unit=st.floats(0.01, 100), back=st.booleans())
def test_a_record_of_any_length_and_sign_leads_to_the_same_places(seed, length, unit, back):
    record = Kept(3, "far", (unit_vector(seed) * length).astype(np.float32), -unit if back else unit)
    direction = found(record, INFO)
    assert direction.deviation > 0
    np.testing.assert_allclose(
        direction.moved(SPEC.mean, 1.5), record.moved(SPEC.mean, 1.5), rtol=1e-4, atol=1e-5 * unit * length
    )


def test_a_place_along_a_direction_is_what_one_moved_by():
    record = Kept(0, "long", 3 * unit_vector(1), 0.7)
    assert record.place(record.moved(SPEC.mean, -1.25), SPEC.mean) == pytest.approx(-1.25, abs=1e-5)
    beside = unit_vector(2) - unit_vector(1) * (unit_vector(1) @ unit_vector(2))
    assert record.place(SPEC.mean + beside, SPEC.mean) == pytest.approx(0, abs=1e-5)


def test_share_and_accuracy_are_in_the_document_file_and_come_back():
    document = Document(SPEC)
    document.add_direction(Kept(0, "a", unit_vector(1), 0.5, "x", share=0.25, accuracy=0.875, layers=(1, 3)))
    document.add_direction(Kept(0, "b", unit_vector(2)))
    parts = parts_of(document.standing, SPEC, CheckpointReference(), None, None)
    text = parts.model_dump_json(exclude_unset=True)
    assert json.loads(text)["directions"][0]["accuracy"] == 0.875
    assert "accuracy" not in json.loads(text)["directions"][1]
    again = standing_of(DocumentParts.model_validate_json(text), SPEC)
    assert all(one.same_as(other) for one, other in zip(again.directions, document.directions, strict=True))
    assert not again.directions[0].same_as(replace(again.directions[0], accuracy=0.5))


def test_directions_are_put_in_another_order_in_one_step():
    document = Document(SPEC)
    keys = [document.add_direction(Kept(0, name, unit_vector(1))).key for name in "abc"]
    document.move_direction(keys[2], 0)
    assert [direction.name for direction in document.directions] == ["c", "a", "b"]
    assert document.entry.what == "reordered c"
    document.undo()
    assert [direction.name for direction in document.directions] == ["a", "b", "c"]
    with pytest.raises(GeneratorError, match="There is nothing numbered 99 any more; it was removed"):
        document.move_direction(99, 0)
