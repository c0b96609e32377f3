"""Built-in drawings in which one species never occurs."""

from __future__ import annotations

import numpy as np
import pytest

from training.data import builtin, dinosaurs
from training.data.images import DataError, open_images


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(builtin.CACHE_VARIABLE, str(tmp_path / "cache"))


def test_they_are_those_of_the_whole_series_without_the_species() -> None:
    whole = open_images("builtin:dinosaurs", size=32, count=40, seed=3, variation=0.5)
    without = open_images("builtin:dinosaurs-without-Stegosaurus", size=32, count=30, seed=3, variation=0.5)

    kept = np.flatnonzero(whole.labels != dinosaurs.SPECIES.index("Stegosaurus"))[:30]
    assert (without.images == whole.images[kept]).all()
    assert [without.classes[label] for label in without.labels] == [
        whole.classes[label] for label in whole.labels[kept]
    ]
    assert "Stegosaurus" not in without.classes
    assert len(without.classes) == len(dinosaurs.SPECIES) - 1
    assert without.names[2] == "builtin:dinosaurs-without-Stegosaurus/2"


def test_they_are_kept_apart_from_the_whole_series_and_from_other_species() -> None:
    sources = ("builtin:dinosaurs", *(f"builtin:dinosaurs-without-{name}" for name in ("Triceratops", "Stegosaurus")))

    for _drawn_then_kept in range(2):
        prints = {open_images(source, size=32, count=20).fingerprint for source in sources}
        assert len(prints) == 3


@pytest.mark.parametrize("name", dinosaurs.SPECIES)
def test_consecutive_ones_are_balanced_whatever_is_left_out(name: str) -> None:
    absent = dinosaurs.SPECIES.index(name)

    labels = dinosaurs.draw_many(15, 32, start=4, absent=absent)[1]

    assert sorted(labels) == [number for number in range(16) if number != absent]


def test_an_unknown_species_is_refused_with_those_there_are() -> None:
    with pytest.raises(DataError) as refused:
        open_images("builtin:dinosaurs-without-Unicorn", size=32, count=4)
    assert str(refused.value) == (
        f"there is no species 'Unicorn' to leave out; name one of {', '.join(dinosaurs.SPECIES)}"
    )
