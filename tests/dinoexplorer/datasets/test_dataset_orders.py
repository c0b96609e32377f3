"""What is asked of `dinotrain prepare` and `dinotrain check`, and what their lines mean."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from dinoexplorer.datasets.children import Child, ChildError
from dinoexplorer.datasets.findings import Finding, check_words, findings_of
from dinoexplorer.datasets.orders import (
    Outcome,
    Preparation,
    Step,
    free_folder,
    needs_network,
    outcome_of,
    preparation_of,
    prepare_words,
    problem_of,
    step_of,
)
from training import check_command, cli, prepare_command
from training.data.dataset import About, write_about, write_manifest
from training.data.images import DataError

FULL = Preparation(
    ("/a", "--odd name"), Path("/sets/new"), 96, 1, "fit", "labels.csv", "#102030", True, True, 20, 3.5, -1, 92, 0.1,
    True,
)  # fmt: skip


@pytest.mark.parametrize("preparation", [Preparation(("/a",), Path("/sets/new")), FULL], ids=["usual", "all"])
def test_the_command_line_asks_for_exactly_that_preparation(preparation):
    arguments = cli._parser().parse_args(prepare_words(preparation))
    assert arguments.command is prepare_command.run
    assert arguments.progress == "json"
    assert prepare_command._asked_for(arguments) == preparation


def test_a_check_names_its_dataset_and_its_recipe():
    arguments = cli._parser().parse_args(check_words(Path("/sets/-new"), "vae"))
    assert arguments.command is check_command.run
    assert (arguments.data, arguments.recipe) == ("/sets/-new", "vae")


def test_lines_tell_steps_and_outcomes_and_everything_else_is_nothing():
    assert step_of({"progress": {"what": "reading", "done": 3, "total": 9, "taken": 2}}) == Step("reading", 3, 9, 2)
    assert step_of({"progress": {"what": "reading", "done": "x", "total": -1}}) == Step("reading", 0, 0)
    told = {"prepared": {"looked_at": 9, "taken": 7, "new": 9, "left_out": {"small": 2}, "interrupted": True}}
    assert outcome_of(told) == Outcome(9, 7, 9, {"small": 2}, interrupted=True)
    for other in ({}, {"progress": 4}, {"prepared": []}):
        assert step_of(other) is None
        assert outcome_of(other) is None


def test_findings_come_worst_first_and_what_could_not_be_checked_last(tmp_path):
    told = {
        "findings": [
            {"name": "Noise", "level": "green", "sentence": "Little.", "advice": "Nothing to do.", "pictures": {}},
            {"name": "Split", "level": "red", "sentence": "Copies.", "pictures": {"twins": "report/twins.png"}},
            {"name": "Odd", "level": "purple", "sentence": "New."},
        ],
        "missed": [{"name": "Balance", "reason": "there are no classes"}],
    }
    red, amber, green, missed = findings_of(told, tmp_path)
    assert red == Finding("Split", "red", "Copies.", "", {"twins": tmp_path / "report/twins.png"})
    assert (amber.name, amber.level, green.name) == ("Odd", "amber", "Noise")
    assert (missed.level, missed.sentence) == ("", "Not checked: there are no classes.")
    assert findings_of({"progress": {}}, tmp_path) is None


def test_a_dataset_says_how_it_was_made(tmp_path):
    write_manifest(tmp_path, ())
    write_about(tmp_path, About(96, 3, 0, (), "f", options={"sources": ["/a"], "size": 96, "later": "?"}))
    assert preparation_of(tmp_path) == Preparation(("/a",), tmp_path, size=96)
    write_about(tmp_path, About(96, 3, 0, (), "f"))
    with pytest.raises(DataError, match="does not say what it was made of; prepare it again from its pictures"):
        preparation_of(tmp_path)


@pytest.mark.parametrize(
    ("source", "asks"),
    [("kaggle:a/b", True), ("search:red dino", True), ("reference-dinosaurs", True), ("/lists/urls.txt", True),
     ("/pictures", False), ("/sets/mnist.npz", False)],
)  # fmt: skip
def test_what_lies_on_the_network_is_known(source, asks):
    assert needs_network(source) == asks


def test_a_new_dataset_gets_a_name_that_is_free(tmp_path):
    assert free_folder(tmp_path, ("/x/dino15.tar.gz",), 64) == tmp_path / "dino15-64"
    (tmp_path / "dino15-64").mkdir()
    assert free_folder(tmp_path, ("kaggle:me/dino15",), 64) == tmp_path / "dino15-64-2"


def test_what_cannot_be_prepared_is_said_before_it_is_tried(tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("x")
    assert problem_of(Preparation((), tmp_path / "out")) == "Add a folder, an archive or another source of pictures."
    assert problem_of(Preparation(("search:dino",), tmp_path / "out")) == (
        "search:dino is on the network: tick that it may be asked, or take it off the list."
    )
    assert problem_of(Preparation((str(tmp_path / "notes.txt"),), tmp_path / "out")) == (
        "notes.txt is read as a list of web addresses: tick that they may be asked, or take it off the list."
    )
    assert "would lie in its own source" in problem_of(Preparation((str(pictures),), pictures / "out"))
    assert "is no dataset; choose an empty or a new folder." in problem_of(
        Preparation((str(pictures),), tmp_path / "other")
    )
    assert problem_of(Preparation((str(pictures),), tmp_path / "out")) == ""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_child_tells_its_lines_and_other_prints_are_passed_over():
    heard = []
    Child([], python("print('{\"progress\": 1}'); print('noise'); print('[2]'); print('{\"prepared\": 2}')")).run(
        heard.append
    )
    assert heard == [{"progress": 1}, {"prepared": 2}]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import sys; print('dinotrain: the disk is full', file=sys.stderr); print('x', file=sys.stderr); sys.exit(1)",
         "the disk is full"),
        ("import sys; print('odd', file=sys.stderr); sys.exit(3)", "odd"),
        ("import sys; sys.exit(3)",
         "the work ended with code 3 and said nothing; start it again, it goes on where it was"),
        ("import os; os.kill(os.getpid(), 9)",
         "the work was ended by SIGKILL; start it again, it goes on where it was"),
    ],
)  # fmt: skip
def test_a_child_that_fails_says_why(code, sentence):
    with pytest.raises(ChildError) as failure:
        Child([], python(code)).run(lambda _told: None)
    assert str(failure.value) == sentence


def test_a_program_that_is_not_there_is_said():
    with pytest.raises(ChildError, match=r"nowhere-dino cannot be started: .*; install the program again"):
        Child([], ["nowhere-dino"]).run(lambda _told: None)


def test_a_child_that_is_stopped_keeps_what_is_done_and_is_no_failure():
    code = (
        "import json, signal\nsignal.signal(signal.SIGTERM, signal.default_int_handler)\n"
        "try:\n print(json.dumps({'ready': 1}), flush=True)\n signal.pause()\nexcept KeyboardInterrupt:\n"
        " print(json.dumps({'prepared': {}}), flush=True); raise SystemExit(130)"
    )
    heard, ready = [], threading.Event()
    child = Child([], python(code))

    def listen(told: object) -> None:
        heard.append(told)
        ready.set()

    thread = threading.Thread(target=child.run, args=(listen,))
    thread.start()
    assert ready.wait(20)
    child.stop()
    thread.join(20)
    assert heard == [{"ready": 1}, {"prepared": {}}]


def test_a_child_that_was_stopped_before_its_start_is_not_started(tmp_path):
    child = Child([], python(f"open({json.dumps(str(tmp_path / 'ran'))}, 'w')"))
    child.stop()
    child.run(lambda _told: None)
    assert not (tmp_path / "ran").exists()
