"""What the launch form is told of a prepared dataset."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dinoexplorer.runs.inspecting import inspect_data
from training.data.dataset import About, Choice, Record, write_about, write_choices, write_manifest


def never():
    return False


@pytest.fixture
def dataset(tmp_path: Path) -> list[Record]:
    rng = np.random.default_rng(1)
    records = []
    for number in range(210):
        file = f"images/{number % 9}/{number}.png"
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(tmp_path / file)
        label = "rex" if number % 2 else "stego"
        records.append(Record(file, "/a", f"{label}/{number}.png", "1", f"{number:064x}", label=label))
    records.append(Record("", "/a", "bad.png", "1", reason="it is empty"))
    write_manifest(tmp_path, records)
    write_about(tmp_path, About(16, 3, 210, ("rex", "stego"), "f"))
    return records


def test_a_dataset_is_counted_by_its_manifest_and_choices(dataset, tmp_path):
    report = inspect_data(str(tmp_path), never)
    assert (report.count, report.classes, report.problems, report.warnings) == (210, ("rex", "stego"), (), ())
    assert report.examples.shape == (16, 64, 64, 3)
    write_choices(tmp_path, {dataset[0].key: Choice(included=False), dataset[1].key: Choice(label="other")})
    report = inspect_data(str(tmp_path), never)
    assert (report.count, report.classes) == (209, ("other", "rex", "stego"))
    assert report.warnings == (
        "The class 'other' has a single picture, which a model can only learn by heart; add more or remove it.",
    )


def test_a_dataset_that_cannot_be_used_says_why(dataset, tmp_path):
    write_choices(tmp_path, {record.key: Choice(included=False) for record in dataset})
    assert inspect_data(str(tmp_path), never).problems == (
        f"Every picture of {tmp_path} is left out; take some in again.",
    )
    write_choices(tmp_path, {})
    write_manifest(tmp_path, [replace(record, file="images/gone.png") for record in dataset[:3]])
    assert inspect_data(str(tmp_path), never).problems[0].startswith("None of the 3 files looked at in")
    (tmp_path / "manifest.jsonl").write_text("{")
    assert inspect_data(str(tmp_path), never).problems[0].startswith(f"Line 1 of {tmp_path / 'manifest.jsonl'} cannot")
    (tmp_path / "manifest.jsonl").rename(tmp_path / "manifest.partial.jsonl")
    assert inspect_data(str(tmp_path), never).problems == (
        f"{tmp_path} is a dataset that is not finished; prepare it again, what is done is kept.",
    )
