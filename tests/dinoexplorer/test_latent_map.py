from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.latent.latent_map import look_beside, map_beside, map_path, read_map, thumbnail_side, write_map
from dinoexplorer.latent.map_building import build_map
from dinoexplorer.latent.way_back import WayBack


def refused(path) -> str:
    with pytest.raises(GeneratorError) as caught:
        read_map(path)
    return str(caught.value)


# The file


@pytest.mark.parametrize(
    ("count", "dim", "method"), [(40, 5, "pca"), (65, 2, "plane"), (1, 2, "plane"), (128, 3, "pca")]
)
def test_a_map_that_was_written_is_read_back(tmp_path, make_map, count, dim, method):
    wanted = make_map(count, dim, method, side=16)
    write_map(tmp_path / "a.map.npz", wanted)
    found = read_map(tmp_path / "a.map.npz")
    assert np.array_equal(found.latents, wanted.latents)
    assert np.array_equal(found.xy, wanted.xy)
    assert np.array_equal(found.labels, wanted.labels)
    assert (found.classes, found.method, found.checkpoint_sha256) == (wanted.classes, method, wanted.checkpoint_sha256)
    assert {name: array.shape for name, array in found.inverse.items()} == {
        name: array.shape for name, array in wanted.inverse.items()
    }
    assert found.thumbnails.shape == wanted.thumbnails.shape
    assert np.abs(found.thumbnails.astype(int)[:, 4:12, 4:12] - wanted.thumbnails[:, 4:12, 4:12]).max() <= 12  # WebP


def test_a_map_without_thumbnails_or_classes_is_read_back(tmp_path, make_map):
    write_map(tmp_path / "a.map.npz", replace(make_map(), classes=()))
    found = read_map(tmp_path / "a.map.npz")
    assert len(found.thumbnails) == 0
    assert found.classes == ()
    assert found.label(0) == ""


def test_labels_name_the_class_and_minus_one_names_none(make_map):
    latent_map = make_map()
    assert [latent_map.label(index) for index in range(3)] == ["", "long neck", "horned"]


def test_what_a_map_is_worth_and_what_it_was_made_of_is_read_back(tmp_path, make_map):
    wanted = replace(make_map(), basis="pictures", trustworthiness=0.875, variance=0.25)
    write_map(tmp_path / "a.map.npz", wanted)
    found = read_map(tmp_path / "a.map.npz")
    assert (found.basis, found.trustworthiness, found.variance) == ("pictures", 0.875, 0.25)


def test_a_map_of_an_older_version_opens_and_says_nothing_of_its_worth(tmp_path):
    write_arrays(tmp_path / "a.map.npz")
    found = read_map(tmp_path / "a.map.npz")
    assert (found.basis, found.trustworthiness, found.variance) == ("codes", None, None)
    assert np.isfinite(WayBack(found)(0.0, 0.0).code).all()


def test_an_empty_map_is_read_back(tmp_path, make_map):
    write_map(tmp_path / "a.map.npz", make_map(codes=np.zeros((0, 3), np.float32), xy=np.zeros((0, 2), np.float32)))
    assert len(read_map(tmp_path / "a.map.npz")) == 0


def test_more_thumbnails_than_one_side_of_a_picture_holds_are_read_back(tmp_path, make_map):
    codes = np.zeros((1_100_000, 2), np.float32)  # 64 to a row would be 17,188 rows; WebP ends at 16,383
    wanted = replace(
        make_map(codes=codes, xy=codes, method="plane"), thumbnails=np.zeros((len(codes), 1, 1, 3), np.uint8)
    )
    write_map(tmp_path / "a.map.npz", wanted)
    assert len(read_map(tmp_path / "a.map.npz").thumbnails) == len(codes)


@pytest.mark.parametrize("count", [0, 1, 3000, 34_722, 40_000, 100_000, 1_000_000])
def test_thumbnails_shrink_so_that_the_sheet_stays_openable(count):
    side = thumbnail_side(count)
    assert 1 <= side <= 48
    assert side == 48 or side**2 * count <= 80_000_000
    assert count > 34_000 or side == 48


def test_a_failed_write_leaves_the_old_map(tmp_path, make_map, monkeypatch):
    path = tmp_path / "a.map.npz"
    write_map(path, make_map(10))
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(GeneratorError) as caught:
        write_map(path, make_map(20))
    assert str(caught.value) == f"{path} could not be written: No space left on device; choose another place."
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.map.npz"]


DAMAGED = "a.map.npz is damaged or not a latent map; make it anew with 'dinoexplorer map'."


