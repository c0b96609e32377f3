import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.data.sources import open_source
from training.data.sources.names import is_hidden, labelling
from training.data.sources.source import SourceError
from training.data.workshop.preparation import Preparation

Png = Callable[..., bytes]


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_every_file_that_is_not_hidden_is_offered_in_order_with_its_folder_as_label(
    tmp_path: Path, listed: Callable, png: Png
) -> None:
    folder = tmp_path / "in"
    for place, name in enumerate(["b/2.png", "a/deep/1.png", "a/1.png", "top.png", ".hidden/x.png", "a/.x.png"]):
        put(folder, name, png(place))
    put(folder, "a/Thumbs.db", b"x")
    items, skipped = listed(folder)
    assert [(item.name, item.label) for item in items] == [
        ("a/1.png", "a"), ("a/deep/1.png", "a"), ("b/2.png", "b"), ("top.png", None)
    ]  # fmt: skip
    assert items[2].read() == png(0)
    assert not skipped


def test_the_stamp_changes_with_the_file(tmp_path: Path, listed: Callable, png: Png) -> None:
    path = put(tmp_path / "in", "a.png", png(0))
    before = listed(tmp_path / "in")[0][0].stamp
    assert listed(tmp_path / "in")[0][0].stamp == before
    os.utime(path, ns=(5, 5))
    assert listed(tmp_path / "in")[0][0].stamp != before


def test_empty_files_and_pipes_are_left_out_before_they_are_read(tmp_path: Path, listed: Callable, png: Png) -> None:
    put(tmp_path / "in", "a.png", png(0))
    put(tmp_path / "in", "empty.png", b"")
    os.mkfifo(tmp_path / "in" / "pipe.png")
    huge = put(tmp_path / "in", "huge.png", b"")
    os.truncate(huge, 2**30)
    items, skipped = listed(tmp_path / "in")
    assert [item.name for item in items] == ["a.png"]
    assert skipped == {
        "empty.png": "it is empty",
        "pipe.png": "it is no regular file",
        "huge.png": "it is larger than 512 MB, too large for a picture",
    }


def test_links_that_lead_out_are_refused_and_loops_are_not_walked(tmp_path: Path, listed: Callable, png: Png) -> None:
    folder = tmp_path / "in"
    put(tmp_path / "other", "secret.png", png(1))
    put(folder, "a/one.png", png(0))
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "inside.png").symlink_to(folder / "a" / "one.png")
    (folder / "outside.png").symlink_to(tmp_path / "other" / "secret.png")
    (folder / "other").symlink_to(tmp_path / "other")
    (folder / "self.png").symlink_to(folder / "self.png")
    (folder / "gone.png").symlink_to(folder / "nothing.png")
    items, skipped = listed(folder)
    assert [item.name for item in items] == ["a/one.png", "inside.png"]
    leads_out = "it is a link that leads nowhere or out of the folder; put the picture there"
    assert skipped == {
        "other": "it is a link that leads out of the folder; name its target",
        "outside.png": leads_out,
        "self.png": leads_out,
        "gone.png": leads_out,
    }


def test_the_dataset_that_is_being_made_is_not_its_own_source(
    tmp_path: Path, preparation: Preparation, listed: Callable, png: Png
) -> None:
    put(tmp_path, "a.png", png(0))
    put(tmp_path, "out/images/b.png", png(1))
    assert [item.name for item in listed(tmp_path)[0]] == ["a.png"]
    with pytest.raises(SourceError, match=r"out is the folder that the dataset is to be written to; choose another"):
        open_source(str(tmp_path / "out"), preparation)


def test_an_empty_folder_and_a_missing_one_say_so(tmp_path: Path, listed: Callable) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(SourceError, match=r"there are no files in .*in; give a folder with pictures"):
        listed(tmp_path / "in")
    with pytest.raises(
        SourceError, match=r"the source '/nowhere/x' is not there; give a folder, an archive, a table, or"
    ):
        listed("/nowhere/x")
    with pytest.raises(SourceError, match=r"the source 'a\\x00b' cannot be opened: .*; give a folder or a file"):
        listed("a\0b")


