"""From a messy folder to a dataset, and again when the folder has grown."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from training.data.dataset import Choice, Record, read_about, read_choices, read_manifest, write_choices
from training.data.images import DataError, open_images
from training.data.sources.folder import FolderSource
from training.data.workshop import preparing_sets
from training.data.workshop.ordered import in_order
from training.data.workshop.preparation import Preparation, PreparationError
from training.data.workshop.preparing_sets import prepare, preview
from training.data.workshop.previewing import plan


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def photo(seed: int, size: tuple[int, int] = (48, 40)) -> Image.Image:
    """A picture like no other."""
    blocks = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), np.uint8)
    return Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)


def larger(seed: int) -> Image.Image:
    """Nearly the same as `photo(seed)`, and better."""
    return photo(seed).resize((240, 200), Image.Resampling.BICUBIC)


def save(picture: Image.Image, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve pictures in two class folders."""
    folder = tmp_path / "photos"
    for seed in range(12):
        save(photo(seed), folder / ("rex" if seed % 2 else "stego") / f"{seed:02}.png")
    return folder


@pytest.fixture
def asked(photos: Path, tmp_path: Path) -> Preparation:
    return Preparation((str(photos),), tmp_path / "set", size=16, smallest=8)


def by_name(folder: Path) -> dict[str, Record]:
    return {f"{record.name}{record.part}": record for record in read_manifest(folder)}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were read, in no certain order."""
    names: list[str] = []
    read = FolderSource._read

    def counted(source: FolderSource, name: str) -> bytes:
        names.append(name)
        return read(source, name)

    monkeypatch.setattr(FolderSource, "_read", counted)
    return names


def test_a_folder_becomes_a_dataset(asked: Preparation, photos: Path) -> None:
    original = {path: path.read_bytes() for path in photos.rglob("*.png")}
    told: list[tuple[str, int, int]] = []
    prepared = prepare(asked, lambda *step: told.append(step))
    assert (prepared.looked_at, prepared.taken, prepared.new, dict(prepared.left_out)) == (12, 12, 12, {})
    assert ("preparing pictures", 12, 12) in told
    records = list(read_manifest(asked.out))
    assert [record.name for record in records] == sorted(path.relative_to(photos).as_posix() for path in original)
    for record in records:
        content = original[photos / record.name]
        assert record.file == f"images/{record.sha256[:2]}/{record.sha256}.png"
        assert record.length == len(content)
        assert (record.width, record.height) == (48, 40)
        assert record.crop == (4.0, 0.0, 44.0, 40.0)
        assert record.label == record.name.partition("/")[0]
        assert record.group == record.sha256
        with Image.open(asked.out / record.file) as picture:
            assert (picture.size, picture.mode) == ((16, 16), "RGB")
    about = read_about(asked.out)
    assert (about.size, about.channels, about.count, about.classes) == (16, 3, 12, ("rex", "stego"))
    assert about.complete
    assert about.options["sources"] == [str(photos)]
    assert "out" not in about.options
    assert {path: path.read_bytes() for path in photos.rglob("*.png")} == original
    assert "12" in (asked.out / "report.md").read_text("utf-8")
    assert sorted(path.name for path in asked.out.iterdir() if not path.name.startswith(".")) == [
        "dataset.json", "images", "manifest.jsonl", "report.md",
    ]  # fmt: skip


def test_what_cannot_be_used_is_left_out_with_its_reason(asked: Preparation, photos: Path) -> None:
    save(photo(50, (30, 7)), photos / "tiny.png")
    save(photo(51, (200, 20)), photos / "long.png")
    save(Image.new("RGB", (30, 30), "red"), photos / "plain.png")
    (photos / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (photos / "notes.txt").write_text("no picture")
    (photos / "nothing.png").touch()
    shutil.copy(photos / "rex" / "01.png", photos / "stego" / "copy.png")
    save(larger(3), photos / "large.png")
    prepared = prepare(asked, silent)
    found = by_name(asked.out)
    reasons = {name: record.reason for name, record in found.items() if not record.taken}
    assert "30 x 7 pixels, less than the 8 that a side must have" in reasons.pop("tiny.png")
    assert "200 x 20 pixels, one side more than 4 times the other" in reasons.pop("long.png")
    assert "nearly one colour" in reasons.pop("plain.png")
    assert reasons.pop("broken.png").startswith("broken.png ")
    assert reasons.pop("notes.txt") == "notes.txt is not a picture in a known format"
    assert reasons.pop("nothing.png") == "it is empty"
    assert reasons.pop("stego/copy.png") == "it is the same picture as rex/01.png"
    assert reasons.pop("rex/03.png") == "it looks nearly the same as large.png"
    assert not reasons
    assert dict(prepared.left_out) == {
        "unreadable": 2, "small": 1, "extreme-aspect": 1, "uniform": 1, "refused": 1, "duplicate": 1,
        "near-duplicate": 1,
    }  # fmt: skip
    assert prepared.taken + sum(prepared.left_out.values()) == prepared.looked_at == 20
    assert found["large.png"].taken
    assert found["rex/03.png"].group == found["large.png"].sha256
    assert len(list(asked.out.glob("images/*/*"))) == prepared.taken  # the small one of the pair lies there no more


def test_a_second_run_reads_nothing_that_is_known(asked: Preparation, photos: Path, reads: list[str]) -> None:
    (photos / "notes.txt").write_text("no picture")
    prepare(asked, silent)
    assert len(reads) == 13
    before, fingerprint = by_name(asked.out), read_about(asked.out).fingerprint
    reads.clear()
    assert prepare(asked, silent).new == 0
    assert reads == []
    assert (by_name(asked.out), read_about(asked.out).fingerprint) == (before, fingerprint)
    save(photo(60), photos / "rex" / "new.png")
    save(photo(61), photos / "rex" / "01.png")
    (photos / "stego" / "02.png").unlink()
    prepared = prepare(asked, silent)
    assert sorted(reads) == ["rex/01.png", "rex/new.png"]
    assert (prepared.new, prepared.taken) == (2, 12)
    after = by_name(asked.out)
    assert "stego/02.png" not in after
    assert after["rex/01.png"].sha256 != before["rex/01.png"].sha256
    files = {path.relative_to(asked.out).as_posix() for path in asked.out.glob("images/*/*")}
    assert files == {record.file for record in after.values() if record.taken}


def test_a_picture_that_was_deleted_from_the_dataset_is_made_again(asked: Preparation, reads: list[str]) -> None:
    prepare(asked, silent)
    record = by_name(asked.out)["rex/01.png"]
    (asked.out / record.file).unlink()
    reads.clear()
    prepare(asked, silent)
    assert reads == ["rex/01.png"]
    assert (asked.out / record.file).is_file()


def test_other_options_make_all_again_and_leave_the_old_set_whole_until_then(
    asked: Preparation, reads: list[str]
) -> None:
    prepare(asked, silent)
    old = read_about(asked.out)
    larger = replace(asked, size=24)

    def stop(what: str, done: int, _total: int) -> None:
        if what == preparing_sets.READING and done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(larger, stop)
    assert read_about(asked.out) == old
    assert open_images(asked.out, size=16).images.shape == (12, 16, 16, 3)
    reads.clear()
    assert prepare(larger, silent).taken == 12
    assert 0 < len(reads) < 12
    assert read_about(asked.out).size == 24
    with Image.open(next(asked.out.glob("images/*/*.png"))) as picture:
        assert picture.size == (24, 24)
    assert not list(asked.out.glob("*.partial*"))
    assert not (asked.out / "images.old").exists()


def test_an_ended_run_keeps_what_is_done_and_the_next_completes_it(asked: Preparation, reads: list[str]) -> None:
    def stop(what: str, done: int, _total: int) -> None:
        if what == preparing_sets.READING and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(asked, stop)
    about = read_about(asked.out)
    assert not about.complete
    assert about.count == 5
    assert len(open_images(asked.out, size=16)) == 5
    done = {record.name for record in read_manifest(asked.out)}
    reads.clear()
    prepared = prepare(asked, silent)
    assert done.isdisjoint(reads)
    assert (prepared.taken, prepared.new) == (12, 7)
    assert read_about(asked.out).complete


def test_a_killed_run_leaves_a_journal_that_the_next_takes_up(
    asked: Preparation, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves no time for anything: the manifest is not written, and a line may be cut short."""

    def stop(what: str, done: int, _total: int) -> None:
        if what == preparing_sets.READING and done == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(preparing_sets._Preparing, "_keep", lambda _self: None)
        with pytest.raises(KeyboardInterrupt):
            prepare(asked, stop)
    assert not (asked.out / "dataset.json").exists()
    with pytest.raises(
        DataError, match="set is a dataset that is not finished; prepare it again, what is done is kept"
    ):
        open_images(asked.out, size=16)
    journal = asked.out / "manifest.partial.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"file": "images/ab/c')
    reads.clear()
    prepared = prepare(asked, silent)
    assert len(reads) == 7
    assert (prepared.taken, prepared.new) == (12, 7)
    assert not journal.exists()
    monkeypatch.undo()
    fresh = replace(asked, out=asked.out.with_name("fresh"))
    prepare(fresh, silent)
    assert by_name(fresh.out) == by_name(asked.out)


