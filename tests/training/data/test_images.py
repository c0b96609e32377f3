import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data import builtin, dinosaurs
from training.data.images import DataError, open_images


def test_class_folders_become_classes(pictures: Path) -> None:
    images = open_images(pictures, size=16)
    assert images.images.shape == (40, 16, 16, 3)
    assert images.images.dtype == np.uint8
    assert images.classes == ("dark", "light")
    assert np.bincount(images.labels).tolist() == [20, 20]
    assert images.names[0] == "dark/00.png"
    assert len(images.fingerprint) == 64


def test_a_single_subfolder_is_no_class(pictures: Path) -> None:
    shutil.rmtree(pictures / "dark")
    images = open_images(pictures, size=16)
    assert images.classes == ()
    assert set(images.labels) == {-1}


def test_a_picture_beside_the_class_folders_has_no_class(pictures: Path) -> None:
    Image.new("RGB", (9, 9)).save(pictures / "beside.png")
    images = open_images(pictures, size=16)
    assert images.labels[images.names.index("beside.png")] == -1


def test_unreadable_files_are_named_and_left_out(pictures: Path) -> None:
    (pictures / "dark" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pictures / "notes.txt").write_text("no picture")
    (pictures / ".hidden").write_text("nor this")
    images = open_images(pictures, size=16)
    assert len(images) == 40
    assert [skipped.name for skipped in images.skipped] == ["dark/broken.png", "notes.txt"]
    assert images.skipped[1].reason == "notes.txt is not a picture in a known format"


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"there are no files in .*; give a folder with pictures"):
        open_images(tmp_path / "empty", size=16)
    (tmp_path / "empty" / "a.txt").write_text("x")
    with pytest.raises(DataError, match=r"none of the 1 files in .* is a readable picture \(first: a\.txt: "):
        open_images(tmp_path / "empty", size=16)


def test_a_missing_source_and_a_plain_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the data '/nowhere' is not there; give a folder of pictures"):
        open_images("/nowhere", size=16)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match=r"a\.txt is a file; give a folder"):
        open_images(tmp_path / "a.txt", size=16)


def test_count_takes_evenly_from_the_folder(pictures: Path) -> None:
    images = open_images(pictures, size=16, count=10)
    assert np.bincount(images.labels).tolist() == [5, 5]


def test_held_out_pictures_are_chosen_by_content(pictures: Path) -> None:
    before = open_images(pictures, size=16)
    train, held = before.split(0.3)
    assert 0 < len(held) < 25
    assert sorted([*train, *held]) == list(range(40))
    held_names = {before.names[i] for i in held}
    (pictures / "dark" / "00.png").rename(pictures / "dark" / "zz.png")
    after = open_images(pictures, size=16)
    assert {after.names[i].replace("zz", "00") for i in after.split(0.3)[1]} == held_names


def test_one_picture_is_always_left_to_train_on(pictures: Path) -> None:
    one = open_images(pictures, size=16, count=1)
    assert len(one.split(0.5)[0]) == 1


def test_the_fingerprint_follows_the_content(pictures: Path) -> None:
    before = open_images(pictures, size=16).fingerprint
    assert open_images(pictures, size=16).fingerprint == before
    Image.new("RGB", (24, 24)).save(pictures / "dark" / "00.png")
    assert open_images(pictures, size=16).fingerprint != before


def test_progress_may_stop_the_work(pictures: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        raise InterruptedError(f"{what} {done} {total}")

    with pytest.raises(InterruptedError, match="reading pictures 40 40"):
        open_images(pictures, size=16, progress=stop)


def test_builtin_drawings_are_cached_and_labelled(cache: Path) -> None:
    first = open_images("builtin:dinosaurs", size=32, count=12, seed=4, variation=0.5)
    assert len(list(cache.iterdir())) == 2
    again = open_images("builtin:dinosaurs", size=32, count=12, seed=4, variation=0.5)
    assert isinstance(again.images, np.memmap)
    assert (first.images == again.images).all()
    assert first.fingerprint == again.fingerprint
    assert first.classes == dinosaurs.SPECIES
    assert first.names[3] == "builtin:dinosaurs/3"
    assert open_images("builtin:dinosaurs", size=32, count=12, seed=5).fingerprint != first.fingerprint


def test_a_damaged_cache_is_drawn_again(cache: Path) -> None:
    first = open_images("builtin:dinosaurs", size=32, count=6)
    for path in cache.glob("*.npy"):
        data = path.read_bytes()
        path.unlink()  # `first` has it mapped
        path.write_bytes(data[:500])
    assert (open_images("builtin:dinosaurs", size=32, count=6).images == first.images).all()


def test_a_cache_that_cannot_be_written_costs_only_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(builtin.CACHE_VARIABLE, str(tmp_path / "file"))
    assert len(open_images("builtin:dinosaurs", size=32, count=6)) == 6


def test_builtin_drawings_come_small_and_in_grey() -> None:
    images = open_images("builtin:dinosaurs", size=16, channels=1, count=6)
    assert images.images.shape == (6, 16, 16, 1)
    assert images.images.std() > 5


def test_an_unknown_builtin_suggests_the_right_one() -> None:
    with pytest.raises(DataError, match="unknown built-in data 'builtin:dino': did you mean 'builtin:dinosaurs'"):
        open_images("builtin:dino", size=32)


def test_a_pool_draws_the_same_as_one_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alone = open_images("builtin:dinosaurs", size=32, count=140)
    monkeypatch.setattr(builtin, "_DRAWN_HERE", 1)
    monkeypatch.setenv(builtin.CACHE_VARIABLE, str(tmp_path / "other"))
    assert open_images("builtin:dinosaurs", size=32, count=140).fingerprint == alone.fingerprint


def test_mnist_layout(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 255, (20, 28, 28), dtype=np.uint8), np.arange(20) % 4 + 3
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y)
    images = open_images(tmp_path / "mnist.npz", size=28, channels=1)
    assert (images.images[..., 0] == x).all()
    assert images.classes == ("3", "4", "5", "6")
    assert images.labels[:5].tolist() == [0, 1, 2, 3, 0]
    assert open_images(tmp_path / "mnist.npz", size=32).images.shape == (20, 32, 32, 3)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": np.zeros(3)}, "holds no array x_train"),
        ({"x_train": np.zeros((2, 4, 4))}, "is float64 .*expected uint8"),
        ({"x_train": np.zeros((0, 4, 4), np.uint8)}, "is empty"),
        ({"x_train": np.zeros((2, 4, 4), np.uint8), "y_train": np.zeros(3, int)}, "one whole number per picture"),
        ({"x_train": np.array([{"a": 1}], dtype=object)}, "cannot be read: Object arrays cannot be loaded"),
    ],
)
def test_a_wrong_archive_is_refused(tmp_path: Path, arrays: dict[str, np.ndarray], sentence: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=sentence):
        open_images(tmp_path / "a.npz", size=16)


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(DataError, match=r"a\.npz cannot be read"):
        open_images(tmp_path / "a.npz", size=16)
