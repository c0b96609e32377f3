"""What is asked of a checkpoint, in words for the command and for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinoexplorer.reports.questions import Asked, Question, asked_of, evaluate_words, folder_of
from dinoexplorer.reports.wording import bin_of, cell_of, middle_of
from training.evaluation.report import Histogram


def test_a_question_becomes_a_command_that_one_could_type() -> None:
    question = Question(Path("run"), "builtin:dinosaurs", ("recon", "fid"), 500, 1 / 3, 7)
    assert evaluate_words(question) == [
        "evaluate", "run", "--data", "builtin:dinosaurs", "--metrics", "recon,fid", "--samples", "500",
        "--held-out", "0.3333333333333333", "--seed", "7", "--progress", "json",
    ]  # fmt: skip


def test_what_the_command_tells_is_told_apart() -> None:
    told = {"metric": {"name": "fid", "title": "Fréchet distance", "number": 2, "count": 5}}
    assert asked_of(told) == Asked("fid", "Fréchet distance", 2, 5)
    assert folder_of(told) is None
    assert folder_of({"kept": "/somewhere"}) == Path("/somewhere")
    assert asked_of({"kept": "/somewhere"}) is None


def test_a_histogram_is_read_bin_by_bin_and_by_its_middle() -> None:
    histogram = Histogram("H", "px", [0.0, 1.0, 2.0, 3.0], {"generated": [0.1, 0.2, 0.7], "real": [0.6, 0.4, 0.0]})
    assert bin_of(histogram, 1) == "1 to 2: generated 20.0%, real 40.0%"
    assert middle_of(histogram, "generated") == pytest.approx(2.5)
    assert middle_of(histogram, "real") == pytest.approx(0.5)


def test_a_cell_that_is_no_number_is_a_dash() -> None:
    assert [cell_of("raptor"), cell_of(0.123456), cell_of(float("nan"))] == ["raptor", "0.1235", "-"]
