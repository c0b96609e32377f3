import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data import cache as cache_module
from training.data import folders
from training.data.cache import PictureFile, cache_file, read_cached
from training.data.images import ImageSet, open_images


def _refuse_to_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(folders, "load_picture", refuse)


def _same(one: ImageSet, other: ImageSet) -> bool:
    equal = (one.images == other.images).all() and (one.labels == other.labels).all()
    return bool(equal) and (one.names, one.classes, one.skipped, one.fingerprint) == (
        other.names, other.classes, other.skipped, other.fingerprint,
    )  # fmt: skip


def test_a_folder_is_decoded_once_and_mapped_from_then_on(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pictures / "dark" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    first = open_images(pictures, size=16)
    _refuse_to_decode(monkeypatch)
    second = open_images(pictures, size=16)
    assert _same(first, second)
    assert len(second.skipped) == 1
    assert isinstance(first.images, np.memmap)
    assert isinstance(second.images, np.memmap)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "dark" / "00.png").rename(folder / "dark" / "zz.png"),
        lambda folder: os.utime(folder / "dark" / "00.png", (1, 1)),
        lambda folder: (folder / "dark" / "00.png").unlink(),
        lambda folder: Image.new("RGB", (9, 9)).save(folder / "dark" / "new.png"),
    ],
)
def test_any_change_of_a_file_makes_the_cache_stale(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    open_images(pictures, size=16)
    change(pictures)
    _refuse_to_decode(monkeypatch)
    with pytest.raises(AssertionError, match="decoded again"):
        open_images(pictures, size=16)


def test_other_settings_have_a_cache_of_their_own(pictures: Path, cache: Path) -> None:
    open_images(pictures, size=16)
    assert open_images(pictures, size=16, channels=1).images.shape == (40, 16, 16, 1)
    assert open_images(pictures, size=16, fit="squeeze").images.shape == (40, 16, 16, 3)
    assert open_images(pictures, size=32).images.shape == (40, 32, 32, 3)
    assert len(list(cache.glob("folder-*.npy"))) == 4


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_cache_on_a_full_disk_goes_on_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path, at: int
) -> None:
    blocks = [np.full((4, 2, 2, 3), value, np.uint8) for value in range(1, 7)]
    written: list[int] = []
    write = cache_module._write_all

    def write_until_full(file: object, block: np.ndarray) -> None:
        written.append(int(block[0, 0, 0, 0]))
        if len(written) > at:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(file, block)

    monkeypatch.setattr(cache_module, "_write_all", write_until_full)
    file = PictureFile(cache_file("test", 1), (2, 2, 3))
    for block in blocks:
        file.add(block)
    images, arrays = file.finish({"labels": np.arange(24)})
    file.close()
    assert (images == np.concatenate(blocks)).all()
    assert len(arrays["hashes"]) == 24
    assert list(cache.iterdir()) == []


def test_an_interrupted_preparation_leaves_nothing(pictures: Path, cache: Path) -> None:
    def stop(_what: str, _done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        open_images(pictures, size=16, progress=stop)
    assert list(cache.iterdir()) == []


def test_a_damaged_cache_file_is_no_cache(pictures: Path, cache: Path) -> None:
    first = open_images(pictures, size=16)
    for path in cache.glob("folder-*.npz"):
        path.write_bytes(b"no archive")
        assert read_cached(path) is None
    assert _same(first, open_images(pictures, size=16))
