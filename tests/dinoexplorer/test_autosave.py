"""A crash loses nothing: what a process had open lies there for the next one, and for one only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from dinoexplorer.document import autosave
from dinoexplorer.document.autosave import Autosave, autosave_home
from dinoexplorer.document.document import Document
from dinoexplorer.document.document_file import compose
from dinoexplorer.document.schema import CheckpointReference
from dinoexplorer.generators import GeneratorError, LatentSpec

SPEC = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))
CHECKPOINT = CheckpointReference(path="dino.safetensors", name="dino.safetensors", sha256="0" * 64)
CRASH = """
import os, sys
from pathlib import Path
from tests.dinoexplorer.test_autosave import walked
from dinoexplorer.document.autosave import Autosave
Autosave(Path(sys.argv[1])).write(walked(), document=Path(sys.argv[2]) if sys.argv[2:] else None, steps=4)
os._exit(9)
"""


def walked(seed: int = 7):
    """A document that somebody has worked on."""
    document = Document(SPEC)
    document.go_to_seed(seed)
    document.add_pin("horn")
    return compose(document.standing, SPEC, CHECKPOINT)


def crash(home: Path, *document: Path) -> None:
    """A process that had a document open dies without a word."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(home), *map(str, document)], cwd=root, check=False, timeout=60
    )
    assert done.returncode == 9


def names(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def test_a_crash_leaves_an_offer_and_taking_it_over_brings_the_state_back(tmp_path):
    crash(tmp_path, tmp_path / "walk.dino.json")
    ours = Autosave(tmp_path)
    (offer,) = ours.left_behind()
    assert (offer.name, offer.document) == ("walk.dino.json", tmp_path / "walk.dino.json")
    assert (offer.steps, offer.pins) == (4, 1)
    assert offer.when == pytest.approx(offer.file.stat().st_mtime)
    file = ours.take_over(offer)
    assert file.path == tmp_path / "walk.dino.json"
    standing = file.standing(SPEC)
    assert np.array_equal(standing.latent, SPEC.sample(1, 7)[0])
    assert standing.pins[0].name == "horn"
    assert "autosave" not in compose(standing, SPEC, CHECKPOINT, opened=file).text


def test_a_document_that_was_never_saved_is_named_after_its_checkpoint(tmp_path):
    crash(tmp_path)
    (offer,) = Autosave(tmp_path).left_behind()
    assert (offer.name, offer.document) == ("dino.safetensors", None)


def test_what_was_taken_over_stays_on_the_disk_until_it_is_in_a_file_of_ours(tmp_path):
    crash(tmp_path)
    ours = Autosave(tmp_path)
    file = ours.take_over(ours.left_behind()[0])
    assert len(names(tmp_path)) == 1
    assert ours.left_behind() == ()
    ours.write(file, steps=1)
    assert len(names(tmp_path)) == 1
    ours.end()
    assert names(tmp_path) == []


def test_two_windows_do_not_take_the_same(tmp_path):
    crash(tmp_path)
    one, other = Autosave(tmp_path), Autosave(tmp_path)
    offers = one.left_behind(), other.left_behind()
    one.take_over(offers[0][0])
    with pytest.raises(GeneratorError) as refused:
        other.take_over(offers[1][0])
    assert str(refused.value) == "dino.safetensors was already taken over by another window; look there."
    other.forget(offers[1][0])
    assert len(names(tmp_path)) == 1


def test_what_a_living_window_has_open_is_not_offered(tmp_path):
    Autosave(tmp_path).write(walked())
    assert len(names(tmp_path)) == 1
    assert Autosave(tmp_path).left_behind() == ()


def test_a_later_process_of_the_same_number_is_another_one(tmp_path, monkeypatch):
    created = psutil.Process().create_time()
    monkeypatch.setattr(autosave, "_created", lambda _pid: round((created - 60) * 1000))
    Autosave(tmp_path).write(walked())
    monkeypatch.undo()
    assert len(Autosave(tmp_path).left_behind()) == 1


def test_what_another_machine_has_open_is_not_offered_here(tmp_path, monkeypatch):
    crash(tmp_path)
    monkeypatch.setattr(autosave.socket, "gethostname", lambda: "elsewhere")
    assert Autosave(tmp_path).left_behind() == ()


def test_an_offer_that_is_not_wanted_is_gone(tmp_path):
    crash(tmp_path)
    ours = Autosave(tmp_path)
    ours.forget(ours.left_behind()[0])
    assert (ours.left_behind(), names(tmp_path)) == ((), [])


def test_the_newest_is_offered_first_and_other_files_are_let_be(tmp_path):
    for number, when in enumerate((100, 300, 200)):
        crash(tmp_path, tmp_path / f"{number}.dino.json")
        newest = max(tmp_path.glob("*~document.dino.json"), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (when, when))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / names(tmp_path)[0].replace("document", "damaged")).write_text("{")
    assert [offer.name for offer in Autosave(tmp_path).left_behind()] == ["1.dino.json", "2.dino.json", "0.dino.json"]


def test_what_is_set_aside_is_offered_and_the_next_document_has_a_file_of_its_own(tmp_path):
    ours = Autosave(tmp_path)
    assert ours.set_aside() is None
    ours.write(walked(), steps=3)
    offer = ours.set_aside()
    assert offer is not None
    assert (offer.name, offer.steps, offer.pins) == ("dino.safetensors", 3, 1)
    assert ours.left_behind() == ()  # while we live it is ours to offer
    ours.write(walked(8))
    assert len(names(tmp_path)) == 2
    ours.end()
    assert names(tmp_path) == [offer.file.name]


def test_what_was_set_aside_and_not_taken_back_is_left_behind(tmp_path, monkeypatch):
    ours = Autosave(tmp_path)
    ours.write(walked())
    ours.set_aside()
    monkeypatch.setattr(autosave, "process_lives", lambda _pid, _created: False)
    (offer,) = Autosave(tmp_path).left_behind()
    assert Autosave(tmp_path).take_over(offer).standing(SPEC).pins[0].name == "horn"


def test_what_is_cleared_is_gone_and_later_changes_are_kept_again(tmp_path):
    ours = Autosave(tmp_path)
    ours.write(walked())
    ours.clear()
    assert names(tmp_path) == []
    ours.write(walked(8))
    assert len(names(tmp_path)) == 1


def test_a_clean_end_leaves_nothing_and_a_thread_that_comes_late_neither(tmp_path):
    ours = Autosave(tmp_path / "home")
    ours.write(walked())
    ours.write(walked(8))
    ours.end()
    ours.write(walked(9))
    ours.end()
    assert names(tmp_path / "home") == []


def test_a_disk_that_refuses_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GeneratorError, match=r"could not be written: .*; choose another place\."):
        Autosave(tmp_path / "file").write(walked())
    assert Autosave(tmp_path / "file").left_behind() == ()


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DINOEXPLORER_STATE", str(tmp_path))
    assert autosave_home() == tmp_path / "autosave"
