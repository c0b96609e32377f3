"""What a dataset folder refuses, and what a full disk, a kill or a second process does to it."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from training.data.dataset import Record, read_about
from training.data.images import DataError, open_images
from training.data.workshop import journal, workplace
from training.data.workshop.preparation import Preparation
from training.data.workshop.preparing_sets import prepare
from training.data.workshop.workplace import Workplace


def silent(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def asked(pictures: Path, tmp_path: Path) -> Preparation:
    return Preparation((str(pictures),), tmp_path / "set", size=16, smallest=8, near=-1)


def refusal(asked: Preparation) -> str:
    with pytest.raises(DataError) as caught:
        prepare(asked, silent)
    return str(caught.value)


def test_a_dataset_in_its_source_and_a_source_in_its_dataset_are_refused(asked: Preparation, pictures: Path) -> None:
    for out in (pictures, pictures / "light" / "set", pictures.parent / "." / "pictures"):
        assert refusal(replace(asked, out=out)) == (
            f"the dataset {out} would lie in its own source {pictures}; originals are never written to, so choose a"
            " folder elsewhere"
        )
    assert refusal(replace(asked, out=pictures.parent)) == (
        f"the source {pictures} lies in the dataset {pictures.parent} that is to be made of it; choose a folder"
        " elsewhere"
    )
    assert sorted(path.name for path in pictures.iterdir()) == ["dark", "light"]


@pytest.mark.skipif(os.name == "nt", reason="links take special rights there")
def test_a_link_does_not_hide_that_the_dataset_lies_in_its_source(asked: Preparation, pictures: Path) -> None:
    link = pictures.parent / "link"
    link.symlink_to(pictures, target_is_directory=True)
    assert "would lie in its own source" in refusal(replace(asked, out=link / "set"))


def test_a_target_that_holds_other_things_is_refused_and_left_alone(asked: Preparation) -> None:
    asked.out.mkdir()
    (asked.out / "letter.txt").write_text("dear")
    assert refusal(asked) == (
        f"{asked.out} holds other things ('letter.txt') and is no dataset; choose an empty or a new folder"
    )
    assert [path.name for path in asked.out.iterdir()] == ["letter.txt"]
    (asked.out / "letter.txt").rename(asked.out / ".DS_Store")
    assert prepare(asked, silent).taken == 40


def test_a_target_that_is_a_file_is_refused(asked: Preparation) -> None:
    asked.out.write_text("x")
    assert refusal(asked) == f"{asked.out} is a file; choose a folder for the dataset"


def test_two_at_once_are_refused(asked: Preparation) -> None:
    one = Workplace(asked)
    try:
        with pytest.raises(DataError, match="set is being prepared by another process; wait for it or end it"):
            Workplace(asked)
    finally:
        one.close()
    assert not asked.out.exists()


def test_what_is_not_ours_in_the_folder_of_pictures_stays(asked: Preparation) -> None:
    prepare(asked, silent)
    kept = next((asked.out / "images").iterdir()) / "mine.png"
    kept.write_bytes(b"x")
    prepare(replace(asked, quality=80), silent)
    assert not list(asked.out.glob("images/*/*.png"))
    prepare(asked, silent)
    assert not (asked.out / "images.old").exists()


def full_disk(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: int) -> None:
    """From the write number `after` on there is no room."""
    real, count = getattr(module, name), [0]

    def failing(*arguments: Any, **options: Any) -> Any:
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **options)

    monkeypatch.setattr(module, name, failing)


FULL = "the disk of {} is full; what is done stays there, so make room and prepare it again"


def test_a_disk_that_fills_up_is_one_sentence_and_what_is_done_stays(
    asked: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_disk(patch, workplace, "replace_file", 30)
        assert refusal(asked) == FULL.format(asked.out)
    assert 20 < read_about(asked.out).count <= 30
    assert not read_about(asked.out).complete
    prepared = prepare(asked, silent)
    assert prepared.taken == 40
    assert prepared.new < 20
    assert not list(asked.out.glob("images/*/.*.tmp"))


def test_a_disk_too_full_for_the_manifest_keeps_the_journal(
    asked: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_disk(patch, workplace, "write_manifest", 0)
        assert refusal(asked) == FULL.format(asked.out)
    assert not (asked.out / "dataset.json").exists()
    prepared = prepare(asked, silent)
    assert (prepared.taken, prepared.new) == (40, 0)


def test_a_folder_that_cannot_be_written_is_one_sentence(asked: Preparation, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> BinaryIO:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(workplace, "replace_file", refuse)
    assert refusal(asked) == f"{asked.out} cannot be written: Permission denied; choose another folder"


@pytest.mark.parametrize("name", ["manifest.jsonl", "dataset.json"])
def test_a_damaged_dataset_is_made_again(asked: Preparation, name: str) -> None:
    prepare(asked, silent)
    before = read_about(asked.out)
    (asked.out / name).write_bytes(b'{"half": ')
    assert prepare(asked, silent).new == 40
    assert read_about(asked.out) == before
    assert len(open_images(asked.out, size=16)) == 40


def test_a_dataset_of_a_later_version_is_left_alone(asked: Preparation) -> None:
    prepare(asked, silent)
    path = asked.out / "dataset.json"
    path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")
    assert refusal(asked) == f"{asked.out} is a dataset of version 2; update the program to open it"


def test_a_kill_between_the_two_renames_of_a_remake_is_mended(
    asked: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(asked, silent)
    larger = replace(asked, size=24)
    rename, count = Path.rename, [0]

    def killed(path: Path, target: Path) -> Path:
        count[0] += 1
        if count[0] == 2:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(larger, silent)
    assert not (asked.out / "images").exists()
    prepared = prepare(larger, silent)
    assert (prepared.taken, prepared.new) == (40, 0)
    assert open_images(asked.out, size=24).images.shape == (40, 24, 24, 3)
    assert sorted(path.name for path in asked.out.iterdir() if path.is_dir()) == ["images"]


def test_a_journal_reads_back_what_was_added_whatever_the_names(tmp_path: Path) -> None:
    records = [Record("", "s", name, "1", reason="r") for name in ("a\nb", "恐竜", "x\udcff", 'q"')]
    kept = journal.Journal(tmp_path)
    assert kept.read({"size": 1}) is None
    kept.begin({"size": 1}, new=True)
    kept.add(records[:2])
    kept.close()
    with (tmp_path / journal.NAME).open("ab") as file:
        file.write(b'{"file": "ima')
    kept.begin({"size": 1}, new=False)
    kept.add(records[2:])
    kept.close()
    assert kept.read({"size": 1}) == records
    assert kept.read({"size": 2}) is None
    (tmp_path / journal.NAME).write_bytes(b"\xff\xfe")
    assert kept.read({"size": 1}) is None
    kept.remove()
    assert not (tmp_path / journal.NAME).exists()