def test_a_run_that_is_killed_again_and_again_comes_to_its_end(
    asked: Preparation, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(what: str, done: int, _total: int) -> None:
        if what == preparing_sets.READING and done == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(preparing_sets._Preparing, "_keep", lambda _self: None)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                prepare(asked, stop)
    reads.clear()
    assert prepare(asked, silent).new == 4
    assert len(reads) == 4


def test_a_killed_run_with_other_options_is_not_mixed_in(asked: Preparation, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(what: str, done: int, _total: int) -> None:
        if what == preparing_sets.READING and done == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(preparing_sets._Preparing, "_keep", lambda _self: None)
        with pytest.raises(KeyboardInterrupt):
            prepare(asked, stop)
    assert prepare(replace(asked, size=20), silent).new == 12
    for path in asked.out.glob("images/*/*.png"):
        with Image.open(path) as picture:
            assert picture.size == (20, 20)


def test_the_same_picture_10000_times_is_decoded_once(
    asked: Preparation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from training.data.workshop import making

    folder = tmp_path / "copies"
    first = save(photo(1), folder / "00000.png")
    for number in range(1, 10_000):
        (folder / f"{number:05}.png").hardlink_to(first)
    made: list[str] = []
    make = making.make_pictures

    def counted(*arguments: Any, **options: Any) -> tuple[making.Made, ...]:
        made.append(options["name"])
        return make(*arguments, **options)

    monkeypatch.setattr(making, "make_pictures", counted)
    prepared = prepare(replace(asked, sources=(str(folder),)), silent)
    assert len(made) == 1
    assert (prepared.taken, dict(prepared.left_out)) == (1, {"duplicate": 9999})
    assert by_name(asked.out)["00000.png"].taken


def test_a_person_overrules_what_was_found(asked: Preparation, photos: Path, reads: list[str]) -> None:
    save(photo(50, (30, 7)), photos / "rex" / "tiny.png")
    save(larger(3), photos / "rex" / "large.png")
    prepare(asked, silent)
    found = by_name(asked.out)
    choices = {
        found["rex/tiny.png"].key: Choice(included=True, label="stego"),
        found["rex/03.png"].key: Choice(included=True),
        found["rex/05.png"].key: Choice(included=False),
        found["stego/00.png"].key: Choice(crop=(0.0, 0.0, 20.0, 20.0)),
    }
    write_choices(asked.out, choices)
    assert len(open_images(asked.out, size=16)) == 11  # leaving out holds at once
    reads.clear()
    prepared = prepare(asked, silent)
    assert sorted(reads) == ["rex/03.png", "rex/tiny.png", "stego/00.png"]
    assert dict(prepared.left_out) == {"by-hand": 1}
    after = by_name(asked.out)
    assert after["rex/tiny.png"].taken
    assert after["rex/tiny.png"].warnings[0] == "small"
    assert after["rex/tiny.png"].reason == ""
    assert after["rex/03.png"].group == after["rex/large.png"].sha256
    assert after["stego/00.png"].crop == (0.0, 0.0, 20.0, 20.0)
    assert after["stego/00.png"].file != found["stego/00.png"].file
    expected = np.asarray(photo(0).resize((16, 16), Image.Resampling.LANCZOS, box=(0, 0, 20, 20)), np.int16)
    with Image.open(asked.out / after["stego/00.png"].file) as picture:
        assert np.abs(np.asarray(picture, np.int16) - expected).max() <= 2
    images = open_images(asked.out, size=16)
    assert len(images) == 13
    assert images.classes[images.labels[images.names.index("rex/tiny.png")]] == "stego"
    assert "rex/05.png" not in images.names
    assert read_about(asked.out).count == 13
    assert read_choices(asked.out) == choices
    reads.clear()
    prepare(asked, silent)
    assert reads == []


def test_a_choice_that_is_taken_back_leaves_nothing(asked: Preparation, photos: Path) -> None:
    save(photo(50, (30, 7)), photos / "tiny.png")
    prepare(asked, silent)
    before = by_name(asked.out)
    write_choices(asked.out, {before["tiny.png"].key: Choice(included=True)})
    prepare(asked, silent)
    assert by_name(asked.out)["tiny.png"].taken
    write_choices(asked.out, {})
    prepare(asked, silent)
    assert by_name(asked.out) == before
    assert len(list(asked.out.glob("images/*/*"))) == 12


def test_the_second_best_comes_in_when_the_best_is_gone(asked: Preparation, photos: Path) -> None:
    large = save(larger(3), photos / "rex" / "large.png")
    prepare(asked, silent)
    group = by_name(asked.out)["rex/03.png"].group
    large.unlink()
    assert prepare(asked, silent).taken == 12
    record = by_name(asked.out)["rex/03.png"]
    assert record.taken
    assert (asked.out / record.file).is_file()
    assert record.group == group  # it stays on its side of the split


def test_the_split_stays_as_it_is_when_pictures_are_added(asked: Preparation, photos: Path) -> None:
    for seed in range(100, 140):
        save(photo(seed), photos / "rex" / f"{seed}.png")
    prepare(asked, silent)
    held = _held_out(asked.out)
    assert held
    for seed in range(100, 140):  # better ones of the same, which take their places, and others
        save(larger(seed), photos / "rex" / f"{seed}-large.png")
        save(photo(seed + 500), photos / "stego" / f"{seed}.png")
    prepare(asked, silent)
    better = {name.replace("-large", "") for name in _held_out(asked.out) if "stego/1" not in name}
    assert better == held


def _held_out(folder: Path) -> set[str]:
    images = open_images(folder, size=16)
    return {images.names[place] for place in images.split(0.25)[1]}


def test_what_a_dataset_holds_out_no_training_sees(asked: Preparation, photos: Path) -> None:
    for seed in range(100, 140):
        save(photo(seed), photos / "rex" / f"{seed}.png")
    prepare(replace(asked, held_out=0.3), silent)
    images = open_images(asked.out, size=16)
    assert images.split(0.0)[1].tolist() == images.split(0.3)[1].tolist() != []


def test_labels_come_from_folders_a_table_or_nowhere(asked: Preparation, tmp_path: Path, reads: list[str]) -> None:
    prepare(asked, silent)
    reads.clear()
    table = tmp_path / "labels.csv"
    table.write_text("path,label\nrex/01.png,tall\n03.png,small\nstego/00.png,small\n", "utf-8")
    prepare(replace(asked, labels=str(table)), silent)
    labels = {name: record.label for name, record in by_name(asked.out).items() if record.label is not None}
    assert labels == {"rex/01.png": "tall", "rex/03.png": "small", "stego/00.png": "small"}
    assert read_about(asked.out).classes == ("small", "tall")
    prepare(replace(asked, labels="none"), silent)
    assert read_about(asked.out).classes == ()
    assert reads == []


def test_several_sources_become_one_set_in_which_no_picture_is_twice(asked: Preparation, tmp_path: Path) -> None:
    other = tmp_path / "more"
    save(photo(1), other / "01.png")
    save(photo(70), other / "rex" / "01.png")
    prepared = prepare(replace(asked, sources=(*asked.sources, str(other), str(other))), silent)
    assert (prepared.looked_at, prepared.taken) == (14, 13)
    names = open_images(asked.out, size=16).names
    assert f"{other}/rex/01.png" in names
    assert f"{asked.sources[0]}/rex/01.png" in names
    assert len(set(names)) == 13


@pytest.mark.parametrize(
    "name",
    ["Динозавр 1.png", "恐竜🦖.png", "a" * 240 + ".png", "ديناصور.png", "-x y'\"&;.png", "e\u0301.png", "x\ny.png"],
)
def test_names_in_any_script_and_length(asked: Preparation, photos: Path, name: str) -> None:
    save(photo(80), photos / "rex" / name)
    prepare(asked, silent)
    record = by_name(asked.out)[f"rex/{name}"]
    assert record.taken
    write_choices(asked.out, {record.key: Choice(label="other")})
    images = open_images(asked.out, size=16)
    assert images.classes[images.labels[images.names.index(f"rex/{name}")]] == "other"


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_names_that_are_no_text(asked: Preparation, photos: Path, reads: list[str]) -> None:
    (photos / "rex" / "ab\udcff.png").write_bytes((photos / "rex" / "01.png").read_bytes() + b"x")
    assert prepare(asked, silent).looked_at == 13
    reads.clear()
    assert prepare(asked, silent).new == 0
    assert reads == []


def test_every_box_of_a_picture_becomes_one_and_all_lie_on_one_side(asked: Preparation, photos: Path) -> None:
    save(photo(90, (120, 60)), photos / "rex" / "two.png")
    marks = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>0</ymin><xmax>{left + 50}</xmax><ymax>50</ymax>"
        "</bndbox></object>"
        for name, left in (("rex", 0), ("stego", 60))
    )
    size = "<size><width>120</width><height>60</height><depth>3</depth></size>"
    (photos / "rex" / "two.xml").write_text(f"<annotation>{size}{marks}</annotation>")
    boxed = replace(asked, crop="bbox")
    prepare(boxed, silent)
    found = by_name(asked.out)
    one, two = found["rex/two.png"], found["rex/two.png#2"]
    assert (one.label, two.label) == ("rex", "stego")
    assert one.taken
    assert two.taken
    assert one.file != two.file
    assert one.group == two.group
    assert one.key != two.key
    write_choices(asked.out, {two.key: Choice(crop=(70.0, 5.0, 100.0, 35.0))})
    prepare(boxed, silent)
    again = by_name(asked.out)["rex/two.png#2"]
    assert again.crop == (70.0, 5.0, 100.0, 35.0)
    assert again.label == "stego"
    assert by_name(asked.out)["rex/two.png"].crop == one.crop
    assert prepare(boxed, silent).new == 0


def test_jpeg_and_grey(asked: Preparation) -> None:
    prepare(replace(asked, quality=90, channels=1), silent)
    paths = list(asked.out.glob("images/*/*"))
    assert {path.suffix for path in paths} == {".jpg"}
    with Image.open(paths[0]) as picture:
        assert (picture.mode, picture.format) == ("L", "JPEG")
    assert open_images(asked.out, size=16, channels=1).images.shape == (12, 16, 16, 1)


def test_proportions_are_kept_where_that_is_asked_for(asked: Preparation) -> None:
    prepare(replace(asked, crop="none"), silent)
    with Image.open(next(asked.out.glob("images/*/*"))) as picture:
        assert picture.size == (16, 13)
    assert read_about(asked.out).size == 0


def test_a_picture_of_another_process_that_cannot_be_read_now_is_tried_again(
    asked: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FolderSource._read

    def failing(source: FolderSource, name: str) -> bytes:
        if name == "rex/01.png":
            raise PermissionError(13, "Permission denied")
        return read(source, name)

    with monkeypatch.context() as patch:
        patch.setattr(FolderSource, "_read", failing)
        prepare(asked, silent)
    assert by_name(asked.out)["rex/01.png"].reason == "it cannot be read: Permission denied"
    assert prepare(asked, silent).new == 1
    assert by_name(asked.out)["rex/01.png"].taken


def test_no_picture_at_all_is_said_with_the_reasons_and_leaves_nothing(asked: Preparation, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    save(photo(50, (30, 7)), folder / "tiny.png")
    (folder / "notes.txt").write_text("no picture")
    (folder / "other.txt").write_text("nor this")
    sentence = (
        f"none of the 3 pictures in {folder} can be used (cannot be read: 2, too small: 1); the first is notes.txt:"
        " notes.txt is not a picture in a known format"
    )
    with pytest.raises(DataError) as caught:
        prepare(replace(asked, sources=(str(folder),)), silent)
    assert str(caught.value) == sentence
    assert not asked.out.exists()


def test_a_dataset_is_not_emptied_by_a_source_that_lost_its_pictures(asked: Preparation, photos: Path) -> None:
    prepare(asked, silent)
    before = read_about(asked.out)
    shutil.rmtree(photos)
    (photos / "rex").mkdir(parents=True)
    (photos / "rex" / "a.txt").write_text("x")
    with pytest.raises(DataError, match=r"none of the 1 pictures in .* can be used \(cannot be read: 1\)"):
        prepare(asked, silent)
    assert read_about(asked.out) == before
    assert len(open_images(asked.out, size=16)) == 12


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sources": ()}, "there is no source to prepare; name a folder, an archive or another source of pictures"),
        ({"size": 4}, "pictures of 4 pixels cannot be prepared; choose a size from 8 to 4096"),
        ({"channels": 2}, "pictures have 1 channel (grey) or 3 (RGB), not 2"),
        ({"crop": "round"}, "there is no crop 'round'; choose one of center, fit, squeeze, bbox, none"),
        ({"background": "white"}, "the background 'white' is no colour; write it as #rrggbb, such as #ffffff"),
        ({"smallest": -1}, "the smallest side cannot be -1 pixels; give 0 or more"),
        ({"widest": 0.5}, "every picture is at least once as long as wide, so widest cannot be 0.5"),
        ({"near": 40}, "near duplicates differ in 0 to 32 of 64 bits (-1 keeps all), not in 40"),
        ({"quality": 101}, "the quality of a JPEG is 1 to 100 (0 writes PNG), not 101"),
        ({"held_out": 0.9}, "a share of 0.9 cannot be held out; give 0 to 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: Preparation, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PreparationError) as caught:
        prepare(replace(asked, **change), silent)
    assert str(caught.value) == sentence
    assert not asked.out.exists()


def test_a_plan_says_what_would_be_done_and_writes_nothing(asked: Preparation, photos: Path, reads: list[str]) -> None:
    planned = plan(asked, silent)
    assert (planned.pictures, planned.to_do, planned.refused, planned.gone, planned.remakes) == (12, 12, 0, 0, False)
    assert not asked.out.exists()
    prepare(asked, silent)
    reads.clear()
    (photos / "rex" / "01.png").unlink()
    (photos / "empty.png").touch()
    save(photo(60), photos / "rex" / "new.png")
    planned = plan(asked, silent)
    assert (planned.pictures, planned.to_do, planned.refused, planned.gone, planned.remakes) == (12, 1, 1, 1, False)
    planned = plan(replace(asked, size=24), silent)
    assert (planned.to_do, planned.remakes) == (12, True)
    assert reads == []


def test_a_preview_is_spread_and_shows_what_would_be_left_out(asked: Preparation, photos: Path) -> None:
    save(photo(50, (30, 7)), photos / "rex" / "tiny.png")
    (photos / "notes.txt").write_text("no picture")
    told: list[tuple[str, int, int]] = []
    shown = {one.item.name: one for one in preview(asked, 100, lambda *step: told.append(step))}
    assert len(shown) == 14
    assert ("listing", 14, 0) in told
    assert told[-1] == ("preview", 14, 14)
    assert shown["rex/01.png"].reason == ""
    made = shown["rex/01.png"].made
    assert made is not None
    assert made.pixels.shape == (16, 16, 3)
    assert shown["rex/tiny.png"].made is not None
    assert "30 x 7 pixels" in shown["rex/tiny.png"].reason
    assert shown["notes.txt"].made is None
    assert shown["notes.txt"].reason == "notes.txt is not a picture in a known format"
    few = [one.item.name for one in preview(asked, 5, silent)]
    assert few == [one.item.name for one in preview(asked, 5, silent)]
    assert len(few) == 5
    assert few == [name for name in shown if name in few]
    assert not asked.out.exists()


def test_pictures_are_prepared_in_several_threads(asked: Preparation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    together = threading.Barrier(4)
    read = FolderSource._read

    def meeting(source: FolderSource, name: str) -> bytes:
        together.wait(30)
        return read(source, name)

    monkeypatch.setattr(FolderSource, "_read", meeting)
    assert prepare(asked, silent).taken == 12


def test_few_tasks_are_begun_ahead_of_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    begun: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1000):
            begun.append(number)
            yield number

    with closing(in_order(lambda number: number * number, tasks(), lambda: None)) as results:
        assert next(results) == 0
        assert len(begun) == 8
        assert [next(results) for _ in range(100)] == [number * number for number in range(1, 101)]
        assert len(begun) == 108


SHARED = Path(__file__).parents[5] / "shared/data"


@pytest.mark.skipif(not (SHARED / "dino-drawings").is_dir(), reason="the drawings of the workplace are not here")
def test_real_drawings_with_transparency_and_odd_modes(tmp_path: Path) -> None:
    folder = tmp_path / "drawings"
    folder.mkdir()
    for path in sorted((SHARED / "dino-drawings").rglob("*.*"))[:40]:
        shutil.copy(path, folder)
    prepared = prepare(Preparation((str(folder),), tmp_path / "set", size=32), silent)
    assert prepared.looked_at == 40
    assert prepared.taken > 30
    assert prepared.left_out.get("unreadable", 0) == 0


def test_progress_is_told_in_order(asked: Preparation) -> None:
    told: list[tuple[str, int, int]] = []
    prepare(asked, lambda *step: told.append(step))
    steps = [done for what, done, _ in told if what == preparing_sets.READING]
    assert steps == sorted(steps)
    assert steps[-1] == 12