def test_a_file_of_no_known_kind_is_refused_and_a_picture_is_taken(tmp_path: Path, listed: Callable, png: Png) -> None:
    put(tmp_path, "notes.doc", b"hello")
    with pytest.raises(
        SourceError, match=r"notes\.doc is no source of pictures that is known; give a folder, a ZIP or"
    ):
        listed(tmp_path / "notes.doc")
    items, _ = listed(put(tmp_path, "wrong.doc", png(7)))
    assert [(item.name, item.label, item.read()) for item in items] == [("wrong.doc", None, png(7))]


def test_names_that_are_no_text_become_printable(tmp_path: Path, listed: Callable, png: Png) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(b"caf\xe9.png")).write_bytes(png(0))
    items, _ = listed(tmp_path / "in")
    assert items[0].name == "caf\\udce9.png"
    assert items[0].read() == png(0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    names=st.sets(
        st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=60).filter(
            lambda name: not is_hidden(name) and len(name.encode()) < 250
        ),
        min_size=1,
        max_size=5,
    )
)
def test_names_in_any_script_and_length_come_back(
    tmp_path_factory: pytest.TempPathFactory, listed: Callable, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("in")
    for name in names:
        (folder / name).write_bytes(name.encode())
    items, skipped = listed(folder)
    assert not skipped
    offered = {item.name: item.read() for item in items}
    assert offered == {name: name.encode() for name in names}


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["a/1.png", "b/1.png"], ["a", "b"]),
        (["set/images/a/1.png", "set/images/b/1.png"], ["a", "b"]),
        (["train/a/1.png", "test/a/1.png", "test/b/1.png"], ["a", "a", "b"]),
        (["data/Train/a/1.png", "data/valid/b/1.png"], ["a", "b"]),
        (["a/1.png", "a/2.png"], ["a", "a"]),
        (["1.png", "a/1.png"], [None, "a"]),
        (["train/1.png", "test/2.png"], ["train", "test"]),
        (["readme.txt", "set/a/1.png", "set/b/2.png"], [None, "a", "b"]),
    ],
)
def test_folders_that_tell_nothing_are_no_classes(names: list[str], labels: list[str | None]) -> None:
    assert list(map(labelling(names), names)) == labels


def test_voc_marks_beside_and_in_the_layout_of_stanford_dogs(tmp_path: Path, listed: Callable, png: Png) -> None:
    folder = tmp_path / "in"
    corners = b"<xmin>1</xmin><ymin>2</ymin><xmax>7</xmax><ymax>6</ymax>"
    voc = b"<annotation><object><name>%s</name><bndbox>" + corners + b"</bndbox></object></annotation>"
    for kind in ("chihuahua", "husky"):
        put(folder, f"Images/{kind}/n1_1.jpg", png(1))
        put(folder, f"Annotation/{kind}/n1_1", voc % kind.encode())
    put(folder, "Images/husky/n2.jpg", png(2))
    put(folder, "Images/husky/n2.xml", voc % b"beside")
    put(folder, "Images/husky/n3.jpg", png(3))
    items, skipped = listed(folder)
    assert not skipped
    assert [(item.label, *(box.label for box in item.boxes)) for item in items] == [
        ("chihuahua", "chihuahua"), ("husky", "husky"), ("husky", "beside"), ("husky",)
    ]  # fmt: skip
    box = items[0].boxes[0]
    assert (box.left, box.top, box.right, box.bottom) == (1, 2, 7, 6)
    os.utime(folder / "Annotation/husky/n1_1", ns=(5, 5))
    changed = {item.name: item.stamp for item in listed(folder)[0]}
    assert [item.name for item in items if changed[item.name] != item.stamp] == ["Images/husky/n1_1.jpg"]


