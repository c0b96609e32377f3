import gzip
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.data.sources.source import SourceError
from training.data.sources.table import read_labels

Png = Callable[..., bytes]


def test_a_csv_lists_pictures_and_labels(tmp_path: Path, listed: Callable, png: Png) -> None:
    (tmp_path / "pics").mkdir()
    for place, name in enumerate(["a.png", "b c.png", "é.png"]):
        (tmp_path / "pics" / name).write_bytes(png(place))
    table = tmp_path / "set.csv"
    table.write_text(
        "\ufeffImage;Class\npics/a.png;rex\npics\\b c.png;\n./pics/é.png;トリケラ\npics/gone.png;x\npics/a.png;y\n"
    )
    items, skipped = listed(table)
    assert [(item.name, item.label) for item in items] == [
        ("pics/a.png", "rex"), ("pics/b c.png", None), ("pics/é.png", "トリケラ")
    ]  # fmt: skip
    assert [item.read() for item in items] == [png(0), png(1), png(2)]
    assert skipped == {"pics/gone.png": "there is no such file", "pics/a.png": "it is named twice; the first is taken"}


def test_json_lines_and_paths_that_lead_elsewhere_get_names_that_do_not(
    tmp_path: Path, listed: Callable, png: Png
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "a.png").write_bytes(png(0))
    table = tmp_path / "here" / "set.jsonl"
    rows = [{"file": "../a.png", "label": 3}, {"path": "https://example.org/a.png"}]
    table.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    (item,), skipped = listed(table)
    assert item.name == "/".join((tmp_path / "a.png").parts[1:])
    assert (item.label, item.read()) == ("3", png(0))
    assert list(skipped.values()) == ["it is an address; put addresses into a text file, one a line, and give that"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "x.csv",
            b"a,b\n1,2\n",
            r"row 1 of .*x\.csv has no column path, file or image, only a, b; name the columns in",
        ),
        ("x.csv", b"path\n", r"x\.csv lists no picture; give a row with a path for each"),
        ("x.csv", b"path\n\xff\xfe\n", r"x\.csv is no UTF-8 text; save it as UTF-8"),
        ("x.jsonl", b"{\n", r"x\.jsonl is no table that can be read: .*; mend it"),
        ("x.jsonl", b"[1]\n", r"x\.jsonl is no table that can be read: line 1 is no object; mend it"),
        ("x.jsonl", b"[" * 100_000, r"x\.jsonl is no table that can be read: .*; mend it"),
    ],
)
def test_tables_that_cannot_be_read_say_so(
    name: str, content: bytes, message: str, tmp_path: Path, listed: Callable
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        listed(tmp_path / name)


def test_labels_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("name,label\n./a/1.png,rex\nb\\2.png,brachio\nc.png,\n")
    assert read_labels(path) == {"a/1.png": "rex", "b/2.png": "brachio"}
    path.write_text("name,label\n")
    with pytest.raises(
        SourceError, match=r"labels\.csv holds no labels; give a CSV file with the columns path and label"
    ):
        read_labels(path)
    with pytest.raises(SourceError, match=r"the labels .*gone\.csv are not there; give a CSV file"):
        read_labels(tmp_path / "gone.csv")


def test_an_array_archive_gives_pixels_and_labels(tmp_path: Path, listed: Callable) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (5, 6, 4), dtype=np.uint8)
    np.savez(tmp_path / "set.npz", x_train=pictures, y_train=np.array([3, 1, 3, 1, 2]))
    items, _ = listed(tmp_path / "set.npz")
    assert [(item.name, item.label) for item in items[:2]] == [("000000", "3"), ("000001", "1")]
    assert np.array_equal([item.read() for item in items], pictures)
    np.savez(tmp_path / "set.npz", x_train=np.concatenate([pictures, pictures[:1] + 1]))
    grown, _ = listed(tmp_path / "set.npz")
    assert [item.stamp for item in grown[:5]] == [item.stamp for item in items]
    assert [item.label for item in grown] == [None] * 6
    np.savez(tmp_path / "set.npz", x_train=np.zeros(3))
    with pytest.raises(SourceError, match=r"x_train in .*set\.npz is float64 \(3,\); expected uint8"):
        listed(tmp_path / "set.npz")


def idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_find_their_labels(packed: bool, tmp_path: Path, listed: Callable) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (4, 6, 5), dtype=np.uint8)
    path = tmp_path / ("train-images-idx3-ubyte" + ".gz" * packed)
    path.write_bytes(gzip.compress(idx(pictures)) if packed else idx(pictures))
    assert [item.label for item in listed(path)[0]] == [None] * 4
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(idx(np.array([7, 2, 2, 9], np.uint8)))
    items, _ = listed(path)
    assert [item.label for item in items] == ["7", "2", "2", "9"]
    assert np.array_equal([item.read() for item in items], pictures)
    labels.write_bytes(idx(np.array([7], np.uint8)))
    with pytest.raises(
        SourceError, match=r"train-labels-idx1-ubyte holds 1 labels for 4 pictures; give files that belong"
    ):
        listed(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0\0\x08\x03" + struct.pack(">3I", 2, 2, 2) + b"1234567", "does not hold the 2 x 2 x 2 bytes it claims"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 2**31, 2), "claims 2147483648 x 2147483648 x 2 bytes, too many"),
        (b"\0\0\x08\x03\0\0", "claims .* bytes, too many; it is damaged|is damaged|cannot be read"),
        (gzip.compress(b"\0\0\x08\x03" + bytes(200), mtime=0)[:-12], "cannot be read: .*; download it again"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 0, 2, 2), "holds 0 x 2 x 2 bytes, which are no pictures"),
    ],
)
def test_damaged_idx_files_say_so(content: bytes, message: str, tmp_path: Path, listed: Callable) -> None:
    (tmp_path / "x-idx3-ubyte").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        listed(tmp_path / "x-idx3-ubyte")


def test_mnist_is_listed_whole(listed: Callable) -> None:
    path = Path(__file__).parents[5] / "shared/data/mnist.npz"
    if not path.is_file():
        pytest.skip("the shared MNIST is not there")
    items, skipped = listed(path)
    assert len(items) == 60_000
    assert not skipped
    assert {item.label for item in items} == set("0123456789")
