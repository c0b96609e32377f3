"""`dinotrain prepare` as a person and as a program meet it."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from training.cli import main
from training.data.dataset import read_about, read_manifest
from training.data.sources.folder import FolderSource

SMALL = ("--size", "16", "--smallest", "8", "--near=-1")


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_says_what_it_came_to(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pictures / "notes.txt").write_text("x")
    assert main(["prepare", "pictures", "--out", "set", *SMALL]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "set: 40 pictures in 2 classes",
        "looked at                               41",
        "taken                                   40",
        "read this time                          41",
        "left out                                 1",
        "  cannot be read                         1",
    ]
    assert "preparing pictures: 41 of 41" in said.err
    assert read_about(Path("set")).options["sources"] == [str(pictures)]  # known again from another folder
    assert main(["prepare", "pictures", "--out", "set", *SMALL, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "folder": "set", "looked_at": 41, "taken": 40, "new": 0, "left_out": {"unreadable": 1},
    }  # fmt: skip


def test_every_option_reaches_the_preparation(pictures: Path) -> None:
    words = ["--crop", "fit", "--labels", "none", "--background", "#102030", "--grey", "--linear-light", "--all-frames",
             "--widest", "3", "--jpeg", "80", "--held-out", "0.2", "--yes-network"]  # fmt: skip
    assert main(["prepare", *SMALL, *words, "--out", "set", "--", str(pictures)]) == 0
    assert read_about(Path("set")).options == {
        "sources": [str(pictures)], "size": 16, "channels": 1, "crop": "fit", "labels": "none", "background": "#102030",
        "gamma_correct": True, "every_frame": True, "smallest": 8, "widest": 3.0, "near": -1, "quality": 80,
        "held_out": 0.2, "network": True,
    }  # fmt: skip


def test_a_table_of_labels_is_found_again_from_another_folder(pictures: Path) -> None:
    Path("labels.csv").write_text("path,label\ndark/00.png,a\nlight/01.png,b\n", "utf-8")
    assert main(["prepare", "pictures", "--out", "set", *SMALL, "--labels", "labels.csv"]) == 0
    about = read_about(Path("set"))
    assert about.classes == ("a", "b")
    assert about.options["labels"] == str(Path("labels.csv").absolute())


def test_a_plan_writes_nothing(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "pictures", "--out", "set", *SMALL, "--plan"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "set: 16 pixels, by 'center'; nothing is written yet",
        "pictures in the sources             40",
        "to be read                          40",
        "known and unchanged                  0",
        "refused before reading               0",
        "gone from the sources                0",
    ]
    assert not Path("set").exists()
    assert main(["prepare", "pictures", "--out", "set", *SMALL]) == 0
    capsys.readouterr()
    assert main(["prepare", "pictures", "--out", "set", "--size", "24", "--plan"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "the options are not those of the finished dataset, so all of its pictures are made again"
    )


def test_a_program_reads_lines_of_json(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "pictures", "--out", "set", *SMALL, "--progress", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"progress": {"what": "preparing pictures", "done": 40, "total": 40}} in lines
    assert lines[-1] == {"prepared": {"looked_at": 40, "taken": 40, "new": 40, "left_out": {}}}
    assert all(set(line) in ({"progress"}, {"prepared"}) for line in lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_is_done_and_says_so(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    before = signal.getsignal(number)
    read = FolderSource._read

    def interrupted(source: FolderSource, name: str) -> bytes:
        if name == "light/01.png":
            signal.raise_signal(number)
        return read(source, name)

    with monkeypatch.context() as patch:
        patch.setattr(FolderSource, "_read", interrupted)
        assert main(["prepare", "pictures", "--out", "set", *SMALL, "--progress", "json"]) == 130
    count = read_about(Path("set")).count
    assert 0 < count < 40
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == (
        f"stopped: set holds the {count} pictures that are done; the same command goes on from there"
    )
    last = json.loads(said.out.splitlines()[-1])
    assert last == {"prepared": {"looked_at": count, "taken": count, "interrupted": True}}
    assert signal.getsignal(number) == before
    assert main(["prepare", "pictures", "--out", "set", *SMALL, "--size", "16"]) == 0
    assert len(list(read_manifest(Path("set")))) == 40
    with monkeypatch.context() as patch:
        patch.setattr(FolderSource, "_read", interrupted)
        assert main(["prepare", "pictures", "--out", "set", *SMALL, "--size", "24"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == (
        "stopped: set is as it was, and what is done is kept beside it; the same command goes on from there"
    )
    assert read_about(Path("set")).size == 16


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["pictures", "--out", "pictures/set"], "dinotrain: the dataset pictures/set would lie in its own source"),
        (["nowhere", "--out", "set"], "dinotrain: the source 'nowhere' is not there"),
        (["pictures", "--out", "set", "--size", "2"], "dinotrain: pictures of 2 pixels cannot be prepared; choose a"),
        (["pictures", "--out", "set", "--labels", "no.csv"], "dinotrain: the labels no.csv are not there"),
    ],
)
def test_a_refusal_is_one_line(
    pictures: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", *words]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(sentence)
    assert not Path("set").exists()


def test_a_wrong_crop_is_wrong_usage(pictures: Path) -> None:
    assert main(["prepare", "pictures", "--out", "set", "--crop", "round"]) == 2