def test_coco_and_yolo_marks_are_found(tmp_path: Path, listed: Callable, png: Png) -> None:
    coco, yolo = tmp_path / "coco", tmp_path / "yolo"
    put(coco, "images/train/a.png", png(1))
    put(
        coco, "annotations/instances.json",
        b'{"images": [{"id": 4, "file_name": "train/a.png"}], "categories": [{"id": 2, "name": "rex"}], "annotations":'
        b' [{"image_id": 4, "category_id": 2, "bbox": [1, 2, 3, 4]},'
        b' {"image_id": 4, "category_id": 2, "bbox": [1, 2, 0, 4]}]}',
    )  # fmt: skip
    put(yolo, "train/images/a.png", png(1, (100, 50)))
    put(yolo, "train/labels/a.txt", b"1 0.5 0.5 0.2 0.4\n")
    put(yolo, "train/images/b.png", png(2))
    put(yolo, "train/images/b.txt", b"a rex at dawn")
    put(yolo, "data.yaml", b"train: x\nnc: 2\nnames:\n  0: brachio\n  1: 'rex'\n")
    items, skipped = listed(coco)
    assert [
        (item.name, [tuple(map(float, (b.left, b.top, b.right, b.bottom))) for b in item.boxes]) for item in items
    ] == [("images/train/a.png", [(1, 2, 4, 6)])]
    assert items[0].boxes[0].label == "rex"
    assert not skipped
    items, skipped = listed(yolo)
    assert [item.name for item in items] == ["train/images/a.png", "train/images/b.png"]
    box = items[0].boxes[0]
    assert (box.left, box.top, box.right, box.bottom, box.label) == pytest.approx((40, 15, 60, 35, "rex"))
    assert items[1].boxes == ()
    assert not skipped


def test_marks_that_cannot_be_read_are_told_and_the_picture_is_taken(
    tmp_path: Path, listed: Callable, png: Png
) -> None:
    for name in ("bomb", "torn", "nan"):
        put(tmp_path / "in", f"{name}.png", png(1))
    put(tmp_path / "in", "bomb.xml", b'<!DOCTYPE x [<!ENTITY a "aaa">]><annotation>&a;</annotation>')
    put(tmp_path / "in", "torn.xml", b"<annotation><object>")
    put(tmp_path / "in", "nan.xml", b"<annotation><object><name>x</name></object></annotation>")
    put(tmp_path / "in", "set.json", b'{"images": 5, "annotations": 3}')
    put(tmp_path, "secret.xml", b"<annotation/>")
    for name in ("link", "pipe"):
        put(tmp_path / "in", f"{name}.png", png(1))
    (tmp_path / "in" / "link.xml").symlink_to(tmp_path / "secret.xml")
    os.mkfifo(tmp_path / "in" / "pipe.xml")
    items, skipped = listed(tmp_path / "in")
    assert [item.name for item in items] == ["bomb.png", "link.png", "nan.png", "pipe.png", "torn.png"]
    assert all(item.boxes == () for item in items)
    assert skipped["bomb.xml"] == "it declares a document type, which can hide a trap; its marks are not used"
    assert skipped["torn.xml"].startswith("it is no Pascal VOC file (no element found")
    assert skipped["nan.xml"].startswith("it is no Pascal VOC file (a box from nan, nan to nan, nan holds nothing)")
    assert skipped["set.json"].startswith("it is no COCO file (TypeError:")
    assert skipped["link.xml"].startswith("it cannot be read (it is a link that leads nowhere or out of the folder")
    assert skipped["pipe.xml"] == "it cannot be read (it is no regular file); its marks are not used"


def test_listing_can_be_stopped(tmp_path: Path, preparation: Preparation, png: Png) -> None:
    put(tmp_path / "in", "a.png", png(0))

    def stop(_what: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(open_source(str(tmp_path / "in"), preparation).items(stop))
