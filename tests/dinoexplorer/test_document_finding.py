"""A document finds its checkpoint again: where it was, beside it, elsewhere; and says when it is another one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from dinoexplorer.document.document import Document
from dinoexplorer.document.document_file import DocumentFile, compose, read_document, write_document
from dinoexplorer.document.finding import Stopped, find_checkpoint, is_checkpoint_of, reference_to
from dinoexplorer.generators import GeneratorInfo, LatentSpec

SPEC = LatentSpec(2, np.zeros(2, np.float32), np.ones(2, np.float32))


def write(path: Path, content: bytes = b"weights") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def saved(checkpoint: Path, document: Path, *, sha256: str | None = None) -> DocumentFile:
    """A document about a checkpoint that is open."""
    found = hashlib.sha256(checkpoint.read_bytes()).hexdigest() if sha256 is None else sha256
    info = GeneratorInfo(checkpoint, "", "vae", SPEC, 16, 3, (), 0, False, found)
    write_document(document, compose(Document(SPEC).standing, SPEC, reference_to(info, document)))
    return read_document(document)


@pytest.fixture
def checkpoint(tmp_path) -> Path:
    return write(tmp_path / "models/dino.safetensors")


def test_a_checkpoint_that_is_where_it_was_is_found(checkpoint, tmp_path):
    found = find_checkpoint(saved(checkpoint, tmp_path / "work/a.dino.json"))
    assert (found.state, found.path, found.sentence) == ("found", checkpoint, "")


def test_a_document_moved_together_with_its_checkpoint_finds_it(checkpoint, tmp_path):
    saved(checkpoint, tmp_path / "work/a.dino.json")
    (tmp_path / "new").mkdir()
    for name in ("models", "work"):
        (tmp_path / name).rename(tmp_path / "new" / name)
    found = find_checkpoint(read_document(tmp_path / "new/work/a.dino.json"))
    assert (found.state, found.path) == ("found", tmp_path / "new/models/dino.safetensors")


def test_a_document_moved_alone_finds_it_among_the_candidates(checkpoint, tmp_path):
    saved(checkpoint, tmp_path / "work/a.dino.json")
    target = tmp_path / "far/away/b.dino.json"
    target.parent.mkdir(parents=True)
    (tmp_path / "work/a.dino.json").rename(target)
    assert find_checkpoint(read_document(target)).state == "missing"
    found = find_checkpoint(read_document(target), [checkpoint])
    assert (found.state, found.path) == ("moved", checkpoint)


def test_an_autosave_that_is_moved_alone_finds_it_where_it_was(checkpoint, tmp_path):
    info = GeneratorInfo(checkpoint, "", "vae", SPEC, 16, 3, (), 0, False, hashlib.sha256(b"weights").hexdigest())
    reference = reference_to(info, private=True)
    write_document(tmp_path / "state/a.dino.json", compose(Document(SPEC).standing, SPEC, reference))
    found = find_checkpoint(read_document(tmp_path / "state/a.dino.json"))
    assert (found.state, found.path) == ("found", checkpoint)


def test_a_document_says_the_way_and_a_picture_not_even_that(checkpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = saved(Path("models/dino.safetensors"), Path("work/a.dino.json"))
    reference = file.checkpoint
    assert (reference.path, reference.name, reference.size) == ("../models/dino.safetensors", "dino.safetensors", 7)
    assert str(tmp_path) not in file.text
    info = GeneratorInfo(checkpoint, "", "vae", SPEC, 16, 3, (), 0, False, "0" * 64)
    assert reference_to(info).model_dump(exclude_unset=True) == {
        "name": "dino.safetensors", "sha256": "0" * 64, "size": 7
    }  # fmt: skip


def test_a_file_that_a_person_names_is_compared_by_its_bytes(checkpoint, tmp_path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    assert is_checkpoint_of(file, write(tmp_path / "copy.bin"))
    assert not is_checkpoint_of(file, write(tmp_path / "other.safetensors", b"WEIGHTS"))
    assert not is_checkpoint_of(file, tmp_path / "gone")
    assert is_checkpoint_of(saved(checkpoint, tmp_path / "b.dino.json", sha256=""), tmp_path / "copy.bin")


@pytest.mark.parametrize(
    "place", ["work/dino.safetensors", "zoo/dino.safetensors", "zoo/renamed.bin", "single/other.safetensors"]
)
def test_a_moved_checkpoint_is_found_beside_the_document_or_among_the_candidates(checkpoint, tmp_path, place):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    write(tmp_path / "zoo/another.safetensors", b"abcdefg")
    (tmp_path / place).parent.mkdir(exist_ok=True)
    checkpoint.rename(tmp_path / place)
    found = find_checkpoint(file, [tmp_path / "zoo", tmp_path / "single/other.safetensors", tmp_path / "not there"])
    assert (found.state, found.path) == ("moved", tmp_path / place)
    assert found.sentence == f"dino.safetensors was moved; it is now {tmp_path / place}."


def test_the_right_bytes_elsewhere_win_over_other_bytes_in_the_old_place(checkpoint, tmp_path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    copy = write(tmp_path / "zoo/dino.safetensors")
    write(checkpoint, b"retrained")
    assert find_checkpoint(file, [tmp_path / "zoo"]).path == copy


@pytest.mark.parametrize("content", [b"retrained", b"weightS"])
def test_a_checkpoint_that_was_trained_on_is_opened_with_a_warning(checkpoint, tmp_path, content):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    write(checkpoint, content)
    found = find_checkpoint(file)
    assert (found.state, found.path) == ("changed", checkpoint)
    assert found.sentence == "dino.safetensors has changed since this place was saved: the picture may differ."


def test_one_of_the_same_name_beside_the_document_is_better_than_none(checkpoint, tmp_path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    checkpoint.unlink()
    other = write(tmp_path / "work/dino.safetensors", b"retrained")
    assert find_checkpoint(file).state == "changed"
    assert find_checkpoint(file).path == other


def test_a_missing_checkpoint_says_where_it_was(checkpoint, tmp_path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    checkpoint.unlink()
    found = find_checkpoint(file, [tmp_path / "work"])
    assert (found.state, found.path) == ("missing", None)
    assert found.sentence == (
        f"dino.safetensors is not where it was ({checkpoint}); say where it is now, or put it beside the document."
    )


def test_without_a_hash_the_name_decides(checkpoint, tmp_path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json", sha256="")
    assert find_checkpoint(file).path == checkpoint
    checkpoint.unlink()
    assert find_checkpoint(file).state == "missing"
    assert find_checkpoint(file, [write(tmp_path / "zoo/dino.safetensors", b"any")]).state == "found"


def test_only_what_may_be_it_is_read(checkpoint, tmp_path, monkeypatch):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    checkpoint.unlink()
    for number in range(20):
        write(tmp_path / f"zoo/{number}.safetensors", b"x" * number if number != 7 else b"")
    opened = []
    usual = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *args: opened.append(path) or usual(path, *args))
    assert find_checkpoint(file, [tmp_path / "zoo"]).state == "missing"
    assert opened == []


def test_a_search_can_be_stopped(checkpoint, tmp_path):
    with pytest.raises(Stopped):
        find_checkpoint(saved(checkpoint, tmp_path / "work/a.dino.json"), stopped=lambda: True)


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "\ud800", "..", "/dev/zero", "/"])
def test_paths_that_no_disk_has_do_no_harm(checkpoint, tmp_path, path):
    file = saved(checkpoint, tmp_path / "work/a.dino.json")
    changes = {"path": path, "absolute": path, "name": path}
    hostile = file.parts.model_copy(update={"checkpoint": file.checkpoint.model_copy(update=changes)})
    found = find_checkpoint(DocumentFile(hostile, file.path), [tmp_path / "zoo"])
    assert found.state == "missing"
    assert "\n" not in found.sentence


@pytest.mark.skipif(os.name == "nt", reason="Windows has no names in bytes of another encoding")
def test_a_checkpoint_whose_name_is_no_unicode_is_found_by_its_bytes(tmp_path):
    checkpoint = write(tmp_path / "caf\udce9.safetensors")
    found = find_checkpoint(saved(checkpoint, tmp_path / "a.dino.json"), [tmp_path])
    assert (found.state, found.path) == ("found", checkpoint)
