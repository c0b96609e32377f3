"""A dataset as the pictures of a training."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.config import RunConfig
from training.data.dataset import (
    Choice,
    Record,
    decided,
    read_about,
    read_choices,
    read_manifest,
    shown_names,
    write_about,
    write_choices,
    write_manifest,
)
from training.data.images import DataError, open_images
from training.data.workshop.preparation import Preparation
from training.data.workshop.preparing_sets import prepare
from training.preparing import open_training_images


def silent(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def dataset(pictures: Path, tmp_path: Path) -> Path:
    """The forty pictures in two classes at 16 pixels."""
    out = tmp_path / "set"
    prepare(Preparation((str(pictures),), out, size=16, smallest=8, near=-1), silent)
    return out


def keys(dataset: Path) -> dict[str, str]:
    return {record.name: record.key for record in read_manifest(dataset)}


def test_names_labels_and_classes_come_from_the_manifest(dataset: Path) -> None:
    images = open_images(dataset, size=16)
    assert images.images.shape == (40, 16, 16, 3)
    assert images.classes == ("dark", "light")
    assert images.names[0] == "dark/00.png"
    assert [images.classes[label] for label in images.labels] == [name.partition("/")[0] for name in images.names]
    records = list(read_manifest(dataset))
    assert images.hashes.tolist() == [int(record.group[:16], 16) for record in records]
    assert images.fingerprint == read_about(dataset).fingerprint


def test_pictures_of_the_right_size_are_not_scaled_again(dataset: Path) -> None:
    images = open_images(dataset, size=16)
    for record, pixels in zip(read_manifest(dataset), images.images, strict=True):
        with Image.open(dataset / record.file) as picture:
            assert np.array_equal(np.asarray(picture), pixels)
    assert open_images(dataset, size=24).images.shape == (40, 24, 24, 3)


def test_a_second_opening_reads_no_picture(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_images(dataset, size=16)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a picture was read again")

    monkeypatch.setattr("training.data.folders.load_picture", refuse)
    second = open_images(dataset, size=16)
    assert np.array_equal(first.images, second.images)
    name = keys(dataset)["dark/00.png"]
    write_choices(dataset, {name: Choice(label="light")})
    third = open_images(dataset, size=16)  # another label does not change the pictures
    assert third.labels[0] == 1
    assert third.fingerprint != first.fingerprint


def test_choices_hold_at_once(dataset: Path) -> None:
    known = keys(dataset)
    write_choices(
        dataset,
        {
            known["dark/00.png"]: Choice(included=False),
            known["dark/02.png"]: Choice(label="green"),
            known["dark/04.png"]: Choice(label=""),
        },
    )
    images = open_images(dataset, size=16)
    assert len(images) == 39
    assert images.classes == ("dark", "green", "light")
    labels = dict(zip(images.names, images.labels.tolist(), strict=True))
    assert labels["dark/02.png"] == 1
    assert labels["dark/04.png"] == -1


def test_a_damaged_or_missing_picture_is_named(dataset: Path) -> None:
    records = list(read_manifest(dataset))
    (dataset / records[0].file).unlink()
    (dataset / records[5].file).write_bytes(b"\x89PNG\r\n\x1a\n")
    images = open_images(dataset, size=16)
    assert len(images) == 38
    assert [skipped.name for skipped in images.skipped] == [records[0].file, records[5].file]
    assert images.names == tuple(record.name for place, record in enumerate(records) if place not in {0, 5})


def test_a_count_is_taken_evenly(dataset: Path) -> None:
    images = open_images(dataset, size=16, count=8)
    assert len(images) == 8
    assert np.bincount(images.labels).tolist() == [4, 4]


def test_a_dataset_without_pictures_says_why(dataset: Path) -> None:
    write_choices(dataset, {key: Choice(included=False) for key in keys(dataset).values()})
    with pytest.raises(DataError, match=r"every picture of .*set is left out; take some in again"):
        open_images(dataset, size=16)
    write_choices(dataset, {})
    for path in dataset.glob("images/*/*"):
        path.unlink()
    with pytest.raises(DataError, match=r"none of the 40 pictures of .*set is there; prepare it again"):
        open_images(dataset, size=16)


def test_a_dataset_trains(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    tiny = ["image.size=16", "latent.dim=3", "model.width=4", "model.widest=16", "batch_size=8", "device=cpu"]
    assert main(["fit", "vae", "--data", str(dataset), "--out", str(run), "--set", *tiny, "steps=2"]) == 0
    assert "finished at step 2" in capsys.readouterr().err
    environment = json.loads((run / "environment.json").read_text("utf-8"))
    assert environment["dataset_fingerprint"] == read_about(dataset).fingerprint


def test_a_configuration_opens_it(dataset: Path, tiny_config: Callable[..., RunConfig]) -> None:
    images = open_training_images(tiny_config(f"data.source={json.dumps(str(dataset))}"), silent)
    assert images.classes == ("dark", "light")


def test_shown_names_are_told_apart_by_source_where_they_have_to_be() -> None:
    records = [Record("f", source, name, "1") for source, name in (("/a", "x.png"), ("/b", "x.png"), ("/b", "y.png"))]
    records.append(replace(records[2], part="#2"))
    assert shown_names(records) == ("/a/x.png", "/b/x.png", "y.png", "y.png#2")


def test_parts_of_one_picture_are_decided_one_by_one() -> None:
    one = Record("f", "/a", "x.png", "1")
    two = replace(one, part="#2", file="g")
    choices = {two.key: Choice(included=False)}
    assert decided(one, choices).taken
    assert not decided(two, choices).taken


def test_odd_names_survive_the_files_of_a_dataset(dataset: Path) -> None:
    names = ["x\udcff", "\ud800", "a\u2028b", "恐竜"]
    records = [Record("", "s", name, "1", label=name, reason="r") for name in names]
    write_manifest(dataset, records)
    assert list(read_manifest(dataset)) == records
    choices = {record.key: Choice(label=record.name) for record in records}
    write_choices(dataset, choices)
    assert read_choices(dataset) == choices
    about = replace(read_about(dataset), classes=tuple(names))
    write_about(dataset, about)
    assert read_about(dataset) == about
    assert "恐竜" in (dataset / "manifest.jsonl").read_text("utf-8")