def test_a_map_that_is_not_there_is_said_so(tmp_path):
    path = tmp_path / "a.map.npz"
    assert refused(path) == f"{path} is not there any more; make it anew with 'dinoexplorer map'."


@pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY\x01\x00", b"PK\x03\x04" + bytes(99), b"\x80\x04N."])
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "a.map.npz"
    path.write_bytes(content)
    assert refused(path) == DAMAGED


def test_a_single_array_is_refused(tmp_path):
    with (tmp_path / "a.map.npz").open("wb") as file:
        np.save(file, np.zeros((3, 2)))
    assert refused(tmp_path / "a.map.npz") == DAMAGED


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_map_is_refused(tmp_path, make_map, share):
    path = tmp_path / "a.map.npz"
    write_map(path, make_map(side=8))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert refused(path) == DAMAGED


def test_flipped_bits_give_a_sentence_or_a_map(tmp_path, make_map):
    path = tmp_path / "a.map.npz"
    write_map(path, make_map(6, 2, "plane", side=4))
    whole = path.read_bytes()
    sentences = []
    for place in range(0, len(whole), 5):
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        path.write_bytes(data)
        with suppress(GeneratorError):
            read_map(path)
            continue
        sentences.append(refused(path))
    assert len(sentences) > 100
    assert all(sentence.endswith("make it anew with 'dinoexplorer map'.") for sentence in sentences)


def write_arrays(path, **arrays):
    good = {
        "latents": np.zeros((4, 3), np.float32), "xy": np.zeros((4, 2), np.float32), "labels": np.zeros(4, np.int32),
        "method": np.array("tsne"), "checkpoint_sha256": np.array("0"),
    }  # fmt: skip
    with path.open("wb") as file:
        np.savez(file, **{name: array for name, array in (good | arrays).items() if array is not None})


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"latents": None, "xy": None}, "it has no latents, xy"),
        ({"xy": np.zeros((5, 2))}, "its arrays do not belong together"),
        ({"xy": np.zeros((4, 3))}, "its arrays do not belong together"),
        ({"labels": np.zeros(3)}, "its arrays do not belong together"),
        ({"latents": np.zeros(4)}, "its arrays do not belong together"),
        ({"xy": np.full((4, 2), np.nan)}, "it holds values that are not numbers"),
        ({"method": np.array("plane")}, "it calls 3 dimensions a plane"),
        ({"inverse.mean": np.zeros(2), "inverse.axes": np.zeros((2, 3))}, "its way back does not fit its codes"),
        ({"inverse.mean": np.zeros(3), "inverse.axes": np.zeros((3, 2))}, "its way back does not fit its codes"),
        ({"inverse.network.low": np.zeros(2)}, "its way back is not whole"),
        ({"inverse.slice.origin": np.zeros(3)}, "its plane does not fit its codes"),
        ({f"inverse.slice.{name}": np.zeros(2) for name in ("origin", "first", "second")}, "its plane does not fit its "
         "codes"),
        ({"inverse.shell": np.zeros(3)}, "its way back does not fit its codes"),
        ({"variance": np.array(1.5)}, "its figures are no shares"),
        ({"trustworthiness": np.array(np.nan)}, "its figures are no shares"),
        ({"inverse.mean": np.full(3, np.inf), "inverse.axes": np.zeros((2, 3))}, "its way back does not fit its codes"),
    ],
)  # fmt: skip
def test_arrays_that_are_no_map_are_refused_with_the_reason(tmp_path, arrays, reason):
    write_arrays(tmp_path / "a.map.npz", **arrays)
    assert refused(tmp_path / "a.map.npz") == (
        f"a.map.npz is no latent map: {reason}; make it anew with 'dinoexplorer map'."
    )


@pytest.mark.parametrize(
    "arrays",
    [
        {"latents": np.array([["a"] * 3] * 4)},
        {"labels": np.array([None] * 4, dtype=object)},
        {"classes": np.array([print], dtype=object)},
        {"thumbnails": np.frombuffer(b"no picture", np.uint8), "thumbnail_side": np.array(4)},
        {"thumbnails": np.zeros(4), "thumbnail_side": np.zeros(3)},
    ],
    ids=["text", "objects", "functions", "no picture", "many sides"],
)
def test_arrays_of_another_kind_are_refused_and_never_unpickled(tmp_path, arrays):
    write_arrays(tmp_path / "a.map.npz", **arrays)
    assert refused(tmp_path / "a.map.npz") == DAMAGED


def test_thumbnails_of_another_size_are_refused(tmp_path, make_map):
    write_map(tmp_path / "b.map.npz", make_map(20, side=8))
    with np.load(tmp_path / "b.map.npz") as file:
        arrays = dict(file)
    write_arrays(tmp_path / "a.map.npz", thumbnails=arrays["thumbnails"], thumbnail_side=np.array(5))
    assert "its thumbnails do not fit its points" in refused(tmp_path / "a.map.npz")


# Beside a checkpoint


@pytest.fixture
def copied(tmp_path, plane_checkpoint):
    path = tmp_path / "copy.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes())
    return path


def test_the_map_beside_a_checkpoint_is_found(copied, make_map):
    info = read_info(copied)
    assert map_path(copied) == copied.parent / "copy.map.npz"
    write_map(map_path(copied), make_map(10, 2, "plane", sha256=info.sha256))
    found, note = map_beside(info)
    assert len(found) == 10
    assert note == ""


def test_no_map_beside_a_checkpoint_is_a_note(copied):
    assert map_beside(read_info(copied)) == (None, "No latent map lies beside copy.safetensors yet.")


def test_the_map_of_another_checkpoint_is_a_note(copied, make_map):
    write_map(map_path(copied), make_map(10, 2, "plane"))
    assert map_beside(read_info(copied)) == (
        None,
        "copy.map.npz was made of another version of copy.safetensors; make it anew with 'dinoexplorer map'.",
    )
    found = look_beside(read_info(copied))
    assert (found.stale, found.method) == (True, "plane")  # so that the window can offer to build it anew


def test_a_map_of_codes_of_another_length_is_a_note(copied, make_map):
    info = read_info(copied)
    write_map(map_path(copied), make_map(10, 3, sha256=info.sha256))
    assert map_beside(info)[1] == "copy.map.npz holds codes of another length than copy.safetensors; make it anew."


def test_a_broken_map_is_a_note(copied):
    map_path(copied).write_bytes(b"no map")
    found, note = map_beside(read_info(copied))
    assert found is None
    assert note == "copy.map.npz is damaged or not a latent map; make it anew with 'dinoexplorer map'."


# Building


def pictures(count, size=16):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def test_a_map_of_images_holds_their_codes_places_labels_and_thumbnails(plane_checkpoint):
    generator = open_generator(plane_checkpoint)
    images, labels, told = pictures(9), np.arange(9, dtype=np.int32) % 2, []
    built = build_map(generator, images, labels, ("a", "b"), progress=lambda *step: told.append(step))
    assert built.method == "plane"
    assert np.allclose(built.latents, generator.encode(images))
    assert np.array_equal(built.xy, built.latents)
    assert np.array_equal(built.labels, labels)
    assert built.thumbnails.shape == (9, 48, 48, 3)
    assert built.checkpoint_sha256 == generator.info.sha256
    assert told == [("encoding", 0, 9), ("encoding", 9, 9), ("laying out", 0, 1), ("measuring", 0, 1)]
    assert (built.trustworthiness, built.variance) == (1, 1)


def test_more_dimensions_are_laid_out_by_pca(deep_checkpoint):
    built = build_map(open_generator(deep_checkpoint), pictures(9, 32))
    assert built.method == "pca"
    assert built.inverse["axes"].shape == (2, 5)
    assert (built.labels == -1).all()


def test_without_images_a_map_shows_what_the_generator_makes(plane_checkpoint):
    generator = open_generator(plane_checkpoint)
    built = build_map(generator, None, samples=7, seed=3)
    assert np.array_equal(built.latents, generator.info.latent.sample(7, 3))
    small = generator.decode(built.latents).mean(axis=(1, 2))
    assert np.abs(built.thumbnails.mean(axis=(1, 2)) - small).max() < 4


def test_one_image_is_no_map(plane_checkpoint):
    with pytest.raises(GeneratorError) as caught:
        build_map(open_generator(plane_checkpoint), pictures(1))
    assert str(caught.value) == "A map needs at least two images but got 1; name a larger data set."


@pytest.mark.parametrize("kept", ["nothing", "an empty one"])
def test_a_map_whose_thumbnails_are_missing_opens_without_them(tmp_path, make_map, kept):
    path = tmp_path / "a.map.npz"
    write_map(path, make_map(20, side=8))
    with np.load(path) as archive:
        arrays = dict(archive)
    del arrays["thumbnails"]
    np.savez(path, **arrays | ({} if kept == "nothing" else {"thumbnails": np.zeros(0, np.uint8)}))
    found = read_map(path)
    assert len(found) == 20
    assert len(found.thumbnails) == 0
